"""Merges a new render into a section: a person's text is kept, digest's own text is replaced.

A merge by lines does not know stories. It mixes two versions of a story, and loses a new one next
to edited lines. This merge takes whole blocks, either a person's or digest's. Pure.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from digest.compose.blocks import (
    KEY,
    LINE_END,
    Block,
    covered_stories,
    is_unclosed,
    rendered_blocks,
    split_blocks,
    union,
)
from digest.compose.keys import format_keys, repository_of
from digest.compose.recognition import recognise_stories
from digest.text import cut, plain

LONGEST_CHANGE = 200  # terminal cells
NUMBER = re.compile(r"\d+(?:,\d+)*")


@dataclass(frozen=True)
class MergedSection:
    """The section after a merge, and one-line notices for its editor.

    `withheld` are new blocks that a person's text kept out, complete, to copy from. `deleted` are
    the stories that a person deleted, `edited` the names of the stories that only a person wrote.
    """

    text: str
    notices: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    deleted: tuple[frozenset[str], ...] = ()
    edited: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SectionVersions:
    """The blocks of the current section, of the last render and of the new render.

    `base`, the last render, is empty if it is lost. `requested` and `deleted` are the names of
    stories that a person requested or deleted.
    """

    current: tuple[Block, ...]
    base: tuple[Block, ...]
    rendered: tuple[Block, ...]
    requested: AbstractSet[str]
    deleted: AbstractSet[str]

    @property
    def stories(self) -> tuple[Block, ...]:
        """The stories of both renders, without heading and lead."""
        return (*self.base[1:], *self.rendered[1:])

    @property
    def story_names(self) -> frozenset[str]:
        """The names of these stories."""
        return union(story.names for story in self.stories)

    def places_of(self, stories: Iterable[Block], blocks: Sequence[Block]) -> list[int]:
        """The index of each story in `blocks`: its block by digest, or the first that covers it.

        Only blocks on the level of the story count, not mentions in the lead or elsewhere.
        """
        by_digest, indexes = {story.normalized for story in self.stories}, []
        for story in stories:
            places = [
                index
                for index, block in enumerate(blocks)
                if block.level == story.level and block.covered & story.names
            ]
            indexes += sorted(places, key=lambda index: blocks[index].normalized not in by_digest)[
                :1
            ]
        return indexes

    def lead_places(self, blocks: Sequence[Block]) -> list[int]:
        """Possible indexes of heading and lead, best first; by heading, or before all stories."""
        headings = {
            block.heading for block in (*self.base[:1], *self.rendered[:1]) if block.heading
        }
        before = blocks[: min(self.places_of(self.stories, blocks), default=len(blocks))]
        return [
            *(index for index, block in enumerate(blocks) if block.heading in headings),
            *(index for index, block in enumerate(before) if block.level),
            *(index for index, block in enumerate(before) if block.normalized),
        ]


def deleted_stories(current: str | None, base: str | None) -> tuple[frozenset[str], ...]:
    """The names of each story of `base` that the current text no longer covers.

    The names are the pull requests, as `owner/name#n` in lower case, or else the heading.
    """
    if current is None or base is None:
        return ()
    blocks = rendered_blocks(base)
    return _find_deleted(recognise_stories(split_blocks(current), blocks), blocks)


def merge_section(
    current: str | None, rendered: str, base: str | None, requested: AbstractSet[str] = frozenset()
) -> MergedSection:
    """The current section with a new render; blocks that a person edited stay byte for byte.

    `base` is the last render; if it is None, all text counts as a person's. `requested` are the
    names of stories that are added even if they were deleted. Save the result before the render
    becomes the next base: then a crash in between loses nothing, because text that equals the new
    render counts as unedited.
    """
    if current is None:
        return MergedSection(rendered)
    line_end = "\r\n" if current.count("\r\n") * 2 > current.count("\n") else "\n"
    names = {name.lower() if KEY.fullmatch(name) else name for name in requested}
    old, new = rendered_blocks(base or ""), rendered_blocks(LINE_END.sub(line_end, rendered))
    blocks_now = recognise_stories(split_blocks(current), old, new)
    deleted = _find_deleted(blocks_now, old)
    versions = SectionVersions(
        current=blocks_now,
        base=old,
        rendered=new,
        requested=names,
        deleted=union(deleted) - names,
    )
    blocks = _arrange(versions, line_end * 2)
    # White space at the end belongs to the file, not to the last block.
    end = blocks_now[-1].tail if blocks_now else line_end
    tails = [*(block.tail for block in blocks[:-1]), end]
    text = "".join(block.content + tail for block, tail in zip(blocks, tails, strict=False))
    changes = _changes(blocks, versions)
    return MergedSection(
        text,
        notices=(
            *changes.values(),
            *_unmarked_notices(blocks, versions),
            *_duplicate_notices(blocks, versions),
        ),
        withheld=tuple(changes),
        deleted=deleted,
        edited=_edited_stories(blocks, versions),
    )


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
            blocks.insert(places[0], replace(story, tail=gap))
    return blocks


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


def _changes(blocks: Sequence[Block], versions: SectionVersions) -> dict[str, str]:
    """Each new block that a person's text kept out, with a message about it."""
    present = {block.normalized for block in blocks}
    messages = {}
    for index, block in enumerate(versions.rendered):
        compare = _change_of_story if index else _change_of_lead
        message = compare(block, blocks, versions)
        if message and block.normalized not in present:
            messages[block.normalized] = message
    return messages


def _change_of_lead(new: Block, blocks: Sequence[Block], versions: SectionVersions) -> str | None:
    places, old = versions.lead_places(blocks), versions.base[0].normalized if versions.base else ""
    if not places or new.normalized == old:
        return None
    text = blocks[places[0]].normalized
    before, after, present = (NUMBER.findall(lead) for lead in (old, new.normalized, text))
    pairs = zip(before, after, strict=True) if len(before) == len(after) else ()
    stale = " and ".join(
        f"{count} (now {new_count})"
        for count, new_count in pairs
        if count != new_count and count in present
    )
    only_counts = NUMBER.sub("", old) == NUMBER.sub("", new.normalized)
    if stale:
        message = f"Outdated in your text: {stale}."
        return message if only_counts else f"{message} {_difference(new.normalized, old)}"
    if (only_counts or not old) and set(after) <= set(present):
        return None
    return f"Your heading and lead were kept. {_difference(new.normalized, old or text)}"


def _change_of_story(
    story: Block, blocks: Sequence[Block], versions: SectionVersions
) -> str | None:
    before = [old for old in versions.base[1:] if old.names & story.names]
    missing, label = story.names - covered_stories(blocks), _label(story.names, versions)
    if not missing and not before:
        is_expected = versions.base or story.names & versions.requested
        return f"The text already covers {label}." if is_expected else None
    if not missing or (missing < story.names and story.names in [old.names for old in before]):
        drafts = [old.normalized for old in before]
        if story.normalized in drafts:
            return None
        return f"Your text for {label} was kept. {_difference(story.normalized, *drafts)}"
    if not versions.base and not story.names & versions.requested:
        return f"rendered.md is missing, so all text counts as yours. Not added: {label}."
    if missing <= versions.deleted:
        return None
    others = story.names - missing or story.names & versions.deleted
    left_out, known = _label(missing - others, versions), _label(others, versions)
    reason = f"because you wrote or deleted {known}"
    return f"Not added: {left_out}, {reason}. {_difference(story.normalized)}"


def _unmarked_notices(blocks: Sequence[Block], versions: SectionVersions) -> list[str]:
    unedited = {block.normalized for block in versions.current}
    marked = union(block.names for block in versions.rendered)
    covered = covered_stories(blocks)
    edited = [
        old for old in versions.base[1:] if old.normalized not in unedited and old.names & covered
    ]
    unmarked = [old.names for old in edited if not old.names & marked]
    return [
        f"{_label(names, versions)} {'is' if len(names) == 1 else 'are'} no longer marked. "
        f"Your text for {'it' if len(names) == 1 else 'them'} was kept."
        for names in unmarked
    ]


def _duplicate_notices(blocks: Sequence[Block], versions: SectionVersions) -> list[str]:
    lead = versions.lead_places(blocks)[:1]
    stories = [block.covered for index, block in enumerate(blocks) if index not in lead]
    twice = {name for name in versions.story_names if sum(name in names for names in stories) > 1}
    if not twice:
        return []
    verb = "appears" if len(twice) == 1 else "appear"
    return [f"{_label(twice, versions)} {verb} in more than one block."]


def _difference(new: str, *old: str) -> str:
    """The lines that a new text adds or, without any, those that it drops, as one line."""
    new_lines, old_lines = new.split("\n"), "\n".join(old).split("\n")
    added = " ".join(line for line in new_lines if line not in old_lines)
    dropped = " ".join(line for line in old_lines if line not in new_lines)
    verb = "adds" if added else "drops"
    return f"The new draft {verb}: {cut(plain(added or dropped), LONGEST_CHANGE)}"


def _label(names: AbstractSet[str], versions: SectionVersions) -> str:
    """The pull requests as `#n`, with the repository if there are several, or the heading."""
    shown = sorted(names, key=lambda name: (len(name), name))
    all_names = versions.story_names | names
    several = len({repository_of(name) for name in all_names if KEY.fullmatch(name)}) > 1
    return " and ".join(
        (name if several else format_keys([name])) if KEY.fullmatch(name) else f'"{name}"'
        for name in shown
    )
