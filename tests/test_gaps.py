"""Notices about the previous edition."""

from datetime import UTC, datetime

import pytest

from digest.compose.edition import gap_notice
from digest.model import EarlierCount, Window
from tests.builders import pull, snapshot, week, window

THIS = snapshot(
    pull(1),
    pull(2),
    earlier_counts=tuple(
        EarlierCount(start=week(name).start, end=week(name).end, count=count)
        for name, count in [("2021-W16", 60), ("2021-W17", 60), ("2021-W18", 43)]
    ),
)


@pytest.mark.parametrize(
    ("previous", "says"),
    [
        (None, None),
        (week("2021-W18"), None),
        (
            week("2021-W17"),
            (
                "Your last edition ended on 2 May. 43 pull requests merged 3–9 May are in no edition. "
                "To include them: digest week --since-last (45 in total)"
            ),
        ),
        (
            week("2021-W16"),
            (
                "Your last edition ended on 25 April. 103 pull requests merged 26 Apr – 9 May are in no edition. "
                "To include them: digest week --since-last (105 in total)"
            ),
        ),
        (
            window("2021-04-29", "2021-05-05", kind="days"),
            (
                "Your last edition ended on 4 May. Pull requests merged 5–9 May are in no edition. "
                "To include them: digest week --since-last"
            ),
        ),
        (
            window("2021-05-06", "2021-05-13", kind="days"),
            "Your last edition ended on 12 May, so 10–12 May is in both.",
        ),
    ],
)
def test_a_gap_or_an_overlap_is_reported(previous: Window | None, says: str | None) -> None:
    assert gap_notice(THIS, previous) == says


def test_an_older_week_names_its_days_because_since_last_would_reach_to_today() -> None:
    later = THIS.model_copy(update={"fetched_at": week("2021-W21").start})
    says = gap_notice(later, week("2021-W17"))
    assert says == (
        "Your last edition ended on 2 May. 43 pull requests merged 3–9 May are in no edition. "
        "To include them: digest week --since 2021-05-03 --until 2021-05-16 (45 in total)"
    )


def test_the_last_complete_week_follows_the_windows_zone() -> None:
    tokyo = window(zone="Asia/Tokyo")
    just_monday = datetime(2021, 5, 16, 16, tzinfo=UTC)
    assert "--since-last" in str(
        gap_notice(snapshot(window=tokyo, fetched_at=just_monday), week("2021-W17"))
    )
    still_sunday = snapshot(window=window(), fetched_at=just_monday)
    assert "--since 2021-05-03 --until 2021-05-16" in str(
        gap_notice(still_sunday, week("2021-W17"))
    )


@pytest.mark.parametrize(
    ("previous", "says"),
    [
        (
            "2020-W50",
            "ended on 13 December 2020. Pull requests merged 14 Dec 2020 – 3 Jan 2021 are in no edition.",
        ),
        ("2020-W53", "ended on 3 January. Pull requests merged 4–10 Jan are in no edition."),
    ],
)
def test_another_year_is_named(previous: str, says: str) -> None:
    this = "2021-W01" if previous == "2020-W50" else "2021-W02"
    assert says in str(gap_notice(snapshot(window=week(this)), week(previous)))


def test_the_year_of_an_old_gap_is_named() -> None:
    new_year = snapshot(window=window("2021-01-01", "2021-01-03", kind="days"))
    says = gap_notice(new_year, window("2020-12-01", "2020-12-15", kind="days"))
    assert (
        says
        == "Your last edition ended on 14 December 2020. Pull requests merged 15–31 Dec 2020 are in no edition."
    )


def test_an_unknown_count_is_not_guessed() -> None:
    unknown = tuple(one.model_copy(update={"count": None}) for one in THIS.earlier_counts or ())
    says = gap_notice(THIS.model_copy(update={"earlier_counts": unknown}), week("2021-W17"))
    assert says is not None
    assert "Pull requests merged 3–9 May are in no edition" in says


def test_a_gap_without_merges_is_not_reported() -> None:
    quiet = EarlierCount(start=week("2021-W18").start, end=week("2021-W18").end, count=0)
    snapshot_after = THIS.model_copy(update={"earlier_counts": (quiet,)})
    assert gap_notice(snapshot_after, week("2021-W17")) is None


def test_a_month_after_a_gap_offers_no_week() -> None:
    july = snapshot(window=window("2021-07-01", "2021-08-01", kind="month"))
    says = gap_notice(july, window("2021-05-01", "2021-06-01", kind="month"))
    assert (
        says
        == "Your last edition ended on 31 May. Pull requests merged 1–30 Jun are in no edition."
    )
