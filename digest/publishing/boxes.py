"""The boxes in a draft's body, and the decisions that people make by ticking and unticking them.

Pure.
A list ends with a hidden comment: its number, and what digest itself had ticked. It tells a
person's tick from digest's, so that an older tick does not undo a later decision made elsewhere.
"""

import json
import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pydantic import ValidationError

from digest.compose import marks
from digest.compose.marks import MarksChange
from digest.model import Marks
from digest.model.base import Frozen
from digest.publishing.markers import find_markers

# The name of the box that joins the previous draft to this one begins so, an edition follows.
JOIN = "both="
KEY = r"[\w.-]+/[\w.-]+#[1-9]\d*"
NAME = rf"pr=(?P<keys>{KEY}(?:\+{KEY})*)|(?P<join>{JOIN}\d{{4}}-W\d{{2}})"
LINE = re.compile(rf"^ {{0,3}}[-*+] +\[(?P<mark>[ xX])\] +<!-- digest:(?:{NAME}) -->", re.ASCII)
LIST = re.compile(r"^ {0,3}<!-- digest:list=(?P<number>\d{1,9})(?P<ticked>(?: \S+)*) -->[ \t]*$")
FENCE = re.compile(r"^ {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})")


@dataclass(frozen=True)
class Boxes:
    """The boxes of a body by name: the keys of a story joined by "+", or "both=2021-W18".

    `number` is the list's, 0 where there is none; `written` are the boxes that digest itself had
    ticked in it.
    """

    number: int = 0
    names: frozenset[str] = frozenset()
    ticked: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Toggled:
    """The boxes that people ticked and unticked."""

    on: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.on or self.off)


class TakenTicks(Frozen):
    """The boxes that were ticked in the list of this number when a run last took its ticks over."""

    list: int
    ticked: tuple[str, ...]


def read_boxes(body: str) -> Boxes:
    """The boxes of digest's list, of the whole body where its markers are gone.

    Of two with one name the first counts.
    Text around the list is a person's, also a line copied out of it. Lines inside a fence of code
    are text. Where a person took the list's comment out, its number is 0.
    """
    states: dict[str, bool] = {}
    comment: re.Match[str] | None = None
    fence = ""
    marked = find_markers(body)
    for written_line in (marked.inside if marked else body).splitlines():
        line = _unescaped(written_line)
        if fenced := FENCE.match(line):
            ends = fence and fenced["fence"].startswith(fence) and not line.strip(" `~")
            fence = "" if ends else fence or fenced["fence"]
        elif not fence:
            if box := LINE.match(line):
                states.setdefault(box["keys"] or box["join"], box["mark"] != " ")
            comment = LIST.match(line) or comment
    ticked = frozenset(name for name, is_ticked in states.items() if is_ticked)
    number, written = (int(comment["number"]), comment["ticked"].split()) if comment else (0, [])
    return Boxes(number, frozenset(states), ticked, frozenset(written))


def find_toggled(boxes: Boxes, taken: TakenTicks | None) -> Toggled:
    """The changes of people in a list that no run has taken over yet.

    A deleted line is no decision.
    Without the list's number it is unknown what digest had ticked; then every tick counts as a
    person's.
    """
    base = _base(boxes, taken)
    return Toggled(boxes.ticked - base, (boxes.names & base) - boxes.ticked)


def apply_ticks(decided: Marks, toggled: Toggled, known: AbstractSet[str]) -> MarksChange:
    """The decisions after a person's ticks.

    Only boxes of pull requests among `known`, those of the edition, count.
    """
    messages: list[str] = []
    for name in sorted(toggled.on):
        keys = box_keys(name, known)
        if keys and not _is_story(decided, keys):
            step = marks.add_story(decided, keys, "person")
            decided, messages = step.marks, [*messages, f"Ticked: {step.message}"]
    for name in sorted(toggled.off):
        keys = box_keys(name, known)
        if keys:
            step = marks.remove_stories(decided, keys)
            decided, messages = step.marks, [*messages, f"Unticked: {step.message}"]
    return MarksChange(decided, " ".join(messages))


def box_line(name: str, *, is_ticked: bool) -> str:
    """The beginning of a box's line."""
    what = name if name.startswith(JOIN) else f"pr={name}"
    return f"- [{'x' if is_ticked else ' '}] <!-- digest:{_escaped(what)} -->"


def list_end(number: int, written: Iterable[str]) -> str:
    """The comment that ends a list."""
    return f"<!-- digest:{_escaped(' '.join([f'list={number}', *sorted(written)]))} -->"


def box_keys(name: str, known: AbstractSet[str]) -> tuple[str, ...] | None:
    """The pull requests of a box.

    None for a box of another kind, and where one of them is not among `known`.
    """
    keys = tuple(name.split("+"))
    return keys if set(keys) <= known else None


def dump_ticks(boxes: Boxes, taken: TakenTicks | None) -> str:
    """The text of the file that remembers which ticks a run took over, `taken` being those of earlier runs.

    For a line that is missing it remembers what was known, since a person may put the line back.
    """
    ticked = boxes.ticked | (_base(boxes, taken) - boxes.names)
    return (
        json.dumps(
            TakenTicks(list=boxes.number, ticked=tuple(sorted(ticked))).model_dump(), indent=2
        )
        + "\n"
    )


def parse_ticks(text: str | None) -> TakenTicks | None:
    """The ticks in such a file; None without one, or for a broken one."""
    try:
        return TakenTicks.model_validate_json(text) if text else None
    except ValidationError:
        return None


def _base(boxes: Boxes, taken: TakenTicks | None) -> frozenset[str]:
    return frozenset(taken.ticked) if taken and boxes.number in (0, taken.list) else boxes.written


def _is_story(decided: Marks, keys: tuple[str, ...]) -> bool:
    return any(
        not mark.removed and set(keys) <= set(mark.pull_requests) for mark in decided.stories
    )


def _escaped(names: str) -> str:
    # In GitHub's Markdown no comment within a line holds two hyphens, and a repository's name may.
    return names.replace("--", "-%2D")


def _unescaped(line: str) -> str:
    return line.replace("-%2D", "--")
