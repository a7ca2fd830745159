"""What was recorded of the REST API is replayed without a network and holds no secret."""

import re
from pathlib import Path

import pytest

from digest.errors import DigestError
from digest.github.connection import GITHUB
from digest.model import Repository, Snapshot
from tests import history
from tests.builders import FETCHED_AT
from tests.recorded import before
from tests.recorded_rest import CASES, fetch
from tests.recording import CASSETTES, Readable, cassettes
from tests.test_cassettes import SHAPES

FILES = sorted((CASSETTES / "rest").glob("*.yaml"))
BY = {case.name: case for case in CASES}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A replay reaches nothing, but vcrpy 7 would look for the proxy's address in the cassette."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "api.github.com,127.0.0.1")


def replay(name: str) -> Snapshot:
    with cassettes("rest").use_cassette(name) as cassette:
        snapshot = fetch(BY[name], GITHUB)
        assert cassette.all_played
    return snapshot


@pytest.mark.parametrize(
    ("name", "renamed"),
    [
        ("edition-26", []),
        ("empty-week", []),
        (
            "renamed-repository",
            ["spotify/backstage is called backstage/backstage now; use that name from here on."],
        ),
    ],
)
def test_a_recorded_week_is_what_the_history_tells(name: str, renamed: list[str]) -> None:
    """List, count, files and names equal the facts, as far as they tell; nothing is left over in the cassette."""
    snapshot = replay(name)
    window = BY[name].window
    facts = history.told(window)
    for got, fact in zip(snapshot.pull_requests, facts, strict=True):
        known = history.as_far_as_known(got)
        # A number of lines is only told where the files were read, which are people's.
        read = fact.model_copy(update=dict.fromkeys(name for name, value in known if value is None))
        assert known == read
    assert snapshot.repositories == (
        Repository(
            name=history.REPOSITORY,
            url=f"https://github.com/{history.REPOSITORY}",
            default_branch="master",
            base="master",
            private=False,
            listed_by="search",
            listed_because="there is no token, and search answers without one",
            found=len(facts),
            unfiltered=len(facts),
        ),
    )
    assert (snapshot.fetched_at, snapshot.complete) == (FETCHED_AT, True)
    assert list(snapshot.notices[: len(renamed)]) == renamed
    assert [(one.start, one.end, one.count) for one in snapshot.earlier_counts or ()] == [
        (one.start, one.end, None) for one in before(window)
    ]


def test_in_edition_26_everything_of_people_was_read() -> None:
    by_people = [one for one in replay("edition-26").pull_requests if one.author and not one.author.is_bot]
    assert len(by_people) == 21
    assert all(one.files is not None and one.author and one.author.name for one in by_people)


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("unknown-repository", 1, "GitHub knows no made-up/unknown, or does not show it without a token."),
        (
            "hour-used-up",
            3,
            "GitHub's rate limit is used up until 10:00:01 UTC. Without a token it is a low one.",
        ),
    ],
)
def test_a_recorded_refusal_is_one_clear_line(name: str, code: int, message: str) -> None:
    with pytest.raises(DigestError) as refused:
        replay(name)
    assert (refused.value.message, refused.value.exit_code, bool(refused.value.hint)) == (message, code, True)


def test_every_case_has_its_cassette_and_no_cassette_is_without_a_case() -> None:
    assert sorted(path.stem for path in FILES) == sorted(BY)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_cassette_is_honest_and_holds_no_secret(path: Path) -> None:
    """No token shape, only GETs of GitHub's addresses without headers; the server names itself, the README the file."""
    text = path.read_text("utf-8")
    assert re.findall(SHAPES, text, re.MULTILINE) == []
    assert "127.0.0.1" not in text
    for one in Readable.deserialize(text)["interactions"]:
        assert (one["request"]["method"], one["request"]["headers"]) == ("GET", {})
        assert one["request"]["uri"].startswith(f"{GITHUB}/")
        assert one["response"]["headers"]["Server"] in (["digest stand-in"], ["github.com"])
    table = (CASSETTES / "README.md").read_text("utf-8").partition("In `rest/`")[2]
    assert f"| `{path.stem}` |" in table
