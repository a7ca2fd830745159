"""The boxes in a draft's body, and the decisions that people make with them. Pure.

A list ends with a hidden comment with its number and the boxes that digest ticked. Without it,
digest would mistake its own ticks for a person's, and an old tick could undo a later decision.
"""

import json
import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pydantic import ValidationError

from digest.compose import marks
from digest.compose.marks import MarksChange
from digest.model import Frozen, Layout, Marks
from digest.publishing.markers import find_markers

# The name of the box that joins the previous draft to this one is this prefix and an edition.
JOIN = "both="
KEY = r"[\w.-]+/[\w.-]+#[1-9]\d{0,8}"
NAME = rf"pr=(?P<keys>{KEY}(?:\+{KEY})*)|(?P<join>{JOIN}\d{{4}}-W\d{{2}})"
LINE = re.compile(rf"^ {{0,3}}[-*+] +\[(?P<mark>[ xX])\] +<!-- digest:(?:{NAME}) -->", re.ASCII)
LIST = re.compile(r"^ {0,3}<!-- digest:list=(?P<number>\d{1,9})(?P<ticked>(?: \S+)*) -->[ \t]*$")
FENCE = re.compile(r"^ {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})")


@dataclass(frozen=True)
class Boxes:
    """The boxes of a body by name: the keys of a story joined by "+", or "both=2021-W18".

    `number` is the number of the list, 0 without one. `digest_ticks` are the boxes that digest
    ticked when it wrote the list.
    """

    number: int = 0
    names: frozenset[str] = frozenset()
    ticked: frozenset[str] = frozenset()
    digest_ticks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Toggles:
    """The boxes that people ticked and unticked."""

    on: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.on or self.off)


class TickRecord(Frozen):
    """The number of a list, and the boxes that were ticked in it when a run last applied them.

    `page` is the path of the page, if it is not the one in the settings.
    """

    list: int
    ticked: tuple[str, ...]
    page: str | None = None


def read_boxes(body: str) -> Boxes:
    """The boxes between the markers of a body, or in the whole body if it has no markers.

    Text outside the markers is a person's, even a line copied from the list. Lines in a code fence
    are text. If two boxes have the same name, the first counts. Without the list's comment, its
    number is 0.
    """
    states: dict[str, bool] = {}
    comment: re.Match[str] | None = None
    fence = ""
    marked = find_markers(body)
    for escaped_line in (marked.inside if marked else body).splitlines():
        line = _unescape(escaped_line)
        if opening := FENCE.match(line):
            ends = fence and opening["fence"].startswith(fence) and not line.strip(" `~")
            fence = "" if ends else fence or opening["fence"]
        elif not fence:
            if box := LINE.match(line):
                states.setdefault(box["keys"] or box["join"], box["mark"] != " ")
            comment = LIST.match(line) or comment
    ticked = frozenset(name for name, is_ticked in states.items() if is_ticked)
    number, digest_ticks = (
        (int(comment["number"]), comment["ticked"].split()) if comment else (0, [])
    )
    return Boxes(number, frozenset(states), ticked, frozenset(digest_ticks))


def find_toggles(boxes: Boxes, record: TickRecord | None) -> Toggles:
    """The changes of people in a list that no run has applied yet.

    Deleting a line decides nothing. Without the list's number, digest's own ticks are unknown, so
    every tick counts as a person's.
    """
    base = _base(boxes, record)
    return Toggles(boxes.ticked - base, (boxes.names & base) - boxes.ticked)


def apply_ticks(
    decided: Marks, toggles: Toggles, known: AbstractSet[str], layout: Layout = "stories"
) -> MarksChange:
    """The marks after a person's ticks, and messages about them.

    Boxes count only if all their pull requests are `known`, the keys of the edition. A tick makes
    a story; in a list it puts back an item that is left out.
    """
    messages: list[str] = []
    for name in sorted(toggles.on):
        keys = box_keys(name, known)
        if keys and (layout == "list" or not _is_story(decided, keys)):
            step = _tick(decided, keys, layout)
            decided, messages = step.marks, [*messages, f"Ticked: {step.message}"]
    for name in sorted(toggles.off):
        keys = box_keys(name, known)
        if keys:
            is_item = layout == "list" or (layout != "stories" and not _is_story(decided, keys))
            step = (marks.leave_out if is_item else marks.remove_stories)(decided, keys)
            decided, messages = step.marks, [*messages, f"Unticked: {step.message}"]
    return MarksChange(decided, " ".join(messages))


def _tick(decided: Marks, keys: tuple[str, ...], layout: Layout) -> MarksChange:
    if layout == "list":
        return marks.add_item(decided, keys)
    if layout != "stories" and {*keys} <= {*decided.left_out_keys}:
        return marks.put_back(decided, keys)
    return marks.add_story(decided, keys, "person")


def box_line(name: str, *, is_ticked: bool) -> str:
    """The beginning of a box's line."""
    content = name if name.startswith(JOIN) else f"pr={name}"
    return f"- [{'x' if is_ticked else ' '}] <!-- digest:{_escape(content)} -->"


def list_end(number: int, digest_ticks: Iterable[str]) -> str:
    """The comment that ends a list."""
    return f"<!-- digest:{_escape(' '.join([f'list={number}', *sorted(digest_ticks)]))} -->"


def box_keys(name: str, known: AbstractSet[str]) -> tuple[str, ...] | None:
    """The pull requests of a box.

    None for the box that joins two drafts, and if a pull request is not `known`.
    """
    keys = tuple(name.split("+"))
    return keys if set(keys) <= known else None


def dump_tick_record(boxes: Boxes, record: TickRecord | None, page: str | None = None) -> str:
    """The text of the file with the ticks that a run applied, and the path of a moved page.

    `record` is the one of earlier runs. It still counts for boxes whose line a person deleted,
    because the line may come back.
    """
    ticked = boxes.ticked | (_base(boxes, record) - boxes.names)
    new = TickRecord(list=boxes.number, ticked=tuple(sorted(ticked)), page=page)
    return json.dumps(new.model_dump(exclude_none=True), indent=2) + "\n"


def parse_tick_record(text: str | None) -> TickRecord | None:
    """The record in that file; None without a file, or for a text that is not a record."""
    try:
        return TickRecord.model_validate_json(text) if text else None
    except ValidationError:
        return None


def _base(boxes: Boxes, record: TickRecord | None) -> frozenset[str]:
    if record and boxes.number in (0, record.list):
        return frozenset(record.ticked)
    return boxes.digest_ticks


def _is_story(decided: Marks, keys: tuple[str, ...]) -> bool:
    return any(
        not mark.removed and set(keys) <= set(mark.pull_requests) for mark in decided.stories
    )


def _escape(names: str) -> str:
    # GitHub's Markdown forbids a double hyphen in a comment, but a repository's name may have it.
    return names.replace("--", "-%2D")


def _unescape(line: str) -> str:
    return line.replace("-%2D", "--")
