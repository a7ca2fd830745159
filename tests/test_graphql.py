"""Reading merged pull requests by GraphQL: the same facts by list and by search."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.errors import DigestError, UsageError
from digest.model import EarlierCount, Person
from tests import builders
from tests.builders import REPOSITORY, pull, week, window
from tests.fetching import ELSEWHERE, FROM_BOT, FULL, HOUR, OLD, fetch, numbers, read, world
from tests.standin import StandIn, as_in_graphql


def because(updated: int) -> str:
    return f"{updated} merged pull requests were updated since the window's start, and the list is used for up to 500"


def test_the_list_has_everything_that_github_knows() -> None:
    earlier = [week("2021-W17"), week("2021-W18")]
    snapshot = fetch(world(OLD, FULL, FROM_BOT, ELSEWHERE), earlier=earlier)
    assert snapshot == builders.snapshot(
        as_in_graphql(FROM_BOT),
        FULL,
        repositories=(
            builders.repository(
                listed_by="list",
                listing_reason=because(3),
                search_count=2,
                search_count_any_base=3,
                node_id="R_backstage_backstage",
            ),
        ),
        earlier_counts=(
            EarlierCount(start=earlier[0].start, end=earlier[0].end, count=0),
            EarlierCount(start=earlier[1].start, end=earlier[1].end, count=1),
        ),
        first_contributions=(),
    )


@pytest.mark.parametrize("base", ["", "release", "*"])
def test_search_gives_the_same_snapshot_as_the_list(base: str) -> None:
    there = world(OLD, FULL, FROM_BOT, ELSEWHERE)
    listed = fetch(there, base=base, earlier=[week("2021-W18")])
    searched = fetch(there, base=base, earlier=[week("2021-W18")], max_listed=2)
    words = "3 merged pull requests were updated since the window's start, and search is used for more than 2"
    (repository,) = listed.repositories
    by_search = repository.model_copy(update={"listed_by": "search", "listing_reason": words})
    assert searched == listed.model_copy(update={"repositories": (by_search,)})
    assert repository.listed_by == "list"


@pytest.mark.parametrize(
    ("base", "expected", "found", "before"),
    [("", [8, 7], 2, 1), ("release", [9], 1, 0), ("*", [8, 7, 9], 3, 1)],
)
def test_the_base_decides_the_count_and_the_unfiltered_count_shows_the_rest(
    base: str, expected: list[int], found: int, before: int
) -> None:
    snapshot = fetch(world(OLD, FULL, FROM_BOT, ELSEWHERE), base=base, earlier=[week("2021-W18")])
    (repository,) = snapshot.repositories
    assert numbers(snapshot) == expected
    assert (repository.base, repository.search_count, repository.search_count_any_base) == (
        base or "master",
        found,
        3,
    )
    assert [one.count for one in snapshot.earlier_counts or ()] == [before]
    assert (snapshot.complete, snapshot.notices) == (True, ())


@pytest.mark.parametrize("max_listed", [500, 0])
def test_a_window_includes_its_first_second_and_not_its_end(max_listed: int) -> None:
    """In Stockholm the week of the spring clock change has 167 hours."""
    asked = window("2021-03-22", "2021-03-29", "Europe/Stockholm")
    first, end = datetime(2021, 3, 21, 23, tzinfo=UTC), datetime(2021, 3, 28, 22, tzinfo=UTC)
    second = timedelta(seconds=1)
    merged = [first - second, first, end - second, end]
    there = world(*(pull(number, merged_at=at) for number, at in enumerate(merged, start=1)))
    snapshot = fetch(there, asked, max_listed=max_listed)
    assert numbers(snapshot) == [2, 3]
    assert (snapshot.complete, snapshot.repositories[0].search_count) == (True, 2)


def test_the_oldest_merge_is_first_then_the_lower_number() -> None:
    late, early = FULL.merged_at + HOUR, FULL.merged_at
    there = world(pull(1, merged_at=late), pull(4, merged_at=early), pull(2, merged_at=early))
    assert numbers(fetch(there)) == numbers(fetch(there, max_listed=0)) == [2, 4, 1]


def test_an_old_merge_with_a_later_update_is_skipped() -> None:
    updated = {OLD.number: FULL.merged_at + HOUR}
    snapshot = fetch(world(OLD, FULL, updated_at=updated))
    assert numbers(snapshot) == [7]
    assert snapshot.repositories[0].listing_reason == because(2)


@pytest.mark.parametrize("max_listed", [500, 0])
def test_where_search_is_blind_the_list_is_read_and_counts_are_unknown(max_listed: int) -> None:
    snapshot = fetch(
        world(FULL, OLD, is_searchable=False), earlier=[week("2021-W18")], max_listed=max_listed
    )
    (repository,) = snapshot.repositories
    assert numbers(snapshot) == [7]
    assert (repository.listed_by, repository.search_count, repository.search_count_any_base) == (
        "list",
        None,
        None,
    )
    assert repository.listing_reason == "GitHub's search finds no pull request of this repository"
    assert [one.count for one in snapshot.earlier_counts or ()] == [None]
    seen = "GitHub's search finds nothing in backstage/backstage, although 2 pull requests were merged there."
    assert snapshot.notices == (f"{seen} The counts of this and of earlier windows are unknown.",)
    assert snapshot.complete


def test_a_week_without_merges_is_empty_and_complete() -> None:
    snapshot = fetch(world(OLD), earlier=[week("2021-W18")])
    assert (snapshot.pull_requests, snapshot.complete, snapshot.notices) == ((), True, ())
    assert [one.count for one in snapshot.earlier_counts or ()] == [1]
    assert snapshot.repositories[0].search_count == 0


def test_a_repository_without_any_merge_is_not_blind() -> None:
    snapshot = fetch(world(), earlier=[week("2021-W18")])
    assert (snapshot.pull_requests, snapshot.complete, snapshot.notices) == ((), True, ())
    assert [one.count for one in snapshot.earlier_counts or ()] == [0]


def test_a_repository_without_a_branch_is_empty() -> None:
    with pytest.raises(DigestError, match=r"backstage/backstage is empty\. It has no branch yet"):
        fetch(world(default_branch=None))


def test_a_renamed_repository_is_followed_and_reported() -> None:
    there = replace(world(FULL, OLD), renamed={"spotify/backstage": REPOSITORY})
    with StandIn(there) as github:
        run = read(github, repository="spotify/backstage")
    assert run.operations == ["Survey", "Survey", "Listed", "Files", "FirstContributions"]
    assert run.snapshot.notices == (
        "spotify/backstage was renamed to backstage/backstage. Use the new name.",
    )
    (repository,) = fetch(there).repositories
    former = repository.model_copy(update={"former_names": ("spotify/backstage",)})
    known = {"notices": run.snapshot.notices, "repositories": (former,)}
    assert run.snapshot == fetch(there).model_copy(update=known)


def test_another_case_of_the_same_name_is_not_a_rename() -> None:
    assert fetch(world(FULL), repository="Backstage/backSTAGE") == fetch(world(FULL))


def test_a_missing_branch_is_not_a_zero() -> None:
    with pytest.raises(UsageError) as raised:
        fetch(world(FULL), base="mastre")
    assert (
        raised.value.message
        == "backstage/backstage has no branch 'mastre'; its default branch is 'master'."
    )


def test_a_missing_repository_is_named() -> None:
    with pytest.raises(DigestError) as caught:
        fetch(world(), repository="backstage/backstag")
    assert (caught.value.exit_code, caught.value.message) == (
        1,
        "GitHub could not find backstage/backstag, or the token may not read it.",
    )


def test_deleted_accounts_are_unknown_and_other_kinds_are_not_bots() -> None:
    ghost = pull(1, author=None)
    mannequin = pull(2, author=Person(login="imported", name=None))
    there = world(ghost, mannequin, kinds={"imported": "Mannequin"})
    assert fetch(there).pull_requests == (ghost, mannequin)


def test_a_milestone_a_body_and_lists_may_be_empty() -> None:
    bare = pull(1, labels=(), milestone="", body="", files=(), merge_commit=None)
    assert fetch(world(bare)).pull_requests == (bare,)


def test_all_requests_of_a_run_share_one_connection() -> None:
    with StandIn() as github:
        run = read(github)
        assert (len(run.operations) > 3, github.connections) == (True, 1)
