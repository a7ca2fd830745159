"""Writes marks into a marks file, and keeps its comments and layout."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import cast

import tomlkit
from tomlkit.items import AoT, Array, Item, Table, Whitespace

from digest.compose import keys
from digest.compose.keys import RepositoryNames
from digest.compose.marks.parser import body_and_tail, parse_marks, split_layout
from digest.model import Mark, Marks

Value = str | bool | Sequence[str]
NEW_FILE = """\
# The stories of this edition, in the order of the section. digest adds to this file and never
# deletes your text. Each [[stories]] can have a heading, a text (Markdown) and pictures.
# `removed = true` keeps a story out of the section. Put a heading and a lead for the whole section
# above the stories.
"""


def dump_marks(text: str | None, marks: Marks, repositories: RepositoryNames | None = None) -> str:
    """The text of the file with these marks; unchanged marks stay byte for byte.

    If `text` is None, the result is a new file with a comment at the top. Raises UsageError if
    `text` is not a valid marks file.
    """
    text = NEW_FILE if text is None else text
    names = repositories or RepositoryNames()
    before = parse_marks(text, "The marks", names)
    if before == marks:
        return text
    # A file from Windows keeps its line ends.
    if "\r\n" in text and not re.search(r"(?<!\r)\n", text):
        return _write_marks(text.replace("\r\n", "\n"), before, marks, names).replace("\n", "\r\n")
    return _write_marks(text, before, marks, names)


def _write_marks(text: str, before: Marks, marks: Marks, names: RepositoryNames) -> str:
    parts = split_layout(text)
    origins = _origins(before.stories, marks.stories)
    blocks = [
        _new_block(mark)
        if at is None
        else _edit_block(parts.blocks[at], before.stories[at], mark, names)
        for mark, at in zip(marks.stories, origins, strict=True)
    ]
    for index, gone in enumerate(before.stories):
        if index not in origins:
            heir = next(
                (
                    new_index
                    for new_index, mark in enumerate(marks.stories)
                    if {*gone.pull_requests} & {*mark.pull_requests}
                ),
                -1,
            )
            if blocks and (
                orphans := "".join(f"{line}\n" for line in _comments(parts.blocks[index]))
            ):
                blocks[heir] = orphans + blocks[heir]
    head = _head(parts.head, before, marks)
    whole = head
    # The head counts as the block before block 0. Blocks that were not neighbors get a blank line
    # in between.
    for left, right, block in zip(
        [-1 if head == parts.head else None, *origins], origins, blocks, strict=False
    ):
        were_neighbors = left is not None and right == left + 1
        whole = _closed(whole, blank=not were_neighbors) + block
    was_last = origins and origins[-1] == len(parts.blocks) - 1
    return whole if was_last or not blocks else whole.rstrip("\n") + "\n"


def _closed(text: str, *, blank: bool) -> str:
    """The text with a line end, and with a blank line after it if `blank`."""
    if text and not text.endswith("\n"):
        text += "\n"
    return text + "\n" if blank and text and not text.endswith("\n\n") else text


def _origins(before: Sequence[Mark], after: Sequence[Mark]) -> list[int | None]:
    """For each mark, the index of the old mark it comes from, by pull requests, then by text."""
    pairs = sorted(
        (-_similarity(old, new), old_index, new_index)
        for old_index, old in enumerate(before)
        for new_index, new in enumerate(after)
    )
    origins: list[int | None] = [None] * len(after)
    for distance, old_index, new_index in pairs:
        if distance and origins[new_index] is None and old_index not in origins:
            origins[new_index] = old_index
    return origins


def _similarity(old: Mark, new: Mark) -> int:
    shared = len({*old.pull_requests} & {*new.pull_requests})
    texts = sum(
        text is not None and text == new_text
        for text, new_text in ((old.heading, new.heading), (old.text, new.text))
    )
    if not (shared or texts):
        return 0
    # If a story was split, the part that is not removed continues it.
    return (
        1000 * (old == new)
        + 100 * (old.pull_requests == new.pull_requests)
        + 10 * (shared + texts)
        + (old.removed == new.removed)
    )


def _head(head: str, before: Marks, after: Marks) -> str:
    changes = {
        name: value
        for name in ("heading", "lead", "ignore")
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


def _edit_block(block: str, before: Mark, after: Mark, names: RepositoryNames) -> str:
    if before == after:
        return block
    body, tail = body_and_tail(block)
    document = tomlkit.parse(_closed(body, blank=False))
    table = cast("AoT", document["stories"])[0]
    orphans = ""
    for name in Mark.model_fields:
        value = getattr(after, name)
        if value != getattr(before, name) and not (
            name == "pull_requests" and _update_keys(table, value, names)
        ):
            orphans += _set(table, name, value)
    return tomlkit.dumps(document) + orphans + tail


def _is_set(name: str, value: Value | None) -> bool:
    # An empty list is a decision: the story shows no pictures.
    return bool(value) or (name == "pictures" and value is not None)


def _set(table: Table | tomlkit.TOMLDocument, name: str, value: Value | None) -> str:
    """Set a key, or delete it if the value is empty; returns the comment of a deleted key."""
    if value is not None and _is_set(name, value):
        table[name] = tomlkit.value(_literal(value))
        return ""
    container = table.value if isinstance(table, Table) else table
    comment = cast("Item", container.item(name)).trivia.comment
    del table[name]
    return f"{comment}\n" if comment else ""


def _update_keys(table: Table, new_keys: Sequence[str], names: RepositoryNames) -> bool:
    """Change the list to these keys within its layout; returns whether this was possible."""
    written = table.get("pull_requests")
    if not isinstance(written, Array) or not new_keys:
        return False
    for index in reversed(range(len(written))):
        if keys.parse_key(written[index], names) not in new_keys:
            del written[index]
    kept = [keys.parse_key(key, names) for key in written]
    for key in new_keys:
        if key not in kept:
            written.append(key)
    return [keys.parse_key(key, names) for key in written] == list(new_keys)


def _new_block(mark: Mark) -> str:
    settings = (
        (name, value) for name in Mark.model_fields if _is_set(name, value := getattr(mark, name))
    )
    lines = [f"{name} = {_literal(value)}\n" for name, value in settings]
    return "[[stories]]\n" + "".join(lines)


def _literal(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
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


def _comments(block: str) -> Iterator[str]:
    """The comments in a block that is deleted, above it and next to values."""
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
