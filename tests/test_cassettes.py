"""The real commands replay cassettes without a network, and the public facts confirm them.

A command must make each recorded request, and no other. The answers fit GitHub's schema and contain
no secret.
"""

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest
import requests
from vcr.errors import CannotOverwriteExistingCassetteException  # type: ignore[import-untyped]

from digest.github.connection import GITHUB
from digest.model import EarlierCount, PullRequest, Repository, Snapshot
from tests import history
from tests.builders import FETCHED_AT
from tests.cli import Seen, run
from tests.fetching import firsts
from tests.record_cassettes import from_standin
from tests.recorded import DIALOGUES, WEEKS, Case, Dialogue, Drafted, before
from tests.recording import CASSETTES, Readable, cassettes
from tests.standin import StandIn
from tests.typed import mismatches

pytestmark = pytest.mark.slow

BY = {case.name: case for case in WEEKS}
NAMES = sorted(
    path.relative_to(CASSETTES).with_suffix("").as_posix() for path in CASSETTES.glob("*/*.yaml")
)
EDITION_26 = pytest.mark.parametrize(
    "name", ["graphql/edition-26", "graphql/edition-26-by-search", "rest/edition-26"]
)
SHAPES = r"gh[pousr]_\w{16}|github_pat_\w{16}|made-up-token|(?i:^\s*(?:authorization|cookie):|\bbearer [\w-]{8})"
RENAMED = "spotify/backstage was renamed to backstage/backstage. Use the new name."
UNKNOWN = (
    "Without a token GitHub allows 60 requests an hour, so these are unknown: {}the counts of earlier "
    "windows; changeset texts and first contributions."
)
SIGN_IN = "gh auth login, or set GH_TOKEN to a fine-grained token"
TO_KNOW = f"To get them, run {SIGN_IN} without permissions."
SECTION = """## Merged last week

{lead} Here are the highlights.

### GitHub Release Manager plugin

Erik Engervall added the GitHub Release Manager plugin in [#5299](https://github.com/backstage/backstage/pull/5299). \
TODO: in one sentence, what can readers do with it?

> TODO: rewrite or delete. From the pull request: Made up for tests. This is the description of number 5299.

### Shortcuts plugin for the Sidebar

Marcus Eide added the Shortcuts plugin for the Sidebar in [#5392](https://github.com/backstage/backstage/pull/5392). \
TODO: in one sentence, what can readers do with it?

> TODO: rewrite or delete. From the pull request: Made up for tests. This is the description of number 5392.
"""
WITH_COUNTS = "Only 32 pull requests were merged last week; the 12 weeks before saw 39 to 79."
REFUSALS: Mapping[str, tuple[int, str, str]] = {
    "graphql/unknown-repository": (
        1,
        "GitHub could not find made-up/unknown, or the token may not read it.",
        "Check the spelling. A private repository needs a token that may read it.",
    ),
    "graphql/no-rights": (
        1,
        "The token may not read backstage/backstage: Resource not accessible by personal access token.",
        "Give it read access to pull requests and contents of that repository.",
    ),
    "rest/unknown-repository": (
        1,
        "GitHub could not find made-up/unknown, or does not show it without a token.",
        f"Check the spelling. If it is private, run {SIGN_IN} that may read it.",
    ),
    "rest/hour-used-up": (
        3,
        "GitHub's rate limit is used up until 10:00:01 UTC. The limit is low without a token.",
        f"Run the command again then. To raise the limit, run {SIGN_IN} without permissions.",
    ),
}
WRITES = {
    "publish/new": ["POST /git/refs", "commit", "POST /pulls", "POST /issues/1/labels"],
    "publish/ticked": ["commit"],
    "publish/ticked-and-scheduled": ["commit", "PATCH /pulls/1"],
}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove proxies: a replay needs none, but vcrpy 7 would look for their addresses."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "api.github.com,127.0.0.1")


@cache
def replayed(name: str) -> Drafted:
    with cassettes().use_cassette(name) as cassette:
        drafted = BY[name].play(GITHUB)
        assert cassette.all_played
    return drafted


def document(name: str) -> Mapping[str, Any]:
    """Return the JSON that `digest week --json` printed."""
    seen = replayed(name).seen
    assert seen.code == 0, seen.err
    printed: Mapping[str, Any] = json.loads(seen.out)
    return printed


@cache
def interactions(name: str) -> tuple[Any, ...]:
    """Return the requests and answers."""
    return tuple(
        Readable.deserialize((CASSETTES / f"{name}.yaml").read_text("utf-8"))["interactions"]
    )


def queries(name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the GraphQL requests and answers as JSON."""
    for one in interactions(name):
        yield json.loads(one["request"]["body"]), json.loads(one["response"]["body"]["string"])


OLD_NAME = "spotify/backstage"


def expected(
    case: Case, listed_by: Literal["list", "search"], because: str, *notices: str
) -> Snapshot:
    """Return the snapshot of a case according to the facts."""
    facts = history.graphql_facts(case.window)
    return Snapshot(
        repositories=(
            Repository(
                name=history.REPOSITORY,
                url=f"https://github.com/{history.REPOSITORY}",
                default_branch="master",
                base="master",
                private=False,
                listed_by=listed_by,
                listing_reason=because,
                search_count=len(facts),
                search_count_any_base=len(facts),
                node_id="R_backstage_backstage",
                former_names=(OLD_NAME,) if "renamed" in case.name else (),
            ),
        ),
        window=case.window,
        fetched_at=FETCHED_AT,
        complete=True,
        notices=notices,
        pull_requests=facts if case.has_token else tuple(map(without_token, facts)),
        earlier_counts=tuple(
            EarlierCount(
                start=one.start,
                end=one.end,
                count=merged(history.week_of(one.start)) if case.has_token else None,
            )
            for one in before(case.window)
        ),
        first_contributions=firsts(case.window) if case.has_token else None,
    )


def without_token(fact: PullRequest) -> PullRequest:
    """Return a pull request as in REST, which does not request the files of bots."""
    unknown = ["merged_by", "head", "merge_commit"]
    if fact.author and fact.author.is_bot:
        unknown += ["additions", "deletions", "changed_files", "files"]
    return fact.model_copy(update=dict.fromkeys(unknown))


def merged(week: str) -> int:
    counts = history.weekly_counts()
    return counts[week].merged if week in counts else 0


def as_far_as_known(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot without learned areas and facts that are not in the history."""
    known = tuple(history.as_far_as_known(one) for one in snapshot.pull_requests)
    listed = tuple(one.model_copy(update={"areas": None}) for one in snapshot.repositories)
    return snapshot.model_copy(update={"pull_requests": known, "repositories": listed})


@pytest.mark.parametrize(
    ("name", "walked"),
    [
        ("graphql/edition-26", "and the list is used for up to 500"),
        ("graphql/edition-26-by-search", "and search is used for more than 0"),
        ("graphql/renamed-repository", "and search is used for more than 500"),
    ],
)
def test_a_week_with_a_token_equals_the_history(name: str, walked: str) -> None:
    """The whole snapshot equals the facts, as far as they are known."""
    case = BY[name]
    since = sum(
        count.merged for week, count in history.weekly_counts().items() if week >= case.week
    )
    because = f"{since:,} merged pull requests were updated since the window's start, {walked}"
    notices = [RENAMED] if "renamed" in name else []
    facts = replayed(name).facts
    assert facts
    assert as_far_as_known(facts) == expected(
        case, "list" if "the list" in walked else "search", because, *notices
    )


@pytest.mark.sample(every=2)
@pytest.mark.parametrize(
    ("name", "notices"),
    [
        (
            "rest/edition-26",
            [UNKNOWN.format("the changed files of 11 pull requests; "), TO_KNOW],
        ),
        ("rest/renamed-repository", [RENAMED, UNKNOWN.format(""), TO_KNOW]),
    ],
)
def test_a_week_without_a_token_equals_the_history(name: str, notices: list[str]) -> None:
    """The same without a token; a notice lists the unknown facts."""
    because = "search works without a token"
    facts = replayed(name).facts
    assert facts
    # Counts of earlier windows take a token.
    whole = expected(BY[name], "search", because, *notices)
    assert as_far_as_known(facts) == whole.model_copy(update={"earlier_counts": None})


@EDITION_26
def test_edition_26_has_the_count_and_the_groups_of_the_facts(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """32 = 21 + 11, as the newsletter of 17 May 2021 counts, and only the groups of the facts."""
    monkeypatch.chdir(tmp_path)
    Path("facts.json").write_text(expected(BY[name], "search", "").model_dump_json(), "utf-8")
    facts = json.loads(run("week", "--from", "facts.json", "--json", "--output", "-").out)
    got = document(name)
    assert [got[key] for key in ("count", "by_people", "by_bots", "complete")] == [32, 21, 11, True]
    assert got["groups"] == facts["groups"]
    assert sum(len(group["pull_requests"]) for group in got["groups"]) == 32


@EDITION_26
def test_the_section_of_edition_26_is_this_one(name: str) -> None:
    lead = WITH_COUNTS if BY[name].has_token else "32 pull requests were merged last week."
    assert document(name)["section"] == SECTION.format(lead=lead)


@pytest.mark.parametrize("name", ["graphql/renamed-repository", "rest/renamed-repository"])
def test_a_week_without_a_merge_is_reported(name: str) -> None:
    assert (
        document(name)["section"]
        == "## Merged last week\n\nNo pull requests were merged last week.\n"
    )


@pytest.mark.parametrize("name", REFUSALS)
def test_a_recorded_refusal_is_one_line(name: str) -> None:
    code, message, hint = REFUSALS[name]
    assert replayed(name) == Drafted(Seen(code, "", f"digest: {message} {hint}\n"), None)


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
def test_a_dialogue_of_publish_ends_as_recorded_and_makes_only_these_writes(
    dialogue: Dialogue,
) -> None:
    with cassettes().use_cassette(dialogue.name) as cassette:
        assert dialogue.play(GITHUB) == dialogue.operation
        assert cassette.all_played
    written = []
    for one in interactions(dialogue.name):
        request = one["request"]
        path = request["uri"].removeprefix(f"{GITHUB}/repos/acme/newsletter")
        if path.endswith("/graphql"):
            written += (
                ["commit"] if "createCommitOnBranch" in json.loads(request["body"])["query"] else []
            )
        elif request["method"] != "GET":
            written.append(f"{request['method']} {path}")
    assert written == WRITES[dialogue.name]


def test_every_case_has_a_cassette_and_every_cassette_a_case() -> None:
    assert sorted([*BY, *(dialogue.name for dialogue in DIALOGUES)]) == NAMES


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("graphql/")])
def test_every_answer_fits_the_schema(name: str) -> None:
    """Executed against the schema, each recorded answer gives itself."""
    for asked, answered in queries(name):
        assert mismatches(asked["query"], asked.get("variables", {}), answered["data"]) == []


def _first(data: Any) -> Any:
    return data["repository"]["pullRequests"]["nodes"][0]


@pytest.mark.sample(every=2)
@pytest.mark.parametrize(
    ("plant", "where"),
    [
        (lambda node: node.pop("title"), "title is not in the answer"),
        (lambda node: node.update(title=None), "Cannot return null for non-nullable field"),
        (lambda node: node.update(mergedAt=1621245600), "1621245600 is not text"),
        (lambda node: node.update(additions="many"), "Int cannot represent"),
        (lambda node: node["author"].update(__typename="Robot"), "Robot"),
        (lambda node: node.update(labels=[]), "totalCount"),
        (lambda node: node.update(title=5), "the query does not have, or of another kind"),
        (lambda node: node.update(secret="x"), "the query does not have, or of another kind"),
    ],
)
def test_a_planted_fault_is_caught(plant: Callable[[Any], object], where: str) -> None:
    """An answer that GitHub never gives does not fit the schema."""
    _, (asked, answered), *_ = queries("graphql/edition-26")
    data = copy.deepcopy(answered["data"])
    plant(_first(data))
    assert any(
        where in mismatch for mismatch in mismatches(asked["query"], asked["variables"], data)
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_cassette_names_its_server_and_contains_no_secret(name: str) -> None:
    """No text looks like a token, and no header carries one.

    Each cassette names its server, and the README names the cassette.
    """
    text = (CASSETTES / f"{name}.yaml").read_text("utf-8")
    assert re.findall(SHAPES, text, re.MULTILINE) == []
    assert "127.0.0.1" not in text
    for one in interactions(name):
        assert one["request"]["uri"].startswith(f"{GITHUB}/")
        assert set(one["request"]["headers"]) <= {"Content-Type"}
        assert one["request"]["method"] == "GET" or not name.startswith("rest/")
        assert one["response"]["headers"]["Server"] in (["digest stand-in"], ["github.com"])
    assert f"| `{name}` |" in (CASSETTES / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    "case", [*(one for one in WEEKS if one.fault), *DIALOGUES], ids=lambda one: one.name
)
def test_recording_again_changes_no_byte(case: Case | Dialogue, tmp_path: Path) -> None:
    """Only the fake GitHub can give these cases."""
    from_standin(case, tmp_path)
    assert (tmp_path / f"{case.name}.yaml").read_bytes() == (
        CASSETTES / f"{case.name}.yaml"
    ).read_bytes()


def test_a_recording_keeps_no_token_and_answers_each_request_once(tmp_path: Path) -> None:
    """It has neither the token nor the loopback address.

    It refuses another request or a second one.
    """
    token = "ghp_" + "x" * 36
    query: Any = {"query": "query Left {\n  rateLimit { remaining }\n}", "variables": {"a": "é"}}
    headers = {"Authorization": f"token {token}", "Cookie": "made-up-token=1"}
    with (
        StandIn(token=token) as github,
        cassettes(mode="once", folder=tmp_path).use_cassette("new"),
    ):
        live = requests.post(f"{github.url}/graphql", json=query, headers=headers, timeout=5)
    text = (tmp_path / "new.yaml").read_text("utf-8")
    assert re.findall(SHAPES, text, re.MULTILINE) == []
    assert re.search(SHAPES, f"Authorization: {token}", re.MULTILINE)
    with cassettes(folder=tmp_path).use_cassette("new"):
        with pytest.raises(CannotOverwriteExistingCassetteException):
            requests.post(f"{GITHUB}/graphql", json=query | {"variables": {}}, timeout=5)
        assert requests.post(f"{GITHUB}/graphql", json=query, timeout=5).json() == live.json()
        with pytest.raises(CannotOverwriteExistingCassetteException):
            requests.post(f"{GITHUB}/graphql", json=query, timeout=5)
