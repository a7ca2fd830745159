"""The section's heading and the sentence with the count.

The words are settings; here is which of them fit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest import text, windows
from digest.compose import trend as trends
from digest.model import Markdown, Trend, Window, WorkingDays
from digest.settings import Settings, Wording

ONE_WEEK = timedelta(weeks=1)
SHORT = 3  # working days


@dataclass(frozen=True, kw_only=True)
class LeadFacts:
    """The facts for the sentence: the count, and the reasons behind it.

    `at` is when it was counted, `previous` the window of the edition before; `trend` None: nothing
    to compare with.
    """

    window: Window
    at: datetime
    count: int
    repositories: int = 1
    since_last: bool = False
    previous: Window | None = None
    working_days: tuple[WorkingDays, ...] = ()
    trend: Trend | None = None

    @property
    def weeks(self) -> int:
        """How many whole weeks were asked for; 0 for months and days."""
        days = (windows.last_day(self.window) - windows.first_day(self.window)).days + 1
        return days // ONE_WEEK.days if self.window.kind == "weeks" else 0

    @property
    def is_short(self) -> bool:
        """Whether it is one week with at most three working days, by every calendar alike."""
        days = {one.days for one in self.working_days}
        return self.weeks == 1 and len(days) == 1 and max(days) <= SHORT

    @property
    def is_held_back(self) -> bool:
        """Whether so short a week explains the count: some days were worked, and fewer than usual were merged."""
        is_low = self.trend is not None and self.trend.is_below_median
        return self.is_short and is_low and self.working_days[0].days > 0

    @property
    def is_skipped(self) -> bool:
        """Whether it makes up for weeks without an edition: it follows on the one before, and spans several weeks."""
        follows = self.previous is None or self.previous.end == self.window.start
        return self.since_last and self.weeks > 1 and follows

    def is_trend(self, kind: str) -> bool:
        """Whether the trend is of that kind."""
        return self.trend is not None and self.trend.kind == kind


@dataclass(frozen=True, kw_only=True)
class Case:
    """One kind of window: when it is that kind, and its sentence."""

    fits: Callable[[LeadFacts], bool]
    sentence: Callable[[Wording], str]


# The first that fits speaks; the last always fits.
CASES = (
    Case(fits=lambda it: it.count == 0, sentence=lambda wording: wording.none),
    Case(fits=lambda it: it.count == 1, sentence=lambda wording: wording.one),
    Case(
        fits=lambda it: windows.is_running(it.window, it.at), sentence=lambda wording: wording.plain
    ),
    Case(fits=lambda it: it.is_skipped and it.weeks == 2, sentence=lambda wording: wording.skipped),  # noqa: PLR2004 (two weeks are "both")
    Case(fits=lambda it: it.is_skipped, sentence=lambda wording: wording.skipped_more),
    Case(fits=lambda it: it.is_held_back, sentence=lambda wording: wording.short),
    Case(fits=lambda it: it.is_short, sentence=lambda wording: wording.plain),
    Case(fits=lambda it: it.is_trend("quiet"), sentence=lambda wording: wording.quiet),
    Case(fits=lambda it: it.is_trend("busy"), sentence=lambda wording: wording.busy),
    Case(fits=lambda _: True, sentence=lambda wording: wording.plain),
)


def section_heading(
    settings: Settings, window: Window, at: datetime, *, decided: str | None = None
) -> Markdown:
    """The section's heading, "Merged last week"; `at` tells whether the window still runs.

    What an editor decided stands in place of the setting; `{when}` is filled in either.
    """
    return text.inline((decided or settings.heading).replace("{when}", windows.phrase(window, at)))


def lead_sentence(
    settings: Settings, counted: LeadFacts, stories: int, *, decided: str | None = None
) -> Markdown:
    """The sentence with the count, and what follows below it: highlights, one of them, or nothing.

    What an editor decided is the whole of it, in Markdown; `{n}` and `{when}` are filled in.
    """
    wording, words = settings.wording, _words(counted, settings.wording)
    if decided:
        return Markdown(decided.replace("{n}", words["n"]).replace("{when}", words["when"]))
    case = next(case for case in CASES if case.fits(counted))
    sentence = case.sentence(wording).format_map(words)
    return text.inline(f"{sentence} {_announces(wording, counted.count, stories)}".strip())


def _words(counted: LeadFacts, wording: Wording) -> dict[str, str]:
    """What the places of a sentence are filled with; empty where there is nothing of the kind."""
    trend, calendars = counted.trend, counted.working_days
    several = wording.across.format(repositories=f"{counted.repositories:,}")
    return {
        "n": f"{counted.count:,}",
        "when": windows.phrase(counted.window, counted.at),
        "across": several if counted.repositories > 1 else "",
        "weeks": str(counted.weeks),
        "days": str(calendars[0].days) if calendars else "",
        "place": text.listed([one.place for one in calendars]),
        "before": trends.earlier_windows(counted.window, trend.windows) if trend else "",
        "range": trends.count_range(trend) if trend else "",
    }


def _announces(wording: Wording, count: int, stories: int) -> str:
    # Where only one was merged, it is not one of several.
    if stories == 0 or count <= 1:
        return ""
    return wording.highlight if stories == 1 else wording.highlights
