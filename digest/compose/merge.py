"""Merges a new render into a section: a person's text is kept, digest's own text is replaced.

A merge by lines does not know stories. It mixes two versions of a story, and loses a new one next
to edited lines. This merge takes whole blocks, either a person's or digest's. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from digest.compose.blocks import (
    KEY,
    LEAD,
    LINE_END,
    Block,
    covered_stories,
    is_unclosed,
    layout_of,
    rendered_blocks,
    split_blocks,
    union,
    with_layout,
    without_layout,
)
from digest.compose.differences import (
    duplicate_notices,
    find_changes,
    find_unmarked,
    unmarked_notice,
)
from digest.compose.item_merge import MergedItems, merge_items, with_older_items
from digest.compose.recognition import (
    changed_items,
    find_deleted_items,
    mark_groups,
    recognise_stories,
    without_groups,
)
from digest.compose.versions import NO_FACTS, SectionFacts, SectionVersions


@dataclass(frozen=True)
class MergedSection:
    """The section after a merge, and one-line notices for its editor.

    `withheld` are new blocks that a person's text kept out, complete, to copy from. `deleted` are
    the stories that a person deleted, `edited` the names of the stories that only a person wrote.
    `base` is the base of the next merge: the render, with the older draft of each block whose
    difference from the text is reported. So every run reports it while it lasts. `blocks` are those
    of the text, with the names of all stories that they cover. `unmarked` are the names of stories
    without a mark that the text still has.
    """

    text: str
    notices: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    deleted: tuple[frozenset[str], ...] = ()
    edited: frozenset[str] = frozenset()
    base: str = field(default="", compare=False)
    blocks: tuple[Block, ...] = field(default=(), compare=False)
    unmarked: frozenset[str] = field(default=frozenset(), compare=False)


def deleted_stories(current: str | None, base: str | None) -> tuple[frozenset[str], ...]:
    """The names of each story of `base` that the current text no longer covers.

    The names are the pull requests, as `owner/name#n` in lower case, or else the heading.
    """
    if current is None or base is None:
        return ()
    old = rendered_blocks(base)
    blocks, stories = mark_groups(split_blocks(current), old), without_groups(old)
    return _find_deleted(recognise_stories(blocks, stories), stories)


def deleted_items(current: str | None, base: str | None) -> frozenset[str]:
    """The pull requests of each item of `base` that the text no longer links, in lower case."""
    if current is None or base is None or layout_of(base) == "stories":
        return frozenset()
    old = rendered_blocks(base)
    return find_deleted_items(mark_groups(split_blocks(current), old), old)


def is_edited(current: str, base: str) -> bool:
    """Whether a person changed the section since its last render."""
    texts = (split_blocks(text) for text in (current, without_layout(base)))
    old, new = ([block.normalized for block in blocks] for blocks in texts)
    return old != new


def merge_section(
    current: str | None,
    rendered: str,
    base: str | None,
    requested: AbstractSet[str] = frozenset(),
    facts: SectionFacts = NO_FACTS,
) -> MergedSection:
    """The current section with a new render; blocks that a person edited stay byte for byte.

    `base` is the last render; if it is None, all text counts as a person's. `requested` are the
    names of stories that are added even if they were deleted. Save the result before its base: then
    a crash in between loses nothing, because text that equals the new render counts as unedited.
    """
    if current is None:
        text = without_layout(rendered)
        return MergedSection(text, base=rendered, blocks=rendered_blocks(rendered))
    line_end = _line_end(current)
    new = rendered_blocks(LINE_END.sub(line_end, rendered))
    versions = _versions(current, new, base, requested, facts)
    arranged = _arrange(versions, line_end * 2)
    items = merge_items(arranged, versions, _place_of_groups(arranged, versions), line_end)
    blocks = items.blocks
    changes, unmarked = find_changes(blocks, versions), find_unmarked(blocks, versions)
    merged = MergedSection(
        _join(blocks, versions, current),
        notices=(
            *changes.values(),
            *(unmarked_notice(story, versions) for story in unmarked),
            *duplicate_notices(blocks, versions),
            *items.notices,
        ),
        withheld=_withheld(changes, blocks, versions),
        deleted=_find_deleted(versions.current, versions.base),
        edited=_edited_stories(blocks, versions) | items.edited,
        base=_next_base(rendered, (*changes,), unmarked, versions, items),
        blocks=tuple(blocks),
        unmarked=union(story.names for story in unmarked),
    )
    if all(block.level or block.group for block in blocks[1:]):
        return merged
    # Text without a heading came below a new heading, and is part of that block from now on.
    again = merge_section(merged.text, rendered, merged.base, frozenset(), facts)
    notices = tuple(dict.fromkeys((*merged.notices, *again.notices)))
    return replace(again, notices=notices, withheld=merged.withheld, deleted=merged.deleted)


def merge_edits(current: str, other: str, base: str | None) -> str:
    """The current section with the edits that another person made to `base` in `other`.

    If the same block or item changed in both, the current words stay.
    """
    line_end, old = _line_end(current), rendered_blocks(base or "")
    written = mark_groups(split_blocks(LINE_END.sub(line_end, other)), old)
    new = (*(replace(block, keys=LEAD) for block in written[:1]), *written[1:])
    current = _with_whole_groups(current, new, old)
    requested = changed_items(new, old)
    versions = _versions(current, recognise_stories(new, old), base, requested, NO_FACTS)
    arranged = _arrange(versions, line_end * 2)
    items = merge_items(arranged, versions, _place_of_groups(arranged, versions), line_end)
    return _join(items.blocks, versions, current)


def _with_whole_groups(current: str, other: Sequence[Block], base: Sequence[Block]) -> str:
    """The current text with the other version of each group that it has unchanged."""
    drafts = {block.group: block.normalized for block in base if block.group}
    others = {block.group: block.content for block in other if block.group}
    blocks = mark_groups(split_blocks(current), base)
    return "".join(
        (
            others.get(block.group, block.content)
            if block.group and block.normalized == drafts.get(block.group)
            else block.content
        )
        + block.tail
        for block in blocks
    )


def _versions(
    current: str,
    new: tuple[Block, ...],
    base: str | None,
    requested: AbstractSet[str],
    facts: SectionFacts,
) -> SectionVersions:
    names = {name.lower() if KEY.fullmatch(name) else name for name in requested}
    old = rendered_blocks(base or "")
    blocks = mark_groups(split_blocks(current), old, new)
    deleted = find_deleted_items(blocks, old)
    stories, drafts = without_groups(old), without_groups(new)
    blocks = recognise_stories(blocks, stories, drafts)
    deleted = (deleted | union(_find_deleted(blocks, stories))) - names
    last = max((index for index, block in enumerate(new) if block.group), default=len(new))
    return SectionVersions(
        blocks,
        stories,
        drafts,
        names,
        deleted,
        facts,
        base_groups=tuple(block for block in old if block.group),
        groups=tuple(block for block in new if block.group),
        closing=new[last + 1 :],
    )


def _line_end(text: str) -> str:
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def _join(blocks: Sequence[Block], versions: SectionVersions, current: str) -> str:
    # White space at the end belongs to the file, not to the last block.
    end = versions.current[-1].tail if versions.current else _line_end(current)
    tails = [*(block.tail for block in blocks[:-1]), end]
    return "".join(block.content + tail for block, tail in zip(blocks, tails, strict=False))


def _find_deleted(current: Sequence[Block], base: Sequence[Block]) -> tuple[frozenset[str], ...]:
    covered = covered_stories(current)
    return tuple(story.names for story in base[1:] if not story.names & covered)


def _arrange(versions: SectionVersions, gap: str) -> list[Block]:
    """The blocks after the merge: unedited ones replaced, stories in order, new ones inserted.

    A new story goes before the story that follows it in the render, or after the last one.
    """
    blocks = _replace_unedited(versions.current, _successors(versions), gap)
    ordered = _stories_in_order(blocks, versions)
    blocks = _reorder(blocks, list(dict.fromkeys(versions.places_of(ordered, blocks))))
    stories = versions.rendered[1:]
    for index, story in enumerate(stories):
        if _is_to_insert(story, blocks, versions):
            following = [known for known in stories[index:] if known in ordered]
            places = versions.places_of(following, blocks) or [_end_of_stories(blocks, versions)]
            place = _next_to_groups(places[0], story, blocks, versions)
            blocks.insert(place, replace(story, tail=gap))
    return blocks


def _next_to_groups(
    place: int, story: Block, blocks: Sequence[Block], versions: SectionVersions
) -> int:
    """The index for a new story: before the groups of a list, or after them for the closing."""
    groups = [index for index, block in enumerate(blocks) if block.group]
    if not groups:
        return place
    return max(place, groups[-1] + 1) if story in versions.closing else min(place, groups[0])


def _place_of_groups(blocks: Sequence[Block], versions: SectionVersions) -> int:
    """The index for the first group of a list: after the stories and before the closing."""
    closing = versions.places_of(versions.closing, blocks)
    return min(closing, default=_end_of_stories(blocks, versions))


def _stories_in_order(blocks: Sequence[Block], versions: SectionVersions) -> list[Block]:
    """The known stories in the order of the new render; empty if a person reordered them."""
    known, marked = (
        union(block.names for block in side) for side in (versions.base, versions.rendered)
    )
    still_marked = [story for story in versions.base[1:] if story.names & marked]
    places = versions.places_of(still_marked, versions.current)
    if places != sorted(places) or (blocks and is_unclosed(blocks[-1])):
        return []
    return [story for story in versions.rendered[1:] if story.names & known]


def _is_to_insert(story: Block, blocks: Sequence[Block], versions: SectionVersions) -> bool:
    """Whether a story is new or requested, and neither deleted nor in the text."""
    known = union(block.names for block in versions.base)
    is_new = bool(versions.base) and not story.names & known
    if not is_new and not story.names & versions.requested:
        return False
    return not story.names & (versions.deleted | covered_stories(blocks))


def _successors(versions: SectionVersions) -> dict[str, list[Block]]:
    """The new blocks that replace each unedited block, by its normalized text.

    Marks may have joined or split stories. A block is kept if its new story would repeat one that a
    person wrote, copied or deleted. So is every block that shares a new story with it.
    """
    new, occurrences = versions.rendered, Counter(block.normalized for block in versions.current)
    written = {block.normalized: block for block in versions.base}
    free = [written[text] for text in occurrences if text in written]
    by_person = [block for block in versions.current if block.normalized not in written]
    taken_names = versions.deleted | covered_stories(by_person)

    def repeats(story: Block) -> bool:
        copied = [
            block
            for block in free
            if occurrences[block.normalized] > 1 and block.names & story.names
        ]
        elsewhere = story.names - union(block.names for block in free)
        return bool(elsewhere & taken_names) or any(story.names - block.names for block in copied)

    while kept := [
        block
        for block in free
        if any(block.names & story.names and repeats(story) for story in new)
    ]:
        free = [block for block in free if block not in kept]
        taken_names |= union(block.names for block in kept)
    successors, remaining = {}, list(new)
    for block in free:
        successors[block.normalized] = [story for story in remaining if story.names & block.names]
        remaining = [story for story in remaining if not story.names & block.names]
    return successors


def _replace_unedited(
    current: Sequence[Block], successors: Mapping[str, Sequence[Block]], gap: str
) -> list[Block]:
    """The current blocks, each replaced by its successors unless their text is the same."""
    renewed = []
    for block in current:
        stories = successors.get(block.normalized, [block])
        last = gap if block is current[-1] else block.tail
        tails = [*[gap] * (len(stories) - 1), last]
        for story, tail in zip(stories, tails, strict=False):
            content = block.content if story.normalized == block.normalized else story.content
            renewed.append(replace(story, content=content, tail=tail))
    return renewed


def _reorder(blocks: Sequence[Block], places: Sequence[int]) -> list[Block]:
    """The blocks with those at `places` put into this order; the others are not moved."""
    moved = dict(zip(sorted(places), places, strict=True))
    return [blocks[moved.get(index, index)] for index in range(len(blocks))]


def _end_of_stories(blocks: Sequence[Block], versions: SectionVersions) -> int:
    """The index after the last story, also of a person's, or after heading and lead."""
    places = versions.places_of(versions.stories, blocks) or versions.lead_places(blocks)[:1]
    end = max(places, default=len(blocks) - 1) + 1
    level = versions.rendered[-1].level
    while end < len(blocks) and blocks[end].keys and blocks[end].level == level:
        end += 1
    return end - 1 if end == len(blocks) and blocks and is_unclosed(blocks[-1]) else end


def _edited_stories(blocks: Sequence[Block], versions: SectionVersions) -> frozenset[str]:
    """The names of the stories that only a person wrote."""
    by_digest = {block.normalized for block in (*versions.base, *versions.rendered)}
    by_person = covered_stories(block for block in blocks if block.normalized not in by_digest)
    renewed = covered_stories(block for block in blocks if block.normalized in by_digest)
    return by_person & versions.story_names - renewed


def _withheld(
    changed: Iterable[Block], blocks: Sequence[Block], versions: SectionVersions
) -> tuple[str, ...]:
    """The new stories to copy from, each only in the run in which it is new.

    The message about the lead has its new words.
    """
    known = {block.normalized for block in (*blocks, *versions.base)}
    return tuple(
        block.normalized
        for block in changed
        if block.names != LEAD and block.normalized not in known
    )


def _next_base(
    rendered: str,
    changed: Iterable[Block],
    unmarked: Iterable[Block],
    versions: SectionVersions,
    items: MergedItems,
) -> str:
    """The render, with the older drafts that the text differs from.

    An older draft of a story is above the new one, that of the lead or of an item replaces it, and
    stories that are no longer marked are at the end.
    """
    if not versions.base:
        return rendered
    names = {block.names for block in changed}
    blocks: list[Block] = []
    new_blocks = rendered_blocks(rendered)
    for new in with_older_items(new_blocks, items):
        older = [
            old
            for old in versions.base
            if new.names in names and old.names == new.names and old.normalized != new.normalized
        ]
        blocks += older
        if not (older and new.names == LEAD):
            blocks.append(new)
    blocks += unmarked
    if [block.normalized for block in blocks] == [block.normalized for block in new_blocks]:
        return rendered
    text = "\n\n".join(block.content for block in blocks) + "\n"
    return with_layout(text, layout_of(rendered))
