"""The fake GitHub keeps GitHub's promises and limits, and reports what it does not understand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from digest.model import Person
from tests import history
from tests.builders import pull
from tests.standin import TOKEN, Fault, Repo, StandIn, World

pytestmark = pytest.mark.slow

BIG = World(
    (Repo("made-up/big", tuple(pull(n, repository="made-up/big") for n in range(1, 1202))),)
)


def ask(
    github: StandIn, query: str, token: str | None = TOKEN, **variables: Any
) -> requests.Response:
    headers = {"Authorization": f"bearer {token}"} if token else {}
    return requests.post(
        f"{github.url}/graphql",
        json={"query": query, "variables": variables},
        headers=headers,
        timeout=5,
    )


def count(github: StandIn, text: str) -> int:
    found = ask(
        github, "query Q($t: String!) { search(query: $t, type: ISSUE) { issueCount } }", t=text
    ).json()
    return int(found["data"]["search"]["issueCount"])


def numbers(github: StandIn, **options: Any) -> list[int]:
    """Return the numbers of a search, page by page."""
    query = """query Q($text: String!, $first: Int!, $after: String) {
      search(query: $text, type: ISSUE, first: $first, after: $after) {
        nodes { ... on PullRequest { number } } pageInfo { hasNextPage endCursor } } }"""
    walked: list[int] = []
    after = None
    while True:
        page = ask(github, query, after=after, **options).json()["data"]["search"]
        walked += [node["number"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return walked


def test_search_includes_both_ends_of_a_span() -> None:
    """`A..B` includes both seconds; a date as B includes its whole day, as on GitHub."""
    moments = (datetime(2021, 5, 9, 23, 59, 59, tzinfo=UTC), datetime(2021, 5, 10, tzinfo=UTC))
    pulls = [
        pull(n, merged_at=moment + timedelta(days=7 * (n > 2)))
        for n, moment in enumerate(moments * 2, 1)
    ]
    with StandIn(World((Repo(pulls=tuple(pulls)),))) as github:
        text = "repo:backstage/backstage is:pr is:merged merged:{}"
        assert count(github, text.format("2021-05-10..2021-05-16")) == 2
        assert count(github, text.format("2021-05-10T00:00:00Z..2021-05-16T23:59:59Z")) == 2
        assert count(github, text.format("2021-05-10T00:00:00Z..2021-05-17T00:00:00Z")) == 3
        assert count(github, text.format("2021-05-10T02:00:01+02:00..2021-05-16T23:59:58Z")) == 0


def test_search_shows_a_thousand_and_counts_them_all() -> None:
    """GitHub never shows more than 1,000 results; issueCount has the full count."""
    text = "repo:made-up/big is:pr is:merged sort:created-asc"
    with StandIn(BIG) as github:
        assert numbers(github, text=text, first=100) == list(range(1, 1001))
        assert count(github, text) == 1201


def test_search_filters_by_branch_author_and_update() -> None:
    """Each qualifier of digest works as GitHub documents it."""
    bob = Person(login="bob")
    repo = Repo(
        pulls=(pull(1, base="release"), pull(2, author=bob), pull(3)),
        updated_at={3: datetime(2021, 6, 1, tzinfo=UTC)},
    )
    text = "repo:backstage/backstage is:pr is:merged sort:created-asc "
    with StandIn(World((repo,))) as github:
        assert numbers(github, text=text + "base:master", first=5) == [2, 3]
        assert numbers(github, text=text + "author:Bob", first=5) == [2]
        assert numbers(github, text=text + "updated:>=2021-06-01T00:00:00Z", first=5) == [3]


def test_search_without_an_order_is_not_stable() -> None:
    """The pages of a search without an order miss some and repeat others."""
    with StandIn(BIG) as github:
        walked = numbers(github, text="repo:made-up/big is:pr is:merged", first=100)
    assert len(walked) == 1000
    assert len(set(walked)) < 1000


def test_weeks_with_counts_only_are_counted() -> None:
    """2021-W10 to W18 have counts without pull requests; a part of such a week is an error."""
    text = "repo:backstage/backstage is:pr is:merged base:master sort:created-asc merged:{}"
    with StandIn() as github:
        assert (
            count(github, text.format("2021-05-03..2021-05-09"))
            == history.weekly_counts()["2021-W18"].merged
        )
        assert numbers(github, text=text.format("2021-05-03..2021-05-09"), first=100) == []
    partly = f'{{ search(query: "{text.format(">=2021-05-05")}", type: ISSUE) {{ issueCount }} }}'
    with pytest.raises(AssertionError, match="count only"), StandIn() as github:
        assert ask(github, partly).status_code == 500


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        (
            '{ search(query: "repo:o/r is:pr is:merged label:x", type: ISSUE) { issueCount } }',
            "label:x",
        ),
        (
            '{ search(query: "repo:o/r is:pr is:merged merged:>2021", type: ISSUE) { issueCount } }',
            "merged:>2021",
        ),
        ("{ viewer { login } }", "viewer"),
        ("{ rateLimit {", "Syntax"),
    ],
)
def test_an_unknown_request_fails_the_test(query: str, complaint: str) -> None:
    """An unknown qualifier, field or syntax gets a 500 and an error at the end."""
    with (
        pytest.raises(AssertionError, match=complaint.split(":", maxsplit=1)[0]),
        StandIn() as github,
    ):
        assert ask(github, query).status_code == 500


def test_a_list_has_pages_and_each_pull_request_comes_once() -> None:
    """Pages by update, the last first, have every pull request once."""
    query = """query Q($after: String) { repository(owner: "made-up", name: "big") { pullRequests(
      states: MERGED, first: 100, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
        totalCount nodes { number } pageInfo { hasNextPage endCursor } } } }"""
    walked: list[int] = []
    with StandIn(BIG) as github:
        page: dict[str, Any] = {"pageInfo": {"endCursor": None, "hasNextPage": True}}
        while page["pageInfo"]["hasNextPage"]:
            answer = ask(github, query, after=page["pageInfo"]["endCursor"]).json()
            page = answer["data"]["repository"]["pullRequests"]
            walked += [node["number"] for node in page["nodes"]]
    assert walked == list(range(1201, 0, -1))
    assert page["totalCount"] == 1201


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("pullRequests(first: 101) { totalCount }", "EXCESSIVE_PAGINATION"),
        ("pullRequests { nodes { id } }", "MISSING_PAGINATION_BOUNDARIES"),
    ],
)
def test_pages_have_github_s_limits(field: str, kind: str) -> None:
    """GitHub's own errors refuse more than 100 records a page, or nodes without a limit."""
    with StandIn() as github:
        answer = ask(
            github, f'{{ repository(owner: "backstage", name: "backstage") {{ {field} }} }}'
        ).json()
    assert [error["type"] for error in answer["errors"]] == [kind]


def test_a_query_has_github_s_limit_of_nodes() -> None:
    """A query that may give more than 500,000 nodes is refused."""
    deep = " ".join(
        f"p{n}: pullRequests(first: 100) {{ nodes {{ files(first: 100) {{ totalCount }} }} }}"
        for n in range(50)
    )
    with StandIn() as github:
        answer = ask(
            github, f'{{ repository(owner: "backstage", name: "backstage") {{ {deep} }} }}'
        ).json()
    assert [error["type"] for error in answer["errors"]] == ["MAX_NODE_LIMIT_EXCEEDED"]
    assert "505,000" in answer["errors"][0]["message"]


def test_unknown_repositories_are_null_and_renamed_ones_are_followed() -> None:
    """An unknown repository is null with NOT_FOUND.

    An old name leads to the new one, but not in search.
    """
    query = 'query Q($o: String!) { repository(owner: $o, name: "backstage") { nameWithOwner } }'
    with StandIn() as github:
        unknown, renamed = (ask(github, query, o=owner).json() for owner in ("nobody", "spotify"))
        assert count(github, "repo:nobody/backstage is:pr is:merged") == 0
        assert count(github, "repo:spotify/backstage is:pr is:merged") == 0
    assert unknown["data"] == {"repository": None}
    assert [(error["type"], error["path"]) for error in unknown["errors"]] == [
        ("NOT_FOUND", ["repository"])
    ]
    assert renamed == {"data": {"repository": {"nameWithOwner": "backstage/backstage"}}}


def test_accounts_have_github_s_kinds() -> None:
    """A bot has no `[bot]` in GraphQL, an organization no company, and a deleted account is null."""
    authors = (
        Person(login="dependabot[bot]", is_bot=True),
        Person(login="org"),
        None,
        Person(login="ada", name="Ada"),
    )
    repo = Repo(
        pulls=tuple(pull(n, author=one) for n, one in enumerate(authors)),
        kinds={"org": "Organization"},
    )
    query = """query Q($ids: [ID!]!) { nodes(ids: $ids) { ... on PullRequest {
      author { __typename login ... on User { name } } } } }"""
    with StandIn(World((repo,))) as github:
        nodes = ask(github, query, ids=[one.node_id for one in repo.pulls]).json()["data"]["nodes"]
    assert [node["author"] for node in nodes] == [
        {"__typename": "Bot", "login": "dependabot"},
        {"__typename": "Organization", "login": "org"},
        None,
        {"__typename": "User", "login": "ada", "name": "Ada"},
    ]


@pytest.mark.parametrize(
    ("token", "says"), [(None, "This endpoint requires"), ("wrong", "Bad credentials")]
)
def test_a_token_is_needed(token: str | None, says: str) -> None:
    """Without a token, or with a wrong one, the answer is 401."""
    with StandIn() as github:
        answer = ask(github, "{ rateLimit { remaining } }", token=token)
    assert answer.status_code == 401
    assert answer.json()["message"].startswith(says)


def test_the_fake_github_has_its_own_server_header() -> None:
    """It has its own `Server` header, no date, and the headers of GitHub's primary limit."""
    with StandIn() as github:
        answer = ask(github, "query Left { rateLimit { remaining } }")
        assert [(one.method, one.path, one.operation) for one in github.requests] == [
            ("POST", "/graphql", "Left")
        ]
    assert answer.json() == {"data": {"rateLimit": {"remaining": 4999}}}
    assert answer.headers["Server"] == "digest stand-in"
    assert answer.headers["x-ratelimit-remaining"] == "4999"
    assert "Date" not in answer.headers


def test_a_fault_hits_the_next_request_of_its_operation_once() -> None:
    """A status, a page instead of JSON, errors next to partial data: each comes once."""
    query = 'query Left { rateLimit { remaining } repository(owner: "backstage", name: "backstage") { name } }'
    limited = {"type": "RATE_LIMITED", "message": "Made up for tests."}
    with StandIn() as github:
        github.faults += [
            Fault("Another", status=500),
            Fault(status=502, headers={"Retry-After": "7"}),
            Fault("Left", body="<html>"),
            Fault(errors=[limited], nulls=["repository.name"]),
        ]
        bad, page, partial, well = (ask(github, query) for _ in range(4))
        assert github.faults == [Fault("Another", status=500)]
    assert (bad.status_code, bad.headers["Retry-After"]) == (502, "7")
    assert (page.status_code, page.text) == (200, "<html>")
    assert partial.json() == {
        "data": {"rateLimit": {"remaining": 4997}, "repository": {"name": None}},
        "errors": [limited],
    }
    assert well.json() == {
        "data": {"rateLimit": {"remaining": 4996}, "repository": {"name": "backstage"}}
    }


@pytest.mark.parametrize(
    ("fault", "timeout", "kind"),
    [
        (Fault(drop=True), 5, requests.ConnectionError),
        (Fault(cut=True), 5, requests.exceptions.ChunkedEncodingError),
        (Fault(delay=0.3), 0.1, requests.ReadTimeout),
    ],
)
def test_faults_can_break_the_connection(
    fault: Fault, timeout: float, kind: type[Exception]
) -> None:
    """Faults can drop a connection, cut an answer, or delay it."""
    with StandIn() as github:
        github.faults.append(fault)
        with pytest.raises(kind):
            requests.post(
                f"{github.url}/graphql",
                json={"query": "{ rateLimit { cost } }"},
                headers={"Authorization": f"token {TOKEN}"},
                timeout=timeout,
            )


def test_the_default_world_is_the_public_history() -> None:
    """It has all facts unchanged, and its made-up facts are recognizable."""
    with StandIn() as github:
        (repo,) = github.world.repos
    known = [
        (one.number, one.title, one.merged_at, one.merge_commit) for one in history.pull_requests()
    ]
    assert [(one.number, one.title, one.merged_at, one.merge_commit) for one in repo.pulls] == known
    assert all((one.body or "").startswith("Made up for tests.") for one in repo.pulls)
    assert {one.author.company for one in repo.pulls if one.author} == {None}
