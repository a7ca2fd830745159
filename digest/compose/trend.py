"""Compares a count with those of earlier windows. Pure."""

from collections.abc import Sequence
from statistics import median

from digest import windows
from digest.model import EarlierCount, Trend, Window

# Fewer counts do not show what is usual.
FEWEST = 4
DAYS_OF_WEEK = 7


def compare_counts(
    count: int, earlier: Sequence[EarlierCount] | None, window: Window
) -> Trend | None:
    """The trend of a count against earlier ones, oldest first; None if they are too few.

    It needs a window of at least a week and the last four counts, not all zero.
    """
    counts = _known(earlier or ())
    if len(counts) < FEWEST or _days(window) < DAYS_OF_WEEK or not any(counts):
        return None
    low, high, middle = min(counts), max(counts), median(counts)
    return Trend(
        kind="quiet" if count < low else "busy" if count > high else "usual",
        windows=len(counts),
        low=low,
        high=high,
        median=middle,
        is_below_median=count < middle,
    )


def earlier_windows(window: Window, number: int) -> str:
    """A number of windows in words: "12 weeks", "12 months", "12 two-week spans"."""
    days = _days(window)
    if window.kind == "month":
        return f"{number} months"
    if days == DAYS_OF_WEEK:
        return f"{number} weeks"
    length = days // DAYS_OF_WEEK if window.kind == "weeks" else days
    return f"{number} {windows.number_in_words(length)}-{'week' if window.kind == 'weeks' else 'day'} spans"


def count_range(trend: Trend) -> str:
    """The range of the earlier counts: "58 to 99" or "5 each"."""
    return f"{trend.low:,} each" if trend.low == trend.high else f"{trend.low:,} to {trend.high:,}"


def trend_line(trend: Trend, window: Window) -> str:
    """The comparison in words: "The 12 weeks before: 39 to 79, median 58. Fewer …"."""
    comparison = {
        "quiet": " Fewer than in any of them.",
        "busy": " More than in any of them.",
        "usual": "",
    }[trend.kind]
    middle = f"{trend.median:,.1f}".removesuffix(".0")
    spans = earlier_windows(window, trend.windows)
    return f"The {spans} before: {count_range(trend)}, median {middle}.{comparison}"


def _known(earlier: Sequence[EarlierCount]) -> list[int]:
    """The counts, newest first, up to the first unknown one."""
    counts = []
    for span in reversed(earlier):
        if span.count is None:
            break
        counts.append(span.count)
    return counts


def _days(window: Window) -> int:
    return (windows.last_day(window) - windows.first_day(window)).days + 1
