"""Turns the options of a command into a window, and refuses options that do not fit."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from digest.errors import UsageError
from digest.model import Window
from digest.windows.days import ONE_DAY, ONE_WEEK, long_date, midnight, monday_of, week_name

# The options that may be combined.
COMBINATIONS = {
    (),
    ("--week",),
    ("--weeks",),
    ("--week", "--weeks"),
    ("--since",),
    ("--since", "--until"),
    ("--since-last",),
}
# Early enough for GitHub, and late enough that earlier windows never underflow a date.
EARLIEST = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True)
class WindowRequest:
    """The unchecked options for a window. `monthly` requests a month, also without `month`."""

    week: str | None = None
    weeks: int | None = None
    since: str | None = None
    until: str | None = None
    since_last: bool = False
    month: str | None = None
    monthly: bool = False


def resolve(
    request: WindowRequest, zone: ZoneInfo, now: datetime, last_end: datetime | None
) -> Window:
    """The requested window; by default the last complete ISO week or, if monthly, month.

    `last_end` is the end of the newest edition that ends before the last complete week ends;
    None: there is none. Without `until`, the window ends with yesterday. Raises UsageError for
    options that are not valid.
    """
    _refuse_clashes(request)
    today = now.astimezone(zone).date()
    monday = monday_of(today)
    if request.monthly or request.month is not None:
        first = _month(request.month, today)
        return _window(first, first + relativedelta(months=1), "month", zone)
    if request.since_last:
        return _window(_day_after_last_edition(last_end, zone, monday), monday, None, zone)
    if request.since is not None:
        return _window(*_range(request.since, request.until, today), None, zone)
    after = monday
    if request.week is not None:
        after = _check_day(_week(request.week), today) + ONE_WEEK
    return _window(_weeks_before(after, request.weeks), after, "weeks", zone)


def _refuse_clashes(request: WindowRequest) -> None:
    values = {
        "--week": request.week,
        "--weeks": request.weeks,
        "--since": request.since,
        "--until": request.until,
    }
    given = tuple(name for name, value in values.items() if value is not None)
    given += ("--since-last",) if request.since_last else ()
    if request.monthly or request.month is not None:
        if given:
            raise UsageError(
                f"A month cannot be combined with {' and '.join(given)}.",
                "Use only --month, such as --month 2021-07.",
            )
    elif given == ("--until",):
        raise UsageError(
            "--until needs --since.",
            "Add the first day: --since 2021-05-03 --until 2021-05-12.",
        )
    elif given not in COMBINATIONS:
        raise UsageError(
            f"{' and '.join(given)} cannot be combined.",
            "Use one of --week (with --weeks), --since (with --until), or --since-last.",
        )
    if request.weeks is not None and request.weeks < 1:
        raise UsageError(f"--weeks {request.weeks} is too few.", "Use 1 or more.")


def _check_day(day: date, today: date) -> date:
    if day > today:
        last = week_name(monday_of(today) - ONE_DAY)
        raise UsageError(
            f"{day} is in the future.", f"Today is {today}; the last complete week is {last}."
        )
    if day < EARLIEST:
        raise UsageError(f"{day} is too early.", "GitHub's first pull requests are from 2008.")
    return day


def _week(text: str) -> date:
    if re.fullmatch("[0-9]{4}-W[0-9]{2}", text) is None:
        return monday_of(_day("--week", text, "2021-W19 or 2021-05-12"))
    year, week = int(text[:4]), int(text[6:])
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        # 28 December is always in the last week.
        weeks = date(max(year, 1), 12, 28).isocalendar().week
        raise UsageError(
            f"There is no week {text}.", f"The weeks of {year} are W01 to W{weeks}."
        ) from None


def _day(option: str, text: str, example: str = "2021-05-12") -> date:
    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
        raise UsageError(f"{option} {text!r} is not valid.", f"Write it as {example}.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"There is no day {text}.", "Write days as year-month-day, such as 2021-05-12."
        ) from None


def _month(text: str | None, today: date) -> date:
    if text is None:
        return today.replace(day=1) - relativedelta(months=1)
    if re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", text) is None or text.startswith("0000"):
        raise UsageError(f"--month {text!r} is not a month.", "Write it as 2021-07.")
    return _check_day(date.fromisoformat(f"{text}-01"), today)


def _day_after_last_edition(last_end: datetime | None, zone: ZoneInfo, monday: date) -> date:
    if last_end is None:
        raise UsageError("There is no earlier edition.", "Give the first day: --since 2021-05-03.")
    first = last_end.astimezone(zone).date()
    if first >= monday:
        raise UsageError(
            f"The last edition ends on {long_date(first - ONE_DAY)}, and no week has ended since.",
            f"For this week so far, use --week {week_name(monday)}.",
        )
    return first


def _range(since: str, until: str | None, today: date) -> tuple[date, date]:
    first = _check_day(_day("--since", since), today)
    if until is None:
        if first == today:
            raise UsageError(
                f"{first} is not over.", f"For today so far, use --since {first} --until {first}."
            )
        return first, today
    last = _check_day(_day("--until", until), today)
    if last < first:
        raise UsageError(
            f"--since {first} is after --until {last}.",
            f"Swap them: --since {last} --until {first}.",
        )
    return first, last + ONE_DAY


def _weeks_before(after: date, weeks: int | None) -> date:
    if weeks is not None and weeks > (after - EARLIEST) // ONE_WEEK:
        raise UsageError(
            f"--weeks {weeks} is too many.", "GitHub's first pull requests are from 2008."
        )
    return after - ONE_WEEK * (weeks or 1)


def _window(
    first: date, after: date, kind: Literal["weeks", "month", "days"] | None, zone: ZoneInfo
) -> Window:
    whole_weeks = first == monday_of(first) and after == monday_of(after)
    start, end = midnight(first, zone), midnight(after, zone)
    if start >= end:
        raise UsageError(
            f"There was no {first} in {zone}.",
            "The zone crossed the date line and skipped this day. Use other days.",
        )
    return Window(
        start=start, end=end, zone=str(zone), kind=kind or ("weeks" if whole_weeks else "days")
    )
