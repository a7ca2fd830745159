"""Each source of the table gets the usual requests and gives the usual answers."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from digest.errors import DigestError, TryLaterError
from digest.files import snapshots
from digest.model import Snapshot, Window
from digest.sources import Context, Identity, Source
from digest.sources.table import SOURCES, fetch_window, open_source
from tests.builders import FETCHED_AT, REPOSITORY, changed_file, pull, snapshot, week, window
from tests.fetching import ELSEWHERE, FROM_BOT, FULL, OLD, W19, many, world
from tests.scripted import FakeWatch
from tests.shipped import shipped
from tests.standin import TOKEN, StandIn, World, as_in_graphql
from tests.standin.world import Repo

pytestmark = pytest.mark.slow

Open = Callable[..., Source]
Ask = Callable[..., Snapshot]
WITH_TOKEN, SAVED = "with a token", "a saved snapshot"


@pytest.fixture(params=SOURCES)
def row(request: pytest.FixtureRequest) -> str:
    """Return a row of the table."""
    return str(request.param)


@pytest.fixture
def opened(row: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return a function that opens the row's source on a world.

    Its saved snapshots are two months in the form of GraphQL.
    """
    with ExitStack() as stack:

        def open_on(there: World, base: str = "", earlier: tuple[Window, ...] = ()) -> Source:
            monkeypatch.setenv("GITHUB_API_URL", stack.enter_context(StandIn(there)).url)
            monkeypatch.setenv("GH_TOKEN", TOKEN)
            context = Context(shipped(), FakeWatch(), FETCHED_AT)
            if row == SAVED:
                whole = window("2021-04-05", "2021-06-07")
                file = tmp_path / "pull_requests.json"
                file.write_text(
                    open_source(context).fetch(REPOSITORY, base, whole, earlier).model_dump_json()
                )
                context = Context(shipped(), FakeWatch(), FETCHED_AT, files=(str(file),))
            elif row != WITH_TOKEN:
                monkeypatch.delenv("GH_TOKEN")
            return open_source(context)

        yield open_on


@pytest.fixture
def ask(opened: Open) -> Ask:
    """Return a function that fetches a window of a world from the row's source."""

    def ask(
        there: World, asked: Window = W19, base: str = "", earlier: tuple[Window, ...] = ()
    ) -> Snapshot:
        return opened(there, base, earlier).fetch(REPOSITORY, base, asked, earlier)

    return ask


def test_each_pull_request_of_the_window_comes_once_oldest_merge_first(ask: Ask) -> None:
    there = world(FULL, FROM_BOT, OLD, *many(2))
    got = ask(there).pull_requests
    assert [one.number for one in got] == [1, 2, 8, 7]
    assert all(W19.start <= one.merged_at < W19.end for one in got)


def test_facts_of_a_pull_request_are_the_same_or_unknown(ask: Ask) -> None:
    for got, real in zip(ask(world(FULL, FROM_BOT)).pull_requests, (FROM_BOT, FULL), strict=True):
        facts = as_in_graphql(real)
        differing = {
            name: value
            for name, value in got
            if value is not None and value != getattr(facts, name)
        }
        assert differing == {}
        assert {got.key, got.title, got.url} == {facts.key, facts.title, facts.url}
        assert (got.author, got.labels) == (facts.author, facts.labels)


def test_the_default_branch_counts_unless_another_or_all_are_named(ask: Ask) -> None:
    there = world(FULL, ELSEWHERE)
    assert [one.number for one in ask(there).pull_requests] == [7]
    assert [one.number for one in ask(there, base="release").pull_requests] == [9]
    assert [one.number for one in ask(there, base="*").pull_requests] == [7, 9]


def test_the_repository_comes_with_its_counted_branch(ask: Ask) -> None:
    (repository,) = ask(world(FULL)).repositories
    assert (repository.name, repository.url) == (REPOSITORY, f"https://github.com/{REPOSITORY}")
    assert (repository.default_branch, repository.base, repository.private) == (
        "master",
        "master",
        False,
    )


def test_the_window_and_the_moment_are_the_requested_ones(ask: Ask) -> None:
    got = ask(world(FULL))
    assert (got.window, got.fetched_at, got.complete) == (W19, FETCHED_AT, True)


def test_earlier_counts_follow_the_request_or_are_unknown(ask: Ask) -> None:
    earlier = (week("2021-W17"), week("2021-W18"))
    counts = ask(world(FULL, OLD), earlier=earlier).earlier_counts
    if counts is not None:
        assert [(one.start, one.end) for one in counts] == [(one.start, one.end) for one in earlier]
        assert [one.count for one in counts] in ([0, 1], [None, None])


def test_nothing_merged_is_an_empty_list(ask: Ask) -> None:
    got = ask(world(OLD))
    assert (got.pull_requests, got.complete) == ((), True)
    assert ask(World((Repo(),))).pull_requests == ()


def test_a_snapshot_can_be_saved_and_read_back(ask: Ask) -> None:
    got = ask(world(FULL, FROM_BOT))
    assert snapshots.parse_snapshot_file(got.model_dump_json().encode(), "a file") == got


def test_a_window_of_a_day_in_another_zone_has_that_days_limits(ask: Ask) -> None:
    asked = window("2021-05-12", "2021-05-13", zone="Asia/Tokyo", kind="days")
    early, late = (
        FULL.model_copy(
            update={"number": n, "merged_at": asked.start + timedelta(hours=h), "node_id": f"N{n}"}
        )
        for n, h in ((1, 0), (2, 24))
    )
    assert [one.number for one in ask(world(early, late), asked).pull_requests] == [1]


def test_story_facts_keep_the_count_and_the_known_facts(row: str, opened: Open) -> None:
    adds = pull(
        11, files=(changed_file(".changeset/quick-door.md", "added"),), merge_commit="1" * 40
    )
    third = Repo("made-up/third", (pull(9, repository="made-up/third", node_id="PR_made_up_9"),))
    source = opened(World((*world(adds, FULL).repos, third)))
    before = source.fetch(REPOSITORY, "", W19, ())
    after = source.add_story_facts(before, [adds.key, "made-up/third#9"])
    if row != WITH_TOKEN:
        assert after == before
        return
    assert [(one.key, bool(one.changesets)) for one in after.pull_requests] == [
        (FULL.key, False),
        (adds.key, True),
    ]
    assert [one.key for one in after.uncounted_pull_requests] == ["made-up/third#9"]
    unknown = {"changesets": None}
    assert [one.model_copy(update=unknown) for one in after.pull_requests] == list(
        before.pull_requests
    )


def test_a_source_reports_the_origin_of_its_facts(row: str, opened: Open, tmp_path: Path) -> None:
    source = opened(world(OLD))
    source.fetch(REPOSITORY, "", W19, ())
    expected = {
        WITH_TOKEN: r"1 request, \d+ s",
        SAVED: f"from {re.escape(str(tmp_path / 'pull_requests.json'))}",
    }
    assert re.fullmatch(expected.get(row, r"4 requests, \d+ s"), source.origin)


@dataclass
class Failing:
    """A source that raises each repository's failure, or returns one pull request."""

    failures: dict[str, DigestError]
    snapshots: tuple[Snapshot, ...] = ()
    host: str = "github.example.com"
    origin: str = "made up for tests"

    def fetch(
        self, repository: str, _base: str, _window: Window, _earlier: Sequence[Window]
    ) -> Snapshot:
        if repository in self.failures:
            raise self.failures[repository]
        return snapshot(pull(5, repository=repository, additions=3))

    def identify(self, _repositories: Sequence[str], /) -> Mapping[str, Identity]:
        return {}

    def add_story_facts(self, snapshot: Snapshot, _keys: Sequence[str]) -> Snapshot:
        return snapshot


def test_a_repository_that_fails_does_not_stop_the_others() -> None:
    source = Failing({"b/b": DigestError("It is gone.")})
    got = fetch_window(source, ["a/a", "b/b", "c/c"], W19, shipped(), FETCHED_AT)
    assert [one.key for one in got.pull_requests] == ["a/a#5", "c/c#5"]
    assert [(one.name, one.was_read) for one in got.repositories] == [
        ("a/a", True),
        ("b/b", False),
        ("c/c", True),
    ]
    assert (got.repositories[1].url, got.repositories[1].listing_reason) == (
        "https://github.example.com/b/b",
        "It is gone.",
    )
    assert not got.complete


@pytest.mark.parametrize(
    ("failures", "kind", "message"),
    [
        ([DigestError("No."), DigestError("No.")], DigestError, "No."),
        ([DigestError("No."), DigestError("Never.")], DigestError, "a/a: No. b/b: Never."),
        ([DigestError("No."), TryLaterError("Slowly.")], TryLaterError, "a/a: No. b/b: Slowly."),
    ],
)
def test_the_error_of_the_repositories_is_raised_if_all_fail(
    failures: list[DigestError], kind: type, message: str
) -> None:
    source = Failing(dict(zip(["a/a", "b/b"], failures, strict=True)))
    with pytest.raises(DigestError) as caught:
        fetch_window(source, ["a/a", "b/b"], W19, shipped(), FETCHED_AT)
    assert (type(caught.value), caught.value.message) == (kind, message)


def test_a_snapshot_of_the_builders_can_be_read_from_a_file() -> None:
    assert snapshots.parse_snapshot_file(
        snapshot(FULL).model_dump_json().encode(), "a file"
    ).pull_requests == (FULL,)
