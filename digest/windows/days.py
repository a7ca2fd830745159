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


# The names that strftime uses depend on the locale.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DAYS_OF_WEEK = 7
NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()


def phrase(window: Window, at: datetime) -> str:
    """The window for a sentence, as on the day after it: "last week".

    If it is not over at the time `at`, this begins with "so far".
    """
    first, last = first_day(window), last_day(window)
    if is_running(window, at):
        return f"so far {_so_far(window, first, last)}"
    if window.kind == "month":
        return f"in {MONTHS[first.month - 1]}"
    if window.kind == "weeks":
        weeks = ((last - first).days + 1) // DAYS_OF_WEEK
        return "last week" if weeks == 1 else f"in the last {weeks} weeks"
    if first == last:
        return f"on {long_date(first)}"
    if first.year != last.year:
        return f"from {long_date(first)} {first.year} to {long_date(last)} {last.year}"
    return (
        f"from {first.day if first.month == last.month else long_date(first)} to {long_date(last)}"
    )


def _so_far(window: Window, first: date, last: date) -> str:
    if window.kind == "month":
        return "this month"
    if window.kind == "weeks" and (last - first).days < DAYS_OF_WEEK:
        return "this week"
    if first == last:
        return f"on {long_date(first)}"
    return f"since {long_date(first)}" + ("" if first.year == last.year else f" {first.year}")


def label(window: Window) -> str:
    """The window for the screen: "10–16 May 2021 (2021-W19, UTC)"."""
    first, last = first_day(window), last_day(window)
    weeks = (
        " to ".join(dict.fromkeys((week_name(first), week_name(last))))
        if window.kind == "weeks"
        else ""
    )
    return f"{dates(window)} ({f'{weeks}, ' if weeks else ''}{window.zone})"


def dates(window: Window) -> str:
    """The days of the window with their year: "10–16 May 2021", "July 2021"."""
    first, last = first_day(window), last_day(window)
    if window.kind == "month":
        return f"{MONTHS[first.month - 1]} {first.year}"
    return _dash(first, last) + ("" if first.year != last.year else f" {last.year}")


def month_inside(window: Window) -> str | None:
    """The first month whose days are all in the window, such as "2021-07"; None without one."""
    first = first_day(window)
    month = first if first.day == 1 else first.replace(day=1) + relativedelta(months=1)
    end = month + relativedelta(months=1) - ONE_DAY
    return f"{month:%Y-%m}" if end <= last_day(window) else None


def day_range(start: datetime, end: datetime) -> str:
    """The days from `start` to before `end`, both local midnights: "3–9 May"."""
    return _dash(start.date(), end.date() - ONE_DAY)


def day_before(end: datetime) -> str:
    """The day that ends at this midnight: "2 May"."""
    return long_date(end.date() - ONE_DAY)


def number_in_words(number: int) -> str:
    """A number up to twelve as a word, "three"; in digits above that."""
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


def long_date(day: date) -> str:
    """A day without its year: "2 May"."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def short_date(day: date) -> str:
    """A day with a short month and without its year: "2 May", "9 Sep"."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def _dash(first: date, last: date) -> str:
    if first == last:
        return short_date(last)
    if first.year != last.year:
        return f"{short_date(first)} {first.year} – {short_date(last)} {last.year}"
    if first.month == last.month:
        return f"{first.day}–{short_date(last)}"
    return f"{short_date(first)} – {short_date(last)}"
