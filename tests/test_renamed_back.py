"""A base branch that had another name for a time: pull requests of that time keep this name."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from digest.model import PullRequest
from tests.builders import pull, week
from tests.composing import compose
from tests.fetching import HOUR, numbers, read, read_without_token, world
from tests.shipped import shipped
from tests.standin import Fault, StandIn, World
from tests.test_heavy import EXCEEDED
from tests.test_renamed_base import MINUTE, UNCLEAR, counts, merges, walk

pytestmark = pytest.mark.slow

EARLIER = "Some earlier counts are unknown, because main may have had another name then."
WEEKS = [f"2021-W{number:02}" for number in range(7, 20)]


def renamed_away(first: int, last: int, **facts: Any) -> World:
    """Ten merges a week into main, those of the weeks from `first` to `last` into trunk."""
    pulls = [
        one
        for number, name in enumerate(WEEKS, start=7)
        for one in merges(100 * number, name, "trunk" if first <= number <= last else "main", 10)
    ]
    facts = {"default_branch": "main", "deleted": frozenset({"trunk"})} | facts
    return world(*merges(1, "2021-W05", "main", 20), *pulls, **facts)


@pytest.mark.parametrize("max_listed", [500, 0])
def test_the_weeks_of_another_name_are_unknown(max_listed: int) -> None:
    snapshot = walk(renamed_away(11, 13), max_listed=max_listed).snapshot
    assert counts(snapshot) == [10] * 4 + [None] * 3 + [10] * 5
    assert (len(snapshot.pull_requests), snapshot.complete) == (10, True)
    assert snapshot.notices == (EARLIER,)


@pytest.mark.sample(every=2)
@pytest.mark.parametrize("max_listed", [500, 0])
@pytest.mark.parametrize("last", [13, 19])
def test_a_week_of_another_name_is_a_gap(last: int, max_listed: int) -> None:
    """Also if nothing was merged since the branch got its name back."""
    asked = f"2021-W{last}"
    snapshot = walk(renamed_away(11, last), asked, max_listed=max_listed).snapshot
    assert (numbers(snapshot), snapshot.complete) == ([], False)
    assert snapshot.notices == (UNCLEAR.format("trunk", "main"),)
    digest = compose(snapshot, shipped())
    assert (digest.trend, "No pull requests" in digest.lead) == (None, False)


@pytest.mark.parametrize("max_listed", [500, 0])
def test_a_week_in_which_the_branch_got_its_name_back_is_a_gap(max_listed: int) -> None:
    """Six of ten merges keep the other name."""
    there = renamed_away(11, 13)
    (repo,) = there.repos
    back = [
        one.model_copy(update={"base": "trunk"}) if 1400 <= one.number < 1406 else one
        for one in repo.pulls
    ]
    there = world(*back, default_branch="main", deleted=frozenset({"trunk"}))
    snapshot = walk(there, "2021-W14", max_listed=max_listed).snapshot
    assert (len(snapshot.pull_requests), snapshot.complete) == (4, False)
    assert counts(snapshot)[-3:] == [None] * 3
    assert UNCLEAR.format("trunk", "main") in snapshot.notices


def quiet(other: Sequence[PullRequest], **facts: Any) -> World:
    """Nine merges into main long ago, and some into another branch in a quiet week."""
    return world(*merges(1, "2021-W10", "main", 9), *other, default_branch="main", **facts)


GONE = frozenset({"other"})
INNOCENT = {
    "still exists": quiet(merges(31, "2021-W19", "other", 5)),
    "was used long before, and after merges into main": quiet(
        [
            pull(21, base="other", merged_at=week("2020-W50").start),
            *merges(31, "2021-W19", "other", 5),
        ],
        deleted=GONE,
    ),
    "was merged itself": quiet(
        [
            *merges(31, "2021-W18", "other", 5),
            pull(41, base="main", head="other", merged_at=week("2021-W19").start + HOUR),
        ],
        deleted=GONE,
    ),
    "got one of many": world(
        *merges(1, "2021-W10", "main", 9),
        *merges(11, "2021-W19", "main", 5),
        pull(31, base="other", merged_at=week("2021-W19").end - HOUR),
        default_branch="main",
        deleted=GONE,
    ),
}


@pytest.mark.parametrize("case", INNOCENT)
def test_a_branch_with_other_evidence_is_another_one(case: str) -> None:
    snapshot = walk(INNOCENT[case]).snapshot
    assert (snapshot.complete, snapshot.notices) == (True, ())
    assert None not in counts(snapshot)


@pytest.mark.parametrize("name", ["2021-W12", "2021-W19"])
def test_evidence_that_is_too_heavy_acquits_no_branch(name: str) -> None:
    with StandIn(renamed_away(11, 13)) as github:
        for operation in ("Bases", "LastMerges"):
            github.faults.append(Fault(operation, body={"errors": [EXCEEDED]}, times=99))
        earlier = [week(one) for one in WEEKS if one < name]
        snapshot = read(github, week(name), earlier=earlier).snapshot
    assert counts(snapshot)[4:7] == [None] * 3 if name == "2021-W19" else not snapshot.complete


@pytest.mark.sample(every=2)
@pytest.mark.parametrize("name", ["2021-W11", "2021-W12", "2021-W13"])
def test_where_search_is_blind_a_week_of_another_name_is_a_gap(name: str) -> None:
    snapshot = walk(renamed_away(11, 13, is_searchable=False), name).snapshot
    assert (numbers(snapshot), snapshot.complete) == ([], False)


@pytest.mark.parametrize(
    ("there", "gaps"),
    [
        (renamed_away(19, 19), (UNCLEAR.format("trunk", "main"),)),
        (renamed_away(11, 13), ()),
        (INNOCENT["still exists"], ()),
    ],
)
def test_without_a_token_a_week_of_another_name_is_a_gap(
    there: World, gaps: tuple[str, ...]
) -> None:
    with StandIn(there) as github:
        snapshot = read_without_token(github, week("2021-W19")).snapshot
    assert (snapshot.complete, snapshot.notices[: len(gaps)]) == (not gaps, gaps)


def test_a_usual_week_next_to_a_release_branch_costs_no_request() -> None:
    """The merges of the release branch are between those of the base."""
    also = [
        one.model_copy(update={"merged_at": one.merged_at + MINUTE / 2})
        for name in WEEKS
        for one in merges(5000 + 10 * int(name[-2:]), name, "release", 2)
    ]
    (repo,) = renamed_away(0, 0).repos
    run = walk(world(*repo.pulls, *also, default_branch="main"))
    assert run.operations == ["Survey", "Listed", "Files", "FirstContributions"]
    assert (counts(run.snapshot), run.snapshot.complete) == ([10] * 12, True)


def test_a_fork_may_use_any_name() -> None:
    """Its branch has the same name as the one that the base had."""
    (repo,) = renamed_away(18, 18).repos
    pulls = [
        one.model_copy(update={"head": "trunk"}) if one.number in {1801, 1901} else one
        for one in repo.pulls
    ]
    facts: dict[str, Any] = {"default_branch": "main", "deleted": frozenset({"trunk"})}
    assert counts(walk(world(*pulls, **facts)).snapshot)[-1] == 0
    snapshot = walk(world(*pulls, forked=frozenset({1801, 1901}), **facts)).snapshot
    assert counts(snapshot)[-1] is None


@pytest.mark.parametrize("name", ["2021-W19", "2021-W12"])
def test_a_large_repository_is_judged_by_the_week_that_lacks_most(name: str) -> None:
    """One page does not show all merges of these weeks."""
    (repo,) = renamed_away(11, 13).repos
    more = [
        one.model_copy(
            update={
                "number": one.number + 10_000 * part,
                "node_id": f"PR_{part}_{one.number}",
                "merged_at": one.merged_at + part * MINUTE / 9,
            }
        )
        for part in range(1, 8)
        for one in repo.pulls
    ]
    there = world(*repo.pulls, *more, default_branch="main", deleted=repo.deleted)
    snapshot = walk(there, name).snapshot
    if name == "2021-W19":
        assert counts(snapshot) == [80] * 4 + [None] * 3 + [80] * 5
    assert snapshot.complete == (name == "2021-W19")


def test_a_name_of_a_few_days_in_a_small_repository_is_found() -> None:
    """Two merges of one week and one of the next have the other name."""
    days = [(0, "main"), (1, "main"), (2, "trunk"), (3, "trunk"), (8, "trunk"), (9, "main")]
    start = week("2021-W15").start
    pulls = [
        pull(number, base=base, merged_at=start + timedelta(days=day))
        for number, (day, base) in enumerate(days, start=1)
    ]
    there = world(
        *pulls,
        *merges(31, "2021-W19", "main", 3),
        default_branch="main",
        deleted=frozenset({"trunk"}),
    )
    snapshot = walk(there).snapshot
    assert counts(snapshot)[-4:] == [None, None, 0, 0]
    assert snapshot.complete
