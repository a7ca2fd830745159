"""Make docs/counts.md, our counts against those of the published editions, from tests/facts.

`make golden` runs it.
"""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from tests import history
from tests.history import Edition, WeeklyCount

COUNTS = Path(__file__).resolve().parent.parent / "docs" / "counts.md"
HEADER = (
    "Edition | Published | Weeks counted | The edition says | Counted | By people | By bots | Difference",
    "--- | --- | --- | --- | --- | --- | --- | ---",
)


def window_weeks(edition: Edition) -> tuple[str, ...]:
    """The ISO weeks of an edition's window: the last complete ones before it was published."""
    monday = edition.date - timedelta(days=edition.date.weekday())
    starts = [monday - timedelta(weeks=back) for back in range(edition.window_weeks or 0, 0, -1)]
    return tuple(history.week_of(datetime.combine(start, time(), UTC)) for start in starts)


def counted(edition: Edition) -> WeeklyCount | None:
    """What the history counts for an edition's window; None where the edition names no window."""
    counts = [history.weekly_counts()[week] for week in window_weeks(edition)]
    if not counts:
        return None
    return WeeklyCount(
        merged=sum(one.merged for one in counts), by_bots=sum(one.by_bots for one in counts)
    )


def page() -> str:
    """The page as the file's text."""
    rows = "\n".join(f"| {row} |" for row in (*HEADER, *map(_row, history.editions())))
    off = {
        one.edition: ours.merged - one.claimed_count
        for one in history.editions()
        if (ours := counted(one))
    }
    near = sum(abs(difference) <= 1 for difference in off.values())
    exact = [str(edition) for edition, difference in off.items() if difference == 0]
    return f"""# Our counts against the editions' own

{len(history.editions())} editions of the newsletter Backstage Weekly say how many pull requests were merged into
backstage/backstage. This is what its git history counts for the same windows: whole weeks from Monday to
Monday in UTC, the default branch, bots included.

{rows}

Of the {len(off)} that name a window, {len(exact)} agree exactly ({", ".join(exact)}) and {near} within
one. Without bots no edition fits.

`make golden` makes this page from the facts in `tests/facts`; a test holds it to them.
"""


def _row(edition: Edition) -> str:
    ours = counted(edition)
    weeks = " and ".join(window_weeks(edition)) or "it names none"
    figures = ["", "", "", ""]
    if ours:
        difference = ours.merged - edition.claimed_count
        people = ours.merged - ours.by_bots
        figures = [
            str(ours.merged),
            str(people),
            str(ours.by_bots),
            f"{difference:+}" if difference else "0",
        ]
    return " | ".join(
        [str(edition.edition), str(edition.date), weeks, str(edition.claimed_count), *figures]
    )


if __name__ == "__main__":
    COUNTS.write_text(page(), "utf-8")
