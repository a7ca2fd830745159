"""Marks -> a marks file's text, in which only what changed looks different: comments and layout are a person's too."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import cast

import tomlkit
from tomlkit.items import AoT, Array, Item, Table, Whitespace

from digest.compose import keys
from digest.compose.keys import RepositoryNames
from digest.compose.marks.layout import body_and_tail, split_layout
from digest.compose.marks.parser import parse_marks
from digest.model import Mark, Marks

Value = str | bool | Sequence[str]
NEW_FILE = """\
# Decisions about this edition. digest adds to them, and never drops a word of yours.
# Each [[stories]] is a story of the section, in this order. It may have a heading, a text (Markdown) and pictures of
# its own; `removed = true` keeps it out for ever. A heading and a lead of the whole section go here, above the stories.
"""


def dump_marks(text: str | None, marks: Marks, repositories: RepositoryNames | None = None) -> str:
    """The file's text with these marks in it, byte for byte as it was where no decision changed.

    None makes a new file, which begins with a word about itself. Raises UsageError when `text` is
    broken.
    """
    text = NEW_FILE if text is None else text
    known = repositories or RepositoryNames()
    before = parse_marks(text, "The marks", known)
    if before == marks:
        return text
    # A file from Windows keeps its line ends.
    if "\r\n" in text and not re.search(r"(?<!\r)\n", text):
        return _written(text.replace("\r\n", "\n"), before, marks, known).replace("\n", "\r\n")
    return _written(text, before, marks, known)


def _written(text: str, before: Marks, marks: Marks, known: RepositoryNames) -> str:
    parts = split_layout(text)
    origins = _origins(before.stories, marks.stories)
    blocks = [
        _new_block(mark)
        if at is None
        else _edited(parts.blocks[at], before.stories[at], mark, known)
        for mark, at in zip(marks.stories, origins, strict=True)
    ]
    for at, gone in enumerate(before.stories):
        if at not in origins:
            heir = next(
                (
                    i
                    for i, one in enumerate(marks.stories)
                    if {*gone.pull_requests} & {*one.pull_requests}
                ),
                -1,
            )
            if blocks and (orphans := "".join(f"{line}\n" for line in _comments(parts.blocks[at]))):
                blocks[heir] = orphans + blocks[heir]
    head = _head(parts.head, before, marks)
    whole = head
    # The head stands before block 0; what did not stand side by side gets a blank line between.
    for left, right, block in zip(
        [-1 if head == parts.head else None, *origins], origins, blocks, strict=False
    ):
        together = left is not None and right == left + 1
        whole = _closed(whole, blank=not together) + block
    was_last = origins and origins[-1] == len(parts.blocks) - 1
    return whole if was_last or not blocks else whole.rstrip("\n") + "\n"


def _closed(text: str, *, blank: bool) -> str:
    """The text with its last line ended, and a blank line behind it where one is wanted."""
    if text and not text.endswith("\n"):
        text += "\n"
    return text + "\n" if blank and text and not text.endswith("\n\n") else text


def _origins(before: Sequence[Mark], after: Sequence[Mark]) -> list[int | None]:
    """For each mark the place of the one that it was made of, by its pull requests, then by its words."""
    alike = sorted(
        (-_likeness(old, new), at, to)
        for at, old in enumerate(before)
        for to, new in enumerate(after)
    )
    origins: list[int | None] = [None] * len(after)
    for unlike, at, to in alike:
        if unlike and origins[to] is None and at not in origins:
            origins[to] = at
    return origins


def _likeness(old: Mark, new: Mark) -> int:
    shared = len({*old.pull_requests} & {*new.pull_requests})
    words = sum(
        one is not None and one == two
        for one, two in ((old.heading, new.heading), (old.text, new.text))
    )
    if not (shared or words):
        return 0
    # Of two halves of a story, that which stays one is the old one.
    return (
        1000 * (old == new)
        + 100 * (old.pull_requests == new.pull_requests)
        + 10 * (shared + words)
        + (old.removed == new.removed)
    )


def _head(head: str, before: Marks, after: Marks) -> str:
    changes = {
        name: value
        for name in ("heading", "lead")
        if (value := getattr(after, name)) != getattr(before, name)
    }
    if not changes:
        return head
    body, tail = body_and_tail(head)
    if body:
        document = tomlkit.parse(_closed(body, blank=False))
        orphans = "".join(_set(document, name, value) for name, value in changes.items())
        return tomlkit.dumps(document) + orphans + tail
    lines = "".join(f"{name} = {_literal(value)}\n" for name, value in changes.items())
    return _closed(head, blank=True) + lines


def _edited(block: str, before: Mark, after: Mark, known: RepositoryNames) -> str:
    if before == after:
        return block
    body, tail = body_and_tail(block)
    document = tomlkit.parse(_closed(body, blank=False))
    table = cast("AoT", document["stories"])[0]
    orphans = ""
    for name in Mark.model_fields:
        value = getattr(after, name)
        if value != getattr(before, name) and not (
            name == "pull_requests" and _listed(table, value, known)
        ):
            orphans += _set(table, name, value)
    return tomlkit.dumps(document) + orphans + tail


def _is_set(name: str, value: Value | None) -> bool:
    # An empty list of pictures is a decision: the story shows none.
    return bool(value) or (name == "pictures" and value is not None)


def _set(table: Table | tomlkit.TOMLDocument, name: str, value: Value | None) -> str:
    """Set a key, or take it away where the value is none.

    Returns the comment that stood beside it then.
    """
    if value is not None and _is_set(name, value):
        table[name] = tomlkit.value(_literal(value))
        return ""
    container = table.value if isinstance(table, Table) else table
    comment = cast("Item", container.item(name)).trivia.comment
    del table[name]
    return f"{comment}\n" if comment else ""


def _listed(table: Table, wanted: Sequence[str], known: RepositoryNames) -> bool:
    """Whether the list could be brought to the wanted keys where it stands, in its own layout."""
    written = table.get("pull_requests")
    if not isinstance(written, Array) or not wanted:
        return False
    for at in reversed(range(len(written))):
        if keys.parse_key(written[at], known) not in wanted:
            del written[at]
    there = [keys.parse_key(one, known) for one in written]
    for key in wanted:
        if key not in there:
            written.append(key)
    return [keys.parse_key(one, known) for one in written] == list(wanted)


def _new_block(mark: Mark) -> str:
    said = (
        (name, value) for name in Mark.model_fields if _is_set(name, value := getattr(mark, name))
    )
    lines = [f"{name} = {_literal(value)}\n" for name, value in said]
    return "[[stories]]\n" + "".join(lines)


def _literal(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return f"[{', '.join(map(_literal, value))}]"
    # What JSON escapes, TOML escapes in the same way, and one character more.
    escaped = [
        json.dumps(line, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f")
        for line in value.split("\n")
    ]
    if len(escaped) == 1:
        return f'"{escaped[0]}"'
    lines = "\n".join(line.replace('\\"', '"').replace('"""', '""\\"') for line in escaped)
    return f'"""\n{lines}\n"""'


def _comments(block: str) -> Iterator[str]:
    """The comments of a block that goes, those above it and those beside its values."""
    document = tomlkit.parse(block)
    for _, item in document.body:
        if isinstance(item, AoT):
            table = item[0]
            yield from _comment_of(table)
            for _, value in table.value.body:
                yield from _comment_of(value)
        else:
            yield from _comment_of(item)


def _comment_of(item: Item) -> Iterator[str]:
    if not isinstance(item, Whitespace) and item.trivia.comment:
        yield item.trivia.comment
