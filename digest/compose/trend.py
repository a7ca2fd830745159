"""How a count compares with those of the windows before: quiet, busy, or as usual; pure."""

from collections.abc import Sequence
from statistics import median

from digest import windows
from digest.model import EarlierCount, Trend, Window

# Fewer say nothing about what is usual.
FEWEST = 4
DAYS_OF_WEEK = 7
NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()


def compare_counts(
    count: int, earlier: Sequence[EarlierCount] | None, window: Window
) -> Trend | None:
    """The count beside the windows before it, oldest first; None where they tell nothing.

    So it is with fewer than four that are known without a gap up to this window, with a window
    shorter than a week (a weekend is no quiet Thursday), and where nothing was ever merged before.
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
    """That many windows of the same length in words: "12 weeks", "12 months", "12 two-week spans"."""
    days = _days(window)
    if window.kind == "month":
        return f"{number} months"
    if days == DAYS_OF_WEEK:
        return f"{number} weeks"
    length = days // DAYS_OF_WEEK if window.kind == "weeks" else days
    spelt = NUMBERS[length] if length < len(NUMBERS) else str(length)
    return f"{number} {spelt}-{'week' if window.kind == 'weeks' else 'day'} spans"


def count_range(trend: Trend) -> str:
    """What the windows before saw: "58 to 99", or "5 each"."""
    return f"{trend.low:,} each" if trend.low == trend.high else f"{trend.low:,} to {trend.high:,}"


def trend_line(trend: Trend, window: Window) -> str:
    """The comparison in words: "The 12 weeks before: 39 to 79, median 58.

    Fewer than in any of them.".
    """
    says = {
        "quiet": " Fewer than in any of them.",
        "busy": " More than in any of them.",
        "usual": "",
    }[trend.kind]
    middle = f"{trend.median:,.1f}".removesuffix(".0")
    return f"The {earlier_windows(window, trend.windows)} before: {count_range(trend)}, median {middle}.{says}"


def _known(earlier: Sequence[EarlierCount]) -> list[int]:
    """The counts, the newest first, up to the first that nobody can tell."""
    counts = []
    for one in reversed(earlier):
        if one.count is None:
            break
        counts.append(one.count)
    return counts


def _days(window: Window) -> int:
    return (windows.last_day(window) - windows.first_day(window)).days + 1
