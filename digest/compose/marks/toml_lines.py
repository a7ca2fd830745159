"""Reads the lines of a valid TOML text: statements, comments, and lists with an item on each line.

Joined, the pieces are the text byte for byte.
"""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

PIECE = re.compile(
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"{3,5}'
    r"|'''[^']*(?:'(?!'')[^']*)*'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*|[\[\]{}\n]",
    re.DOTALL,
)
NOTHING = re.compile(r"\s*(?:#.*)?$")
KEY = re.compile(r"""[ \t]*("(?:\\.|[^"\\\n])*"|'[^'\n]*'|[\w-]+)[ \t]*=[ \t]*""", re.ASCII)
ITEM = re.compile(r"""#[^\n]*|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[+\w-]+""")
LIST_BEGIN = re.compile(r"\[[ \t]*(?:#[^\n]*)?\r?\n")
LIST_END = re.compile(r"[ \t]*\]")
LIST_ITEM = re.compile(
    r"""(?P<indent>[ \t]*)(?P<item>"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[+\w-]+)"""
    r"(?P<comma>[ \t]*,)?(?P<rest>[ \t]*(?P<comment>#[^\n]*)?\r?\n)"
)


@dataclass(frozen=True)
class Statement:
    """A key with its value, or lines without any, such as a comment or a table's header.

    `begin` is the text up to the value, `end` the white space and the comment after it.
    """

    key: str
    begin: str
    value: str = ""
    end: str = ""

    @property
    def text(self) -> str:
        """The whole statement."""
        return f"{self.begin}{self.value}{self.end}"


def split_lines(text: str) -> list[str]:
    """The lines with their ends. `str.splitlines` also splits at characters within TOML's lines."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def are_outside(text: str) -> list[bool]:
    """For each line of a text, whether it begins outside of a value of several lines."""
    depth, outside = 0, [True]
    for piece in PIECE.findall(text):
        if piece == "\n":
            outside.append(depth == 0)
        elif piece in "[{":
            depth += 1
        elif piece in "]}":
            depth -= 1
        else:
            outside += [False] * piece.count("\n")
    return outside


@lru_cache(maxsize=4)
def read_lines(text: str) -> tuple[Sequence[str], Sequence[bool]]:
    """The lines of a text, and whether each begins outside of a value of several lines."""
    return split_lines(text), are_outside(text)


def comments_of(text: str) -> list[str]:
    """The comments in a text, in order."""
    return [piece.rstrip() for piece in PIECE.findall(text) if piece.startswith("#")]


def read_statements(text: str) -> list[Statement]:
    """The statements of a text; blank lines, comments and headers are ones without a key."""
    lines, outside = read_lines(text)
    starts = [number for number in range(len(lines)) if outside[number]]
    return [
        _statement("".join(lines[start:end]))
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    ]


def _statement(text: str) -> Statement:
    found = KEY.match(text)
    if found is None:
        return Statement("", text)
    (key,) = tomllib.loads(f"{found[1]} = 0")
    value = text[found.end() :]
    depth, end = 0, len(value)
    for piece in PIECE.finditer(value):
        if depth == 0 and piece[0][0] in "#\n":
            end = piece.start()
            break
        depth += (piece[0] in "[{") - (piece[0] in "]}")
    end = len(value[:end].rstrip())
    return Statement(key, found[0], value[:end], value[end:])


def edit_list(
    value: str, new: Sequence[str], read: Callable[[object], str], write: Callable[[str], str]
) -> str | None:
    """A list with the items `new` in the layout of `value`; None if it has no item on each line.

    Items that stay keep their form and comment, and comments of removed ones stay in their place.
    `read` returns the meaning of an item, `write` the form of a new one.
    """
    first, *middle = split_lines(value)
    last = middle.pop() if middle else ""
    if not (LIST_BEGIN.fullmatch(first) and LIST_END.fullmatch(last)):
        return None
    kept: dict[str, tuple[list[str], re.Match[str]]] = {}
    above: list[str] = []
    indent = "  "
    for line in middle:
        found = LIST_ITEM.fullmatch(line)
        if found is None:
            if not NOTHING.match(line):
                return None
            above.append(line)
            continue
        indent = found["indent"]
        item = read(tomllib.loads(f"item = {found['item']}")["item"])
        if item in new:
            kept[item] = (above, found)
            above = []
        elif found["comment"]:
            above.append(f"{indent}{found['comment'].rstrip()}\n")
    lines = [first]
    for item in new:
        if item in kept:
            before, found = kept[item]
            comma = found["comma"] or ("" if item == new[-1] else ",")
            lines += [*before, f"{found['indent']}{found['item']}{comma}{found['rest']}"]
        else:
            lines.append(f"{indent}{write(item)},\n")
    return "".join([*lines, *above, last])


def one_line_list(
    value: str, new: Sequence[str], read: Callable[[object], str], write: Callable[[str], str]
) -> str:
    """A list with the items `new` on one line; items that stay keep their form."""
    items = [item for item in ITEM.findall(value) if not item.startswith("#")]
    old = tomllib.loads(f"list = {value}")["list"]
    forms: dict[str, str] = {}
    # ITEM does not find a text over several lines.
    if isinstance(old, list) and len(old) == len(items):
        forms = dict(zip(map(read, old), items, strict=True))
    return f"[{', '.join(forms.get(item) or write(item) for item in new)}]"
