"""The fake GitHub's REST side keeps GitHub's promises and limits, and PyGithub can read it."""

from datetime import timedelta

import pytest
import requests
from github import Auth, Github

from digest.model import Person
from tests.builders import changed_file, pull
from tests.fetching import FROM_BOT, FULL, many, world
from tests.standin import TOKEN, StandIn
from tests.standin.rest import NINE


def get(github: StandIn, path: str, token: str | None = None) -> requests.Response:
    headers = {"Authorization": f"token {token}"} if token else {}
    return requests.get(f"{github.url}{path}", headers=headers, timeout=5)


def remaining(answer: requests.Response) -> tuple[str, str]:
    return answer.headers["x-ratelimit-resource"], answer.headers["x-ratelimit-remaining"]


def test_pygithub_reads_its_documents() -> None:
    """PyGithub finds all its attributes, also the lazy ones."""
    with StandIn(world(FULL, FROM_BOT)) as github:
        found = Github(
            base_url=github.url, auth=Auth.Token(TOKEN), seconds_between_requests=0
        ).search_issues("repo:backstage/backstage is:pr is:merged", sort="created", order="asc")
        issues = list(found)
        assert (found.totalCount, sorted(issue.number for issue in issues)) == (2, [7, 8])
        whole = {issue.number: issue.as_pull_request() for issue in issues}
        assert (whole[7].additions, whole[7].base.ref) == (5, "master")
        assert [file.filename for file in whole[7].get_files()] == ["plugins/a/package.json", "b"]
        assert (whole[7].user.name, whole[7].user.company) == ("Ada Lovelace", "@made-up")
        assert (whole[8].user.login, whole[8].user.type, whole[8].user.name) == (
            "dependabot[bot]",
            "Bot",
            None,
        )


def test_without_a_token_an_hour_has_60_requests_and_a_minute_10_searches() -> None:
    search = "/search/issues?q=repo:backstage/backstage+is:pr+is:merged"
    with StandIn(world(FULL)) as github:
        assert remaining(get(github, "/repos/backstage/backstage")) == ("core", "59")
        assert remaining(get(github, search)) == ("search", "9")
        github.rest.used.update(core=60, search=10)
        refused = get(github, "/repos/backstage/backstage")
        assert (refused.status_code, remaining(refused)) == (403, ("core", "0"))
        github.rest.now = lambda: NINE + timedelta(minutes=1)
        assert [
            get(github, path).status_code for path in (search, "/repos/backstage/backstage")
        ] == [200, 403]
        github.rest.now = lambda: NINE + timedelta(hours=1)
        assert remaining(get(github, "/repos/backstage/backstage", TOKEN)) == ("core", "4999")
        assert get(github, "/repos/backstage/backstage", "another").status_code == 401


def test_pages_link_to_the_next_one_and_a_search_ends_at_a_thousand() -> None:
    files = tuple(changed_file(f"a/{place}") for place in range(101))
    with StandIn(world(*many(1001, files=files))) as github:
        first = get(github, "/repos/backstage/backstage/pulls/1/files?per_page=100")
        second = requests.get(first.links["next"]["url"], timeout=5)
        assert (len(first.json()), len(second.json()), second.links) == (100, 1, {})
        assert len(get(github, "/repos/backstage/backstage/pulls").json()) == 30
        search = "/search/issues?q=repo:backstage/backstage+is:pr+is:merged&sort=created&order=asc&per_page=100&page="
        last = get(github, f"{search}10")
        assert (last.json()["total_count"], len(last.json()["items"]), last.links) == (
            1001,
            100,
            {},
        )
        assert get(github, f"{search}11").status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/repos/made-up/unknown",
        "/users/unknown",
        "/repos/backstage/backstage/pulls/99",
        "/repos/made-up/unknown/pulls/7/files",
    ],
)
def test_a_missing_page_is_404(path: str) -> None:
    with StandIn(world(FULL)) as github:
        assert get(github, path).status_code == 404


def test_a_deleted_author_is_called_ghost() -> None:
    with StandIn(world(pull(1, author=None), pull(2, author=Person(login="ada")))) as github:
        listed = get(github, "/repos/backstage/backstage/pulls").json()
    assert [one["user"]["login"] for one in listed] == ["ada", "ghost"]


@pytest.mark.parametrize("path", ["/rate_limit", "/repos/backstage/backstage/pulls?sort=updated"])
def test_an_unknown_request_fails_the_test(path: str) -> None:
    with pytest.raises(AssertionError, match="did not understand"), StandIn(world(FULL)) as github:
        assert get(github, path).status_code == 500
