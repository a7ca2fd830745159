"""Gaps and overlaps between an edition and the one before it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from digest import windows
from digest.model import EarlierCount, Snapshot, Window

A_MOMENT = timedelta.resolution


def gap_notice(snapshot: Snapshot, previous: Window | None) -> str | None:
    """A notice about days that are in no edition, or in this one and the one before.

    None where there are none.
    """
    window = snapshot.window
    if previous is None or previous.end == window.start:
        return None
    ended = f"Your last edition ended on {windows.day_before(previous.end)}{_year(previous.end, previous.end, window)}"
    if previous.end > window.start:
        return f"{ended}, so {windows.day_range(window.start, min(previous.end, window.end))} is in both."
    between = f"{windows.day_range(previous.end, window.start)}{_year(previous.end, window.start, window)}"
    missed = _count(snapshot.earlier_counts or (), previous, window)
    if missed is None:
        says, both = f"{ended}; what was merged {between} is in no edition.", ""
    else:
        says = f"{ended}; the {missed:,} merged {between} are in no edition."
        both = f" ({missed + len(snapshot.pull_requests):,})"
    return (
        f"{says} All in one: digest week {_all_in_one(snapshot, previous)}{both}"
        if window.kind == "weeks"
        else says
    )


def _year(start: datetime, end: datetime, window: Window) -> str:
    """The year of days that end before `end`, where it goes without saying neither by the window nor by them."""
    first, last = (start - A_MOMENT).year if start == end else start.year, (end - A_MOMENT).year
    return f" {last}" if first == last != windows.first_day(window).year else ""


def _all_in_one(snapshot: Snapshot, previous: Window) -> str:
    """The options that draft the gap and the window as one: --since-last means weeks up to now, no others."""
    window = snapshot.window
    fetched = snapshot.fetched_at.astimezone(windows.find_zone(window.zone)).date()
    if windows.last_day(window) == fetched - timedelta(days=fetched.weekday() + 1):
        return "--since-last"
    return f"--since {previous.end.date()} --until {windows.last_day(window)}"


def _count(earlier: Sequence[EarlierCount], previous: Window, window: Window) -> int | None:
    """What was merged between two windows, known only where earlier windows tile the gap."""
    gap = [one for one in earlier if previous.end <= one.start and one.end <= window.start]
    counts = [one.count for one in gap if one.count is not None]
    tiles = bool(gap) and gap[0].start == previous.end and gap[-1].end == window.start
    return sum(counts) if tiles and len(counts) == len(gap) else None
