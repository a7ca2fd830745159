"""The section's heading and the sentence with the count."""

from datetime import UTC, datetime

import pytest

from digest.compose.lead import heading, lead
from digest.model import Window
from tests.builders import FETCHED_AT, week, window
from tests.shipped import shipped

WEDNESDAY = datetime(2021, 5, 12, 9, tzinfo=UTC)
JULY = window("2021-07-01", "2021-08-01", kind="month")
AUGUST = datetime(2021, 8, 2, 9, tzinfo=UTC)


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
    assert heading(shipped(), asked, at) == expected


def test_a_setting_changes_the_headings_words_not_its_logic() -> None:
    settings = shipped().model_copy(update={"heading": "Merged into R&D {when}"})
    assert heading(settings, week("2021-W19"), FETCHED_AT) == "Merged into R&D last week"


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
def test_the_lead_has_the_count_and_announces_what_follows(count: int, stories: int, expected: str) -> None:
    """Where only one was merged, "one of them" would be wrong."""
    assert lead(shipped(), week("2021-W19"), count, stories, FETCHED_AT) == expected


def test_a_running_window_counts_so_far() -> None:
    assert lead(shipped(), week("2021-W19"), 12, 0, WEDNESDAY) == "12 pull requests were merged so far this week."


def test_a_month_is_named() -> None:
    expected = "59 pull requests were merged in July. Here are the highlights."
    assert lead(shipped(), JULY, 59, 3, AUGUST) == expected
