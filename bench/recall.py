"""How many of the stories that editors told are among the first candidates, over fifteen published editions.

An edition's window is the ISO weeks (UTC) before its date; its picks are the pull requests that it
told of those merged in the window, so one that nobody could have suggested is not counted. The pool
is people's pull requests.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from statistics import fmean

from digest.compose import candidates
from digest.files import settings_files
from digest.model import PullRequest, Window
from digest.settings import Settings, load
from tests import history

LAST = 19
# What edition 13 covered: the holidays, which its words do not say.
WEEKS = {13: 4}
FIRST = (5, 10, 15)
FLOORS = (0.77, 0.85, 0.90, 0.70)


@dataclass(frozen=True)
class Case:
    """An edition's window, and what of it the editor told."""

    edition: int
    pull_requests: tuple[PullRequest, ...]
    picks: frozenset[str]


Order = Callable[[Sequence[PullRequest], Settings], Sequence[str]]


def cases() -> list[Case]:
    """The editions up to 19 that told something of their window."""
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
        told = {number for one in edition.highlights for number in one.pull_requests}
        if picks := frozenset(pull.key for pull in pulls if pull.number in told):
            found.append(Case(edition.edition, pulls, picks))
    return found


def ranked(pulls: Sequence[PullRequest], settings: Settings) -> Sequence[str]:
    """The whole pool in the order of the rank."""
    return [pull.key for pull in candidates.rank_by_size(pulls, settings)]


def offered(pulls: Sequence[PullRequest], settings: Settings) -> Sequence[str]:
    """What of the pool is offered: no releases, nothing that was taken back."""
    return [
        key
        for one in candidates.rank_candidates(pulls, settings).ranked
        for key in one.pull_requests
    ]


def figures(order: Order) -> tuple[float, ...]:
    """Recall at 5, 10 and 15 and mean average precision, each the mean over the editions."""
    settings = load([settings_files.shipped()]).settings
    orders = [(case.picks, order(case.pull_requests, settings)) for case in cases()]
    recalls = [
        fmean(len(picks.intersection(keys[:first])) / len(picks) for picks, keys in orders)
        for first in FIRST
    ]
    return (*recalls, fmean(_average_precision(picks, keys) for picks, keys in orders))


def _average_precision(picks: frozenset[str], keys: Sequence[str]) -> float:
    """The mean over the picks of how many of those up to it are picks.

    0 for a pick that is not there.
    """
    places = [place for place, key in enumerate(keys, start=1) if key in picks]
    return sum(found / place for found, place in enumerate(places, start=1)) / len(picks)


def main() -> int:
    """Print the figures; returns 1 when one is below its floor."""
    measured = figures(ranked)
    print(
        f"Suggestions, mean over {len(cases())} editions: {_words(measured)} (at least {_words(FLOORS)})"
    )
    print(
        f"Those that are offered, without releases and what was taken back: {_words(figures(offered))}"
    )
    return 1 if any(one < floor for one, floor in zip(measured, FLOORS, strict=True)) else 0


def _words(values: Sequence[float]) -> str:
    at = " · ".join(f"{value:.3f} at {first}" for value, first in zip(values, FIRST, strict=False))
    return f"recall {at}, MAP {values[-1]:.3f}"


if __name__ == "__main__":
    raise SystemExit(main())
