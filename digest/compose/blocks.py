"""Block merge: what a person wrote in a section stays, what digest wrote is renewed. Pure.

A line merge knows no stories: it mixes the words of two versions of one, and loses a new story beside lines that
a person rewrote. Here a block is taken whole, either a person's or digest's.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from digest.compose import differences
from digest.compose.section import (
    KEY,
    LINE_END,
    Block,
    Versions,
    is_open,
    lead_places,
    rendered_blocks,
    split,
    told,
    union,
)


@dataclass(frozen=True)
class Merged:
    """The section after a merge, and what its editor should know, a line each.

    `offered` are the blocks that digest would write and that a person's words keep out, whole, to paste from;
    `deleted` the stories that a person deleted; `kept` the names of those whose words are a person's.
    """

    text: str
    notices: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    deleted: tuple[frozenset[str], ...] = ()
    kept: frozenset[str] = frozenset()


def deleted_stories(current: str | None, base: str | None) -> tuple[frozenset[str], ...]:
    """The stories of `base` that a person deleted: nothing in the current text links or names them any more.

    Each is its pull requests as `owner/name#n` in lower case or, where it has none, its heading.
    """
    if current is None or base is None:
        return ()
    return _deleted(split(current), rendered_blocks(base))


def merge(current: str | None, rendered: str, base: str | None, fresh: AbstractSet[str] = frozenset()) -> Merged:
    """Bring a new render into the section as it stands; a block that a person edited stays byte for byte.

    `base` is the render before, None where it is lost; then every word counts as a person's. `fresh` are the
    names of stories that a person asked for in this run: they come even where they were deleted before. The
    result must be saved before the render becomes the next base: after a crash between the two, what equals
    the new render counts as untouched.
    """
    if current is None:
        return Merged(rendered)
    line_end = "\r\n" if current.count("\r\n") * 2 > current.count("\n") else "\n"
    asked = {name.lower() if KEY.fullmatch(name) else name for name in fresh}
    now, old, new = split(current), rendered_blocks(base or ""), rendered_blocks(LINE_END.sub(line_end, rendered))
    deleted = _deleted(now, old)
    versions = Versions(now, old, new, asked=asked, gone=union(deleted) - asked)
    blocks = _arranged(versions, line_end * 2)
    # White space at the end is the file's, whichever block comes last.
    end = now[-1].tail if now else line_end
    tails = [*(block.tail for block in blocks[:-1]), end]
    text = "".join(block.content + tail for block, tail in zip(blocks, tails, strict=False))
    return Merged(text, *differences.said(blocks, versions), deleted, _kept(blocks, versions))


def _deleted(now: Sequence[Block], old: Sequence[Block]) -> tuple[frozenset[str], ...]:
    still = told(now)
    return tuple(story.names for story in old[1:] if not story.names & still)


def _arranged(versions: Versions, apart: str) -> list[Block]:
    """The blocks that nobody touched renewed, the known stories in the new order unless a person chose another.

    A new story comes before the known one that follows it in the render, else behind the last one.
    """
    blocks = _renewed(versions.now, _successors(versions), apart)
    known, marked = (union(block.names for block in blocks) for blocks in (versions.old, versions.new))
    stories = versions.new[1:]
    order = [story for story in stories if story.names & known]
    places = versions.homes((story for story in versions.old[1:] if story.names & marked), versions.now)
    if places != sorted(places) or (blocks and is_open(blocks[-1])):
        order = []
    blocks = _permuted(blocks, list(dict.fromkeys(versions.homes(order, blocks))))
    for at, story in enumerate(stories):
        wanted = story.names & versions.asked or (versions.old and not story.names & known)
        if wanted and not story.names & (versions.gone | told(blocks)):
            later = versions.homes((one for one in stories[at:] if one in order), blocks)
            place = later[0] if later else _end_of_stories(blocks, versions)
            blocks.insert(place, replace(story, tail=apart))
    return blocks


def _successors(versions: Versions) -> dict[str, list[Block]]:
    """The words of each block that nobody touched, with the new blocks of its story that take its place, or none.

    Marks may have joined stories or parted them. A block stays as it is where its new story would tell once more
    what a person told, copied or deleted, and so does every block that shares a new story with it.
    """
    new, stand = versions.new, Counter(block.words for block in versions.now)
    written = {block.words: block for block in versions.old}
    free = [written[words] for words in stand if words in written]
    settled = versions.gone | told(block for block in versions.now if block.words not in written)

    def repeats(story: Block) -> bool:
        copied = [block for block in free if stand[block.words] > 1 and block.names & story.names]
        elsewhere = story.names - union(block.names for block in free)
        return bool(elsewhere & settled) or any(story.names - block.names for block in copied)

    while staying := [block for block in free if any(block.names & story.names and repeats(story) for story in new)]:
        free = [block for block in free if block not in staying]
        settled |= union(block.names for block in staying)
    successors, left = {}, list(new)
    for block in free:
        successors[block.words] = [story for story in left if story.names & block.names]
        left = [story for story in left if not story.names & block.names]
    return successors


def _renewed(now: Sequence[Block], successors: Mapping[str, Sequence[Block]], apart: str) -> list[Block]:
    """The blocks as they stand, each that nobody touched replaced by its successors unless these say the same."""
    renewed = []
    for block in now:
        stories = successors.get(block.words, [block])
        last = apart if block is now[-1] else block.tail
        tails = [*[apart] * (len(stories) - 1), last]
        for story, tail in zip(stories, tails, strict=False):
            content = block.content if story.words == block.words else story.content
            renewed.append(replace(story, content=content, tail=tail))
    return renewed


def _permuted(blocks: Sequence[Block], places: Sequence[int]) -> list[Block]:
    """The blocks of these places in the order given; all others stay where they are."""
    moved = dict(zip(sorted(places), places, strict=True))
    return [blocks[moved.get(at, at)] for at in range(len(blocks))]


def _end_of_stories(blocks: Sequence[Block], versions: Versions) -> int:
    """Behind the last story, a person's own ones too; where there is none, behind heading and lead."""
    places = versions.homes(versions.stories, blocks) or lead_places(blocks, versions)[:1]
    end = max(places, default=len(blocks) - 1) + 1
    while end < len(blocks) and blocks[end].keys and blocks[end].level == versions.new[-1].level:
        end += 1
    return end - 1 if end == len(blocks) and blocks and is_open(blocks[-1]) else end


def _kept(blocks: Sequence[Block], versions: Versions) -> frozenset[str]:
    """The names of the stories whose words are a person's alone."""
    by_digest = {block.words for block in (*versions.old, *versions.new)}
    theirs = told(block for block in blocks if block.words not in by_digest)
    known = union(story.names for story in versions.stories)
    return theirs & known - told(block for block in blocks if block.words in by_digest)
