"""Splits a group of a list into its items and the text around them, byte for byte. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from digest.compose.blocks import (
    BLANK,
    LINE,
    LINE_END,
    Block,
    is_unclosed,
    linked_keys,
    mentioned_keys,
    parser,
    union,
    visible_text,
)

PREFIX = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)")
NUMBER = re.compile(r"(?P<indent>\s*)(?P<number>\d+)(?P<rest>[.)]\s*)")
MOST_SPACES = 4  # more of them after a marker begin a code block


@dataclass(frozen=True)
class Item:
    """An item of a list that links pull requests.

    `prefix` is its indent and marker, and `content` its lines without these, for comparisons.
    """

    keys: frozenset[str]
    content: str
    prefix: str = "- "


@dataclass(frozen=True)
class Piece:
    """A part of a group as written: an item, or other text. `mentions` are those without a link."""

    text: str
    item: Item | None = None
    keys: frozenset[str] = frozenset()
    mentions: frozenset[str] = frozenset()

    @property
    def is_blank(self) -> bool:
        """Whether it is white space between items."""
        return self.item is None and not self.text.strip(BLANK)


def split_items(block: Block, line_end: str = "\n") -> list[Piece]:
    """The pieces of a group; joined, they are its content. Every item ends with a line end.

    Only items of lists outside other items and quotations are items.
    """
    return [
        replace(piece, text=piece.text + line_end)
        if piece.item and not LINE_END.search(piece.text[-1:])
        else piece
        for piece in _pieces(block.content)
    ]


@lru_cache(maxsize=256)
def _pieces(content: str) -> tuple[Piece, ...]:
    """The pieces of a group, byte for byte."""
    tokens, lines = parser().parse(content), LINE.findall(content)
    starts: dict[int, int] = {}
    for token in tokens:
        if token.type == "list_item_open" and token.level == 1 and token.map:
            starts[token.map[0]] = _end(lines, *token.map)
    bounds = sorted({0, len(lines), *starts, *starts.values()})
    visible = [(token.map[0], visible_text(token)) for token in tokens if token.map]
    pieces = []
    for start, end in pairwise(bounds):
        inside = [shown for line, shown in visible if start <= line < end]
        keys, mentions = (union(map(find, inside)) for find in (linked_keys, mentioned_keys))
        item = _item(lines[start:end], keys) if start in starts else None
        pieces.append(Piece("".join(lines[start:end]), item, keys, mentions))
    return tuple(pieces)


def items_of(groups: Iterable[Block]) -> Iterator[tuple[str, Item]]:
    """The items of rendered groups, each with the name of its group."""
    for group in groups:
        for piece in split_items(group):
            if piece.item and piece.item.keys:
                yield group.group, piece.item


def items_about(block: Block, keys: AbstractSet[str]) -> str:
    """A list with its items about these pull requests alone; any other block as it is."""
    pieces = split_items(block)
    chosen = [piece.text for piece in pieces if piece.item and piece.keys & keys]
    if not chosen or union(piece.keys for piece in pieces if piece.item) != block.keys:
        return block.content
    return f"{block.content.splitlines()[0]}\n\n{''.join(chosen)}".rstrip(BLANK)


def write_item(item: Item, prefix: str, line_end: str) -> Piece:
    """The item with another marker, indented for it."""
    first, *more = item.content.split("\n")
    indent = " " * len(prefix.expandtabs(MOST_SPACES))
    lines = [f"{prefix}{first}", *(f"{indent}{line}" if line else "" for line in more)]
    return Piece(line_end.join(lines) + line_end, replace(item, prefix=prefix), item.keys)


def insert_item(
    pieces: list[Piece], item: Item, neighbour: int | None, line_end: str, *, before: bool = False
) -> None:
    """Insert an item after or before its neighbour, with the marker and spacing of that list.

    Without a neighbour it begins a list at the end.
    """
    if neighbour is None:
        _begin_list(pieces, write_item(item, "- ", line_end), line_end)
        return
    prefix = _next_prefix(pieces, neighbour, is_before=before)
    added = [write_item(item, prefix, line_end)]
    if _is_loose(pieces, neighbour):
        blank = Piece(line_end)
        added = [*added, blank] if before else [blank, *added]
    place = neighbour if before else neighbour + 1
    pieces[place:place] = added


def remove_piece(pieces: list[Piece], place: int) -> None:
    """Remove an item. The blank lines before and after it become one gap."""
    pieces.pop(place)
    after_blank = place == 0 or pieces[place - 1].text.endswith(("\n\n", "\r\n\r\n"))
    after_blank = after_blank or pieces[place - 1].is_blank
    if after_blank and place < len(pieces) and pieces[place].item is None:
        following = pieces[place]
        rest = re.sub(r"\A(?:[ \t]*(?:\r\n|\r|\n))+", "", following.text)
        pieces[place] = Piece(rest, None, following.keys, following.mentions)
        if not rest:
            pieces.pop(place)


def joined(pieces: Iterable[Piece]) -> str:
    """The content of the group."""
    return "".join(piece.text for piece in pieces).rstrip(BLANK)


def _end(lines: Sequence[str], start: int, end: int) -> int:
    """The end of an item without the blank lines after it."""
    while end > start + 1 and not lines[end - 1].strip(BLANK):
        end -= 1
    return end


def _item(lines: Sequence[str], keys: frozenset[str]) -> Item | None:
    found = PREFIX.match(lines[0].rstrip("\r\n"))
    if found is None:
        return None
    prefix = found[0]
    indent = re.compile(f"[ \t]{{0,{len(prefix)}}}")
    first = lines[0][len(prefix) :].rstrip(BLANK)
    more = (indent.sub("", line.rstrip(BLANK), count=1) for line in lines[1:])
    return Item(keys, "\n".join([first, *more]), prefix)


def _begin_list(pieces: list[Piece], item: Piece, line_end: str) -> None:
    content = joined(pieces)
    if not is_unclosed(Block(content, "")):
        pieces[:] = [Piece(content + line_end * 2), item]
        return
    # The heading is the first line; what is open below it would swallow the item.
    heading, *rest = LINE.findall(content)
    pieces[:] = [Piece(heading + line_end), item, Piece(line_end + "".join(rest).lstrip("\r\n"))]


def _next_prefix(pieces: Sequence[Piece], neighbour: int, *, is_before: bool) -> str:
    item = pieces[neighbour].item
    prefix = item.prefix if item else "- "
    marker = prefix.rstrip()
    spaces = len(prefix) - len(marker)
    prefix = prefix if 1 <= spaces <= MOST_SPACES else f"{marker} "
    number = NUMBER.fullmatch(prefix)
    if number is None or is_before:
        return prefix
    sibling = _sibling(pieces, neighbour)
    before = NUMBER.match(sibling.item.prefix) if sibling and sibling.item else None
    step = 0 if before and before["number"] == number["number"] else 1
    return f"{number['indent']}{int(number['number']) + step}{number['rest']}"


def _sibling(pieces: Sequence[Piece], place: int) -> Piece | None:
    """The item before, in the same list."""
    for piece in reversed(pieces[:place]):
        if piece.item:
            return piece
        if not piece.is_blank:
            return None
    return None


def _is_loose(pieces: Sequence[Piece], place: int) -> bool:
    """Whether blank lines are between the items of the list."""
    pairs = ((place - 1, place - 2), (place + 1, place + 2))
    return any(
        0 <= outer < len(pieces) and pieces[blank].is_blank and pieces[outer].item is not None
        for blank, outer in pairs
        if blank >= 0
    )
