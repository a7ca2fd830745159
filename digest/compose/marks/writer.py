"""Writes marks into a marks file, and keeps its comments and layout."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from digest.compose import keys
from digest.compose.keys import RepositoryNames, format_keys
from digest.compose.marks.parser import (
    NOTHING,
    Statement,
    body_and_tail,
    comments_of,
    parse_marks,
    read_statements,
    split_lines,
    split_marks,
)
from digest.errors import DigestError, UsageError
from digest.model import Mark, Marks

Value = str | bool | int | Sequence[str]
TEXTS = ("heading", "text")
SIMILAR = 20
ITEM = re.compile(r"""#[^\n]*|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[+\w-]+""")
LIST_BEGIN = re.compile(r"\[[ \t]*(?:#[^\n]*)?\r?\n")
LIST_END = re.compile(r"[ \t]*\]")
LIST_ITEM = re.compile(
    r"""(?P<indent>[ \t]*)(?P<item>"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[+\w-]+)"""
    r"(?P<comma>[ \t]*,)?(?P<rest>[ \t]*(?P<comment>#[^\n]*)?\r?\n)"
)
NEW_FILE = """\
# The stories of this edition, in the order of the section. digest adds to this file and never
# deletes your text. Each [[stories]] can have a heading, a text (Markdown) and pictures.
# `removed = true` keeps a story out of the section. Put a heading and a lead for the whole section
# above the stories.
"""


@dataclass(frozen=True)
class MarksText:
    """The text of a marks file, and notices about comments that had to move."""

    text: str
    notices: tuple[str, ...] = ()


def dump_marks(
    text: str | None, marks: Marks, repositories: RepositoryNames | None = None
) -> MarksText:
    """The text of the file with these marks; unchanged marks stay byte for byte.

    If `text` is None, the result is a new file with a comment at the top. Raises UsageError if
    `text` is not a valid marks file, and DigestError if it cannot be changed without a loss.
    """
    text = NEW_FILE if text is None else text
    names = repositories or RepositoryNames()
    before = parse_marks(text, "The marks", names)
    if before == marks:
        return MarksText(text)
    # A file from Windows keeps its line ends.
    is_from_windows = "\r\n" in text and not re.search(r"(?<!\r)\n", text)
    old = text.replace("\r\n", "\n") if is_from_windows else text
    for keeps_layout in (True, False):
        writer = _Writer(names, keeps_layout)
        new = writer.write(old, before, marks)
        if _is_faithful(old, new, marks, names):
            new = new.replace("\n", "\r\n") if is_from_windows else new
            return MarksText(new, tuple(writer.notices))
    raise DigestError(
        "digest cannot change the marks file without losing something, so it wrote nothing.",
        "Write each list of pull requests in it on one line, and run the command again.",
    )


def _is_faithful(old: str, new: str, marks: Marks, names: RepositoryNames) -> bool:
    """Whether the new text has the intended marks, and all comments of the old one."""
    try:
        is_same = parse_marks(new, "The marks", names) == marks
    except UsageError:
        return False
    return is_same and not Counter(comments_of(old)) - Counter(comments_of(new))


def _similar_pairs(before: Sequence[Mark], after: Sequence[Mark]) -> Iterator[tuple[int, int]]:
    """The indexes of an old and a new mark with a pull request, a heading or a text in common."""
    places: dict[object, list[int]] = {}
    for index, mark in enumerate(before):
        for feature in _features(mark):
            places.setdefault(feature, []).append(index)
    for index, mark in enumerate(after):
        # A feature that very many marks share identifies none of them, and would take very long.
        found = (
            place for feature in _features(mark) for place in places.get(feature, ())[:SIMILAR]
        )
        yield from ((place, index) for place in dict.fromkeys(found))


def _features(mark: Mark) -> Iterator[object]:
    yield from mark.pull_requests
    yield from ((name, value) for name in TEXTS if (value := getattr(mark, name)) is not None)


def _origins(before: Sequence[Mark], after: Sequence[Mark]) -> list[int | None]:
    """For each mark, the index of the old mark it comes from, by pull requests, then by text."""
    places: dict[Mark, list[int]] = {}
    for index in reversed(range(len(before))):
        places.setdefault(before[index], []).append(index)
    origins: list[int | None] = [places[mark].pop() if places.get(mark) else None for mark in after]
    used = set(origins)
    old = [index for index in range(len(before)) if index not in used]
    new = [index for index, origin in enumerate(origins) if origin is None]
    similar = _similar_pairs([before[index] for index in old], [after[index] for index in new])
    pairs = ((old[left], new[right]) for left, right in similar)
    for left, right in sorted(
        pairs, key=lambda pair: (-_similarity(before[pair[0]], after[pair[1]]), pair)
    ):
        if origins[right] is None and left not in used:
            origins[right] = left
            used.add(left)
    return origins


def _similarity(old: Mark, new: Mark) -> int:
    shared = len({*_features(old)} & {*_features(new)})
    # If a story was split, the part that is not removed continues it.
    return (
        100 * (old.pull_requests == new.pull_requests) + 10 * shared + (old.removed == new.removed)
    )


@dataclass
class _Writer:
    """One way to write: `keeps_layout` also within lists. It collects notices about comments."""

    names: RepositoryNames
    keeps_layout: bool
    notices: list[str] = field(default_factory=list)

    def write(self, text: str, before: Marks, after: Marks) -> str:
        """The text with the marks `after` in place of `before`."""
        parts = split_marks(text)
        origins = _origins(before.stories, after.stories)
        blocks = [
            _new_block(mark)
            if at is None
            else self._edit_block(parts.blocks[at], before.stories[at], mark)
            for mark, at in zip(after.stories, origins, strict=True)
        ]
        head = self._head(parts.head, before, after)
        for index in sorted({*range(len(parts.blocks))} - {*origins}):
            orphans = "".join(f"{comment}\n" for comment in comments_of(parts.blocks[index]))
            if orphans and blocks:
                heir = _heir(before.stories[index], after.stories)
                blocks[heir] = orphans + blocks[heir]
            elif orphans:
                head = _closed(head, blank=False) + orphans
        pieces = [head]
        # The head counts as the block before block 0. Blocks that were not neighbors get a blank
        # line in between.
        for left, right, block in zip(
            [-1 if head == parts.head else None, *origins], origins, blocks, strict=False
        ):
            were_neighbors = left is not None and right == left + 1
            pieces[-1] = _closed(pieces[-1], blank=not were_neighbors)
            pieces.append(block)
        was_last = origins and origins[-1] == len(parts.blocks) - 1
        whole = "".join(pieces)
        return whole if was_last or not blocks else whole.rstrip("\n") + "\n"

    def _head(self, head: str, before: Marks, after: Marks) -> str:
        changes = {
            name: _value(name, getattr(after, name))
            for name in Marks.model_fields
            if name != "stories" and getattr(after, name) != getattr(before, name)
        }
        if not changes:
            return head
        body, tail = body_and_tail(head)
        if body:
            return self._edit(body, changes, ()) + tail
        lines = "".join(
            f"{name} = {_literal(value)}\n" for name, value in changes.items() if value is not None
        )
        return _closed(head, blank=True) + lines

    def _edit_block(self, block: str, before: Mark, after: Mark) -> str:
        changes = {
            name: _value(name, getattr(after, name))
            for name in Mark.model_fields
            if getattr(after, name) != getattr(before, name)
        }
        if not changes:
            return block
        body, tail = body_and_tail(block)
        return self._edit(body, changes, after.pull_requests) + tail

    def _edit(self, body: str, changes: Mapping[str, Value | None], story: Sequence[str]) -> str:
        """The statements with these values; comments of those that are deleted come last."""
        result: list[str] = []
        orphans: list[str] = []
        missing = {name: value for name, value in changes.items() if value is not None}
        for statement in read_statements(_closed(body, blank=False)):
            if statement.key not in changes:
                result.append(statement.text)
            elif (value := missing.pop(statement.key, None)) is not None:
                result.append(self._with_value(statement, value, story))
            else:
                orphans += comments_of(statement.text)
        new = [f"{name} = {_literal(value)}\n" for name, value in missing.items()]
        return "".join([*result, *new, *(f"{comment}\n" for comment in orphans)])

    def _with_value(self, statement: Statement, value: Value, story: Sequence[str]) -> str:
        old, comments = statement.value, comments_of(statement.value)
        if isinstance(value, bool | int | str) or not old.startswith("["):
            return f"{statement.begin}{_literal(value)}{statement.end}"
        read = self._read_key if statement.key == "pull_requests" else _read_file
        if self.keeps_layout and (edited := edit_list(old, value, read, _literal)) is not None:
            return f"{statement.begin}{edited}{statement.end}"
        if comments:
            self.notices.append(
                f"digest moved the comments in the list {statement.key} of {format_keys(story)} "
                "above the list in marks.toml, because the list is now on one line."
            )
        above = "".join(f"{comment}\n" for comment in comments)
        line = one_line_list(old, value, read, _literal)
        return f"{above}{statement.begin}{line}{statement.end}"

    def _read_key(self, item: object) -> str:
        return keys.parse_key(str(item), self.names)


def _read_file(item: object) -> str:
    return str(item).strip()


def _heir(gone: Mark, marks: Sequence[Mark]) -> int:
    """The index of the first mark with a pull request of one that is gone, else of the last."""
    lost = {*gone.pull_requests}
    return next((at for at, mark in enumerate(marks) if lost & {*mark.pull_requests}), -1)


def _closed(text: str, *, blank: bool) -> str:
    """The text with a line end, and with a blank line after it if `blank`."""
    if text and not text.endswith("\n"):
        text += "\n"
    return text + "\n" if blank and text and not text.endswith("\n\n") else text


def _value(name: str, value: Value | None) -> Value | None:
    """The value to write; None if the key can be left out without a change."""
    if name == "pictures":
        # An empty list is a decision: the story shows no pictures.
        return None if value is True else value
    if name == "listed":
        return None if value else False
    return value or None


def _new_block(mark: Mark) -> str:
    values = ((name, _value(name, getattr(mark, name))) for name in Mark.model_fields)
    lines = [f"{name} = {_literal(value)}\n" for name, value in values if value is not None]
    return "[[stories]]\n" + "".join(lines)


def _literal(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        return f"[{', '.join(map(_literal, value))}]"
    # TOML escapes the same characters as JSON, and one more.
    escaped = [
        json.dumps(line, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f")
        for line in value.split("\n")
    ]
    if len(escaped) == 1:
        return f'"{escaped[0]}"'
    lines = "\n".join(line.replace('\\"', '"').replace('"""', '""\\"') for line in escaped)
    return f'"""\n{lines}\n"""'


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
