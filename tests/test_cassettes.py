"""What was recorded is replayed without a network, fits GitHub's schema and holds no secret."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from vcr.errors import CannotOverwriteExistingCassetteException  # type: ignore[import-untyped]

from digest.errors import DigestError
from digest.github.connection import GITHUB
from digest.model import EarlierCount, Repository, Snapshot
from tests import history
from tests.builders import FETCHED_AT
from tests.fetching import firsts
from tests.recorded import CASES, Case, before, fetch
from tests.recording import CASSETTES, Readable, cassettes
from tests.standin import StandIn
from tests.typed import mismatches

FILES = sorted((CASSETTES / "graphql").glob("*.yaml"))
WITHHELD = "Resource not accessible by personal access token"
BY = {case.name: case for case in CASES}
SHAPES = r"gh[pousr]_\w{16}|github_pat_\w{16}|made-up-token|(?i:^\s*(?:authorization|cookie):|\bbearer [\w-]{8})"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A replay reaches nothing, but vcrpy 7 would look for the proxy's address in the cassette."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "api.github.com,127.0.0.1")


def interactions(path: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What was asked and answered, as JSON."""
    for one in Readable.deserialize(path.read_text("utf-8"))["interactions"]:
        yield json.loads(one["request"]["body"]), json.loads(one["response"]["body"]["string"])


def replay(name: str) -> Snapshot:
    with cassettes().use_cassette(name) as cassette:
        snapshot = fetch(BY[name], GITHUB)
        assert cassette.all_played
    return snapshot


def expected(case: Case, listed_by: str, because: str, *notices: str) -> Snapshot:
    """The snapshot of a case as the facts tell it; `told` by GraphQL, so without what git alone knows."""
    counts = history.weekly_counts()
    weeks = [history.week_of(one.start) for one in before(case.window)]
    count = len(history.in_window(case.window))
    return Snapshot(
        repositories=(
            Repository.model_validate(
                {
                    "name": history.REPOSITORY,
                    "url": f"https://github.com/{history.REPOSITORY}",
                    "default_branch": "master",
                    "base": "master",
                    "private": False,
                    "listed_by": listed_by,
                    "listed_because": because,
                    "found": count,
                    "unfiltered": count,
                }
            ),
        ),
        window=case.window,
        fetched_at=FETCHED_AT,
        complete=True,
        notices=notices,
        pull_requests=history.told(case.window),
        earlier_counts=tuple(
            EarlierCount(start=one.start, end=one.end, count=counts[week].merged if week in counts else 0)
            for one, week in zip(before(case.window), weeks, strict=True)
        ),
        first_contributions=firsts(case.window),
    )


@pytest.mark.parametrize(
    ("name", "listed_by", "walked", "notices"),
    [
        ("edition-26", "list", "at most 500 are walked", []),
        ("edition-26-by-search", "search", "more than the 0 that are walked", []),
        ("empty-week", "search", "more than the 500 that are walked", []),
        ("busy-week", "search", "more than the 500 that are walked", []),
        (
            "renamed-repository",
            "search",
            "more than the 500 that are walked",
            ["spotify/backstage is called backstage/backstage now; use that name from here on."],
        ),
    ],
)
def test_a_recorded_week_is_what_the_history_tells(name: str, listed_by: str, walked: str, notices: list[str]) -> None:
    """The whole snapshot equals the facts, as far as they tell; nothing is left over in the cassette."""
    snapshot = replay(name)
    known = tuple(history.as_far_as_known(one) for one in snapshot.pull_requests)
    since = sum(count.merged for week, count in history.weekly_counts().items() if week >= BY[name].week)
    because = f"{since:,} merged pull requests were updated since the window's start, {walked}"
    assert snapshot.model_copy(update={"pull_requests": known}) == expected(BY[name], listed_by, because, *notices)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("unknown-repository", "GitHub knows no made-up/unknown, or does not show it to this token."),
        (
            "no-rights",
            f"GitHub does not let this token read backstage/backstage: {WITHHELD}.",
        ),
    ],
)
def test_a_recorded_refusal_is_one_clear_line(name: str, message: str) -> None:
    """What GitHub does not show ends in a DigestError with a hint."""
    with pytest.raises(DigestError) as refused:
        replay(name)
    assert (refused.value.message, refused.value.exit_code, bool(refused.value.hint)) == (message, 1, True)


def test_every_case_has_its_cassette_and_no_cassette_is_without_a_case() -> None:
    """A cassette that no test plays would be believed for nothing."""
    assert sorted(path.stem for path in FILES) == sorted(BY)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_answer_fits_the_schema(path: Path) -> None:
    """Executed against the schema, each recorded answer gives itself."""
    for asked, answered in interactions(path):
        assert mismatches(asked["query"], asked.get("variables", {}), answered["data"]) == []


def _first(data: Any) -> Any:
    return data["repository"]["pullRequests"]["nodes"][0]


@pytest.mark.parametrize(
    ("plant", "where"),
    [
        (lambda node: node.pop("title"), "title is not in the answer"),
        (lambda node: node.update(title=None), "Cannot return null for non-nullable field"),
        (lambda node: node.update(mergedAt=1621245600), "1621245600 is not text"),
        (lambda node: node.update(additions="many"), "Int cannot represent"),
        (lambda node: node["author"].update(__typename="Robot"), "Robot"),
        (lambda node: node.update(labels=[]), "totalCount"),
        (lambda node: node.update(title=5), "what was not asked, or of another kind"),
        (lambda node: node.update(secret="x"), "what was not asked, or of another kind"),
    ],
)
def test_a_planted_fault_is_caught(plant: Callable[[Any], object], where: str) -> None:
    """An answer that GitHub would never give does not fit the schema."""
    _, (asked, answered), *_ = interactions(CASSETTES / "graphql" / "edition-26.yaml")
    data = copy.deepcopy(answered["data"])
    plant(_first(data))
    assert any(where in mismatch for mismatch in mismatches(asked["query"], asked["variables"], data))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_cassette_holds_a_secret_or_an_address_of_loopback(path: Path) -> None:
    """No token shape, no header that carries one, and every address is GitHub's."""
    text = path.read_text("utf-8")
    assert re.findall(SHAPES, text, re.MULTILINE) == []
    assert "127.0.0.1" not in text
    for interaction in Readable.deserialize(text)["interactions"]:
        assert interaction["request"]["uri"] == f"{GITHUB}/graphql"
        assert list(interaction["request"]["headers"]) == ["Content-Type"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_cassette_says_what_it_was_recorded_from(path: Path) -> None:
    """The server names itself in each answer, and the README names the cassette."""
    servers = {
        server
        for one in Readable.deserialize(path.read_text("utf-8"))["interactions"]
        for server in one["response"]["headers"]["Server"]
    }
    assert servers in ({"digest stand-in"}, {"github.com"})
    assert f"| `{path.stem}` |" in (CASSETTES / "README.md").read_text("utf-8")


def test_a_recording_keeps_no_token_and_replays(tmp_path: Path) -> None:
    """What goes into a new cassette holds neither the token nor the loopback address, and plays again."""
    token = "ghp_" + "x" * 36
    query: Any = {"query": "query Left {\n  rateLimit { remaining }\n}", "variables": {"a": "é"}}
    headers = {"Authorization": f"token {token}", "Cookie": "made-up-token=1"}
    with StandIn(token=token) as github, cassettes(mode="once", folder=tmp_path).use_cassette("new"):
        live = requests.post(f"{github.url}/graphql", json=query, headers=headers, timeout=5)
    text = (tmp_path / "graphql" / "new.yaml").read_text("utf-8")
    assert re.findall(SHAPES, text, re.MULTILINE) == []
    assert re.search(SHAPES, f"Authorization: {token}", re.MULTILINE)
    with cassettes(folder=tmp_path).use_cassette("new"):
        assert requests.post(f"{GITHUB}/graphql", json=query, timeout=5).json() == live.json()
        with pytest.raises(CannotOverwriteExistingCassetteException):
            requests.post(f"{GITHUB}/graphql", json=query | {"variables": {}}, timeout=5)
