"""Each source is asked the usual questions, and none answers them in a way of its own."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from digest.compose import joining
from digest.files import snapshots as saved
from digest.model import Snapshot, Window
from digest.sources.table import SOURCES
from tests.builders import FETCHED_AT, REPOSITORY, snapshot, week, window
from tests.fetching import ELSEWHERE, FROM_BOT, FULL, OLD, W19, many, read, read_without_token, world
from tests.standin import StandIn, World, told
from tests.standin.world import Repo

Ask = Callable[..., Snapshot]


def _by_graphql(there: World, asked: Window = W19, base: str = "", earlier: tuple[Window, ...] = ()) -> Snapshot:
    with StandIn(there) as github:
        return read(github, asked, base=base, earlier=earlier).snapshot


def _by_rest(there: World, asked: Window = W19, base: str = "", earlier: tuple[Window, ...] = ()) -> Snapshot:
    with StandIn(there) as github:
        return read_without_token(github, asked, base=base, earlier=earlier).snapshot


def _by_file(there: World, asked: Window = W19, base: str = "", earlier: tuple[Window, ...] = ()) -> Snapshot:
    """What GraphQL told of two months and was saved, narrowed to what is asked."""
    whole = window("2021-04-05", "2021-06-07")
    fetched = _by_graphql(there, whole, base, earlier)
    return joining.narrow(saved.parse(fetched.model_dump_json().encode(), "a file"), asked)


EVERY_SOURCE = pytest.mark.parametrize("ask", [_by_graphql, _by_rest, _by_file])


@EVERY_SOURCE
def test_each_pull_request_of_the_window_comes_once_the_oldest_merge_first(ask: Ask) -> None:
    there = world(FULL, FROM_BOT, OLD, *many(2))
    got = ask(there).pull_requests
    assert [one.number for one in got] == [1, 2, 8, 7]
    assert all(W19.start <= one.merged_at < W19.end for one in got)


@EVERY_SOURCE
def test_what_is_told_of_a_pull_request_is_the_same_or_unknown(ask: Ask) -> None:
    for got, real in zip(ask(world(FULL, FROM_BOT)).pull_requests, (FROM_BOT, FULL), strict=True):
        facts = told(real)
        differing = {name: value for name, value in got if value is not None and value != getattr(facts, name)}
        assert differing == {}
        assert {got.key, got.title, got.url} == {facts.key, facts.title, facts.url}
        assert (got.author, got.labels) == (facts.author, facts.labels)


@EVERY_SOURCE
def test_the_default_branch_counts_unless_another_or_all_are_named(ask: Ask) -> None:
    there = world(FULL, ELSEWHERE)
    assert [one.number for one in ask(there).pull_requests] == [7]
    assert [one.number for one in ask(there, base="release").pull_requests] == [9]
    assert [one.number for one in ask(there, base="*").pull_requests] == [7, 9]


@EVERY_SOURCE
def test_the_repository_is_told_with_the_branch_that_counts(ask: Ask) -> None:
    (repository,) = ask(world(FULL)).repositories
    assert (repository.name, repository.url) == (REPOSITORY, f"https://github.com/{REPOSITORY}")
    assert (repository.default_branch, repository.base, repository.private) == ("master", "master", False)


@EVERY_SOURCE
def test_the_window_and_the_moment_are_those_that_were_asked(ask: Ask) -> None:
    got = ask(world(FULL))
    assert (got.window, got.fetched_at, got.complete) == (W19, FETCHED_AT, True)


@EVERY_SOURCE
def test_earlier_counts_follow_what_was_asked_or_are_unknown(ask: Ask) -> None:
    earlier = (week("2021-W17"), week("2021-W18"))
    counts = ask(world(FULL, OLD), earlier=earlier).earlier_counts
    if counts is not None:
        assert [(one.start, one.end) for one in counts] == [(one.start, one.end) for one in earlier]
        assert [one.count for one in counts] in ([0, 1], [None, None])


@EVERY_SOURCE
def test_nothing_merged_is_an_empty_list(ask: Ask) -> None:
    got = ask(world(OLD))
    assert (got.pull_requests, got.complete) == ((), True)
    assert ask(World((Repo(),))).pull_requests == ()


@EVERY_SOURCE
def test_what_it_says_can_be_saved_and_read_back(ask: Ask) -> None:
    got = ask(world(FULL, FROM_BOT))
    assert saved.parse(got.model_dump_json().encode(), "a file") == got


@EVERY_SOURCE
def test_a_window_of_a_day_in_another_zone_has_that_days_edges(ask: Ask) -> None:
    asked = window("2021-05-12", "2021-05-13", zone="Asia/Tokyo", kind="days")
    early, late = (
        FULL.model_copy(update={"number": n, "merged_at": asked.start + timedelta(hours=h), "node_id": f"N{n}"})
        for n, h in ((1, 0), (2, 24))
    )
    assert [one.number for one in ask(world(early, late), asked).pull_requests] == [1]


def test_the_table_has_a_source_for_every_way_to_ask_github() -> None:
    assert set(SOURCES) == {"with a token", "without a token"}


def test_a_snapshot_of_the_builders_is_one_of_theirs() -> None:
    assert saved.parse(snapshot(FULL).model_dump_json().encode(), "a file").pull_requests == (FULL,)
