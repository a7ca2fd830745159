"""Block merge: text that a person wrote in a section stays, text that digest wrote is renewed.

Pure.
A line merge knows no stories: it mixes the words of two versions of one, and loses a new story next
to lines that a person rewrote. Here a block is taken whole, either a person's or digest's.
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
from digest.text import cut, plain

LONGEST_CHANGE = 200  # terminal cells
NUMBER = re.compile(r"\d+(?:,\d+)*")


@dataclass(frozen=True)
class MergedSection:
    """The section after a merge, and messages for its editor, a line each.

    `withheld` are the blocks that digest would write and that a person's text keeps out, whole, to
    paste from; `deleted` the stories that a person deleted; `edited` the names of the stories that
    only a person worded.
    """

    text: str
    notices: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    deleted: tuple[frozenset[str], ...] = ()
    edited: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SectionVersions:
    """The blocks of the current section, of the render before (`base`, empty where it is lost) and of the new one.

    `requested` are the names of stories that a person asks for, `deleted` of those that a person
    deleted.
    """

    current: tuple[Block, ...]
    base: tuple[Block, ...]
    rendered: tuple[Block, ...]
    requested: AbstractSet[str]
    deleted: AbstractSet[str]

    @property
    def stories(self) -> tuple[Block, ...]:
        """The stories that digest rendered, before and now, without heading and lead."""
        return (*self.base[1:], *self.rendered[1:])

    @property
    def story_names(self) -> frozenset[str]:
        """The names of all these stories."""
        return union(story.names for story in self.stories)

    def places_of(self, stories: Iterable[Block], blocks: Sequence[Block]) -> list[int]:
        """The place of each story that is in `blocks`: its block as digest wrote it, else the first that covers it.

        A story's block has the level of its render; a mention in the lead or in another section
        does not count.
        """
        by_digest, found = {story.words for story in self.stories}, []
        for story in stories:
            places = [
                at
                for at, block in enumerate(blocks)
                if block.level == story.level and block.covered & story.names
            ]
            found += sorted(places, key=lambda at: blocks[at].words not in by_digest)[:1]
        return found

    def lead_places(self, blocks: Sequence[Block]) -> list[int]:
        """Where heading and lead may be, best first: by their heading, else a block before every story."""
        headings = {
            block.heading for block in (*self.base[:1], *self.rendered[:1]) if block.heading
        }
        before = blocks[: min(self.places_of(self.stories, blocks), default=len(blocks))]
        return [
            *(at for at, block in enumerate(blocks) if block.heading in headings),
            *(at for at, block in enumerate(before) if block.level),
            *(at for at, block in enumerate(before) if block.words),
        ]


def deleted_stories(current: str | None, base: str | None) -> tuple[frozenset[str], ...]:
    """The stories of `base` that a person deleted: the current text no longer links or names them.

    Each is its pull requests as `owner/name#n` in lower case or, where it has none, its heading.
    """
    if current is None or base is None:
        return ()
    return _deleted(split_blocks(current), rendered_blocks(base))


def merge_section(
    current: str | None, rendered: str, base: str | None, requested: AbstractSet[str] = frozenset()
) -> MergedSection:
    """Bring a new render into the current section.

    A block that a person edited stays byte for byte.
    `base` is the render before, None where it is lost; then every word counts as a person's.
    `requested` are the names of stories that a person asked for in this run: they come even where
    they were deleted before. The result must be saved before the render becomes the next base:
    after a crash between the two, text that equals the new render counts as untouched.
    """
    if current is None:
        return MergedSection(rendered)
    line_end = "\r\n" if current.count("\r\n") * 2 > current.count("\n") else "\n"
    names = {name.lower() if KEY.fullmatch(name) else name for name in requested}
    now, old = split_blocks(current), rendered_blocks(base or "")
    deleted = _deleted(now, old)
    versions = SectionVersions(
        current=now,
        base=old,
        rendered=rendered_blocks(LINE_END.sub(line_end, rendered)),
        requested=names,
        deleted=union(deleted) - names,
    )
    blocks = _arranged(versions, line_end * 2)
    # White space at the end is the file's, whichever block comes last.
    end = now[-1].tail if now else line_end
    tails = [*(block.tail for block in blocks[:-1]), end]
    text = "".join(block.content + tail for block, tail in zip(blocks, tails, strict=False))
    changes = _changes(blocks, versions)
    return MergedSection(
        text,
        notices=(
            *changes.values(),
            *_unmarked(blocks, versions),
            *_covered_twice(blocks, versions),
        ),
        withheld=tuple(changes),
        deleted=deleted,
        edited=_edited(blocks, versions),
    )


def _deleted(current: Sequence[Block], base: Sequence[Block]) -> tuple[frozenset[str], ...]:
    covered = covered_stories(current)
    return tuple(story.names for story in base[1:] if not story.names & covered)


def _arranged(versions: SectionVersions, gap: str) -> list[Block]:
    """The untouched blocks renewed, the known stories in the new order unless a person chose another.

    A new story comes before the known one that follows it in the render, else behind the last one.
    """
    blocks = _renewed(versions.current, _successors(versions), gap)
    ordered = _stories_in_order(blocks, versions)
    blocks = _permuted(blocks, list(dict.fromkeys(versions.places_of(ordered, blocks))))
    stories = versions.rendered[1:]
    for at, story in enumerate(stories):
        if _is_to_insert(story, blocks, versions):
            following = [one for one in stories[at:] if one in ordered]
            places = versions.places_of(following, blocks) or [_end_of_stories(blocks, versions)]
            blocks.insert(places[0], replace(story, tail=gap))
    return blocks


def _stories_in_order(blocks: Sequence[Block], versions: SectionVersions) -> list[Block]:
    """The known stories of the new render, in its order.

    None where a person chose another order.
    """
    known, marked = (
        union(block.names for block in side) for side in (versions.base, versions.rendered)
    )
    still_marked = [story for story in versions.base[1:] if story.names & marked]
    places = versions.places_of(still_marked, versions.current)
    if places != sorted(places) or (blocks and is_unclosed(blocks[-1])):
        return []
    return [story for story in versions.rendered[1:] if story.names & known]


def _is_to_insert(story: Block, blocks: Sequence[Block], versions: SectionVersions) -> bool:
    """Whether a story is requested, or new since the last render, and neither deleted nor in the text."""
    known = union(block.names for block in versions.base)
    is_new = bool(versions.base) and not story.names & known
    if not is_new and not story.names & versions.requested:
        return False
    return not story.names & (versions.deleted | covered_stories(blocks))


def _successors(versions: SectionVersions) -> dict[str, list[Block]]:
    """The words of each untouched block, with the new blocks of its story that replace it, or none.

    Marks may have joined stories or parted them. A block stays as it is where its new story would
    repeat a story that a person wrote, copied or deleted, and so does every block that shares a new
    story with it.
    """
    new, times = versions.rendered, Counter(block.words for block in versions.current)
    written = {block.words: block for block in versions.base}
    free = [written[words] for words in times if words in written]
    by_person = [block for block in versions.current if block.words not in written]
    settled = versions.deleted | covered_stories(by_person)

    def repeats(story: Block) -> bool:
        copied = [block for block in free if times[block.words] > 1 and block.names & story.names]
        elsewhere = story.names - union(block.names for block in free)
        return bool(elsewhere & settled) or any(story.names - block.names for block in copied)

    while staying := [
        block
        for block in free
        if any(block.names & story.names and repeats(story) for story in new)
    ]:
        free = [block for block in free if block not in staying]
        settled |= union(block.names for block in staying)
    successors, left = {}, list(new)
    for block in free:
        successors[block.words] = [story for story in left if story.names & block.names]
        left = [story for story in left if not story.names & block.names]
    return successors


def _renewed(
    current: Sequence[Block], successors: Mapping[str, Sequence[Block]], gap: str
) -> list[Block]:
    """The current blocks, each untouched one replaced by its successors unless these say the same."""
    renewed = []
    for block in current:
        stories = successors.get(block.words, [block])
        last = gap if block is current[-1] else block.tail
        tails = [*[gap] * (len(stories) - 1), last]
        for story, tail in zip(stories, tails, strict=False):
            content = block.content if story.words == block.words else story.content
            renewed.append(replace(story, content=content, tail=tail))
    return renewed


def _permuted(blocks: Sequence[Block], places: Sequence[int]) -> list[Block]:
    """The blocks of these places in the order given; all others stay where they are."""
    moved = dict(zip(sorted(places), places, strict=True))
    return [blocks[moved.get(at, at)] for at in range(len(blocks))]


def _end_of_stories(blocks: Sequence[Block], versions: SectionVersions) -> int:
    """The place behind the last story, a person's own ones too.

    Without any, behind heading and lead.
    """
    places = versions.places_of(versions.stories, blocks) or versions.lead_places(blocks)[:1]
    end = max(places, default=len(blocks) - 1) + 1
    level = versions.rendered[-1].level
    while end < len(blocks) and blocks[end].keys and blocks[end].level == level:
        end += 1
    return end - 1 if end == len(blocks) and blocks and is_unclosed(blocks[-1]) else end


def _edited(blocks: Sequence[Block], versions: SectionVersions) -> frozenset[str]:
    """The names of the stories that only a person worded."""
    by_digest = {block.words for block in (*versions.base, *versions.rendered)}
    by_person = covered_stories(block for block in blocks if block.words not in by_digest)
    renewed = covered_stories(block for block in blocks if block.words in by_digest)
    return by_person & versions.story_names - renewed


def _changes(blocks: Sequence[Block], versions: SectionVersions) -> dict[str, str]:
    """Each new block that a person's text keeps out, with a message about it."""
    present = {block.words for block in blocks}
    messages = {}
    for at, block in enumerate(versions.rendered):
        compare = _change_of_story if at else _change_of_lead
        message = compare(block, blocks, versions)
        if message and block.words not in present:
            messages[block.words] = message
    return messages


def _change_of_lead(new: Block, blocks: Sequence[Block], versions: SectionVersions) -> str | None:
    places, old = versions.lead_places(blocks), versions.base[0].words if versions.base else ""
    if not places or new.words == old:
        return None
    text = blocks[places[0]].words
    before, after, present = (NUMBER.findall(words) for words in (old, new.words, text))
    pairs = zip(before, after, strict=True) if len(before) == len(after) else ()
    stale = " and ".join(
        f"{was}, now {count}" for was, count in pairs if was != count and was in present
    )
    only_counts = NUMBER.sub("", old) == NUMBER.sub("", new.words)
    if stale:
        return f"The text says {stale}" + (
            "." if only_counts else f"; {_difference(new.words, old)}"
        )
    if (only_counts or not old) and set(after) <= set(present):
        return None
    return f"Your words in heading and lead stay; {_difference(new.words, old or text)}"


def _change_of_story(
    story: Block, blocks: Sequence[Block], versions: SectionVersions
) -> str | None:
    before = [one for one in versions.base[1:] if one.names & story.names]
    missing, label = story.names - covered_stories(blocks), _label(story.names, versions)
    if not missing and not before:
        is_expected = versions.base or story.names & versions.requested
        return f"Told in the text already: {label}." if is_expected else None
    if not missing or (missing < story.names and story.names in [one.names for one in before]):
        words = [one.words for one in before]
        return (
            None
            if story.words in words
            else f"Your words on {label} stay; {_difference(story.words, *words)}"
        )
    if not versions.base and not story.names & versions.requested:
        return f"rendered.md is lost, so every word counts as yours. Not put in: {label}."
    if missing <= versions.deleted:
        return None
    others = story.names - missing or story.names & versions.deleted
    left_out, known = _label(missing - others, versions), _label(others, versions)
    return f"Not put in: {left_out}, since you told or deleted {known}; {_difference(story.words)}"


def _unmarked(blocks: Sequence[Block], versions: SectionVersions) -> list[str]:
    untouched = {block.words for block in versions.current}
    marked = union(block.names for block in versions.rendered)
    covered = covered_stories(blocks)
    edited = [
        one for one in versions.base[1:] if one.words not in untouched and one.names & covered
    ]
    left = [_label(one.names, versions) for one in edited if not one.names & marked]
    return [f"The mark of {label} is gone; your words on it stay." for label in left]


def _covered_twice(blocks: Sequence[Block], versions: SectionVersions) -> list[str]:
    lead = versions.lead_places(blocks)[:1]
    stories = [block.covered for at, block in enumerate(blocks) if at not in lead]
    twice = {name for name in versions.story_names if sum(name in names for names in stories) > 1}
    return [f"Told in more than one block: {_label(twice, versions)}."] if twice else []


def _difference(new: str, *old: str) -> str:
    """What a new text says that the old one did not, on one line."""
    ours, theirs = new.split("\n"), "\n".join(old).split("\n")
    more = " ".join(line for line in ours if line not in theirs)
    less = " ".join(line for line in theirs if line not in ours)
    return f"digest would now {'write' if more else 'drop'}: {cut(plain(more or less), LONGEST_CHANGE)}"


def _label(names: AbstractSet[str], versions: SectionVersions) -> str:
    """Pull requests as `#n`, with their repository where the stories are of several.

    A story without any by heading.
    """
    shown = sorted(names, key=lambda name: (len(name), name))
    known = versions.story_names | names
    several = len({repository_of(name) for name in known if KEY.fullmatch(name)}) > 1
    return " and ".join(
        (name if several else format_keys([name])) if KEY.fullmatch(name) else f'"{name}"'
        for name in shown
    )
