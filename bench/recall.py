"""Measures how many stories of fifteen published editions are among the first candidates.

An edition's window is the ISO weeks (UTC) before its date. Its picks are the pull requests of its
stories that were merged in the window. The pool is the pull requests by people.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from statistics import fmean

from digest.compose import candidates
from digest.files import settings_files
from digest.model import PullRequest, Window
from digest.settings import Settings
from tests import history

LAST = 19
# Edition 13 covers the holidays but does not name its window.
WEEKS = {13: 4}
FIRST = (5, 10, 15)
FLOORS = (0.77, 0.85, 0.90, 0.70)


@dataclass(frozen=True)
class Case:
    """An edition's pull requests, and the keys of those in its stories."""

    edition: int
    pull_requests: tuple[PullRequest, ...]
    picks: frozenset[str]


Order = Callable[[Sequence[PullRequest], Settings], Sequence[str]]


def cases() -> list[Case]:
    """The editions up to 19 with stories from their window."""
    found = []
    for edition in history.editions():
        weeks = edition.window_weeks or WEEKS.get(edition.edition)
        if edition.edition > LAST or not weeks:
            continue
        monday = datetime.combine(
            edition.date - timedelta(days=edition.date.weekday()), time(), UTC
        )
        pulls = history.in_window(
            Window(start=monday - timedelta(weeks=weeks), end=monday, zone="UTC", kind="weeks")
        )
        covered = {number for highlight in edition.highlights for number in highlight.pull_requests}
        if picks := frozenset(pull.key for pull in pulls if pull.number in covered):
            found.append(Case(edition.edition, pulls, picks))
    return found


def ranked(pulls: Sequence[PullRequest], settings: Settings) -> Sequence[str]:
    """The whole pool, ordered by rank."""
    return [pull.key for pull in candidates.rank_by_size(pulls, settings)]


def offered(pulls: Sequence[PullRequest], settings: Settings) -> Sequence[str]:
    """The candidates of the pool, without releases and reverted pull requests."""
    return [
        key
        for candidate in candidates.rank_candidates(pulls, settings).ranked
        for key in candidate.pull_requests
    ]


def figures(order: Order) -> tuple[float, ...]:
    """Recall at 5, 10 and 15 and mean average precision, each the mean over the editions."""
    settings = settings_files.load().settings
    orders = [(case.picks, order(case.pull_requests, settings)) for case in cases()]
    recalls = [
        fmean(len(picks.intersection(keys[:first])) / len(picks) for picks, keys in orders)
        for first in FIRST
    ]
    return (*recalls, fmean(_average_precision(picks, keys) for picks, keys in orders))


def _average_precision(picks: frozenset[str], keys: Sequence[str]) -> float:
    """The mean precision at each pick; a missing pick counts as 0."""
    places = [place for place, key in enumerate(keys, start=1) if key in picks]
    return sum(found / place for found, place in enumerate(places, start=1)) / len(picks)


def main() -> int:
    """Print the figures; returns 1 if one is below its floor."""
    measured = figures(ranked)
    print(
        f"Candidates, mean over {len(cases())} editions: {_words(measured)} "
        f"(at least {_words(FLOORS)})"
    )
    print(f"Without releases and reverted pull requests: {_words(figures(offered))}")
    return 1 if any(figure < floor for figure, floor in zip(measured, FLOORS, strict=True)) else 0


def _words(values: Sequence[float]) -> str:
    at = " · ".join(f"{value:.3f} at {first}" for value, first in zip(values, FIRST, strict=False))
    return f"recall {at}, MAP {values[-1]:.3f}"


if __name__ == "__main__":
    raise SystemExit(main())
