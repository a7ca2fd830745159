"""Facts that explain a count: working days, earlier counts, and the authors."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class DayOff:
    """A weekday off. `name` is the English name of the holiday, or "bridge day"."""

    day: date
    name: str


@dataclass(frozen=True, kw_only=True)
class WorkingDays:
    """The working days of a country or region in a window.

    `code` is such as "SE", and `place` is the name for sentences.
    `days` is the number of working days, `days_off` are the other weekdays.
    """

    code: str
    place: str
    days: int
    days_off: tuple[DayOff, ...]


@dataclass(frozen=True, kw_only=True)
class Trend:
    """A window's count compared with the `windows` windows before it.

    Their counts are from `low` to `high`. "quiet" is below all of them, "busy" above.
    """

    kind: Literal["quiet", "busy", "usual"]
    windows: int
    low: int
    high: int
    median: float
    is_below_median: bool


@dataclass(frozen=True, kw_only=True)
class Community:
    """The number of people's pull requests from the companies of `team` and from others.

    `unknown` counts those by people whose company is unknown. Bots are not counted.
    """

    team: tuple[str, ...]
    by_team: int
    by_others: int
    unknown: int
