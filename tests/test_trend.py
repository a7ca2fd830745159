"""The comparison of a count with earlier windows."""

import pytest

from digest.compose.lead import compare_counts, count_range, earlier_windows, trend_line
from digest.model import EarlierCount, Trend, Window
from tests.builders import week, window

W19 = week("2021-W19")
COUNTS = (66, 62, 79, 64, 58, 58, 47, 39, 56, 45, 60, 43)


def earlier(*counts: int | None) -> list[EarlierCount]:
    return [EarlierCount(start=W19.start, end=W19.end, count=count) for count in counts]


@pytest.mark.parametrize(
    ("count", "kind", "is_below_median"),
    [
        (38, "quiet", True),
        (39, "usual", True),
        (57, "usual", True),
        (58, "usual", False),
        (79, "usual", False),
        (80, "busy", False),
    ],
)
def test_quiet_and_busy_are_outside_all_earlier_windows(
    count: int, kind: str, *, is_below_median: bool
) -> None:
    assert compare_counts(count, earlier(*COUNTS), W19) == Trend(
        kind=kind,  # type: ignore[arg-type]
        windows=12,
        low=39,
        high=79,
        median=58,
        is_below_median=is_below_median,
    )


@pytest.mark.parametrize(
    ("counts", "compared"),
    [
        ((5, 5, 5), None),
        ((5, 5, 5, 5), 4),
        ((None, 5, 5, 5, 5), 4),
        ((5, 5, 5, 5, None), None),
        ((9, None, 5, 5, 5, 5), 4),
        ((0, 0, 0, 0, 0), None),
        ((0, 0, 0, 0, 1), 5),
        ((), None),
    ],
)
def test_a_trend_needs_four_known_windows_directly_before_and_a_merge(
    counts: tuple[int | None, ...], compared: int | None
) -> None:
    """A sentence about 4 weeks means the 4 weeks before, so a gap ends the series."""
    found = compare_counts(3, earlier(*counts), W19)
    assert (found and found.windows) == compared


def test_without_earlier_counts_there_is_no_trend() -> None:
    assert compare_counts(3, None, W19) is None


def test_a_part_of_a_week_is_not_compared_with_other_weekdays() -> None:
    weekend = window("2021-05-15", "2021-05-17", kind="days")
    assert compare_counts(1, earlier(*COUNTS), weekend) is None
    assert (
        compare_counts(1, earlier(*COUNTS), window("2021-05-10", "2021-05-17", kind="days"))
        is not None
    )


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (W19, "12 weeks"),
        (window("2021-03-22", "2021-03-29", "Europe/Stockholm"), "12 weeks"),
        (window("2021-05-10", "2021-05-17", kind="days"), "12 weeks"),
        (window("2021-05-03", "2021-05-17"), "12 two-week spans"),
        (window("2021-07-01", "2021-08-01", kind="month"), "12 months"),
        (window("2021-05-03", "2021-05-13", kind="days"), "12 ten-day spans"),
        (window("2021-05-03", "2021-05-20", kind="days"), "12 17-day spans"),
    ],
)
def test_the_windows_before_are_called_by_their_length(asked: Window, expected: str) -> None:
    assert earlier_windows(asked, 12) == expected


def test_the_line_for_the_editor_has_the_span_and_the_median() -> None:
    quiet, usual = (
        compare_counts(32, earlier(*COUNTS), W19),
        compare_counts(1058, earlier(1000, 1001, 1100, 1200), W19),
    )
    busy = compare_counts(9, earlier(5, 5, 5, 5), W19)
    assert quiet
    assert usual
    assert busy
    assert (
        trend_line(quiet, W19)
        == "The 12 weeks before: 39 to 79, median 58. Fewer than in any of them."
    )
    assert trend_line(usual, W19) == "The 4 weeks before: 1,000 to 1,200, median 1,050.5."
    assert (
        trend_line(busy, W19) == "The 4 weeks before: 5 each, median 5. More than in any of them."
    )
    assert count_range(busy) == "5 each"
