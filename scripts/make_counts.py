"""Makes docs/counts.md, which compares our counts with those of published editions."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from tests import history
from tests.history import Edition, WeeklyCount

COUNTS = Path(__file__).resolve().parent.parent / "docs" / "counts.md"
HEADER = (
    "Edition | Published | Weeks counted | Its count | Our count | By people | By bots | Difference",
    "--- | --- | --- | --- | --- | --- | --- | ---",
)


def window_weeks(edition: Edition) -> tuple[str, ...]:
    """The ISO weeks of an edition's window: the last complete ones before it was published."""
    monday = edition.date - timedelta(days=edition.date.weekday())
    starts = [monday - timedelta(weeks=back) for back in range(edition.window_weeks or 0, 0, -1)]
    return tuple(history.week_of(datetime.combine(start, time(), UTC)) for start in starts)


def count_edition(edition: Edition) -> WeeklyCount | None:
    """The count of the history for an edition's window; None without a window."""
    counts = [history.weekly_counts()[week] for week in window_weeks(edition)]
    if not counts:
        return None
    return WeeklyCount(
        merged=sum(week.merged for week in counts), by_bots=sum(week.by_bots for week in counts)
    )


def page() -> str:
    """The text of the page."""
    rows = "\n".join(f"| {row} |" for row in (*HEADER, *map(_row, history.editions())))
    off = {
        edition.edition: ours.merged - edition.claimed_count
        for edition in history.editions()
        if (ours := count_edition(edition))
    }
    near = sum(abs(difference) <= 1 for difference in off.values())
    exact = [str(edition) for edition, difference in off.items() if difference == 0]
    return f"""# Our counts and the published counts

After reading this page you can judge how well the counts of `digest` agree with published ones.
{len(history.editions())} editions of the newsletter Backstage Weekly show a number of pull requests that were merged into
backstage/backstage. The page compares this number with the count from the Git history of the same
window. A window is one or more whole weeks from Monday to Monday in UTC. `digest` counts the
default branch, with bots.

{rows}

{len(off)} editions name a window. {len(exact)} of them have exactly our count ({", ".join(exact)}). In all, {near}
differ by at most one. Without bots, no count agrees.

`make golden` writes this page from the facts in `tests/facts`, and a test checks it.
"""


def _row(edition: Edition) -> str:
    ours = count_edition(edition)
    weeks = " and ".join(window_weeks(edition)) or "none named"
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
