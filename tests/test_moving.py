"""A list or a search that moves while it is read: detected, and read again within the patience."""

from datetime import timedelta
from functools import cache

import pytest

from digest.github.client import GitHub, Question
from digest.github.faults import Answer
from digest.github.graphql_answers import ListedAnswer, SearchedAnswer, Selected
from digest.model import Snapshot
from tests.builders import pull
from tests.fetching import HOUR, W19, Run, fetch, many, numbers, read, world
from tests.standin import Count, Fault, StandIn, World

pytestmark = pytest.mark.slow

SECOND = timedelta(seconds=1)
PULLS = (pull(1000, merged_at=W19.start - HOUR), *many(250))
MOVED = ("The list of pull requests changed while it was read.", 1.0)
ALL = list(range(1, 251))


@cache
def at_rest() -> Snapshot:
    """Return the snapshot of a world at rest."""
    return fetch(world(*PULLS))


def walk(*faults: Fault) -> Run:
    with StandIn(world(*PULLS)) as github:
        github.faults += faults
        return read(github)


@pytest.mark.sample(every=8)
@pytest.mark.parametrize(
    ("number", "page"),
    [(1, 0), (1000, 0), (1, 1), (100, 1), (151, 1), (250, 1), (1000, 1), (1, 2), (250, 2)],
)
def test_an_update_while_the_list_is_read_is_not_missed(number: int, page: int) -> None:
    """An unread pull request that moves to the front is found, because the front is read again."""
    run = walk(Fault("Listed", touches=number, passes=page))
    assert run.snapshot == at_rest()
    assert run.watch.waits == ([MOVED] if page else [])
    assert run.operations[:-11] == [
        "Survey",
        "Listed",
        "Listed",
        "Listed",
        *["Listed"] * bool(page),
    ]


def test_a_list_that_moves_again_is_read_again() -> None:
    run = walk(*(Fault("Listed", touches=number, passes=1) for number in (1, 2, 3)))
    assert numbers(run.snapshot) == ALL
    assert run.snapshot.complete


def changing(github: StandIn, *worlds: World) -> type[GitHub]:
    """Return a client that finds the next world after each page of the list, the last one for ever."""
    coming = iter(worlds)

    class Changing(GitHub):
        def ask(self, question: Question[Selected], about: str) -> Answer[Selected]:
            answer = super().ask(question, about)
            if isinstance(answer.data, ListedAnswer):
                github.world = next(coming, github.world)
            return answer

    return Changing


def test_a_list_that_keeps_moving_is_a_gap() -> None:
    """All pull requests change all the time, so after three further walks a notice reports the gap."""
    restless = [
        world(*PULLS, updated_at=dict.fromkeys(ALL, W19.end + n * SECOND)) for n in range(20)
    ]
    with StandIn(world(*PULLS)) as github:
        run = read(github, client=changing(github, *restless))
    assert numbers(run.snapshot) == ALL
    assert run.watch.waits == [(MOVED[0], pause) for pause in (1.0, 2.0, 4.0)]
    assert run.snapshot.notices == (
        "The list of pull requests kept changing while it was read. Some may be missing.",
    )
    assert not run.snapshot.complete


def test_a_deletion_moves_no_pull_request_past_the_end_of_a_page() -> None:
    """Number 250, read on the first page, is deleted.

    The others move up, so the whole list is read again.
    """
    without = world(*(one for one in PULLS if one.number != 250))
    with StandIn(world(*PULLS)) as github:
        run = read(github, client=changing(github, without))
    assert numbers(run.snapshot) == ALL
    assert run.watch.waits == [MOVED]
    assert [one.number for one in run.snapshot.pull_requests if one.files is None] == [250]


@pytest.mark.sample(every=3)
@pytest.mark.parametrize("late", [1, 100, 250])
def test_a_search_that_grows_between_two_pages_is_read_again(late: int) -> None:
    """A new result during the walk moves another one past the end of the page."""
    pulls = [one for one in PULLS if one.number != late]
    with StandIn(world(*pulls)) as github:
        run = read(github, max_listed=0, client=growing(github, world(*PULLS)))
    assert numbers(run.snapshot) == ALL
    assert (run.snapshot.complete, run.snapshot.repositories[0].search_count) == (True, 250)


def growing(github: StandIn, later: World) -> type[GitHub]:
    class Growing(GitHub):
        def ask(self, question: Question[Selected], about: str) -> Answer[Selected]:
            answer = super().ask(question, about)
            if isinstance(answer.data, SearchedAnswer):
                github.world = later
            return answer

    return Growing


def test_a_search_that_shows_fewer_than_it_counts_is_repeated_and_then_a_gap() -> None:
    """The week has two more pull requests that search never shows."""
    there = world(*many(3), counts=(Count(W19.start, W19.end, 2),))
    with StandIn(there) as github:
        run = read(github, max_listed=0)
    assert (
        run.snapshot.complete,
        numbers(run.snapshot),
        run.snapshot.repositories[0].search_count,
    ) == (
        False,
        [1, 2, 3],
        5,
    )
    assert run.operations == [
        "Survey",
        "Searched",
        "Searched",
        "Counts",
        "Files",
        "FirstContributions",
    ]
    assert (
        run.watch.waits == [("GitHub's search counts more pull requests than it lists.", 1.0)] * 2
    )
    assert run.snapshot.notices == (
        "GitHub's search counts 5 merged pull requests, but only 3 could be listed.",
    )
