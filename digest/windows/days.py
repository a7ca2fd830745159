"""A window's days and edges.

Both ends are made as the first moment of a local day, with a fixed offset: so comparing and
subtracting them means real time, and a window read back from JSON equals the one that was saved.
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
    """The zone of that name; UsageError names the nearest ones when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; a path; a folder such as "Europe"
        known = sorted(zoneinfo.available_timezones())
        wanted = name.casefold().replace(" ", "_")
        spelt = {each.casefold(): each for each in known} | {
            each.rpartition("/")[2].casefold(): each for each in known
        }
        near = dict.fromkeys(
            spelt[each] for each in difflib.get_close_matches(wanted, spelt, cutoff=0.8)
        )
        cure = (
            f"Did you mean {' or '.join(near)}?"
            if near
            else "Zones have names such as Europe/Stockholm."
        )
        raise UsageError(f"There is no zone {name!r}.", cure) from None


def windows_before(window: Window, n: int = 12) -> tuple[Window, ...]:
    """The n windows of the same length that end where this one begins, oldest first.

    Months by the calendar.
    """
    there = find_zone(window.zone)
    first, last = first_day(window), last_day(window)
    step = (
        relativedelta(months=1)
        if window.kind == "month"
        else relativedelta(days=(last - first).days + 1)
    )
    edges = [midnight(first - step * back, there) for back in range(n, -1, -1)]
    # A zone that crossed the date line has skipped a day: no window of that day alone.
    return tuple(
        Window(start=start, end=end, zone=window.zone, kind=window.kind)
        for start, end in pairwise(edges)
        if start < end
    )


def is_running(window: Window, at: datetime) -> bool:
    """Whether the window is not over at that instant."""
    return at < window.end


def first_day(window: Window) -> date:
    """The first local day of the window."""
    return window.start.astimezone(find_zone(window.zone)).date()


def last_day(window: Window) -> date:
    """The last local day of the window; it belongs to it."""
    return (
        (window.end.astimezone(UTC) - timedelta.resolution)
        .astimezone(find_zone(window.zone))
        .date()
    )


def edition_name(window: Window) -> str:
    """The name of the edition's folder: a month `2021-07`, else the ISO week of the last day `2021-W19`."""
    last = last_day(window)
    return f"{last:%Y-%m}" if window.kind == "month" else week_name(last)


def midnight(of: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in the zone, with a fixed offset."""
    # By way of UTC a midnight that clocks jump over becomes the moment they jump to; of two
    # midnights the first counts.
    moment = datetime.combine(of, time(), zone).astimezone(UTC).astimezone(zone)
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta()), fold=0)


def monday_of(of: date) -> date:
    """The Monday of the week that holds a day."""
    return of - timedelta(days=of.weekday())


def week_name(of: date) -> str:
    """The ISO week that holds a day: "2021-W19"."""
    year, week, _ = of.isocalendar()
    return f"{year}-W{week:02}"
