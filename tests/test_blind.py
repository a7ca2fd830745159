"""A search that sees nothing, as with some installation tokens: its zeros are not answers.

A control question goes with every zero that would be believed: the count of all merged pull requests,
of which the list has some.
"""

import json
from pathlib import Path

import pytest

from digest.model import PullRequest, Snapshot
from tests.builders import week
from tests.cli import run
from tests.fetching import FULL, OLD, W19, fetch, many, numbers, read, world
from tests.standin import Fault, StandIn, World

pytestmark = pytest.mark.slow

EARLIER = [week("2021-W17"), week("2021-W18")]
SEEN = "GitHub's search finds nothing in backstage/backstage, although {} pull requests were merged there."
UNKNOWN = SEEN + " The counts of this and of earlier windows are unknown."
WAIT = ("GitHub's search finds nothing in this repository.", 1.0)


def counts(snapshot: Snapshot) -> list[int | None]:
    return [one.count for one in snapshot.earlier_counts or ()]


@pytest.mark.sample(every=3)
@pytest.mark.parametrize("max_listed", [500, 0])
@pytest.mark.parametrize(
    ("pulls", "expected"),
    [((FULL, OLD), [7]), ((OLD,), []), (tuple(many(150)), list(range(1, 151)))],
)
def test_the_list_replaces_a_blind_search(
    pulls: tuple[PullRequest, ...], expected: list[int], max_listed: int
) -> None:
    """The list, the trend and "nothing was merged" never rely on search alone."""
    with StandIn(world(*pulls, is_searchable=False)) as github:
        seen = read(github, earlier=EARLIER, max_listed=max_listed)
    (repository,) = seen.snapshot.repositories
    assert numbers(seen.snapshot) == expected
    assert (repository.listed_by, repository.search_count, repository.search_count_any_base) == (
        "list",
        None,
        None,
    )
    assert counts(seen.snapshot) == [None, None]
    assert seen.snapshot.notices == (UNKNOWN.format(len(pulls)),)
    assert seen.snapshot.complete
    assert "Searched" not in seen.operations
    assert seen.watch.waits == [WAIT]


@pytest.mark.sample(every=3)
@pytest.mark.parametrize("base", ["master", "trunk"])
@pytest.mark.parametrize("operation", ["Survey", "Listed", "Searched"])
def test_a_search_that_is_blind_for_a_moment_is_asked_again(operation: str, base: str) -> None:
    """Whichever answer carries the counts."""
    max_listed = 0 if operation == "Searched" else 500
    pulls = [one.model_copy(update={"base": base}) for one in (*many(3), OLD)]
    there = world(*pulls, default_branch=base)
    with StandIn(there) as github:
        github.faults.append(Fault(operation, blind=True))
        once = read(github, earlier=EARLIER, max_listed=max_listed)
    assert once.snapshot == fetch(there, earlier=EARLIER, max_listed=max_listed)
    assert counts(once.snapshot) == [0, 1]


@pytest.mark.parametrize("operation", ["Listed", "Searched"])
def test_counts_are_unknown_if_the_control_search_finds_nothing(operation: str) -> None:
    """The counts of an unusual branch and their control question come with the first page."""
    pulls = [one.model_copy(update={"base": "trunk"}) for one in (*many(3), OLD)]
    with StandIn(world(*pulls, default_branch="trunk")) as github:
        github.faults.append(Fault(operation, blind=True, times=99))
        snapshot = read(
            github, earlier=EARLIER, max_listed=0 if operation == "Searched" else 500
        ).snapshot
    assert counts(snapshot) == [None, None]
    assert UNKNOWN.format(4) in snapshot.notices
    assert (
        snapshot.repositories[0].search_count,
        snapshot.repositories[0].search_count_any_base,
    ) == (None, None)
    assert (snapshot.complete, numbers(snapshot), snapshot.repositories[0].listed_by) == (
        True,
        [1, 2, 3],
        "list",
    )


def test_the_list_replaces_a_search_that_goes_blind_after_the_first_request() -> None:
    with StandIn(world(*many(3), OLD)) as github:
        github.faults += [
            Fault(operation, blind=True, times=99) for operation in ("Searched", "Counts")
        ]
        seen = read(github, earlier=EARLIER, max_listed=0)
    assert seen.operations == [
        "Survey",
        "Searched",
        "Searched",
        "Counts",
        "Counts",
        "Listed",
        "Files",
    ]
    assert (numbers(seen.snapshot), seen.snapshot.complete) == ([1, 2, 3], True)
    assert counts(seen.snapshot) == [None, None]
    assert seen.snapshot.notices == (UNKNOWN.format(4),)


def test_a_zero_is_true_if_the_control_search_finds_merges() -> None:
    for max_listed in (500, 0):
        snapshot = fetch(world(OLD), W19, earlier=EARLIER, max_listed=max_listed)
        assert (snapshot.pull_requests, snapshot.complete, snapshot.notices) == ((), True, ())
        assert counts(snapshot) == [0, 1]


@pytest.mark.sample(every=2)
@pytest.mark.parametrize(
    ("there", "says"),
    [
        (world(FULL, OLD, is_searchable=False), "One pull request was merged last week."),
        (world(OLD, is_searchable=False), "No pull requests were merged last week."),
    ],
)
def test_the_section_of_a_blind_week_follows_the_list(
    there: World, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("time.sleep", lambda _: None)
    with StandIn(there) as github:
        monkeypatch.setenv("GITHUB_API_URL", github.url)
        monkeypatch.setenv("GH_TOKEN", github.token)
        seen = run("week", "--repo", "backstage/backstage", "--json")
    printed = json.loads(seen.out)
    assert (seen.code, says in printed["section"]) == (0, True)
    assert printed["earlier_counts"] is None
    assert "The 12 weeks before" not in seen.err
