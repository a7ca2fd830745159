"""GitHub's search for merged pull requests, as far as digest uses it."""

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from digest.model import PullRequest
from tests.standin.world import Repo, World

SHOWN = 1000
LONGEST = 256
SECOND = timedelta(seconds=1)
EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


class NotUnderstoodError(Exception):
    """The fake GitHub does not support a request, so the test must fail."""


@dataclass(frozen=True)
class Found:
    """The pull requests that search shows, in its order, and the count of all."""

    repo: Repo | None
    pulls: tuple[PullRequest, ...]
    count: int


@dataclass(frozen=True)
class _Span:
    """`[start, end)`, in whole seconds."""

    start: datetime
    end: datetime

    def has(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


def find(world: World, text: str, after: str | None, *, only_count: bool = False) -> Found:
    """The answer of search to `text`.

    Without a sort the order changes from page to page, as it may on GitHub.

    Raises NotUnderstoodError for unknown words.
    """
    if len(text) > LONGEST:
        raise NotUnderstoodError(f"a search of {len(text)} characters; GitHub takes {LONGEST}")
    asked = _qualifiers(text)
    repo = world.searchable(asked.pop("repo"))
    if repo is None:
        return Found(None, (), 0)
    order = asked.pop("sort", None)
    spans: dict[str, _Span] = {
        key: _span(asked.pop(key)) for key in ("merged", "updated") if key in asked
    }
    pulls = [pull for pull in _within(repo, spans, asked.get("author")) if _is(pull, asked)]
    count = len(pulls) + _counted(repo, spans, asked)
    if only_count:
        return Found(repo, (), count)
    return Found(repo, tuple(sorted(pulls, key=_order(order, after))[:SHOWN]), count)


def _qualifiers(text: str) -> dict[str, str]:
    words = re.findall(r'([a-z]+):("[^"]*"|\S+)(?:\s+|$)', text)
    rest = re.sub(r'[a-z]+:(?:"[^"]*"|\S+)(?:\s+|$)', "", text)
    known = {key: value.strip('"') for key, value in words if key != "is"}
    strange = set(known) - {"repo", "merged", "updated", "base", "author", "sort"}
    kinds = sorted(value for key, value in words if key == "is")
    if (
        rest.strip()
        or strange
        or kinds != ["merged", "pr"]
        or len(words) != len(known) + 2
        or "repo" not in known
    ):
        raise NotUnderstoodError(f"a search that the fake GitHub does not understand: {text}")
    return known


def _span(value: str) -> _Span:
    if match := re.fullmatch(r"(\S+?)\.\.(\S+)", value):
        return _Span(_first(match[1]), _last(match[2]) + SECOND)
    if match := re.fullmatch(r"(>=|<)(\S+)", value):
        return (
            _Span(_first(match[2]), EVER[1])
            if match[1] == ">="
            else _Span(EVER[0], _first(match[2]))
        )
    raise NotUnderstoodError(f"a span that the fake GitHub does not understand: {value}")


def _first(value: str) -> datetime:
    return _moment(value, time())


def _last(value: str) -> datetime:
    return _moment(value, time(23, 59, 59))


def _moment(value: str, of_a_day: time) -> datetime:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return datetime.combine(date.fromisoformat(value), of_a_day, UTC)
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", value):
        raise NotUnderstoodError(f"a moment that GitHub does not understand: {value}")
    return datetime.fromisoformat(value)


def _within(repo: Repo, spans: dict[str, _Span], author: str | None) -> Iterator[PullRequest]:
    merged, updated = spans.get("merged", _Span(*EVER)), spans.get("updated")
    pulls = repo.merged_in(merged.start, merged.end, author)
    return (
        pull
        for pull in pulls
        if (updated is None or updated.has(repo.updated(pull)))
        and pull.number not in repo.unindexed
    )


def _is(pull: PullRequest, asked: dict[str, str]) -> bool:
    return asked.get("base", pull.base) == pull.base


def _counted(repo: Repo, spans: dict[str, _Span], asked: dict[str, str]) -> int:
    """Return the count of weeks without pull requests; a search for a part of one is an error."""
    if "author" in asked or asked.get("base", repo.default_branch) != repo.default_branch:
        return 0
    inside = [
        count
        for count in repo.counts
        if all(s.start < count.end and count.start < s.end for s in spans.values())
    ]
    for count in inside:
        if any(span.start > count.start or span.end < count.end for span in spans.values()):
            raise NotUnderstoodError(f"the week of {count.start:%Y-%m-%d} is known as a count only")
    return sum(count.count for count in inside)


def _order(sort: str | None, after: str | None) -> Callable[[PullRequest], tuple[object, ...]]:
    if sort == "created-asc":
        # GitHub numbers pull requests when they are opened.
        return lambda pull: (pull.number,)
    if sort is not None:
        raise NotUnderstoodError(f"sort:{sort}")
    return lambda pull: (zlib.crc32(f"{after} {pull.number}".encode()),)
