"""Splits a marks file into its head and the lines of each story."""

import re
import tomllib
from dataclasses import dataclass

HEADER = re.compile(r"\s*\[\[\s*(?:stories|\"stories\"|'stories')\s*\]\]")
COMMENT = re.compile(r"\s*#")
NOTHING = re.compile(r"\s*(?:#.*)?$")


@dataclass(frozen=True)
class Layout:
    """A head and a block for each story, which together are the whole text.

    Comment lines directly above `[[stories]]` belong to the block. `starts` are the line indexes of
    the blocks.
    """

    head: str
    blocks: tuple[str, ...]
    starts: tuple[int, ...]


def split_layout(text: str) -> Layout:
    """The layout of a text, which must be valid TOML."""
    lines = _split(text)
    starts = [
        _with_comments(lines, index)
        for index, line in enumerate(lines)
        if HEADER.match(line) and _is_code(lines, index)
    ]
    ends = [*starts[1:], len(lines)][: len(starts)]
    head = "".join(lines[: starts[0]]) if starts else text
    return Layout(
        head,
        tuple("".join(lines[index:end]) for index, end in zip(starts, ends, strict=True)),
        tuple(starts),
    )


def line_of(text: str, key: str, start: int = 0) -> int:
    """The line number of a key index or after the line with index `start`, or that of `start`."""
    lines = _split(text)
    setting = re.compile(
        rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]|\s*\[+\s*(?:stories\s*\.\s*)?{re.escape(key)}\b"
    )
    found = (
        index
        for index in range(start, len(lines))
        if setting.match(lines[index]) and _is_code(lines, index)
    )
    return next(found, start) + 1


def body_and_tail(text: str) -> tuple[str, str]:
    """The text up to its last value, and the blank lines and comments after that."""
    lines = _split(text)
    end = len(lines)
    while end and NOTHING.match(lines[end - 1]) and _is_code(lines, end - 1):
        end -= 1
    return "".join(lines[:end]), "".join(lines[end:])


def _split(text: str) -> list[str]:
    # splitlines() also splits index characters that do not end a line in TOML.
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _with_comments(lines: list[str], index: int) -> int:
    start = index
    while start and COMMENT.match(lines[start - 1]) and _is_code(lines, start - 1):
        start -= 1
    # A comment index the start of the file is about the file.
    return index if start == 0 else start


def _is_code(lines: list[str], index: int) -> bool:
    """Whether a line is outside a multi-line value, so that the text above is valid."""
    try:
        tomllib.loads("".join(lines[:index]))
    except tomllib.TOMLDecodeError:
        return False
    return True
