"""Writes the heading and the first sentence of the section, and compares weeks for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from digest import text, windows
from digest.model import EarlierCount, Markdown, Trend, Window, WorkingDays
from digest.settings import Settings, Wording

SHORT = 3  # working days


@dataclass(frozen=True, kw_only=True)
class LeadFacts:
    """The facts for the first sentence: the count and what may explain it.

    `at` is the time of the count, `previous` the window of the edition before. Without a trend,
    there are too few earlier counts to compare. If the count is not `complete`, it may be too low.
    """

    window: Window
    at: datetime
    count: int
    repositories: int = 1
    since_last: bool = False
    previous: Window | None = None
    working_days: tuple[WorkingDays, ...] = ()
    trend: Trend | None = None
    complete: bool = True

    @property
    def weeks(self) -> int:
        """The number of weeks in the window; 0 for months and days."""
        return _days(self.window) // DAYS_OF_WEEK if self.window.kind == "weeks" else 0

    @property
    def is_short(self) -> bool:
        """Whether the window is one week with at most three working days in every calendar."""
        days = {calendar.days for calendar in self.working_days}
        return self.weeks == 1 and len(days) == 1 and max(days) <= SHORT

    @property
    def is_low_for_short_week(self) -> bool:
        """Whether a short week explains a count below the median."""
        is_low = self.trend is not None and self.trend.is_below_median
        return self.is_short and is_low and self.working_days[0].days > 0

    @property
    def is_skipped(self) -> bool:
        """Whether the window covers several weeks because there was no edition in between."""
        follows = self.previous is None or self.previous.end == self.window.start
        return self.since_last and self.weeks > 1 and follows

    def is_trend(self, kind: str) -> bool:
        """Whether the trend is known and of this kind."""
        return self.trend is not None and self.trend.kind == kind


@dataclass(frozen=True, kw_only=True)
class Case:
    """A kind of window, and its sentence in the wording."""

    applies: Callable[[LeadFacts], bool]
    sentence: Callable[[Wording], str]


# The first case that applies is used; the last always applies.
CASES = (
    Case(
        applies=lambda facts: facts.count == 0 and not facts.complete,
        sentence=lambda wording: wording.unknown,
    ),
    Case(applies=lambda facts: facts.count == 0, sentence=lambda wording: wording.none),
    Case(applies=lambda facts: facts.count == 1, sentence=lambda wording: wording.one),
    Case(
        applies=lambda facts: windows.is_running(facts.window, facts.at),
        sentence=lambda wording: wording.plain,
    ),
    Case(
        applies=lambda facts: facts.is_skipped and facts.weeks == 2,  # noqa: PLR2004 ("both")
        sentence=lambda wording: wording.skipped_week,
    ),
    Case(applies=lambda facts: facts.is_skipped, sentence=lambda wording: wording.skipped_weeks),
    Case(
        applies=lambda facts: facts.is_low_for_short_week,
        sentence=lambda wording: wording.short_week,
    ),
    Case(applies=lambda facts: facts.is_short, sentence=lambda wording: wording.plain),
    Case(applies=lambda facts: facts.is_trend("quiet"), sentence=lambda wording: wording.quiet),
    Case(applies=lambda facts: facts.is_trend("busy"), sentence=lambda wording: wording.busy),
    Case(applies=lambda _: True, sentence=lambda wording: wording.plain),
)


def section_heading(
    settings: Settings, window: Window, at: datetime, *, decided: str | None = None
) -> Markdown:
    """The heading of the section, "Merged last week", as seen at the time `at`.

    An editor's heading replaces that of the settings. `{when}` is filled in.
    """
    return text.inline((decided or settings.heading).replace("{when}", windows.phrase(window, at)))


def lead_sentence(
    settings: Settings,
    facts: LeadFacts,
    stories: int,
    *,
    decided: str | None = None,
    unlisted_bots: int = 0,
) -> Markdown:
    """The sentence with the count, and one that announces the stories.

    Then a list has a sentence about the work of bots that it leaves out: after "Here is one of
    them", which is about the count. An editor's lead, in Markdown, replaces all. `{n}` and `{when}`
    are filled in.
    """
    wording, values = settings.wording, _placeholders(facts, settings.wording)
    if decided:
        return Markdown(decided.replace("{n}", values["n"]).replace("{when}", values["when"]))
    case = next(case for case in CASES if case.applies(facts))
    sentence = case.sentence(wording).format_map(values)
    more = (_announcement(wording, facts.count, stories), _bots(wording, unlisted_bots))
    return text.inline(" ".join(filter(None, (sentence, *more))))


def _bots(wording: Wording, bots: int) -> str:
    if not bots:
        return ""
    return wording.one_unlisted_bot if bots == 1 else wording.unlisted_bots.format(n=f"{bots:,}")


def _placeholders(facts: LeadFacts, wording: Wording) -> dict[str, str]:
    """The values for the placeholders of a sentence; empty if they do not apply."""
    trend, calendars = facts.trend, facts.working_days
    several = wording.across.format(repositories=f"{facts.repositories:,}")
    return {
        "n": f"{facts.count:,}",
        "when": windows.phrase(facts.window, facts.at),
        "across": several if facts.repositories > 1 else "",
        "weeks": windows.number_in_words(facts.weeks),
        "skipped": windows.number_in_words(max(facts.weeks - 1, 0)),
        "days": str(calendars[0].days) if calendars else "",
        "place": text.join_words([calendar.place for calendar in calendars]),
        "before": earlier_windows(facts.window, trend.windows) if trend else "",
        "range": count_range(trend) if trend else "",
    }


def _announcement(wording: Wording, count: int, stories: int) -> str:
    # A single pull request is not one of several.
    if stories == 0 or count <= 1:
        return ""
    return wording.one_highlight if stories == 1 else wording.highlights


# Fewer counts do not show what is usual.
FEWEST = 4
DAYS_OF_WEEK = 7


def compare_counts(
    count: int, earlier: Sequence[EarlierCount] | None, window: Window
) -> Trend | None:
    """The trend of a count against earlier ones, oldest first; None if they are too few.

    It needs a window of at least a week and the last four counts, not all zero.
    """
    counts = _known(earlier or ())
    if len(counts) < FEWEST or _days(window) < DAYS_OF_WEEK or not any(counts):
        return None
    low, high, middle = min(counts), max(counts), median(counts)
    return Trend(
        kind="quiet" if count < low else "busy" if count > high else "usual",
        windows=len(counts),
        low=low,
        high=high,
        median=middle,
        is_below_median=count < middle,
    )


def earlier_windows(window: Window, number: int) -> str:
    """A number of windows in words: "12 weeks", "12 months", "12 two-week spans"."""
    days = _days(window)
    if window.kind == "month":
        return f"{number} months"
    if days == DAYS_OF_WEEK:
        return f"{number} weeks"
    length = days // DAYS_OF_WEEK if window.kind == "weeks" else days
    unit = "week" if window.kind == "weeks" else "day"
    return f"{number} {windows.number_in_words(length)}-{unit} spans"


def count_range(trend: Trend) -> str:
    """The range of the earlier counts: "58 to 99" or "5 each"."""
    return f"{trend.low:,} each" if trend.low == trend.high else f"{trend.low:,} to {trend.high:,}"


def trend_line(trend: Trend, window: Window) -> str:
    """The comparison in words: "The 12 weeks before: 39 to 79, median 58. Fewer …"."""
    comparison = {
        "quiet": " Fewer than in any of them.",
        "busy": " More than in any of them.",
        "usual": "",
    }[trend.kind]
    middle = f"{trend.median:,.1f}".removesuffix(".0")
    spans = earlier_windows(window, trend.windows)
    return f"The {spans} before: {count_range(trend)}, median {middle}.{comparison}"


def _known(earlier: Sequence[EarlierCount]) -> list[int]:
    """The counts, newest first, up to the first unknown one."""
    counts = []
    for span in reversed(earlier):
        if span.count is None:
            break
        counts.append(span.count)
    return counts


def _days(window: Window) -> int:
    return (windows.last_day(window) - windows.first_day(window)).days + 1
