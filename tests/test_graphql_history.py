"""Reading the history by GraphQL, within a budget of requests."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from math import ceil

import pytest
from graphql import parse, validate

from digest.github import searches
from digest.github.queries import read_query
from digest.model import Person, PullRequest
from digest.sources import repository_fetch
from tests import history
from tests.builders import changed_file, pull, week
from tests.fetching import FULL, OLD, W19, many, numbers, read, world
from tests.standin import StandIn, as_in_graphql, facts
from tests.standin.graphql import schema

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("count", "further"), [(100, 0), (101, 1), (250, 2)])
def test_each_further_hundred_files_cost_one_request(count: int, further: int) -> None:
    files = tuple(changed_file(f"made-up/{place:03}") for place in range(count))
    big = pull(1, files=files)
    with StandIn(world(big, FULL)) as github:
        run = read(github)
    assert run.operations == [
        "Survey",
        "Listed",
        "Files",
        *["Files"] * further,
        "FirstContributions",
    ]
    assert run.snapshot.pull_requests == (big, FULL)


BEFORE = [week(f"2021-W{number:02}") for number in range(7, 19)]


@pytest.mark.sample(every=8)
@pytest.mark.parametrize("max_listed", [1000, 0])
@pytest.mark.parametrize("count", [0, 1, 25, 26, 99, 101, 260])
def test_requests_stay_within_the_budget(count: int, max_listed: int) -> None:
    """⌈W/100⌉ + ⌈N/25⌉ + 1 for N pull requests from W walked, and one for who is new.

    The counts cost nothing.
    """
    with StandIn(world(*many(count), OLD)) as github:
        run = read(github, earlier=BEFORE, max_listed=max_listed)
    assert len(run.snapshot.pull_requests) == count
    assert len(github.requests) <= ceil(count / 100) + ceil(count / 25) + 1 + bool(count)
    assert [one.count for one in run.snapshot.earlier_counts or ()] == [0] * 11 + [1]


def busy(count: int) -> list[PullRequest]:
    """Return pull requests by up to 60 people; many have many files, and many a changeset."""
    return [
        pull(
            number,
            merged_at=W19.start + timedelta(minutes=number),
            author=Person(login=f"made-up-{number % 60}"),
            files=(
                changed_file(f".changeset/made-up-{number}.md", "added"),
                *(changed_file(f"made-up/{place:03}") for place in range(_further(number))),
            ),
            merge_commit=f"{number:040}",
        )
        for number in range(1, count + 1)
    ]


def _further(number: int) -> int:
    return 240 if number == 20 else 150 if number % 10 == 0 else number % 3


@pytest.mark.sample(every=2)
@pytest.mark.parametrize("count", [32, 64, 100, pytest.param(300, marks=pytest.mark.sweep)])
def test_a_whole_run_stays_within_the_budget(count: int) -> None:
    """⌈W/100⌉ + ⌈N/25⌉ + 3, and one for each further 100 files of the largest pull request."""
    there = busy(count)
    with StandIn(world(*there, OLD)) as github:
        run = read(github, earlier=BEFORE, max_listed=500)
        run.source.add_story_facts(run.snapshot, [])
        operations = [one.operation for one in github.requests]
    assert run.snapshot.pull_requests == tuple(there)
    assert run.snapshot.notices == ()
    assert run.snapshot.first_contributions is not None
    assert len(operations) <= ceil((count + 1) / 100) + ceil(count / 25) + 3 + 2


@pytest.mark.parametrize(("name", "requests"), [("2021-W19", 5), ("2020-W45", 6)])
def test_a_week_of_the_history_costs_at_most_seven_requests(name: str, requests: int) -> None:
    """The week of edition 26, and one of 63; each has two pull requests with many files."""
    with StandIn() as github:
        run = read(github, week(name), earlier=BEFORE)
        whole = run.source.add_story_facts(run.snapshot, [])
        assert len(github.requests) == requests
    assert run.operations[-1] == "FirstContributions"
    assert any(one.changesets for one in whole.pull_requests)


@pytest.mark.parametrize(
    ("default_branch", "base"),
    [("main", ""), ("master", ""), ("release", "release"), ("main", "*")],
)
def test_the_counts_come_with_the_first_answer(default_branch: str, base: str) -> None:
    there = world(*many(3, base=default_branch), OLD.model_copy(update={"base": default_branch}))
    with StandIn(
        replace(there, repos=(replace(there.repos[0], default_branch=default_branch),))
    ) as github:
        run = read(github, earlier=BEFORE, base=base)
    assert run.operations == ["Survey", "Listed", "Files", "FirstContributions"]
    assert "earlier11" not in (github.requests[1].query or "")
    assert (run.snapshot.earlier_counts or ())[-1].count == 1


def test_a_default_branch_of_an_unusual_name_is_counted_with_the_first_page() -> None:
    there = world(*many(3, base="trunk"), OLD.model_copy(update={"base": "trunk"}))
    with StandIn(
        replace(there, repos=(replace(there.repos[0], default_branch="trunk"),))
    ) as github:
        run = read(github, earlier=BEFORE)
    assert run.operations == ["Survey", "Listed", "Files", "FirstContributions"]
    assert "earlier11" in (github.requests[1].query or "")
    assert (
        run.snapshot.repositories[0].search_count,
        (run.snapshot.earlier_counts or ())[-1].count,
    ) == (
        3,
        1,
    )


def test_progress_shows_the_number_of_pull_requests_so_far() -> None:
    with StandIn(world(*many(60))) as github:
        run = read(github)
    assert run.watch.steps == [(0, 60), (25, 60), (50, 60), (60, 60)]


def test_the_week_of_edition_26_equals_the_history() -> None:
    with StandIn() as github:
        run = read(github, earlier=[week(f"2021-W{number:02}") for number in range(7, 19)])
    assert run.operations == ["Survey", "Listed", *["Files"] * 2, "FirstContributions"]
    assert numbers(run.snapshot) == [one.number for one in history.in_window(W19)]
    assert [one.count for one in run.snapshot.earlier_counts or ()] == [
        66,
        62,
        79,
        64,
        58,
        58,
        47,
        39,
        56,
        45,
        60,
        43,
    ]
    assert (len(run.snapshot.pull_requests), run.snapshot.complete, run.snapshot.notices) == (
        32,
        True,
        (),
    )


# test_history.py reads every week. These are the fullest, the emptiest, the first and every
# seventeenth.
COUNTED = Counter(
    "{}-W{:02}".format(*one.merged_at.isocalendar()) for one in history.pull_requests()
)
WEEKS = sorted(
    {max(COUNTED, key=lambda name: (COUNTED[name], name)), "2020-W07", *sorted(COUNTED)[::17]}
)


@pytest.mark.sample(every=4)
@pytest.mark.parametrize("name", WEEKS)
def test_a_week_has_all_that_github_knows_within_the_budget(name: str) -> None:
    asked = week(name)
    (repo,) = facts().repos
    with StandIn() as github:
        run = read(github, asked)
    expected = tuple(
        as_in_graphql(one) for one in repo.pulls if asked.start <= one.merged_at < asked.end
    )
    assert run.snapshot.pull_requests == tuple(
        sorted(expected, key=lambda one: (one.merged_at, one.number))
    )
    assert len(expected) == (
        history.weekly_counts()[name].merged if name in history.weekly_counts() else 0
    )
    assert (run.snapshot.complete, run.snapshot.notices) == (True, ())
    further = sum(max(ceil(len(one.files or ()) / 100) - 1, 0) for one in expected)
    assert len(github.requests) <= ceil(len(expected) / 100) + ceil(
        len(expected) / 25
    ) + 1 + further + bool(expected)


QUERIES = {
    "survey": read_query("survey"),
    "listed": read_query("pull_request", "listed"),
    "searched": read_query("pull_request", "searched"),
    "files": read_query("files"),
    "alive": read_query("alive"),
    "sample": read_query("pull_request", "sample"),
    "counts": searches.with_counts(repository_fetch.COUNTS, {"found": "x", "merged": "y"}),
    "listed, counting": searches.with_counts(
        read_query("pull_request", "listed"), {"found": 'base:"é\\"', "earlier0": "y"}
    ),
    "first contributions": searches.with_counts(
        read_query("firsts"), {"before0": "x", "ever0": "y"}
    ),
    "searched, counting": searches.with_counts(
        read_query("pull_request", "searched"), {"found": "x"}
    ),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_every_query_is_valid(query: str) -> None:
    assert validate(schema(), parse(query)) == []
