"""Merges the items of a new render into the groups of a text.

An item is known by the pull requests that it links. An item that digest wrote is replaced, a
person's stays byte for byte, and so do all other words in a group. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from digest.compose.blocks import BLANK, LEAD, Block, union
from digest.compose.differences import LONGEST_CHANGE
from digest.compose.keys import format_keys, repository_of
from digest.compose.list_items import (
    Item,
    Piece,
    insert_item,
    items_of,
    joined,
    remove_piece,
    split_items,
    write_item,
)
from digest.compose.versions import SectionVersions
from digest.text import cut, plain


@dataclass(frozen=True)
class MergedItems:
    """The blocks with merged groups, and notices.

    `older` are the drafts by their pull requests that the text still differs from, `unlisted` the
    groups with items that are no longer drafted and that a person wrote. `edited` are the pull
    requests of items that only a person wrote.
    """

    blocks: list[Block]
    notices: tuple[str, ...] = ()
    older: Mapping[frozenset[str], Item] = field(default_factory=dict)
    unlisted: tuple[tuple[str, Item], ...] = ()
    edited: frozenset[str] = frozenset()


def merge_items(
    blocks: Sequence[Block], versions: SectionVersions, place: int, line_end: str
) -> MergedItems:
    """The blocks with the items of the new render in their groups.

    `place` is the index for the first group of a text without any.
    """
    if not (versions.groups or versions.base_groups):
        return MergedItems(list(blocks))
    return _ItemMerge(blocks, versions, place, line_end).merge()


def with_older_items(rendered: Sequence[Block], items: MergedItems) -> list[Block]:
    """The blocks of a render, with the drafts that its text still differs from."""
    extra: dict[str, list[Item]] = {}
    for group, item in items.unlisted:
        extra.setdefault(group, []).append(item)
    if not (items.older or extra):
        return list(rendered)
    blocks = [
        _write_group(
            block.group,
            [
                *(items.older.get(item.keys, item) for _, item in items_of([block])),
                *extra.pop(block.group, ()),
            ],
        )
        if block.group
        else block
        for block in rendered
    ]
    return [*blocks, *(_write_group(group, drafts) for group, drafts in extra.items())]


def _write_group(group: str, drafts: Iterable[Item]) -> Block:
    lines = "".join(write_item(item, "- ", "\n").text for item in drafts)
    return Block(f"### {group}\n\n{lines}".rstrip(BLANK), "\n\n", 3, group, group=group)


class _ItemMerge:
    """One merge of items, with what it has found and done so far."""

    def __init__(
        self,
        blocks: Sequence[Block],
        versions: SectionVersions,
        place: int,
        line_end: str,
    ) -> None:
        self.blocks, self.versions = list(blocks), versions
        self.place, self.line_end = place, line_end
        self.base, self.new = list(items_of(versions.base_groups)), list(items_of(versions.groups))
        self.base_keys = union(item.keys for _, item in self.base)
        self.drafted = self.base_keys | union(item.keys for _, item in self.new)
        self.draft_of = {key: one for one in self.new for key in one[1].keys}
        self.pieces = {
            index: split_items(block, line_end)
            for index, block in enumerate(self.blocks)
            if block.group
        }
        self.places = {self.blocks[index].group: index for index in self.pieces}
        drafts = (*self.base, *self.new)
        self.by_digest = {(item.keys, item.content) for _, item in drafts}
        self.group_of = {item.keys: group for group, item in self.base}
        self.by_person = self._keys_by_person()
        self.written: dict[Item, Item] = {}  # a draft in the text, and the item before it
        self.pending: list[tuple[str, Item, Piece | None]] = []
        self.emptied: set[int] = set()
        self.notices: list[str] = []
        self.older: dict[frozenset[str], Item] = {}
        self.unlisted: list[tuple[str, Item]] = []
        self.edited: set[str] = set()

    def merge(self) -> MergedItems:
        """The result."""
        self._report_edits()
        for index, pieces in self.pieces.items():
            self._renew(index, pieces)
        every = (piece for pieces in self.pieces.values() for piece in pieces)
        in_items = union(piece.keys for piece in every if piece.item)
        for group, item in self.new:
            if item not in self.written:
                self._find_place(group, item, in_items)
        order = {item: place for place, (_, item) in enumerate(self.new)}
        for group, item, piece in sorted(self.pending, key=lambda one: order[one[1]]):
            self._insert(group, item, piece)
        return MergedItems(
            self._finished(),
            tuple(dict.fromkeys(self.notices)),
            self.older,
            tuple(self.unlisted),
            frozenset(self.edited),
        )

    def _is_by_digest(self, piece: Piece) -> bool:
        return piece.item is not None and (piece.item.keys, piece.item.content) in self.by_digest

    def _keys_by_person(self) -> frozenset[str]:
        """The pull requests that a person's words link: other blocks, and parts of groups."""
        versions = self.versions
        digests = {block.normalized for block in (*versions.base, *versions.rendered)}
        keys: set[str] = set()
        for index, block in enumerate(self.blocks):
            if index in self.pieces:
                linked = union(piece.keys for piece in self.pieces[index])
                keys |= block.group_keys - linked  # by the name of a link that is defined elsewhere
                others = (one for one in self.pieces[index] if not self._is_by_digest(one))
                keys |= union(piece.keys for piece in others)
            elif block.normalized not in digests:
                keys |= block.keys if block.keys != LEAD else frozenset()
        return frozenset(keys)

    def _report_edits(self) -> None:
        """Report each draft that differs from a person's words about its pull requests."""
        drafted = union(item.keys for _, item in self.new)
        for group, old in self.base:
            if old.keys <= self.by_person and old.keys.isdisjoint(drafted):
                self.unlisted.append((group, old))
                label = self._label(old.keys)
                self.notices.append(
                    f"{label} {_is(old.keys)} no longer in the list. Your text about "
                    f"{'it' if len(old.keys) == 1 else 'them'} was kept. "
                    f"To remove it, edit {self.versions.facts.file}."
                )
        before = {item.keys: item for _, item in self.base}
        every = (piece for pieces in self.pieces.values() for piece in pieces if piece.item)
        own = union(piece.keys for piece in every if not self._is_by_digest(piece))
        for _, new in self.new:
            old_draft = before.get(new.keys)
            if not new.keys <= self.by_person:
                continue
            self.edited |= new.keys & own
            if old_draft and old_draft.content != new.content:
                self.older[new.keys] = old_draft
                self.notices.append(
                    f"Your text for {self._label(new.keys)} was kept. {_draft(new)}"
                )

    def _renew(self, index: int, pieces: list[Piece]) -> None:
        """Replace each item that digest wrote by those that are drafted now."""
        place = 0
        while place < len(pieces):
            piece = pieces[place]
            if piece.item and (new := self._moved_draft(piece.item)):
                self._take(new[1], piece.item, index)
                kept = None if self._is_by_digest(piece) else piece
                self.pending.append((*new, kept))
                remove_piece(pieces, place)
                continue
            if not self._is_by_digest(piece):
                place += 1
                continue
            place = self._replace(index, pieces, place)

    def _moved_draft(self, item: Item) -> tuple[str, Item] | None:
        """The draft of an item that a person moves in this run, in its group."""
        if item.keys.isdisjoint(self.versions.facts.moved):
            return None
        return next((one for one in self._drafts_of(item) if one[1] not in self.written), None)

    def _replace(self, index: int, pieces: list[Piece], place: int) -> int:
        """Replace one item that digest wrote; returns the place of the next piece."""
        item = pieces[place].item
        if item is None:
            return place + 1
        drafts = self._drafts_of(item)
        if item.keys <= self.by_person:
            self._report_elsewhere(item)
            drafts = []
        elif any(self._repeats(new, item) or self._is_copy(new, item) for _, new in drafts):
            return place + 1
        free = [one for one in drafts if one[1] not in self.written]
        stay = [one for one in free if not self._is_to_move(one[0], item, index)]
        for _, new in free:
            self._take(new, item, index)
        self.pending += [(group, new, None) for group, new in free if (group, new) not in stay]
        if not stay:
            self.emptied.add(index)
            remove_piece(pieces, place)
            return place
        first, *others = [new for _, new in stay]
        if first.content != item.content or first.keys != item.keys:
            pieces[place] = write_item(first, item.prefix, self.line_end)
        for new in others:
            insert_item(pieces, new, place, self.line_end)
            place = next(i for i, piece in enumerate(pieces) if i > place and piece.item)
        return place + 1

    def _take(self, new: Item, old: Item, index: int) -> None:
        self.written[new] = old
        self.emptied.add(index)

    def _repeats(self, new: Item, old: Item) -> bool:
        """Whether a draft would repeat a pull request that a person wrote about or deleted."""
        others = new.keys - old.keys
        return not others.isdisjoint(self.by_person | self.versions.deleted)

    def _is_copy(self, new: Item, old: Item) -> bool:
        """Whether a person copied an item, so that both copies stay."""
        before = self.written.get(new)
        return before is not None and before.keys == old.keys

    def _is_to_move(self, group: str, item: Item, index: int) -> bool:
        """Whether digest puts an item into another group, and no person had moved it."""
        old = self.places.get(self.group_of.get(item.keys, ""))
        target = self.places.get(group)
        return old == index and target != index

    def _drafts_of(self, item: Item) -> list[tuple[str, Item]]:
        """The drafts about the pull requests of an item, each with its group."""
        found = (self.draft_of[key] for key in sorted(item.keys) if key in self.draft_of)
        return list(dict.fromkeys(found))

    def _report_elsewhere(self, item: Item) -> None:
        self.notices.append(
            f"Your text links {self._label(item.keys)} elsewhere, so {_it(item.keys)} "
            f"{_is(item.keys)} no longer in the list."
        )

    def _find_place(self, group: str, item: Item, in_items: AbstractSet[str]) -> None:
        """Put a draft that is not in the text on the list of those to insert, or report it."""
        missing = item.keys - self.by_person - in_items
        is_requested = not item.keys.isdisjoint(self.versions.requested)
        is_new = bool(self.versions.base) and item.keys.isdisjoint(self.base_keys)
        label = self._label(item.keys)
        if not missing:
            if is_new and not item.keys & in_items:
                self.notices.append(f"The text already covers {label}.")
        elif missing != item.keys:
            because = self._label(item.keys - missing)
            self.notices.append(
                f"Not added: {self._label(missing)}, because you wrote about {because}. "
                f"{_draft(item)}"
            )
        elif is_requested or is_new:
            self.pending.append((group, item, None))
        elif not self.versions.base:
            self.notices.append(
                f"rendered.md is missing, so all text counts as yours. Not added: {label}."
            )

    def _insert(self, group: str, item: Item, piece: Piece | None) -> None:
        """Insert a draft, or a person's item that moves, into its group."""
        index = self.places.get(group)
        if index is None:
            index = self._adopter(group)
        if index is None:
            index = self._new_group(group)
        pieces = self.pieces[index]
        neighbour, is_before = self._neighbour(pieces, group, item)
        insert_item(pieces, item, neighbour, self.line_end, before=is_before)
        if piece is not None:
            written = next(i for i, one in enumerate(pieces) if one.item and one.keys == item.keys)
            pieces[written] = piece

    def _adopter(self, group: str) -> int | None:
        """The index of the group that has half of the items of a group, moved by a person."""
        before, now = (
            union(item.keys for name, item in side if name == group)
            for side in (self.base, self.new)
        )
        kept = before & now
        shares = [
            (len(kept & union(piece.keys for piece in pieces if piece.item)), index)
            for index, pieces in self.pieces.items()
        ]
        share, index = max(shares, default=(0, 0))
        return index if share and share * 2 >= len(kept) else None

    def _neighbour(
        self, pieces: Sequence[Piece], group: str, item: Item
    ) -> tuple[int | None, bool]:
        """The place of the item next to a new one, and whether the new one comes before it."""
        known = {
            key: place
            for place, piece in enumerate(pieces)
            if piece.item
            for key in piece.keys & self.drafted
        }
        if not item.keys.isdisjoint(self.versions.facts.moved):
            order = [new.keys for name, new in self.new if name == group]
            at = order.index(item.keys)
            for keys in reversed(order[:at]):
                if keys & known.keys():
                    return max(known[key] for key in keys & known.keys()), False
            for keys in order[at + 1 :]:
                if keys & known.keys():
                    return min(known[key] for key in keys & known.keys()), True
        items = [place for place, piece in enumerate(pieces) if piece.item]
        return max(known.values(), default=items[-1] if items else None), False

    def _new_group(self, group: str) -> int:
        """Add an empty group at the place that it has in the render, and return its index."""
        names = [block.group for block in self.versions.groups]
        at = names.index(group)
        before = [self.places[name] for name in names[:at] if name in self.places]
        after = [self.places[name] for name in names[at + 1 :] if name in self.places]
        index = max(before) + 1 if before else min(after, default=self.place)
        heading = next(block for block in self.versions.groups if block.group == group)
        content = heading.content.split("\n", 1)[0].rstrip(BLANK)
        block = Block(content, self.line_end * 2, group=group)
        self.blocks.insert(index, block)
        self.pieces = {
            place + (place >= index): pieces for place, pieces in self.pieces.items()
        } | {index: [Piece(content)]}
        self.emptied = {place + (place >= index) for place in self.emptied}
        self.places = {self.blocks[place].group: place for place in self.pieces}
        return index

    def _finished(self) -> list[Block]:
        """The blocks with their new content, without groups that lost all their items."""
        headings = {block.heading for block in (*self.versions.base_groups, *self.versions.groups)}
        blocks = []
        for index, block in enumerate(self.blocks):
            content = joined(self.pieces[index]) if index in self.pieces else block.content
            is_bare = content.lstrip("#").strip() in headings and index in self.emptied
            if not is_bare:
                blocks.append(replace(block, content=content) if block.group else block)
        return blocks

    def _label(self, keys: AbstractSet[str]) -> str:
        several = len({repository_of(key) for key in self.drafted}) > 1
        shown = sorted(keys, key=lambda key: (len(key), key))
        return " and ".join(key if several else format_keys([key]) for key in shown)


def _draft(item: Item) -> str:
    return f"The new draft: {cut(plain(item.content), LONGEST_CHANGE)}"


def _is(keys: AbstractSet[str]) -> str:
    return "is" if len(keys) == 1 else "are"


def _it(keys: AbstractSet[str]) -> str:
    return "it" if len(keys) == 1 else "they"
