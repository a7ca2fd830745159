"""The stories that a section's text covers: the one answer for all lists and for the lead. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from digest.compose.blocks import Block, covered_stories, plain_words
from digest.model import Mark, Marks

STORY_LEVEL = 3


def marks_in_text(decided: Marks, blocks: Sequence[Block], known: Iterable[str]) -> Marks:
    """The marks of exactly those stories that the text covers.

    Marked stories come first, in the order of the marks, with those of their pull requests that the
    text covers. Then come other pull requests in the text, if they are removed or `known`, the keys
    of the edition.
    """
    covered = covered_stories(blocks)
    headings = {plain_words(name) for name in covered}
    marked = list(filter(None, (_in_text(mark, covered, headings) for mark in decided.stories)))
    taken = {key.lower() for mark in marked for key in mark.pull_requests}
    removed = [mark for mark in decided.stories if mark.removed]
    every = {
        key.lower(): key for key in (*known, *(key for mark in removed for key in mark.pull_requests))
    }
    others: list[Mark] = []
    for block in blocks:
        for keys in _other_stories(block, taken, every):
            taken |= {key.lower() for key in keys}
            others.append(_mark_of(keys, block, removed))
    return decided.model_copy(update={"stories": (*marked, *others)})


def _in_text(mark: Mark, covered: frozenset[str], headings: set[str]) -> Mark | None:
    """The mark with those of its pull requests that the text covers; None without any."""
    if mark.removed:
        return None
    if not mark.pull_requests:
        is_there = plain_words(mark.heading or "TODO: heading") in headings
        return mark if is_there else None
    keys = tuple(key for key in mark.pull_requests if key.lower() in covered)
    if keys == mark.pull_requests:
        return mark
    return mark.model_copy(update={"pull_requests": keys}) if keys else None


def _other_stories(
    block: Block, taken: set[str], every: Mapping[str, str]
) -> Iterator[tuple[str, ...]]:
    """The pull requests of a block that no mark has: one story, or mentions in another one."""
    keys = tuple(every[name] for name in sorted(block.keys - taken) if name in every)
    if keys and block.level == STORY_LEVEL and block.keys.isdisjoint(taken):
        yield keys
    else:
        yield from ((key,) for key in keys)


def _mark_of(keys: tuple[str, ...], block: Block, removed: Sequence[Mark]) -> Mark:
    """A mark for a story that only the text has."""
    before = next((mark for mark in removed if mark.pull_requests == keys), None)
    if before:
        return before.model_copy(update={"removed": False})
    return Mark(pull_requests=keys, heading=block.heading if block.level == STORY_LEVEL else None)
