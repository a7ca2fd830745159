"""An index of search that is behind: its counts count for nothing, and the list decides.

The witness: the list counts all merged pull requests, and search counts them too.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from digest.github.client import GitHub, Question
from digest.github.faults import Answer
from digest.github.graphql_answers import Selected
from digest.model import Snapshot
from digest.windows import windows_before
from tests.builders import pull
from tests.composing import compose
from tests.fetching import W19, Run, many, numbers, read, recount, world
from tests.shipped import shipped
from tests.standin import Fault, StandIn, World

pytestmark = pytest.mark.slow

EARLIER = windows_before(W19)
FOREVER = 99
LAGS = (
    "GitHub's search finds only {} of the {} pull requests {}, because its index is behind. "
    "Its counts of this and of earlier windows are unknown."
)


def history(**facts: Any) -> World:
    """40 a week before and 61 in the week."""
    before = [
        pull(1000 * place + number, merged_at=span.start + timedelta(minutes=number))
        for place, span in enumerate(EARLIER, start=1)
        for number in range(40)
    ]
    return world(*many(61), *before, **facts)


def walk(there: World, *faults: Fault, **how: Any) -> Run:
    with StandIn(there) as github:
        github.faults += faults
        return read(github, earlier=EARLIER, **how)


def compared(snapshot: Snapshot) -> bool:
    return compose(snapshot, shipped()).trend is not None


def test_counts_of_a_complete_index_are_compared() -> None:
    run = walk(history())
    assert (run.snapshot.complete, compared(run.snapshot)) == (True, True)


def test_an_index_that_lacks_some_of_the_window_disqualifies_its_counts() -> None:
    run = walk(history(), Fault(lags=28, times=FOREVER))
    (repository,) = run.snapshot.repositories
    assert (run.snapshot.complete, len(run.snapshot.pull_requests)) == (True, 61)
    assert run.snapshot.notices == (LAGS.format(33, 61, "listed"),)
    assert (repository.search_count, repository.search_count_any_base) == (None, None)
    assert {one.count for one in run.snapshot.earlier_counts or ()} == {None}
    assert (compared(run.snapshot), run.snapshot.first_contributions) == (False, None)


@pytest.mark.parametrize("max_listed", [500, 0])
def test_an_index_that_lacks_some_of_the_past_disqualifies_its_counts(max_listed: int) -> None:
    """The window's own count is right, so only the witness knows."""
    run = walk(history(unindexed=frozenset({12_001, 12_002})), max_listed=max_listed)
    assert len(run.snapshot.pull_requests) == 61
    assert LAGS.format(539, 541, "that were ever merged") in run.snapshot.notices
    assert not compared(run.snapshot)


def test_an_index_of_31_does_not_decide_about_a_window_of_32() -> None:
    """A mass relabelling has pushed the window into search; the newest ones are listed too."""
    old = [
        pull(1000 + number, merged_at=W19.start - timedelta(days=9, minutes=number))
        for number in range(150)
    ]
    relabelled = {one.number: W19.end + timedelta(minutes=5) for one in old}
    week = [pull(2000 + one.number, merged_at=one.merged_at) for one in many(32)]
    there = world(*week, *old, updated_at=relabelled)
    run = walk(there, Fault(lags=1, times=FOREVER), max_listed=100)
    assert run.snapshot.repositories[0].listed_by == "search"
    assert (numbers(run.snapshot), run.snapshot.complete) == (list(range(2001, 2033)), True)
    assert run.snapshot.notices == (LAGS.format(31, 32, "listed"),)
    assert run.operations.count("Newest") == 1


def test_a_difference_that_the_newest_500_do_not_explain_is_a_gap() -> None:
    """The pull request that is missing in search was opened long before the newest 500."""
    week = [pull(1 + number * 2, merged_at=one.merged_at) for number, one in enumerate(many(2))]
    later = [
        pull(1000 + number, merged_at=W19.end + timedelta(minutes=number)) for number in range(600)
    ]
    there = world(*week, *later, unindexed=frozenset({1}))
    run = walk(there, max_listed=0)
    assert (numbers(run.snapshot), run.snapshot.complete) == ([3], False)
    assert run.operations.count("Newest") == 5
    assert (
        "GitHub's search does not find 1 of the 602 pull requests that were ever merged. "
        "Some may be missing." in run.snapshot.notices
    )


def test_one_that_search_does_not_know_and_that_always_fails_is_a_gap() -> None:
    old = pull(900, merged_at=W19.start - timedelta(days=9))
    there = world(*many(3), old, updated_at={900: W19.end})
    with StandIn(there) as github:
        github.faults.append(Fault(lags=1, times=FOREVER))
        github.broken[3] = ("author", (502, {}))
        run = read(github, max_listed=0)
    assert (numbers(run.snapshot), run.snapshot.complete) == ([1, 2], False)
    assert (
        "GitHub's search does not find 1 of the 4 pull requests that were ever merged. "
        "Some may be missing." in run.snapshot.notices
    )


def test_a_zero_of_an_index_that_is_behind_is_not_believed() -> None:
    old = pull(900, merged_at=W19.start - timedelta(days=9))
    there = world(*many(3), old, updated_at={900: W19.end})
    run = walk(there, Fault(lags=3, times=FOREVER), max_listed=0)
    assert (numbers(run.snapshot), run.snapshot.complete) == ([1, 2, 3], True)


def test_a_count_of_the_window_below_the_list_is_an_old_index_too() -> None:
    """As with the witness, for the window alone."""

    class Lagging(GitHub):
        def ask(self, question: Question[Selected], about: str) -> Answer[Selected]:
            return recount(
                super().ask(question, about),
                lambda alias, count: count - (alias in ("found0", "found_of1")),
            )

    run = walk(world(*many(3)), client=Lagging)
    assert (run.snapshot.complete, numbers(run.snapshot)) == (True, [1, 2, 3])
    assert run.snapshot.notices == (LAGS.format(2, 3, "listed"),)


def test_a_count_from_before_the_last_merge_is_counted_again() -> None:
    """One more is merged between the count and the list. The index is not behind in this case."""
    early = world(*many(3))

    class Growing(GitHub):
        def ask(self, question: Question[Selected], about: str) -> Answer[Selected]:
            answer = super().ask(question, about)
            github.world = replace(world(*many(4)))
            return answer

    with StandIn(early) as github:
        run = read(github, client=Growing)
    assert (numbers(run.snapshot), run.snapshot.complete) == ([1, 2, 3, 4], True)
    assert (run.snapshot.notices, run.snapshot.repositories[0].search_count) == ((), 4)
