"""Parses a marks file, and reports every mistake with its line.

It splits a text into parts and statements. Joined again, they equal the text byte for byte.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from digest.compose import keys
from digest.compose.keys import RepositoryNames
from digest.errors import UsageError
from digest.model import Mark, Marks

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


HEADER = re.compile(r"\s*\[\[\s*(?:stories|\"stories\"|'stories')\s*\]\]")
COMMENT = re.compile(r"\s*#")


@dataclass(frozen=True)
class MarksParts:
    """A head and a block for each story, which together are the whole text.

    Comment lines directly above `[[stories]]` belong to the block. `starts` are the line indexes of
    the blocks.
    """

    head: str
    blocks: tuple[str, ...]
    starts: tuple[int, ...]


def split_marks(text: str) -> MarksParts:
    """The parts of a text, which must be valid TOML."""
    lines, outside = read_lines(text)
    starts = [
        _with_comments(lines, outside, index)
        for index, line in enumerate(lines)
        if outside[index] and HEADER.match(line)
    ]
    ends = [*starts[1:], len(lines)][: len(starts)]
    head = "".join(lines[: starts[0]]) if starts else text
    return MarksParts(
        head,
        tuple("".join(lines[index:end]) for index, end in zip(starts, ends, strict=True)),
        tuple(starts),
    )


def line_of(text: str, key: str, start: int = 0) -> int:
    """The line number of a key in or after the line with index `start`, or that of `start`."""
    lines, outside = read_lines(text)
    setting = re.compile(
        rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]|\s*\[+\s*(?:stories\s*\.\s*)?{re.escape(key)}\b"
    )
    found = (
        index
        for index in range(start, len(lines))
        if outside[index] and setting.match(lines[index])
    )
    return next(found, start) + 1


def body_and_tail(text: str) -> tuple[str, str]:
    """The text up to its last value, and the blank lines and comments after that."""
    lines, outside = read_lines(text)
    end = len(lines)
    while end and outside[end - 1] and NOTHING.match(lines[end - 1]):
        end -= 1
    return "".join(lines[:end]), "".join(lines[end:])


def _with_comments(lines: Sequence[str], outside: Sequence[bool], index: int) -> int:
    start = index
    while start and outside[start - 1] and COMMENT.match(lines[start - 1]):
        start -= 1
    # A comment at the start of the file is about the file.
    return index if start == 0 else start


NO_TABLES = "each story needs its own line [[stories]]"
Model = TypeVar("Model", bound=BaseModel)


def parse_marks(text: str, name: str, repositories: RepositoryNames | None = None) -> Marks:
    """The marks in the text of a file; `name` is the name of the file in messages.

    With one repository, a number is enough for a pull request. Raises UsageError with all mistakes
    and their lines.
    """
    reader = _Reader(text.replace("\r\n", "\n"), repositories or RepositoryNames())
    marks = reader.marks()
    if reader.mistakes:
        reasons = "; ".join(f"line {line}: {reason}" for line, reason in sorted(reader.mistakes))
        raise UsageError(
            f"{name}, {reasons}" + ("" if reasons.endswith("?") else "."),
            "The file was not changed.",
        )
    return marks


class _Reader:
    """Reads one text and collects its mistakes by line."""

    def __init__(self, text: str, repositories: RepositoryNames) -> None:
        self.text = text
        self.repositories = repositories
        self.mistakes: set[tuple[int, str]] = set()

    def marks(self) -> Marks:
        """The marks, without those that contain a mistake."""
        table = self._table()
        if table is None:
            return Marks()
        tables = table.pop("stories", None)
        head = self._valid(Marks, table, 0)
        starts = split_marks(self.text).starts
        if tables is not None and not (
            isinstance(tables, list) and tables and len(tables) == len(starts)
        ):
            self._add_mistake("stories", 0, NO_TABLES)
            return head
        stories = [
            self._story(table, start) for table, start in zip(tables or [], starts, strict=True)
        ]
        self._refuse_repeats(stories, starts)
        return head.model_copy(update={"stories": tuple(stories)})

    def _table(self) -> dict[str, Any] | None:
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            found = re.fullmatch(
                r"(.*?) \(at (?:line (\d+), column \d+|end of document)\)", str(error)
            )
            reason, line = (found[1], found[2]) if found else (str(error), None)
            last = self.text.rstrip("\n").count("\n") + 1
            self.mistakes.add(
                (int(line or last), f"this is not valid TOML: {reason[:1].lower()}{reason[1:]}")
            )
            return None

    def _story(self, written: Mapping[str, Any], start: int) -> Mark:
        story = {**written, "pull_requests": self._keys(written.get("pull_requests", []), start)}
        mark = self._valid(Mark, story, start)
        if not (
            mark.removed
            or written.get("pull_requests")
            or str(written.get("heading") or "").strip()
        ):
            self._add_mistake("stories", start, "a story needs pull_requests or a heading")
        return mark

    def _keys(self, written: Any, start: int) -> list[str]:
        found = []
        for key in written if isinstance(written, list) else [written]:
            try:
                found.append(keys.parse_key(key, self.repositories))
            except ValueError as error:
                self._add_mistake("pull_requests", start, f"{key!r} {error}")
        return found

    def _valid(self, model: type[Model], table: Mapping[str, Any], start: int) -> Model:
        try:
            return model.model_validate(table)
        except ValidationError as error:
            for detail in error.errors():
                key = str(detail["loc"][0])
                self._add_mistake(key, start, _reason(key, detail, model))
            return model()

    def _refuse_repeats(self, stories: Sequence[Mark], starts: Sequence[int]) -> None:
        first: dict[str, int] = {}
        for mark, start in zip(stories, starts, strict=True):
            for key in mark.pull_requests:
                if key in first:
                    line = line_of(self.text, "pull_requests", first[key])
                    self._add_mistake("pull_requests", start, f"{key} is already in line {line}")
                first.setdefault(key, start)

    def _add_mistake(self, key: str, start: int, reason: str) -> None:
        self.mistakes.add((line_of(self.text, key, start), reason))


def _reason(key: str, detail: Any, model: type[BaseModel]) -> str:
    if detail["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, model.model_fields, n=1)
        return f"unknown key {key!r}" + (f". Did you mean {near[0]!r}?" if near else "")
    message = str(detail["msg"]).removeprefix("Value error, ").replace("Input should", "should")
    return f"{key} = {detail['input']!r} {message[:1].lower()}{message[1:]}"
