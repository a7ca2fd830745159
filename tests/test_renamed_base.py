"""A base branch that had another name before: merged pull requests keep the old name."""

from datetime import timedelta
from typing import Any

import pytest

from digest.model import PullRequest, Snapshot
from digest.windows import windows_before
from tests.builders import pull, week
from tests.composing import compose
from tests.fetching import HOUR, W19, Run, numbers, read, read_without_token, world
from tests.shipped import shipped
from tests.standin import Fault, StandIn, World
from tests.test_heavy import EXCEEDED

pytestmark = pytest.mark.slow

EARLIER = windows_before(W19)
MINUTE = timedelta(minutes=1)


def merges(start: int, name: str, base: str, count: int) -> list[PullRequest]:
    """So many merges into a branch in a week, a minute after another."""
    first = week(name).start + HOUR
    return [
        pull(start + place, base=base, merged_at=first + place * MINUTE) for place in range(count)
    ]


def renamed(old: str = "master", new: str = "main", **facts: Any) -> World:
    """Ten merges a week, the branch renamed in the middle of 2021-W16."""
    weeks = [f"2021-W{number:02}" for number in range(7, 20)]
    pulls = [
        one.model_copy(update={"base": old if (name, place) < ("2021-W16", 6) else new})
        for number, name in enumerate(weeks)
        for place, one in enumerate(merges(100 * (number + 1), name, new, 10))
    ]
    other = facts.pop("also", [])
    return world(*pulls, *other, default_branch=new, deleted=frozenset({old}), **facts)


def counts(snapshot: Snapshot) -> list[int | None]:
    return [one.count for one in snapshot.earlier_counts or ()]


def walk(there: World, name: str = "2021-W19", **how: Any) -> Run:
    asked = week(name)
    with StandIn(there) as github:
        return read(github, asked, earlier=windows_before(asked), **how)


CALLED = "{} was called {} before. Pull requests that were merged into {} count too."
UNCLEAR = (
    "Pull requests were merged into {}, which may be an earlier name of {}. Some may be missing."
)


@pytest.mark.sample(every=3)
@pytest.mark.parametrize("max_listed", [500, 0])
@pytest.mark.parametrize(
    ("old", "new", "more"),
    [("master", "main", 0), ("develop", "main", 1), ("main", "trunk", 0), ("dev", "trunk", 2)],
)
def test_the_weeks_before_a_rename_count_the_old_name_too(
    old: str, new: str, more: int, max_listed: int
) -> None:
    run = walk(renamed(old, new), max_listed=max_listed)
    assert counts(run.snapshot) == [10] * 12
    assert (run.snapshot.complete, len(run.snapshot.pull_requests)) == (True, 10)
    assert run.snapshot.notices == (CALLED.format(new, old, old),)
    assert run.snapshot.repositories[0].search_count == 10
    trend = compose(run.snapshot, shipped()).trend
    assert trend is not None
    assert (trend.kind, trend.low, trend.high) == ("usual", 10, 10)


@pytest.mark.sample(every=2)
@pytest.mark.parametrize("max_listed", [500, 0])
@pytest.mark.parametrize(("name", "first"), [("2021-W19", 0), ("2021-W12", 7)])
def test_a_branch_that_was_renamed_twice_keeps_its_counts(
    name: str, first: int, max_listed: int
) -> None:
    """The first name has many merges before the earlier windows, the second one none."""
    long_ago = merges(9000, "2019-W10", "master", 900)
    every = [
        one
        for number in range(7, 20)
        for one in merges(
            100 * number,
            f"2021-W{number:02}",
            "master" if number < 11 else "develop" if number < 15 else "main",
            10,
        )
    ]
    gone = frozenset({"master", "develop"})
    there = world(*long_ago, *every, default_branch="main", deleted=gone)
    snapshot = walk(there, name, max_listed=max_listed).snapshot
    assert (len(snapshot.pull_requests), snapshot.complete) == (10, True)
    assert counts(snapshot) == [0] * first + [10] * (12 - first)
    assert set(snapshot.notices) == {CALLED.format("main", old, old) for old in gone}


@pytest.mark.sample(every=2)
@pytest.mark.parametrize(
    ("name", "times", "expected"),
    [
        ("2021-W19", 1, ([10] * 12, 10, True)),
        ("2021-W19", 99, ([None] * 10 + [10, 10], 10, True)),
        ("2021-W12", 1, ([0] * 7 + [10] * 5, 10, True)),
        ("2021-W12", 99, ([0] * 7 + [None] * 5, 0, False)),
    ],
)
def test_evidence_that_is_too_heavy_leaves_the_number_unknown(
    name: str, times: int, expected: object
) -> None:
    """A smaller page shows the same. Without any page the number is unknown."""
    asked = week(name)
    with StandIn(renamed("develop")) as github:
        for operation in ("Bases", "LastMerges", "FirstMerges"):
            github.faults.append(Fault(operation, body={"errors": [EXCEEDED]}, times=times))
        snapshot = read(github, asked, earlier=windows_before(asked)).snapshot
    assert (counts(snapshot), len(snapshot.pull_requests), snapshot.complete) == expected


def test_a_count_that_is_too_heavy_leaves_the_number_unknown() -> None:
    """The counts of the other branch are asked alone, and main was used a little before."""
    also = [*merges(1, "2020-W50", "main", 1), *merges(11, "2020-W50", "develop", 40)]
    with StandIn(renamed("develop", also=also)) as github:
        github.faults.append(Fault("Counts", body={"errors": [EXCEEDED]}, times=99))
        snapshot = read(github, W19, earlier=EARLIER).snapshot
    assert counts(snapshot) == [None] * 10 + [10, 10]
    assert (len(snapshot.pull_requests), snapshot.complete) == (10, True)


def test_a_rename_at_the_start_of_the_window_counts_next_to_another_branch() -> None:
    weeks = [f"2021-W{number:02}" for number in range(7, 19)]
    pulls = [
        one
        for number, name in enumerate(weeks)
        for one in merges(100 * (number + 1), name, "master", 10)
    ]
    new = [*merges(5000, "2021-W19", "main", 2), *merges(6000, "2021-W19", "feature", 1)]
    run = walk(world(*pulls, *new, default_branch="main", deleted=frozenset({"master"})))
    assert (counts(run.snapshot), len(run.snapshot.pull_requests)) == ([10] * 12, 2)
    assert CALLED.format("main", "master", "master") in run.snapshot.notices


@pytest.mark.sample(every=6)
@pytest.mark.parametrize("max_listed", [500, 0])
@pytest.mark.parametrize("name", ["2021-W19", "2021-W16", "2021-W12"])
@pytest.mark.parametrize(("old", "new"), [("master", "main"), ("develop", "main")])
def test_a_window_before_or_at_the_rename_has_the_pull_requests_of_the_old_name(
    old: str, new: str, name: str, max_listed: int
) -> None:
    run = walk(renamed(old, new), name, max_listed=max_listed)
    assert (run.snapshot.complete, len(run.snapshot.pull_requests)) == (True, 10)
    assert run.snapshot.repositories[0].search_count == 10
    assert compose(run.snapshot, shipped()).lead.startswith("10 pull requests were merged")


def test_a_rename_after_which_nothing_was_merged_yet_is_seen_too() -> None:
    there = world(
        *merges(1, "2021-W18", "master", 3),
        *merges(11, "2021-W19", "master", 4),
        default_branch="main",
        deleted=frozenset({"master"}),
    )
    run = walk(there)
    assert (numbers(run.snapshot), run.snapshot.complete) == ([11, 12, 13, 14], True)
    assert counts(run.snapshot)[-1] == 3


def test_a_branch_that_is_still_there_may_be_another_one() -> None:
    """Nothing was ever merged into the default branch, and the other branch exists."""
    there = world(*merges(1, "2021-W19", "master", 3), default_branch="main")
    snapshot = walk(there).snapshot
    assert (numbers(snapshot), snapshot.complete) == ([], False)
    assert snapshot.notices == (UNCLEAR.format("master", "main"),)
    digest = compose(snapshot, shipped())
    assert (digest.trend, digest.lead) == (
        None,
        "It is unknown how many pull requests were merged last week.",
    )


def test_the_merges_of_a_release_branch_never_count() -> None:
    """It is used at the same time as the base, also in a week in which the base is quiet."""
    also = [
        one
        for number, name in enumerate(["2021-W07", "2021-W12", "2021-W15", "2021-W19"])
        for one in merges(5000 + 100 * number, name, "release", 2)
    ]
    snapshot = walk(renamed(also=also)).snapshot
    assert counts(snapshot) == [10] * 12
    assert (len(snapshot.pull_requests), snapshot.complete) == (10, True)
    quiet = world(
        *merges(1, "2021-W10", "main", 9),
        *merges(21, "2021-W18", "release", 1),
        *merges(31, "2021-W19", "release", 1),
        default_branch="main",
    )
    run = walk(quiet)
    assert (run.snapshot.complete, numbers(run.snapshot)) == (True, [])
    assert counts(run.snapshot)[-1] == 0


def test_a_new_release_branch_has_no_earlier_name() -> None:
    there = world(
        *merges(1, "2021-W18", "main", 9),
        *merges(21, "2021-W19", "release", 2),
        *merges(31, "2021-W19", "main", 3),
        default_branch="main",
    )
    snapshot = walk(there, base="release").snapshot
    assert (snapshot.complete, numbers(snapshot)) == (True, [21, 22])


def test_a_feature_branch_in_a_new_repository_is_not_an_earlier_name() -> None:
    """Its merges and those of the base alternate."""
    there = world(
        *merges(1, "2021-W19", "main", 3),
        pull(9, base="feature", merged_at=week("2021-W19").start + HOUR + MINUTE / 2),
        default_branch="main",
        deleted=frozenset({"feature"}),
    )
    snapshot = walk(there).snapshot
    assert (snapshot.complete, numbers(snapshot)) == (True, [1, 2, 3])


def test_an_early_count_is_unknown_if_two_branches_may_have_been_the_base() -> None:
    """A few merges into another branch before the first merge of the base can be either."""
    there = world(
        *merges(1, "2021-W17", "feature", 2),
        *[
            one.model_copy(update={"merged_at": one.merged_at + HOUR})
            for one in merges(11, "2021-W17", "main", 5)
        ],
        *merges(21, "2021-W18", "main", 4),
        *merges(31, "2021-W19", "main", 3),
        default_branch="main",
    )
    snapshot = walk(there).snapshot
    assert (snapshot.complete, numbers(snapshot)) == (True, [31, 32, 33])
    assert counts(snapshot)[-2:] == [None, 4]
    assert snapshot.notices == (
        "Some earlier counts are unknown, because main may have had another name then.",
    )


@pytest.mark.sample(every=2)
@pytest.mark.parametrize("name", ["2021-W19", "2021-W16", "2021-W12"])
def test_where_search_is_blind_a_renamed_branch_is_a_gap(name: str) -> None:
    """Nothing then counts how much was merged into each of the two."""
    snapshot = walk(renamed(is_searchable=False), name).snapshot
    is_whole = name == "2021-W19"
    assert (snapshot.complete, len(snapshot.pull_requests)) == (
        is_whole,
        {"2021-W19": 10, "2021-W16": 4, "2021-W12": 0}[name],
    )
    assert (UNCLEAR.format("master", "main") in snapshot.notices) != is_whole
    assert "No pull requests" not in compose(snapshot, shipped()).lead


@pytest.mark.parametrize(("name", "listed"), [("2021-W19", 10), ("2021-W16", 4), ("2021-W12", 0)])
def test_without_a_token_a_renamed_branch_is_a_gap(name: str, listed: int) -> None:
    with StandIn(renamed()) as github:
        snapshot = read_without_token(github, week(name)).snapshot
    assert (len(snapshot.pull_requests), snapshot.complete) == (listed, name == "2021-W19")
    assert "No pull requests" not in compose(snapshot, shipped()).lead


def test_without_a_token_a_quiet_week_of_a_known_branch_is_empty() -> None:
    there = world(
        *merges(1, "2021-W10", "main", 9),
        *merges(21, "2021-W19", "release", 1),
        default_branch="main",
    )
    with StandIn(there) as github:
        snapshot = read_without_token(github, W19).snapshot
    assert (numbers(snapshot), snapshot.complete) == ([], True)


@pytest.mark.parametrize(("old", "requests"), [("master", 0), ("develop", 2)])
def test_a_rename_costs_two_requests_at_most(old: str, requests: int) -> None:
    run = walk(renamed(old))
    usual = ["Survey", "Listed", "Files", "FirstContributions"]
    assert len(run.operations) == len(usual) + requests


@pytest.mark.parametrize("max_listed", [500, 0])
def test_a_branch_with_merges_after_the_first_one_of_the_base_is_another_one(
    max_listed: int,
) -> None:
    """It had all merges before. In the window both are used at the same time."""
    names = ("2021-W17", "2021-W18", "2021-W19")
    old = [one for place, name in enumerate(names) for one in merges(10 * place, name, "dev", 5)]
    new = [
        one.model_copy(update={"merged_at": one.merged_at + MINUTE / 2})
        for one in merges(31, "2021-W19", "main", 3)
    ]
    there = world(*old[1:], *new, default_branch="main", deleted=frozenset({"dev"}))
    snapshot = walk(there, max_listed=max_listed).snapshot
    assert (numbers(snapshot), snapshot.complete) == ([31, 32, 33], True)
    assert counts(snapshot) == [0] * 10 + [None, None]
