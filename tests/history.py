"""The public history in tests/facts as model objects; None is unknown."""

import gzip
import json
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from digest.model import ChangedFile, Person, PullRequest, Window

FACTS = Path(__file__).parent / "facts"
REPOSITORY = "backstage/backstage"
DEFAULT_BRANCH = "master"


@dataclass(frozen=True)
class WeeklyCount:
    """How many pull requests were merged in an ISO week (UTC), and how many of them by bots."""

    merged: int
    by_bots: int


@dataclass(frozen=True)
class Highlight:
    """A story of an edition, with the pull requests that it links."""

    pull_requests: tuple[int, ...]
    has_image: bool


@dataclass(frozen=True)
class Edition:
    """A published edition; `window_weeks` is None if its words name no window."""

    edition: int
    date: date
    window_weeks: int | None
    claimed_count: int
    highlights: tuple[Highlight, ...]


@cache
def rows() -> tuple[Mapping[str, Any], ...]:
    """Return the lines of merged.jsonl.gz, oldest merge first."""
    with gzip.open(FACTS / "merged.jsonl.gz", "rt", encoding="utf-8") as lines:
        return tuple(json.loads(line) for line in lines)


@cache
def pull_requests() -> tuple[PullRequest, ...]:
    """Return all 3,175 merged pull requests, oldest merge first."""
    return tuple(_pull_request(row) for row in rows())


def in_window(window: Window) -> tuple[PullRequest, ...]:
    """Those merged inside `[start, end)`, oldest merge first."""
    start, end = (bisect_left(_merges(), moment) for moment in (window.start, window.end))
    return pull_requests()[start:end]


def graphql_facts(window: Window) -> tuple[PullRequest, ...]:
    """Return the facts of a window as in GraphQL: a bot has only a login without `[bot]`."""
    return tuple(
        one.model_copy(update={"author": _graphql_author(one.author)}) for one in in_window(window)
    )


def as_far_as_known(one: PullRequest) -> PullRequest:
    """Return a pull request without the facts that are not in the history."""
    fact = _by_number()[one.number]
    known = {name: value for name, value in one if getattr(fact, name) is not None}
    author = _as_far_as_known(known.get("author"), fact.author)
    return PullRequest.model_validate(known | {"author": author})


@cache
def weekly_counts() -> Mapping[str, WeeklyCount]:
    """Return the counts by ISO week such as "2021-W19"; a week without merges is absent."""
    counts = json.loads((FACTS / "weekly_counts.json").read_text("utf-8"))
    return {week: WeeklyCount(**count) for week, count in counts.items()}


def week_of(moment: datetime) -> str:
    """Return the ISO week of a moment in UTC, such as "2021-W19"."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02}"


@cache
def editions() -> tuple[Edition, ...]:
    """Return the published editions, oldest first."""
    return tuple(
        Edition(
            edition=one["edition"],
            date=date.fromisoformat(one["date"]),
            window_weeks=one["window_weeks"],
            claimed_count=one["claimed_count"],
            highlights=tuple(
                Highlight(tuple(highlight["pull_requests"]), highlight["has_image"])
                for highlight in one["highlights"]
            ),
        )
        for one in json.loads((FACTS / "editions.json").read_text("utf-8"))
    )


def _pull_request(row: Mapping[str, Any]) -> PullRequest:
    number, login = row["number"], row["author_login"]
    whole = len(row["files"]) == row["changed_files"]
    return PullRequest(
        repository=REPOSITORY,
        number=number,
        title=row["title"],
        url=f"https://github.com/{REPOSITORY}/pull/{number}",
        merged_at=row["merged_at"],
        author=Person(
            login=login, name=row["author_name"], is_bot=bool(login) and login.endswith("[bot]")
        ),
        base=DEFAULT_BRANCH,
        head=row["head"] and row["head"].partition(":")[2],
        additions=row["additions"],
        deletions=row["deletions"],
        changed_files=row["changed_files"],
        # A list that was cut does not have all files.
        files=tuple(ChangedFile(**file) for file in row["files"]) if whole else None,
        merge_commit=row["merge_sha"],
    )


@cache
def _merges() -> tuple[datetime, ...]:
    return tuple(one.merged_at for one in pull_requests())


@cache
def _by_number() -> Mapping[int, PullRequest]:
    return {one.number: one for one in pull_requests()}


def _graphql_author(one: Person | None) -> Person | None:
    bot = one and one.is_bot and one.login
    return Person(login=bot.removesuffix("[bot]"), is_bot=True) if bot else one


def _as_far_as_known(one: Person | None, fact: Person | None) -> Person | None:
    if one is None or fact is None:
        return None
    return one.model_copy(
        update={name: None for name in ("login", "name", "company") if getattr(fact, name) is None}
    )
