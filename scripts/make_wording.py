"""Make docs/wording.md, every case of the sentence with the count, from the shipped words.

`make golden` runs it. A test renders the page again and compares.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from digest.compose.lead import LeadFacts, compare_counts, lead_sentence, section_heading
from digest.model import EarlierCount, Trend, Window, WorkingDays
from tests.builders import FETCHED_AT, week, window
from tests.shipped import shipped

PAGE = Path(__file__).resolve().parent.parent / "docs" / "wording.md"
BEFORE = (66, 62, 79, 64, 58, 58, 47, 39, 56, 45, 60, 43)
LOWER = tuple(count - 30 for count in BEFORE)
WEDNESDAY = datetime(2021, 5, 12, 9, tzinfo=UTC)
LATER = datetime(2021, 8, 2, 9, tzinfo=UTC)
TWO = window("2021-05-03", "2021-05-17")
JULY = window("2021-07-01", "2021-08-01", kind="month")
SPAN = window("2021-05-03", "2021-05-13", kind="days")
WEEK = LeadFacts(window=week("2021-W19"), at=FETCHED_AT, count=32)


@dataclass(frozen=True)
class Row:
    """A case in words, its facts, and how many stories follow."""

    case: str
    counted: LeadFacts
    stories: int = 0


def rows() -> tuple[Row, ...]:
    """Every case in the order of use (the first that fits is used), then the variants."""
    short = _days(3)
    return (
        Row("nothing could be read", replace(WEEK, count=0, complete=False)),
        Row("nothing merged", replace(WEEK, count=0)),
        Row("one merged", replace(WEEK, count=1), 1),
        Row("a week that is not over", replace(WEEK, at=WEDNESDAY, count=12, working_days=short)),
        Row(
            "a month that is not over",
            replace(WEEK, window=JULY, at=datetime(2021, 7, 9, tzinfo=UTC), count=12),
        ),
        Row("`--since-last` after one week without an edition", _since_last(TWO, 75)),
        Row(
            "after two or more weeks without an edition",
            _since_last(window("2021-04-26", "2021-05-17"), 135),
        ),
        Row("at most 3 working days, and below the median", _compared(32, working_days=short), 2),
        Row(
            "the same in two countries", _compared(32, working_days=_days(3, "Sweden", "Norway")), 2
        ),
        Row("a short week, but not below the median", _compared(65, LOWER, working_days=short), 2),
        Row("a short week with nothing to compare", replace(WEEK, working_days=short), 2),
        Row("a week without a working day", _compared(5, working_days=_days(0)), 1),
        Row(
            "short in one country only, and quiet",
            _compared(32, working_days=(*short, *_days(5, "Norway"))),
            2,
        ),
        Row("quiet: fewer than in all windows before", _compared(23), 2),
        Row("busy: more than in all of them", _compared(117), 2),
        Row("below the median, in a full week", _compared(45, working_days=_days(5)), 2),
        Row("quiet, of two weeks", _compared(23, of=TWO)),
        Row("busy, of a month", _compared(1170, of=JULY)),
        Row("quiet, of some days", _compared(23, of=SPAN)),
        Row("plain", replace(WEEK, count=59), 2),
        Row("plain, one story", replace(WEEK, count=59), 1),
        Row("plain, no story", replace(WEEK, count=59)),
        Row("two weeks", replace(WEEK, window=TWO, count=75), 2),
        Row("a month", replace(WEEK, window=JULY, at=LATER, count=1234), 5),
        Row("some days", replace(WEEK, window=SPAN, count=59), 2),
        Row("several repositories", replace(WEEK, count=59, repositories=3), 2),
        Row(
            "a short week, several repositories",
            _compared(32, working_days=short, repositories=3),
            2,
        ),
        Row("a quiet week, several repositories", _compared(23, repositories=3), 2),
        Row("a busy week, several repositories", _compared(117, repositories=3), 2),
    )


def page() -> str:
    """The page as the file's text."""
    lines = "\n".join(_line(row) for row in rows())
    return f"""# The sentence with the count

After reading this page you can look up every form of the sentence with the count, and when `digest`
uses it. `digest` uses the first case in the table that fits. To change the words, set them under
`[digest.wording]`; the table has the built-in words. `make golden` writes this page, and a test
checks it.

| case | heading | sentence |
| --- | --- | --- |
{lines}

A week is **short** if it has at most 3 working days in every calendar of your settings
(`[digest.calendar]`). Working days are weekdays without public holidays, days that everyone takes off,
and bridge days. A window is **quiet** or **busy** if its count is lower or higher than in each of the
previous 12 windows of the same length. `digest` makes no such comparison in these cases:

* It knows fewer than 4 consecutive counts before the window.
* The window is shorter than a week.
* The window is still running.
* Pull requests may be missing.
"""


def _line(row: Row) -> str:
    title = section_heading(shipped(), row.counted.window, row.counted.at)
    return f"| {row.case} | {title} | {lead_sentence(shipped(), row.counted, row.stories)} |"


def _since_last(of: Window, count: int) -> LeadFacts:
    return replace(WEEK, window=of, count=count, since_last=True)


def _days(days: int, *places: str) -> tuple[WorkingDays, ...]:
    return tuple(
        WorkingDays(code=place, place=place, days=days, days_off=())
        for place in places or ("Sweden",)
    )


def _compared(
    count: int,
    before: tuple[int, ...] = BEFORE,
    *,
    of: Window = WEEK.window,
    working_days: tuple[WorkingDays, ...] = (),
    repositories: int = 1,
) -> LeadFacts:
    at = max(of.end, FETCHED_AT)
    compared = _trend(count, before, of)
    return LeadFacts(
        window=of,
        at=at,
        count=count,
        trend=compared,
        working_days=working_days,
        repositories=repositories,
    )


def _trend(count: int, before: tuple[int, ...], of: Window) -> Trend | None:
    # When the windows before began makes no difference to their counts.
    return compare_counts(
        count, [EarlierCount(start=of.start, end=of.end, count=one) for one in before], of
    )


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
