"""Recognises the stories and the groups of a render in a text that a person changed. Pure.

People write `(#5392)` as text, or link a page instead. Such a story is not deleted.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from digest.compose.blocks import (
    KEY,
    LEAD,
    LINE_END,
    WORD,
    Block,
    covered_stories,
    named_keys,
    plain_words,
    union,
)
from digest.compose.list_items import items_of, split_items

URL = re.compile(r"https?://\S+|\]\([^)]*\)")
SHORTEST_WORD = 3  # letters; shorter words are in every text
# The words of a story that a block must have, as a number and as a share of the shorter text. In
# the place of the story, fewer are enough.
FEWEST, SHARE = 4, 0.5
FEWEST_IN_PLACE, SHARE_IN_PLACE = 2, 0.2


def recognise_stories(
    blocks: Sequence[Block], base: Sequence[Block], rendered: Sequence[Block] = ()
) -> tuple[Block, ...]:
    """The blocks. A block about a story that lost its links gets the names of the story.

    `base` are the blocks of the last render, `rendered` those of the new one. A story is recognised
    by a mention such as `#12` or by its heading, and a story of the base by its words too. If two
    blocks are equally similar, none is taken.
    """
    written = (*base, *rendered)
    for stories, has_words in ((base[1:], True), (rendered[1:], False)):
        lost = _lost_stories(blocks, stories)
        if not lost:
            continue
        found = _mentioned_stories(blocks, lost, stories)
        mentioned = union(found.values())
        rest = [story for story in lost if not story.names & mentioned]
        matcher = _Matcher(blocks, stories, written, taken=frozenset(found))
        for match in matcher.matches(rest):
            if has_words or match.same_heading:
                found[match.index] = match.story.names
        blocks = [
            replace(block, keys=block.keys | found[index]) if index in found else block
            for index, block in enumerate(blocks)
        ]
    return tuple(blocks)


def _lost_stories(blocks: Sequence[Block], stories: Sequence[Block]) -> list[Block]:
    """The stories that no block covers, each once."""
    covered = covered_stories(blocks)
    lost: dict[frozenset[str], Block] = {}
    for story in stories:
        if not story.names & covered:
            lost.setdefault(story.names, story)
    return list(lost.values())


def _mentioned_stories(
    blocks: Sequence[Block], lost: Sequence[Block], stories: Sequence[Block]
) -> dict[int, frozenset[str]]:
    """The names of lost stories that each block mentions, by number or by a line in its text.

    That line is the story's heading, such as `**New plugin**`. A bare number and a heading must be
    unambiguous.
    """
    keys = {name for name in union(story.names for story in stories) if KEY.fullmatch(name)}
    wanted, found = union(story.names for story in lost), {}
    headings = [plain_words(story.heading) for story in stories]
    by_heading = {
        heading: story.names
        for story in lost
        if headings.count(heading := plain_words(story.heading)) == 1 and " " in heading
    }
    for index, block in enumerate(blocks):
        lines = LINE_END.split(block.content)[bool(block.level) :]
        headed = union(by_heading.get(plain_words(line), frozenset()) for line in lines)
        if mentioned := named_keys(block.mentions, keys) & wanted | headed:
            found[index] = mentioned
    return found


@dataclass(frozen=True)
class _Match:
    """The evidence that a block is a story, for comparisons; the higher the surer."""

    same_heading: bool
    share: float
    index: int
    story: Block

    @property
    def rank(self) -> tuple[bool, float]:
        return self.same_heading, self.share


class _Matcher:
    """Compares the blocks of a text with lost stories."""

    def __init__(
        self,
        blocks: Sequence[Block],
        stories: Sequence[Block],
        written: Sequence[Block],
        taken: frozenset[int],
    ) -> None:
        self.blocks, self.stories = blocks, stories
        names = union(story.names for story in stories)
        known = {block.normalized for block in written}
        leads = [block for block in written if block.keys == LEAD]
        headings = {plain_words(block.heading) for block in leads}
        self.free = [
            index
            for index, block in enumerate(blocks)
            if index not in taken
            and block.level
            and not block.covered & names
            and block.normalized not in known
            and plain_words(block.heading) not in headings
        ]
        self.common = self._common_words(leads)

    def matches(self, lost: Sequence[Block]) -> Iterator[_Match]:
        """The match of each recognised story, the surest first."""
        matches = [
            match
            for story in lost
            for index in self.free
            if (match := self._match(story, index, lost))
        ]
        while matches:
            best = max(match.rank for match in matches)
            equal = [match for match in matches if match.rank == best]
            chosen = _in_order(equal) if best[0] else _unambiguous(equal)
            yield from chosen
            used = chosen or equal
            indexes, stories = {match.index for match in used}, [match.story for match in used]
            matches = [
                match
                for match in matches
                if match.index not in indexes and match.story not in stories
            ]

    def _match(self, story: Block, index: int, lost: Sequence[Block]) -> _Match | None:
        block = self.blocks[index]
        same_heading = plain_words(story.heading) == plain_words(block.heading) != ""
        old, new = (_words(text.content) - self.common for text in (story, block))
        old_heading, new_heading = (_words(text.heading) - self.common for text in (story, block))
        shared = len(old & new)
        share = shared / max(1, min(len(old), len(new)))
        in_place = self._is_in_place(story, index, lost)
        fewest, least = (FEWEST_IN_PLACE, SHARE_IN_PLACE) if in_place else (FEWEST, SHARE)
        has_heading = len(old_heading) >= (2 - in_place) and old_heading <= new_heading
        is_similar = has_heading or (shared >= fewest and share >= least)
        # A block that links another pull request is about that one.
        if same_heading or (is_similar and not block.keys):
            return _Match(same_heading, share + in_place + has_heading, index, story)
        return None

    def _is_in_place(self, story: Block, index: int, lost: Sequence[Block]) -> bool:
        """Whether the block is the only unknown one between the neighbors of the story.

        The story must be the only lost one there.
        """
        place = next(i for i, other in enumerate(self.stories) if other is story)
        before, after = list(reversed(self.stories[:place])), self.stories[place + 1 :]
        lost_names = union(other.names for other in lost if other is not story)
        for neighbors in (before, after):
            first = next((other for other in neighbors if other.names != story.names), None)
            if first and first.names & lost_names:
                return False
        start, end = self._place(before, -1), self._place(after, len(self.blocks))
        return start < end and [i for i in self.free if start < i < end] == [index]

    def _place(self, stories: Sequence[Block], default: int) -> int:
        for story in stories:
            for index, block in enumerate(self.blocks):
                if block.level and block.covered & story.names:
                    return index
        return default

    def _common_words(self, leads: Sequence[Block]) -> frozenset[str]:
        """The words that cannot identify a story: those of the lead and of several stories."""
        unique = {story.names: story for story in self.stories}
        counts = Counter(word for story in unique.values() for word in _words(story.content))
        several = frozenset(word for word, count in counts.items() if count > 1)
        return several | union(_words(block.content) for block in leads) | BOILERPLATE


def _in_order(matches: Sequence[_Match]) -> list[_Match]:
    """Equal headings are paired in their order."""
    chosen: list[_Match] = []
    for match in matches:
        if all(match.index != one.index and match.story is not one.story for one in chosen):
            chosen.append(match)
    return chosen


def _unambiguous(matches: Sequence[_Match]) -> list[_Match]:
    """The matches whose block and story are in no other match."""
    return [
        match
        for match in matches
        if sum(one.index == match.index or one.story is match.story for one in matches) == 1
    ]


def _words(content: str) -> frozenset[str]:
    """The words of a block without addresses, case-folded and without a plural's end."""
    words = WORD.findall(URL.sub(" ", content).casefold())
    return frozenset(
        word.removesuffix("s") for word in words if len(word) >= SHORTEST_WORD or word.isdigit()
    )


# The usual words of a draft and of any text, in the form of `_words`.
BOILERPLATE = _words(
    "TODO add added adds contributed contribute created made built implemented introduced improved "
    "fixed changed updated one sentence what can readers with say does who did from the and for "
    "this that these are was were has have had will would not but you your our their its his her "
    "they them now new more most all any also into over when where which while how than then "
    "pull request rewrite delete heading name company use used using allow about just only "
    "support plugin via thanks thank love loves everybody everyone"
)


def mark_groups(
    current: Sequence[Block], base: Sequence[Block], rendered: Sequence[Block] = ()
) -> tuple[Block, ...]:
    """The blocks of a text. Groups have their name and cover no stories.

    A group is known by its heading, or by half of its items if a person renamed it.
    """
    if not any(block.group for block in (*base, *rendered)):
        return tuple(current)
    names = _group_names(current, base, rendered)
    return tuple(
        # Level 0 is other text for the merge of stories.
        Block(block.content, block.tail, group=name, group_keys=block.keys)
        if (name := names.get(index))
        else block
        for index, block in enumerate(current)
    )


def without_groups(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The heading and lead, and the stories."""
    return tuple(block for block in blocks if not block.group)


def find_deleted_items(blocks: Sequence[Block], base: Sequence[Block]) -> frozenset[str]:
    """The pull requests of each item of `base` that the text no longer links or names.

    `blocks` are those of the text with marked groups.
    """
    drafts = list(items_of(block for block in base if block.group))
    if not drafts:
        return frozenset()
    written = {(item.keys, item.content) for _, item in drafts}
    linked: set[str] = set()
    named: set[str] = set()
    digests = {block.normalized for block in base if not block.group}
    for block in blocks:
        linked |= block.group_keys | block.keys
        for piece in split_items(block) if block.group else ():
            if not (piece.item and (piece.item.keys, piece.item.content) in written):
                named |= piece.mentions
        if not block.group and block.normalized not in digests:
            named |= block.mentions
    every = union(item.keys for _, item in drafts)
    linked |= named_keys(named, every)
    return union(item.keys for _, item in drafts if item.keys.isdisjoint(linked))


def changed_items(blocks: Sequence[Block], base: Sequence[Block]) -> frozenset[str]:
    """The pull requests of items that differ from `base`, or are in another group."""
    before = {(group, item.keys, item.content) for group, item in items_of(_groups(base))}
    return union(
        item.keys
        for group, item in items_of(_groups(blocks))
        if (group, item.keys, item.content) not in before
    )


def _group_names(
    current: Sequence[Block], base: Sequence[Block], rendered: Sequence[Block]
) -> dict[int, str]:
    """The names of the groups in a text, by the index of the block."""
    new, before = _keys_by_group(rendered), _keys_by_group(base)
    # The items that a person may have kept: known before, and still in the list.
    known = {group: before[group] & new[group] for group in new.keys() & before.keys()}
    keys = {
        group: known.get(group) or before.get(group) or new[group] for group in {**new, **before}
    }
    stories = [block for block in (*base, *rendered) if not block.group]
    free = [
        index
        for index, block in enumerate(current)
        if block.level and not _is_lead_or_story(block, stories)
    ]
    found: dict[int, str] = {}
    for group in keys:
        words = plain_words(group)
        same = (at for at in free if plain_words(current[at].heading) == words and at not in found)
        if (index := next(same, None)) is not None:
            found[index] = group
    items = {
        index: _item_keys(current[index], current, stories)
        for index in free
        if index not in found and len(found) < len(keys)
    }
    for group, group_keys in keys.items():
        if group in found.values():
            continue
        shares = [(len(own & group_keys), -at) for at, own in items.items() if at not in found]
        share, place = max(shares, default=(0, 0))
        if share and share * 2 >= len(group_keys):
            found[-place] = group
    return found


def _keys_by_group(blocks: Iterable[Block]) -> dict[str, frozenset[str]]:
    keys: dict[str, frozenset[str]] = {}
    for group, item in items_of(_groups(blocks)):
        keys[group] = keys.get(group, frozenset()) | item.keys
    return keys


def _groups(blocks: Iterable[Block]) -> list[Block]:
    return [block for block in blocks if block.group]


def _is_lead_or_story(block: Block, stories: Sequence[Block]) -> bool:
    """Whether a block has the heading of the lead, or the heading and links of a story."""
    same = [story for story in stories if story.heading == block.heading]
    return any(story.keys == LEAD or story.keys & block.keys for story in same)


def _item_keys(block: Block, current: Sequence[Block], stories: Sequence[Block]) -> frozenset[str]:
    """The pull requests of a block's items; empty if it is the only one about a story."""
    keys = union(piece.keys for piece in split_items(block) if piece.item)
    covered = union(story.keys for story in stories if story.keys != LEAD) & block.keys - keys
    is_story = bool(covered) and not any(
        other.keys & covered for other in current if other is not block
    )
    return frozenset() if is_story else keys
