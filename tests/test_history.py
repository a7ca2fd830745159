"""The public history through the real source: the counts of every week, by people and by bots."""

import pytest

from digest.compose.people import is_bot
from digest.model import Snapshot
from scripts import make_counts
from tests import history
from tests.builders import week
from tests.golden import assert_golden
from tests.history import WeeklyCount
from tests.recorded import Case, fetch
from tests.shipped import shipped
from tests.standin import StandIn, facts
from tests.sweep import sample

WEEKS_WITH_FACTS = sorted({history.week_of(one.merged_at) for one in history.pull_requests()})
COUNTS_ONLY = [f"2021-W{number}" for number in range(10, 19)]


def fetched(names: list[str]) -> dict[str, Snapshot]:
    """Return the snapshots of these weeks, all from one fake GitHub."""
    with StandIn(facts()) as github:
        return {name: fetch(Case(name, name), github.url) for name in names}


def counted(snapshot: Snapshot) -> WeeklyCount:
    bots = sum(is_bot(one.author, shipped().bots) for one in snapshot.pull_requests)
    return WeeklyCount(merged=len(snapshot.pull_requests), by_bots=bots)


def test_the_facts_cover_58_weeks_and_an_empty_one() -> None:
    """They cover the first merge to 7 March 2021, and edition 26's week.

    2020-W07 has no merge.
    """
    assert (WEEKS_WITH_FACTS[0], WEEKS_WITH_FACTS[-2:], len(WEEKS_WITH_FACTS)) == (
        "2020-W05",
        ["2021-W09", "2021-W19"],
        58,
    )
    assert "2020-W07" not in WEEKS_WITH_FACTS
    assert set(history.weekly_counts()) == {*WEEKS_WITH_FACTS, *COUNTS_ONLY}


@pytest.mark.slow
def test_every_fetched_week_equals_the_history() -> None:
    """All pull requests equal the facts, and so do the counts, by people and by bots."""
    weeks = sample(WEEKS_WITH_FACTS, every=12)
    snapshots = fetched([*weeks, "2020-W07"])
    assert {name: counted(one) for name, one in snapshots.items() if one.pull_requests} == {
        name: history.weekly_counts()[name] for name in weeks
    }
    for name, snapshot in snapshots.items():
        known = tuple(history.as_far_as_known(one) for one in snapshot.pull_requests)
        assert known == history.graphql_facts(week(name))
        assert (snapshot.complete, snapshot.notices, snapshot.repositories[0].search_count) == (
            True,
            (),
            len(known),
        )


def test_edition_26_is_21_by_people_and_11_by_bots() -> None:
    """32 = 21 + 11, as the newsletter of 17 May 2021 counts."""
    assert counted(fetched(["2021-W19"])["2021-W19"]) == WeeklyCount(merged=32, by_bots=11)


@pytest.mark.slow
def test_weeks_known_as_counts_only_are_found_and_not_complete() -> None:
    """2021-W10 to W18: search counts them, nothing can be listed, and nothing is claimed to be whole."""
    snapshots = fetched(COUNTS_ONLY)
    assert {name: one.repositories[0].search_count for name, one in snapshots.items()} == {
        name: history.weekly_counts()[name].merged for name in COUNTS_ONLY
    }
    assert {(len(one.pull_requests), one.complete) for one in snapshots.values()} == {(0, False)}


def test_the_page_of_counts_matches_the_facts() -> None:
    """docs/counts.md shows the facts."""
    assert_golden(make_counts.COUNTS, make_counts.page())


@pytest.mark.parametrize("edition", history.editions(), ids=lambda edition: str(edition.edition))
def test_no_edition_counts_people_only(edition: history.Edition) -> None:
    """Bots count: without them no edition's own count is met."""
    ours = make_counts.count_edition(edition)
    assert (ours is None) == (edition.edition == 13)
    assert ours is None or ours.merged - ours.by_bots != edition.claimed_count
