"""The layout of a marks file: what stands before the stories, and the lines that belong to each of them."""

import re
import tomllib
from dataclasses import dataclass

HEADER = re.compile(r"\s*\[\[\s*(?:stories|\"stories\"|'stories')\s*\]\]")
COMMENT = re.compile(r"\s*#")
NOTHING = re.compile(r"\s*(?:#.*)?$")


@dataclass(frozen=True)
class Layout:
    """The text in pieces that make it up again: the head, and a block for each story.

    The comment lines right above a story's `[[stories]]` belong to its block; `starts` are the
    lines, from 0.
    """

    head: str
    blocks: tuple[str, ...]
    starts: tuple[int, ...]


def split_layout(text: str) -> Layout:
    """Take a text apart that is valid TOML."""
    lines = _split(text)
    starts = [
        _with_comments(lines, at)
        for at, line in enumerate(lines)
        if HEADER.match(line) and _is_code(lines, at)
    ]
    ends = [*starts[1:], len(lines)][: len(starts)]
    head = "".join(lines[: starts[0]]) if starts else text
    return Layout(
        head,
        tuple("".join(lines[at:end]) for at, end in zip(starts, ends, strict=True)),
        tuple(starts),
    )


def line_of(text: str, key: str, start: int = 0) -> int:
    """The line, from 1, where a key is set at or after a line, from 0.

    That line itself where it is not found.
    """
    lines = _split(text)
    setting = re.compile(
        rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]|\s*\[+\s*(?:stories\s*\.\s*)?{re.escape(key)}\b"
    )
    found = (
        at for at in range(start, len(lines)) if setting.match(lines[at]) and _is_code(lines, at)
    )
    return next(found, start) + 1


def body_and_tail(text: str) -> tuple[str, str]:
    """A piece up to the end of its last value, and the blank lines and comments behind that."""
    lines = _split(text)
    end = len(lines)
    while end and NOTHING.match(lines[end - 1]) and _is_code(lines, end - 1):
        end -= 1
    return "".join(lines[:end]), "".join(lines[end:])


def _split(text: str) -> list[str]:
    # Not splitlines(): to TOML, a line ends nowhere but here.
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _with_comments(lines: list[str], at: int) -> int:
    start = at
    while start and COMMENT.match(lines[start - 1]) and _is_code(lines, start - 1):
        start -= 1
    # What the file begins with is about the file.
    return at if start == 0 else start


def _is_code(lines: list[str], at: int) -> bool:
    """Whether a line is no part of a value that began above it: then what stands above is whole."""
    try:
        tomllib.loads("".join(lines[:at]))
    except tomllib.TOMLDecodeError:
        return False
    return True
