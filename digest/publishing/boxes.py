"""The boxes in a draft's body: what they say, and what people changed in them since digest wrote the list.

A list ends with a hidden comment: its number, and what digest itself had ticked. So a person's tick is told from
digest's, and a decision that came later in another place is not undone by an older tick.
"""

import json
import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pydantic import ValidationError

from digest.model.base import Frozen
from digest.publishing.both import BOX
from digest.publishing.frame import framed

KEY = r"[\w.-]+/[\w.-]+#[1-9]\d*"
NAME = rf"pr=(?P<keys>{KEY}(?:\+{KEY})*)|(?P<both>{BOX}\d{{4}}-W\d{{2}})"
LINE = re.compile(rf"^ {{0,3}}[-*+] +\[(?P<mark>[ xX])\] +<!-- digest:(?:{NAME}) -->", re.ASCII)
LIST = re.compile(r"^ {0,3}<!-- digest:list=(?P<number>\d{1,9})(?P<ticked>(?: \S+)*) -->[ \t]*$")
FENCE = re.compile(r"^ {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})")


@dataclass(frozen=True)
class Boxes:
    """The boxes of a body by name: the keys of a story joined by "+", or "both=2021-W18".

    `number` is the list's, 0 where there is none; `written` are those that digest itself had ticked in it.
    """

    number: int = 0
    there: frozenset[str] = frozenset()
    ticked: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Toggled:
    """The boxes that people ticked and unticked."""

    on: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.on or self.off)


class Taken(Frozen):
    """What was ticked in the list of this number when its ticks were last taken over."""

    list: int
    ticked: tuple[str, ...]


def read(body: str) -> Boxes:
    """The boxes of digest's list, of the whole body where its markers are gone; of two with one name the first counts.

    What stands around the list is a person's, a copied line too. Lines inside a fence of code are text. Where a person
    took the list's comment out, its number is 0.
    """
    there: dict[str, bool] = {}
    found: re.Match[str] | None = None
    fence = ""
    frame = framed(body)
    for written_line in (frame.inside if frame else body).splitlines():
        line = _shown(written_line)
        if fenced := FENCE.match(line):
            ends = fence and fenced["fence"].startswith(fence) and not line.strip(" `~")
            fence = "" if ends else fence or fenced["fence"]
        elif not fence:
            if box := LINE.match(line):
                there.setdefault(box["keys"] or box["both"], box["mark"] != " ")
            found = LIST.match(line) or found
    ticked = frozenset(name for name, is_ticked in there.items() if is_ticked)
    number, written = (int(found["number"]), found["ticked"].split()) if found else (0, [])
    return Boxes(number, frozenset(there), ticked, frozenset(written))


def toggled(now: Boxes, taken: Taken | None) -> Toggled:
    """What people changed in a list that no run has taken over yet. A line that they deleted is no decision.

    Of a list without a number nobody knows what digest had ticked; then every tick counts as a person's.
    """
    base = _base(now, taken)
    return Toggled(now.ticked - base, (now.there & base) - now.ticked)


def _base(now: Boxes, taken: Taken | None) -> frozenset[str]:
    return frozenset(taken.ticked) if taken and now.number in (0, taken.list) else now.written


def line(name: str, *, is_ticked: bool) -> str:
    """The beginning of a box's line."""
    what = name if name.startswith(BOX) else f"pr={name}"
    return f"- [{'x' if is_ticked else ' '}] <!-- digest:{_hidden(what)} -->"


def ending(number: int, written: Iterable[str]) -> str:
    """The comment that ends a list."""
    return f"<!-- digest:{_hidden(' '.join([f'list={number}', *sorted(written)]))} -->"


def keys_of(name: str, known: AbstractSet[str]) -> tuple[str, ...] | None:
    """The pull requests of a box; None for a box of another kind, and where one of them is not among `known`."""
    keys = tuple(name.split("+"))
    return keys if set(keys) <= known else None


def taken_over(now: Boxes, taken: Taken | None) -> str:
    """The text of the file that remembers that the ticks of a list were taken over, `taken` being what it says so far.

    Of a line that is missing it remembers what was known, since a person may put the line back.
    """
    ticked = now.ticked | (_base(now, taken) - now.there)
    return json.dumps(Taken(list=now.number, ticked=tuple(sorted(ticked))).model_dump(), indent=2) + "\n"


def parse(text: str | None) -> Taken | None:
    """What such a file says; None where there is none, or one that nobody can read."""
    try:
        return Taken.model_validate_json(text) if text else None
    except ValidationError:
        return None


def _hidden(names: str) -> str:
    # In GitHub's Markdown no comment within a line holds two hyphens, and a repository's name may.
    return names.replace("--", "-%2D")


def _shown(line: str) -> str:
    return line.replace("-%2D", "--")
