"""The section's heading and the sentence with the count."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from digest.compose import workdays
from digest.compose.lead import CASES, LeadFacts, compare_counts, lead_sentence, section_heading
from digest.model import EarlierCount, Trend, Window, WorkingDays
from scripts import make_wording
from tests import history
from tests.builders import FETCHED_AT, week, window
from tests.golden import assert_golden
from tests.shipped import shipped

WEDNESDAY = datetime(2021, 5, 12, 9, tzinfo=UTC)
JULY = window("2021-07-01", "2021-08-01", kind="month")
AUGUST = datetime(2021, 8, 2, 9, tzinfo=UTC)
TWO = window("2021-05-03", "2021-05-17")
WEEK = LeadFacts(window=week("2021-W19"), at=FETCHED_AT, count=32)


@pytest.mark.parametrize(
    ("asked", "at", "expected"),
    [
        (week("2021-W19"), FETCHED_AT, "Merged last week"),
        (window("2021-05-03", "2021-05-17"), FETCHED_AT, "Merged in the last 2 weeks"),
        (JULY, AUGUST, "Merged in July"),
        (window("2021-05-03", "2021-05-13", kind="days"), FETCHED_AT, "Merged from 3 to 12 May"),
        (week("2021-W19"), WEDNESDAY, "Merged so far this week"),
    ],
)
def test_the_heading_names_the_window(asked: Window, at: datetime, expected: str) -> None:
    assert section_heading(shipped(), asked, at) == expected


def test_a_setting_changes_the_words_of_the_heading_but_not_its_logic() -> None:
    settings = shipped().model_copy(update={"heading": "Merged into R&D {when}"})
    assert section_heading(settings, week("2021-W19"), FETCHED_AT) == "Merged into R&D last week"


@pytest.mark.parametrize(
    ("count", "stories", "expected"),
    [
        (0, 0, "No pull requests were merged last week."),
        (1, 0, "One pull request was merged last week."),
        (1, 1, "One pull request was merged last week."),
        (2, 1, "2 pull requests were merged last week. Here is one of them."),
        (32, 2, "32 pull requests were merged last week. Here are the highlights."),
        (32, 0, "32 pull requests were merged last week."),
        (1234, 5, "1,234 pull requests were merged last week. Here are the highlights."),
    ],
)
def test_the_lead_has_the_count_and_announces_what_follows(
    count: int, stories: int, expected: str
) -> None:
    """Where only one was merged, "one of them" would be wrong."""
    assert lead_sentence(shipped(), replace(WEEK, count=count), stories) == expected


def test_every_case_reads_as_in_the_table_of_wording() -> None:
    assert_golden(make_wording.PAGE, make_wording.page())


def test_every_case_is_in_the_table() -> None:
    """Each case of the code comes first in some row, so every sentence is visible."""
    first = [
        next(place for place, case in enumerate(CASES) if case.applies(row.counted))
        for row in make_wording.rows()
    ]
    assert set(first) == set(range(len(CASES)))


SHORT = (WorkingDays(code="SE", place="Sweden", days=3, days_off=()),)
BELOW = Trend(kind="quiet", windows=12, low=39, high=79, median=58, is_below_median=True)
REASONS = replace(WEEK, working_days=SHORT, trend=BELOW)


@pytest.mark.parametrize(
    ("changed", "begins"),
    [
        ({}, "It was a 3-day week in Sweden, so only 32 "),
        ({"count": 0}, "No pull requests were merged last week."),
        ({"count": 1}, "One pull request was merged last week."),
        ({"at": WEDNESDAY}, "32 pull requests were merged so far this week."),
        ({"since_last": True}, "It was a 3-day week in Sweden"),
        (
            {"window": TWO, "since_last": True},
            "There was no edition last week, so this one covers two weeks: 32 ",
        ),
        (
            {"window": window("2021-04-26", "2021-05-17"), "since_last": True},
            "There was no edition for two weeks, so this one covers three: 32 ",
        ),
        (
            {"window": window("2021-02-01", "2021-05-17"), "since_last": True},
            "There was no edition for 14 weeks, so this one covers 15: 32 ",
        ),
        (
            {"window": TWO, "since_last": True, "previous": week("2021-W17")},
            "There was no edition last week",
        ),
        (
            {"window": TWO, "since_last": True, "previous": week("2021-W16")},
            "Only 32 pull requests were merged in",
        ),
        (
            {"window": TWO},
            "Only 32 pull requests were merged in the last 2 weeks; the 12 two-week spans before",
        ),
        (
            {"window": JULY, "at": AUGUST, "since_last": True},
            "Only 32 pull requests were merged in July;",
        ),
        ({"trend": None}, "32 pull requests were merged last week."),
    ],
)
def test_the_first_fitting_reason_is_used(changed: dict[str, object], begins: str) -> None:
    """A skipped edition needs several weeks right after the previous edition."""
    counted = replace(REASONS, **changed)  # type: ignore[arg-type]
    assert lead_sentence(shipped(), counted, 0).startswith(begins)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (4, "Only 32 "),
        (3, "It was a 3-day week"),
        (1, "It was a 1-day week"),
        (0, "32 pull requests"),
    ],
)
def test_at_most_three_working_days_are_a_short_week_and_no_working_day_is_not_a_reason(
    days: int, expected: str
) -> None:
    counted = replace(REASONS, working_days=(replace(SHORT[0], days=days),))
    assert lead_sentence(shipped(), counted, 0).startswith(expected)


def test_the_words_are_settings_and_their_values_are_text() -> None:
    wording = shipped().wording.model_copy(
        update={"short_week": "Nur {n} in {place}: {days} Tage{across}."}
    )
    settings = shipped().model_copy(update={"wording": wording})
    place = (replace(SHORT[0], place="<b>*Sweden*</b>"),)
    words = lead_sentence(settings, replace(REASONS, working_days=place, repositories=2), 0)
    assert words == r"Nur 32 in \<b>\*Sweden\*\</b>: 3 Tage across 2 repositories."


def weeks_before(start: date) -> list[EarlierCount]:
    """Return the history's counts of the 12 weeks before; those before its start are unknown."""
    mondays = [start - timedelta(weeks=back) for back in range(12, 0, -1)]
    return [
        EarlierCount(
            start=week_starts(monday),
            end=week_starts(monday + timedelta(weeks=1)),
            count=merged(monday) if monday >= date(2020, 1, 27) else None,
        )
        for monday in mondays
    ]


def week_starts(monday: date) -> datetime:
    return datetime(monday.year, monday.month, monday.day, tzinfo=UTC)


def merged(monday: date) -> int:
    name = history.week_of(week_starts(monday))
    return history.weekly_counts()[name].merged if name in history.weekly_counts() else 0


def of_history(name: str) -> str:
    """Return the lead of a week of the history, with Sweden's calendar and no story."""
    asked = week(name)
    count, earlier = merged(asked.start.date()), weeks_before(asked.start.date())
    settings = shipped().calendar.model_copy(update={"country": ("SE",)})
    counted = LeadFacts(
        window=asked,
        at=asked.end,
        count=count,
        working_days=workdays.count_working_days(settings, asked),
        trend=compare_counts(count, earlier, asked),
    )
    return lead_sentence(shipped(), counted, 0)


def test_the_trend_is_the_reason_at_edition_8_and_the_short_week_at_26() -> None:
    """Like the editor's own sentence, no other one of a single week has more than the count."""
    says = {}
    for edition in history.editions():
        if edition.window_weeks == 1:
            monday = edition.date - timedelta(days=edition.date.weekday() + 7)
            sentence = of_history(history.week_of(week_starts(monday)))
            if not re.fullmatch(r"\d+ pull requests were merged last week\.", sentence):
                says[edition.edition] = sentence
    assert says == {
        8: "Only 23 pull requests were merged last week; the 12 weeks before saw 58 to 99.",
        26: "It was a 3-day week in Sweden, so only 32 pull requests were merged.",
    }


def test_a_busy_short_week_gets_the_plain_sentence() -> None:
    """With Ascension Day and its bridge day there are still 65, so the calendar is not a reason."""
    assert of_history("2020-W21") == "65 pull requests were merged last week."
