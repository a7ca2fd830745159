"""Finds gaps and overlaps between an edition and the one before it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from digest import windows
from digest.model import EarlierCount, Snapshot, Window

A_MOMENT = timedelta.resolution


def gap_notice(snapshot: Snapshot, previous: Window | None) -> str | None:
    """A notice about days in no edition, or in both this edition and the one before.

    None if there are no such days.
    """
    window = snapshot.window
    if previous is None or previous.end == window.start:
        return None
    last_day = windows.day_before(previous.end) + _year(previous.end, previous.end, window)
    last_edition = f"Your last edition ended on {last_day}"
    if previous.end > window.start:
        days = windows.day_range(window.start, min(previous.end, window.end))
        return f"{last_edition}, so {days} is in both."
    days = windows.day_range(previous.end, window.start)
    merged = f"merged {days}{_year(previous.end, window.start, window)}"
    missed = _missed_count(snapshot.earlier_counts or (), previous, window)
    total = ""
    if missed is None:
        gap = f"Pull requests {merged} are in no edition."
    else:
        of_them = "pull request" if missed == 1 else "pull requests"
        gap = f"{missed:,} {of_them} {merged} {'is' if missed == 1 else 'are'} in no edition."
        total = f" ({missed + len(snapshot.pull_requests):,} in total)"
    notice = f"{last_edition}. {gap}"
    if window.kind != "weeks":
        return notice
    return f"{notice} To include them: digest week {_options_for_both(snapshot, previous)}{total}"


def _year(start: datetime, end: datetime, window: Window) -> str:
    """The year of a span of days, if it differs from the year of the window."""
    first, last = (start - A_MOMENT).year if start == end else start.year, (end - A_MOMENT).year
    return f" {last}" if first == last != windows.first_day(window).year else ""


def _options_for_both(snapshot: Snapshot, previous: Window) -> str:
    """The options for one edition with the gap and the window; --since-last ends last week."""
    window = snapshot.window
    fetched = snapshot.fetched_at.astimezone(windows.find_zone(window.zone)).date()
    if windows.last_day(window) == fetched - timedelta(days=fetched.weekday() + 1):
        return "--since-last"
    return f"--since {previous.end.date()} --until {windows.last_day(window)}"


def _missed_count(earlier: Sequence[EarlierCount], previous: Window, window: Window) -> int | None:
    """How many were merged between two windows; None unless counted windows fill the gap."""
    gap = [span for span in earlier if previous.end <= span.start and span.end <= window.start]
    counts = [span.count for span in gap if span.count is not None]
    fills_gap = bool(gap) and gap[0].start == previous.end and gap[-1].end == window.start
    return sum(counts) if fills_gap and len(counts) == len(gap) else None
