"""Recognises the groups of a list in a text, and the items that a person deleted from it. Pure."""

from collections.abc import Iterable, Sequence

from digest.compose.blocks import LEAD, Block, named_keys, plain_words, union
from digest.compose.list_items import items_of, split_items


def mark_groups(
    current: Sequence[Block], base: Sequence[Block], rendered: Sequence[Block] = ()
) -> tuple[Block, ...]:
    """The blocks of a text, where groups have their name and cover no stories.

    A group is known by its heading, or by half of its items where a person renamed it.
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
        if block.level and not _isnamed_keys(block, stories)
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


def _isnamed_keys(block: Block, stories: Sequence[Block]) -> bool:
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
