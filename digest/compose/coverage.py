"""The stories that a section's text covers: the one answer for all lists and for the lead. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from digest.compose.blocks import Block, covered_stories, plain_words
from digest.compose.stories import HEADING_TODO
from digest.model import Layout, Mark, Marks

STORY_LEVEL = 3


def marks_in_text(
    decided: Marks, blocks: Sequence[Block], known: Iterable[str], layout: Layout = "stories"
) -> Marks:
    """The marks of exactly those stories that the text covers.

    Marked stories come first, in the order of the marks, with those of their pull requests that the
    text covers. Then come other pull requests in the text, if they are removed or `known`, the keys
    of the edition.
    """
    covered = covered_stories(blocks)
    headings = {plain_words(name) for name in covered}
    if layout != "stories":
        stories = (mark for mark in decided.stories if mark.is_story(layout))
        shown = filter(None, (_in_text(mark, covered, headings) for mark in stories))
        return decided.model_copy(update={"stories": (*shown, *_items(decided, layout))})
    marked = list(filter(None, (_in_text(mark, covered, headings) for mark in decided.stories)))
    taken = {key.lower() for mark in marked for key in mark.pull_requests}
    removed = [mark for mark in decided.stories if mark.removed]
    names = [*known, *(key for mark in removed for key in mark.pull_requests)]
    every = {key.lower(): key for key in names}
    others: list[Mark] = []
    for block in blocks:
        new = _other_stories(block, taken, every, removed)
        taken |= {key.lower() for mark in new for key in mark.pull_requests}
        others += new
    return decided.model_copy(update={"stories": (*marked, *others)})


def _items(decided: Marks, layout: Layout) -> list[Mark]:
    return [mark for mark in decided.stories if not mark.is_story(layout)]


def _in_text(mark: Mark, covered: frozenset[str], headings: set[str]) -> Mark | None:
    """The mark with those of its pull requests that the text covers; None without any."""
    if mark.removed:
        return None
    if not mark.pull_requests:
        is_there = plain_words(mark.heading or HEADING_TODO) in headings
        return mark if is_there else None
    keys = tuple(key for key in mark.pull_requests if key.lower() in covered)
    if keys == mark.pull_requests:
        return mark
    return mark.model_copy(update={"pull_requests": keys}) if keys else None


def _other_stories(
    block: Block, taken: set[str], every: Mapping[str, str], removed: Sequence[Mark]
) -> list[Mark]:
    """The pull requests of a block that no mark has: one story, or mentions in another one."""
    keys = tuple(every[name] for name in sorted(block.keys - taken) if name in every)
    if not keys or block.level != STORY_LEVEL or not block.keys.isdisjoint(taken):
        return [Mark(pull_requests=(key,)) for key in keys]
    before = next((mark for mark in removed if mark.pull_requests == keys), None)
    heading = (before.heading if before else None) or block.heading
    own = before or Mark(pull_requests=keys)
    return [own.model_copy(update={"heading": heading, "removed": False})]
