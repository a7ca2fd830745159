"""The days of a window, and its start and end.

Both are the first moment of a local day with a fixed offset. So differences are real time, and a
window from JSON equals the saved one.
"""

import difflib
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from digest.errors import UsageError
from digest.model import Window

ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(weeks=1)


def find_zone(name: str) -> ZoneInfo:
    """The time zone of that name; UsageError with similar names if it is unknown."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; a path; a folder such as "Europe"
        raise UsageError(f"{name!r} is not a known time zone.", _zone_hint(name)) from None


def _zone_hint(name: str) -> str:
    zones = sorted(zoneinfo.available_timezones())
    by_spelling = {zone.casefold(): zone for zone in zones}
    by_spelling |= {zone.rpartition("/")[2].casefold(): zone for zone in zones}
    spelling = name.casefold().replace(" ", "_")
    matches = difflib.get_close_matches(spelling, by_spelling, cutoff=0.8)
    similar = dict.fromkeys(by_spelling[match] for match in matches)
    if similar:
        return f"Did you mean {' or '.join(similar)}?"
    return "Time zones have names such as Europe/Stockholm."


def windows_before(window: Window, number: int = 12) -> tuple[Window, ...]:
    """The windows of the same length before this one, oldest first.

    Before a month, these are calendar months.
    """
    zone = find_zone(window.zone)
    first, last = first_day(window), last_day(window)
    step = (
        relativedelta(months=1)
        if window.kind == "month"
        else relativedelta(days=(last - first).days + 1)
    )
    edges = [midnight(first - step * back, zone) for back in range(number, -1, -1)]
    # A zone that crosses the date line skips a day, so there is no window for that day.
    return tuple(
        Window(start=start, end=end, zone=window.zone, kind=window.kind)
        for start, end in pairwise(edges)
        if start < end
    )


def is_running(window: Window, at: datetime) -> bool:
    """Whether the window is not over at this time."""
    return at < window.end


def first_day(window: Window) -> date:
    """The first local day of the window."""
    return window.start.astimezone(find_zone(window.zone)).date()


def last_day(window: Window) -> date:
    """The last local day in the window."""
    return (
        (window.end.astimezone(UTC) - timedelta.resolution)
        .astimezone(find_zone(window.zone))
        .date()
    )


def edition_name(window: Window) -> str:
    """The name of the edition: `2021-07` for a month, or else the ISO week of the last day."""
    last = last_day(window)
    return f"{last:%Y-%m}" if window.kind == "month" else week_name(last)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in the zone, with a fixed offset."""
    # Converting to UTC and back moves a midnight that clocks skip to the moment after the gap. If
    # there are two midnights, this is the first.
    moment = datetime.combine(day, time(), zone).astimezone(UTC).astimezone(zone)
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta()), fold=0)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_name(day: date) -> str:
    """The ISO week of a day: "2021-W19"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
