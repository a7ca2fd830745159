"""The nouns behind a count: working days, how it compares with the windows before, whose pull requests they are."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class DayOff:
    """A day that would be a working day, and why it is none: a holiday's English name, or that it is a bridge day."""

    day: date
    name: str


@dataclass(frozen=True, kw_only=True)
class WorkingDays:
    """The calendar of a country, or of a part of one (`code`, such as "SE", `place` as a sentence has it), in a window.

    `days` is the number of working days, `days_off` are the other weekdays.
    """

    code: str
    place: str
    days: int
    days_off: tuple[DayOff, ...]


@dataclass(frozen=True, kw_only=True)
class Trend:
    """A window's count beside those of `windows` windows before it, which saw from `low` to `high`.

    "quiet" and "busy" lie outside all of them.
    """

    kind: Literal["quiet", "busy", "usual"]
    windows: int
    low: int
    high: int
    median: float
    is_below_median: bool


@dataclass(frozen=True, kw_only=True)
class Community:
    """People's pull requests by the companies of `team`, by others, and by people whose company is not known.

    Bots are on neither side.
    """

    team: tuple[str, ...]
    by_team: int
    by_others: int
    unknown: int
