"""Measures how many stories that newsletters published are among the first candidates.

An edition's window is the ISO weeks (UTC) before its date. Its picks are the pull requests of its
stories that were merged in the window. The pool is the pull requests by people. For other projects
tests/facts/covered.json has the windows and picks; a long window is split into ISO weeks.
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from statistics import fmean
from typing import Any

from digest.compose import candidates, people
from digest.files import settings_files
from digest.model import ChangedFile, Person, PullRequest, Window
from digest.settings import Settings
from tests import history

LAST = 19
# Edition 13 covers the holidays but does not name its window.
WEEKS = {13: 4}
WEEK = timedelta(weeks=1)
LONGEST_WINDOW = timedelta(weeks=2)
FIRST = (5, 10, 15)
# Recall at these places, and mean average precision.
FLOORS = (0.77, 0.85, 0.90, 0.70)
PROJECT_FLOORS = {
    "bevyengine/bevy": (0.36, 0.45, 0.62, 0.42),
    "rust-lang/cargo": (0.63, 0.89, 0.97, 0.72),
}


@dataclass(frozen=True)
class Case:
    """An edition's pull requests, and the keys of those in its stories."""

    edition: int | str
    pull_requests: tuple[PullRequest, ...]
    picks: frozenset[str]


Order = Callable[[Sequence[PullRequest], Settings], Sequence[str]]


@cache
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


@cache
def project_cases() -> Mapping[str, list[Case]]:
    """The windows of other projects in which something was covered, by repository."""
    found: defaultdict[str, list[Case]] = defaultdict(list)
    for row in json.loads((history.FACTS / "covered.json").read_text("utf-8")):
        start, end = (datetime.fromisoformat(f"{row[day]}T00:00Z") for day in ("start", "end"))
        step = WEEK if end - start > LONGEST_WINDOW else end - start
        while start < end:
            after = start + step
            pulls = tuple(
                pull
                for pull in _project_pulls()[row["repository"]]
                if start <= pull.merged_at < after
            )
            covered = {*row["covered"]}
            if picks := frozenset(pull.key for pull in pulls if pull.number in covered):
                found[row["repository"]].append(Case(str(start.date()), pulls, picks))
            start = after
    return found


@cache
def _project_pulls() -> Mapping[str, Sequence[PullRequest]]:
    found: defaultdict[str, list[PullRequest]] = defaultdict(list)
    with gzip.open(history.FACTS / "projects.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            found[row["repository"]].append(_pull_request(row))
    return found


def _pull_request(row: Mapping[str, Any]) -> PullRequest:
    files = tuple(_changed_files(row["files"]))
    return PullRequest(
        repository=row["repository"],
        number=row["number"],
        title=row["title"],
        url=f"https://github.com/{row['repository']}/pull/{row['number']}",
        merged_at=row["merged_at"],
        author=Person(login=row["author_login"], name=row["author_name"], is_bot=row["is_bot"]),
        additions=row["additions"],
        deletions=row["deletions"],
        changed_files=row["changed_files"],
        files=files if len(files) == row["changed_files"] else None,
    )


def _changed_files(rows: Sequence[Sequence[Any]]) -> Iterator[ChangedFile]:
    for path, status, additions, deletions in rows:
        yield ChangedFile(path=path, status=status, additions=additions, deletions=deletions)


def largest(pulls: Sequence[PullRequest], settings: Settings) -> Sequence[str]:
    """The baseline: the pool, the one with most added lines first."""
    by_people = (pull for pull in pulls if not people.is_bot(pull.author, settings.bots))
    return [pull.key for pull in sorted(by_people, key=lambda pull: -(pull.additions or 0))]


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


def figures(order: Order, editions: Sequence[Case] | None = None) -> tuple[float, ...]:
    """Recall at 5, 10 and 15 and mean average precision, each the mean over the editions."""
    settings = settings_files.load().settings
    orders = [
        (case.picks, order(case.pull_requests, settings))
        for case in (cases() if editions is None else editions)
    ]
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
    """Print the figures of each project; returns 1 if one is below its floor."""
    every = {history.REPOSITORY: cases(), **project_cases()}
    floors = {history.REPOSITORY: FLOORS, **PROJECT_FLOORS}
    is_below = False
    print("Candidates, the mean over the editions of each project")
    for project, editions in every.items():
        measured = figures(ranked, editions)
        print(f"{project}, {len(editions)} editions")
        print(f"  by rank        {_words(measured)} (at least {_words(floors[project])})")
        print(f"  offered        {_words(figures(offered, editions))}")
        print(f"  largest first  {_words(figures(largest, editions))}")
        is_below |= any(
            figure < floor for figure, floor in zip(measured, floors[project], strict=True)
        )
    return 1 if is_below else 0


def _words(values: Sequence[float]) -> str:
    at = " · ".join(f"{value:.3f} at {first}" for value, first in zip(values, FIRST, strict=False))
    return f"recall {at}, MAP {values[-1]:.3f}"


if __name__ == "__main__":
    raise SystemExit(main())
