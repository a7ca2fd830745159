"""Options -> Window: every way to ask for one, and the requests that make no sense."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from digest.errors import UsageError
from digest.model import Window
from digest.windows.days import ONE_DAY, ONE_WEEK, midnight, monday_of, week_name
from digest.windows.phrases import long_date

TOGETHER = {
    (),
    ("--week",),
    ("--weeks",),
    ("--week", "--weeks"),
    ("--since",),
    ("--since", "--until"),
    ("--since-last",),
}
# Far enough back, and no arithmetic with the windows before can overflow.
TOO_LONG_AGO = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True)
class WindowRequest:
    """The window as the options ask for it, unchecked.

    `monthly` asks for a month even without `month`.
    """

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
    """The window that is asked for, by default the last complete ISO week (month, if monthly) in the zone.

    `last_end` is where the newest edition ends that ends before the last complete week does; None:
    no such edition. It counts by its day in the zone. A missing `until` is yesterday. Raises
    UsageError for what cannot be meant.
    """
    _refuse_clashes(request)
    today = now.astimezone(zone).date()
    monday = monday_of(today)
    if request.monthly or request.month is not None:
        first = _month(request.month, today)
        return _window(first, first + relativedelta(months=1), "month", zone)
    if request.since_last:
        return _window(_last_day_told(last_end, zone, monday), monday, None, zone)
    if request.since is not None:
        return _window(*_range(request.since, request.until, today), None, zone)
    after = _begun(_week(request.week), today) + ONE_WEEK if request.week is not None else monday
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
                f"A month does not go with {' and '.join(given)}.",
                "Ask with --month 2021-07 alone.",
            )
    elif given == ("--until",):
        raise UsageError(
            "--until needs --since.",
            "Name the first day too: --since 2021-05-03 --until 2021-05-12.",
        )
    elif given not in TOGETHER:
        cure = "Take one: --week (with --weeks), --since (with --until), or --since-last."
        raise UsageError(f"{' and '.join(given)} do not go together.", cure)
    if request.weeks is not None and request.weeks < 1:
        raise UsageError(f"--weeks {request.weeks} is no number of weeks.", "Ask for 1 or more.")


def _begun(day: date, today: date) -> date:
    if day > today:
        last = week_name(monday_of(today) - ONE_DAY)
        raise UsageError(
            f"{day} is still to come.", f"Today is {today}; the last complete week is {last}."
        )
    if day < TOO_LONG_AGO:
        raise UsageError(f"{day} is too long ago.", "GitHub's first pull requests are of 2008.")
    return day


def _week(text: str) -> date:
    if re.fullmatch("[0-9]{4}-W[0-9]{2}", text) is None:
        return monday_of(_day("--week", text, "2021-W19 or 2021-05-12"))
    year, week = int(text[:4]), int(text[6:])
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        weeks = (
            date(max(year, 1), 12, 28).isocalendar().week
        )  # 28 December is always in the last week
        raise UsageError(
            f"There is no week {text}.", f"The weeks of {year} are W01 to W{weeks}."
        ) from None


def _day(option: str, text: str, such_as: str = "2021-05-12") -> date:
    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
        raise UsageError(f"{option} {text!r} cannot be read.", f"Write it as {such_as}.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"There is no day {text}.", "Days are written year-month-day, 2021-05-12."
        ) from None


def _month(text: str | None, today: date) -> date:
    if text is None:
        return today.replace(day=1) - relativedelta(months=1)
    if re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", text) is None or text.startswith("0000"):
        raise UsageError(f"--month {text!r} is no month.", "Write it as 2021-07.")
    return _begun(date.fromisoformat(f"{text}-01"), today)


def _last_day_told(last_end: datetime | None, zone: ZoneInfo, monday: date) -> date:
    if last_end is None:
        raise UsageError(
            "There is no edition before this one.", "Name the first day: --since 2021-05-03."
        )
    first = last_end.astimezone(zone).date()
    if first >= monday:
        told = (
            f"The last edition ends with {long_date(first - ONE_DAY)}, and no week has ended since."
        )
        raise UsageError(told, f"The running week so far: --week {week_name(monday)}.")
    return first


def _range(since: str, until: str | None, today: date) -> tuple[date, date]:
    first = _begun(_day("--since", since), today)
    if until is None:
        if first == today:
            raise UsageError(
                f"{first} is not over.", f"Today so far: --since {first} --until {first}."
            )
        return first, today
    last = _begun(_day("--until", until), today)
    if last < first:
        raise UsageError(
            f"--since {first} is after --until {last}.",
            f"Swap them: --since {last} --until {first}.",
        )
    return first, last + ONE_DAY


def _weeks_before(after: date, weeks: int | None) -> date:
    if weeks is not None and weeks > (after - TOO_LONG_AGO) // ONE_WEEK:
        raise UsageError(
            f"--weeks {weeks} reaches too far back.", "GitHub's first pull requests are of 2008."
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
            "The zone crossed the date line; take the days around it.",
        )
    return Window(
        start=start, end=end, zone=str(zone), kind=kind or ("weeks" if whole_weeks else "days")
    )
