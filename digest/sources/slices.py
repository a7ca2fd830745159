"""Cuts a window whose search would show only a part of what it counts into slices that are shown whole."""

from collections.abc import Iterator, Sequence
from datetime import UTC, timedelta
from itertools import pairwise
from math import ceil

from digest.github import searches
from digest.model import Window
from digest.sources.reading import Reading

# Below the 1,000 that a search shows, since a slice may grow until it is read.
LARGEST = 900
# Parts as small as a page join to full slices; more of them in one request would be too heavy.
PART = 100
PARTS = 30
SECOND = timedelta(seconds=1)


def sliced(reading: Reading, branch: str, window: Window, count: int) -> Iterator[tuple[Window, int]]:
    """The window in slices, the oldest first, none of which holds more than a search shows, and what each holds.

    `count` is what search counts in the window. How to cut is known from the counts of its parts, which are asked
    for all at once. A single second is never cut.
    """
    if count <= LARGEST or window.end - window.start <= SECOND:
        yield window, count
        return
    parts = _parts(window, min(ceil(count / PART), PARTS))
    counts = _counts(reading, branch, parts, count)
    for first, end, held in _joined(counts):
        part = parts[first].model_copy(update={"end": parts[end - 1].end})
        yield from sliced(reading, branch, part, held)


def _parts(window: Window, parts: int) -> list[Window]:
    """The window in parts of whole seconds; fewer where it has fewer seconds."""
    # In UTC, where every day has as many hours.
    start, end = window.start.astimezone(UTC), window.end.astimezone(UTC)
    seconds = int((end - start).total_seconds())
    parts = max(min(parts, seconds), 1)
    ends = [start + timedelta(seconds=seconds * place // parts) for place in range(parts + 1)]
    return [window.model_copy(update={"start": one, "end": other}) for one, other in pairwise(ends)]


def _counts(reading: Reading, branch: str, parts: Sequence[Window], whole: int) -> list[int]:
    """What search counts in each part; counted again when they hold less than the whole."""
    counting = {
        f"part{place}": searches.merged_in(reading.repository, part, branch) for place, part in enumerate(parts)
    }
    tries = 0
    while True:
        reading.count(counting)
        counts = [reading.counts.pop(alias, 0) for alias in counting]
        tries += 1
        if sum(counts) >= whole or not reading.again("counts disagree", tries):
            return counts


def _joined(counts: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Neighbours that fit into one slice: the first, the one after the last, and how many they hold."""
    first = held = 0
    for place, count in enumerate(counts):
        if place > first and held + count > LARGEST:
            yield first, place, held
            first, held = place, 0
        held += count
    yield first, len(counts), held
