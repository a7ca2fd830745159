"""Several snapshots become one: one list, one count, nothing twice, nothing guessed."""

from datetime import timedelta

import pytest

from digest.compose.joining import join_snapshots, unread_snapshot
from digest.errors import UsageError
from digest.model import EarlierCount, Snapshot
from tests.builders import FETCHED_AT, pull, repository, snapshot, week, window

HOUR = timedelta(hours=1)
EARLIER = (week("2021-W17"), week("2021-W18"))


def counts(*known: int | None) -> tuple[EarlierCount, ...]:
    return tuple(
        EarlierCount(start=w.start, end=w.end, count=n) for w, n in zip(EARLIER, known, strict=True)
    )


def one(name: str, *numbers: int, **facts: object) -> Snapshot:
    known = {"repositories": (repository(name),)} | facts
    return snapshot(*(pull(number, repository=name) for number in numbers), **known)


def test_a_single_snapshot_stays_as_it_is() -> None:
    alone = one("a/a", 1)
    assert join_snapshots([alone]) is alone


def test_lists_and_counts_become_one() -> None:
    late = pull(9, repository="a/a", merged_at=pull().merged_at + HOUR)
    joined = join_snapshots(
        [
            snapshot(late, earlier_counts=counts(3, None), fetched_at=FETCHED_AT + HOUR),
            one("b/b", 2, 1, earlier_counts=counts(4, 5)),
        ]
    )
    assert joined == Snapshot(
        repositories=(repository("a/a"), repository("b/b")),
        window=week("2021-W19"),
        fetched_at=FETCHED_AT,
        complete=True,
        pull_requests=(pull(1, repository="b/b"), pull(2, repository="b/b"), late),
        earlier_counts=counts(7, None),
    )


def test_earlier_counts_are_unknown_if_one_snapshot_lacks_them_or_has_other_windows() -> None:
    fewer = one("b/b", earlier_counts=counts(1, 2)[:1])
    assert (
        join_snapshots([one("a/a", earlier_counts=counts(1, 2)), one("b/b")]).earlier_counts is None
    )
    assert join_snapshots([one("a/a", earlier_counts=counts(1, 2)), fewer]).earlier_counts is None


def test_notices_name_their_repository_unless_all_share_them() -> None:
    joined = join_snapshots(
        [
            one("a/a", notices=("For all.", "Only here.")),
            join_snapshots(
                [one("b/b", notices=("For all.", "There.")), one("c/c", notices=("For all.",))]
            ),
        ]
    )
    assert joined.notices == ("For all.", "a/a: Only here.", "b/b: There.")


def test_facts_that_one_snapshot_lacks_are_missing_in_the_whole() -> None:
    assert not join_snapshots([one("a/a"), one("b/b", complete=False)]).complete


def test_a_repository_that_could_not_be_read_is_named_with_its_reason() -> None:
    missing = repository("b/b", listed_by="nothing", listing_reason="GitHub has trouble.")
    joined = join_snapshots([one("a/a", 1), unread_snapshot(missing, week("2021-W19"), FETCHED_AT)])
    assert joined.repositories == (repository("a/a"), missing)
    assert (len(joined.pull_requests), joined.complete) == (1, False)
    assert joined.notices == (
        "b/b: The repository could not be read, so its pull requests are missing. GitHub has trouble.",
    )


def test_the_same_moments_in_another_zone_are_the_same_window() -> None:
    asked = window(zone="UTC")
    moved = asked.model_copy(update={"zone": "Etc/UTC"})
    assert join_snapshots([one("a/a"), one("b/b", window=moved)]).window == asked


@pytest.mark.parametrize(
    ("others", "message"),
    [
        (
            one("b/b", window=week("2021-W18")),
            (
                "The snapshots have different windows: "
                "2021-05-10 to 2021-05-17 and 2021-05-03 to 2021-05-10 (end not included)."
            ),
        ),
        (one("A/A", 1), "a/a is listed twice, so its pull requests would count twice."),
    ],
)
def test_snapshots_that_do_not_fit_are_refused(others: Snapshot, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        join_snapshots([one("a/a", 1), others])
    assert caught.value.message == message


def test_first_contributions_are_unknown_if_one_with_pull_requests_lacks_them() -> None:
    mine, other = (
        one("a/a", 1, first_contributions=("a/a#1",)),
        one("b/b", 2, 3, first_contributions=("b/b#3",)),
    )
    assert join_snapshots([mine, other]).first_contributions == ("a/a#1", "b/b#3")
    assert join_snapshots([mine, one("b/b", 2)]).first_contributions is None
    assert join_snapshots([mine, one("b/b")]).first_contributions == ("a/a#1",)


def test_a_pull_request_from_elsewhere_stays_unless_one_snapshot_counts_it() -> None:
    there, here = pull(8, repository="c/c"), pull(1, repository="b/b")
    joined = join_snapshots(
        [
            one("a/a", 1, uncounted_pull_requests=(there, here)),
            one("b/b", 1, uncounted_pull_requests=(there,)),
        ]
    )
    assert joined.uncounted_pull_requests == (there,)
