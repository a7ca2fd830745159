"""Cuts a window that has more pull requests than search returns into slices."""

from collections.abc import Iterator, Sequence
from datetime import UTC, timedelta
from itertools import pairwise
from math import ceil

from digest.github import searches
from digest.model import Window
from digest.sources.repository_fetch import RepositoryFetch

# A slice may grow until it is read, so it stays below the 1,000 results that search returns.
LARGEST = 900
# A window is counted in up to PARTS parts of about PART results, which are joined to slices.
PART = 100
PARTS = 30
SECOND = timedelta(seconds=1)


def cut_window(fetch: RepositoryFetch, window: Window, count: int) -> Iterator[tuple[Window, int]]:
    """The window in slices that search can return whole, oldest first, each with its count.

    `count` is the count of the window. The counts of its parts, which are read in one request,
    decide where to cut. A single second is never cut.
    """
    if count <= LARGEST or window.end - window.start <= SECOND:
        yield window, count
        return
    parts = _parts(window, min(ceil(count / PART), PARTS))
    counts = _counts_of(fetch, parts, count)
    for first, end, size in _joined(counts):
        part = parts[first].model_copy(update={"end": parts[end - 1].end})
        yield from cut_window(fetch, part, size)


def _parts(window: Window, parts: int) -> list[Window]:
    """The window in parts of whole seconds; fewer if it has fewer seconds."""
    # In UTC every day has the same length.
    start, end = window.start.astimezone(UTC), window.end.astimezone(UTC)
    seconds = int((end - start).total_seconds())
    parts = max(min(parts, seconds), 1)
    ends = [start + timedelta(seconds=seconds * place // parts) for place in range(parts + 1)]
    return [
        window.model_copy(update={"start": left, "end": right}) for left, right in pairwise(ends)
    ]


def _counts_of(fetch: RepositoryFetch, parts: Sequence[Window], whole: int) -> list[int]:
    """The count of each part; they are counted again if their sum is below the whole."""
    counting = {
        f"part{place}": searches.merged_in(fetch.repository, part)
        for place, part in enumerate(parts)
    }
    tries = 0
    while True:
        fetch.count(counting)
        counts = [fetch.counts.pop(alias, 0) for alias in counting]
        tries += 1
        if sum(counts) >= whole or not fetch.wait_to_retry("counts disagree", tries):
            return counts


def _joined(counts: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Neighbouring parts that fit into one slice: first, end (exclusive) and sum."""
    first = size = 0
    for place, count in enumerate(counts):
        if place > first and size + count > LARGEST:
            yield first, place, size
            first, size = place, 0
        size += count
    yield first, len(counts), size
