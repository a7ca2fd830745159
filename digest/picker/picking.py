"""Where an editor stands in the list, and what a key does there. Every decision is one of compose/marks."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

from digest.compose import marks
from digest.errors import UsageError
from digest.model import Mark, Marks
from digest.picker import rows
from digest.picker.history import Decision, History
from digest.picker.rows import Candidates, Row


@dataclass(frozen=True)
class Picking:
    """The list with what is decided so far; `at` is the row under the cursor, `says` what the last key came to.

    `rows` are those that the filter lets through. `about` are the names of the story to look at in the section: that
    under the cursor, or changed last.
    """

    offered: Candidates
    history: History
    rows: tuple[Row, ...] = ()
    wanted: str = ""
    at: int = 0
    says: str = ""
    about: tuple[str, ...] = ()

    @property
    def row(self) -> Row | None:
        """The row under the cursor; None where the filter lets nothing through."""
        return self.rows[self.at] if self.rows else None

    @property
    def stories(self) -> tuple[Mark, ...]:
        """The marks of the stories, in their order."""
        return tuple(mark for mark in self.history.now.stories if not mark.removed)

    def step(self, by: int) -> Self:
        """The cursor so many rows further down, or at the end that is reached."""
        at = max(0, min(self.at + by, len(self.rows) - 1))
        story = self.rows[at].names if self.rows and self.rows[at].is_story else self.about
        return replace(self, at=at, says="", about=story)

    def filtered(self, wanted: str) -> Self:
        """Only the rows that hold these words; the cursor stays on its row where that is among them."""
        return replace(self, wanted=wanted, says="").listed(self.row.names if self.row else ())

    def listed(self, names: Sequence[str]) -> Self:
        """The list made anew, with the cursor on the row of these names."""
        return replace(self, rows=rows.rows(self.offered, self.history.now, self.wanted)).on(names)

    def on(self, names: Sequence[str]) -> Self:
        """The cursor on the first row with one of these names, else as near to where it was as there is a row."""
        wanted = set(names)
        found = (at for at, row in enumerate(self.rows) if not wanted.isdisjoint(row.names))
        return replace(self, at=next(found, self.step(0).at))

    def mark(self) -> Self:
        """Make the row a story, or take the story out; the cursor goes to the next row of its kind."""
        row = self.row
        if row is None:
            return self
        after = [one.names for one in self.rows[self.at + 1 :] if one.kind == row.kind]
        before = [one.names for one in self.rows[: self.at] if one.kind == row.kind]
        onto = (after or before[-1:] or [row.names])[0]
        if row.is_story:
            mark = self.stories[row.place - 1]
            heading = None if mark.pull_requests else mark.heading
            return self._decided(partial(marks.remove_stories, keys=mark.pull_requests, heading=heading), onto)
        return self._decided(partial(marks.add_story, keys=row.names, by="person"), onto, row.names)

    def join(self) -> Self:
        """Make one story of the row and the story above it: for a pull request that is no story, the last one."""
        above = self._above()
        if self.row is None or above is None:
            return replace(self, says="There is no story above to join with.")
        if not (above.pull_requests and self._keys()):
            return replace(self, says="A story without a pull request cannot be joined.")
        joined = (*above.pull_requests, *self._keys())
        return self._decided(partial(marks.add_story, keys=joined, by="person"), above.pull_requests)

    def move(self, by: int) -> Self:
        """Move the story under the cursor up (-1) or down (1) by one place."""
        row = self.row
        if row is None or not row.is_story:
            return replace(self, says="Only stories have an order of yours; Space makes this one.")
        places = {_name(mark): mark for mark in self.stories}
        names, mark = list(places), self.stories[row.place - 1]
        to = row.place - 1 + by
        if not 0 <= to < len(names):
            return replace(self, says="It is the first story." if by < 0 else "It is the last story.")
        before = [name for name in names if name != _name(mark)][:to]
        heading = None if mark.pull_requests else mark.heading
        where = {"after": before[-1]} if before else {"first": True}
        return self._decided(
            partial(marks.add_story, keys=mark.pull_requests, by="person", heading=heading, **where), row.names
        )

    def reword(self, heading: str | None, text: str | None) -> Self:
        """Give the story under the cursor these words; None leaves them, "" gives them back to the draft."""
        mark = self.told
        if mark is None or (heading is None and text is None):
            return replace(self, says="Nothing was changed.")
        names = mark.pull_requests or (Mark(heading=heading).heading or mark.heading or "",)
        return self._decided(partial(marks.reword_story, was=mark, heading=heading, text=text), names)

    def undo(self) -> Self:
        """Take the last decision back."""
        if not self.history.steps:
            return replace(self, says="There is nothing to undo.")
        back = self.history.undone()
        says = marks.describe_changes(self.history.now, back.now) or "Undone."
        names = self.row.names if self.row else ()
        return replace(self, history=back, says=says).listed(names)

    @property
    def told(self) -> Mark | None:
        """The mark of the story under the cursor; None where it is no story."""
        return self.stories[self.row.place - 1] if self.row and self.row.is_story else None

    def loses(self, key: str) -> str | None:
        """What a person wrote and would leave the section with this key, as a question; None where nothing would.

        `key` is "mark" or "join".
        """
        mark, above = self.told, self._above()
        if mark is None or not _words(mark):
            return None
        if key == "mark":
            return (
                f"You wrote {_words(mark)}. Take the story out? Your words leave the section and stay with the marks."
            )
        if above is None or not _words(above):
            return None
        return f"You wrote words for both stories. Join them? Of this one, {_words(mark)} would leave the section."

    def in_the_text(self, kept: AbstractSet[str]) -> bool:
        """Whether the words of the story under the cursor stand in the section as a person wrote them there."""
        return self.told is not None and any(name in kept for name in map(str.lower, self.told.pull_requests))

    def _above(self) -> Mark | None:
        if self.row is None:
            return None
        place = self.row.place - 1 if self.row.is_story else len(self.stories)
        return self.stories[place - 1] if place > 0 else None

    def _keys(self) -> tuple[str, ...]:
        if self.row is None:
            return ()
        return self.told.pull_requests if self.told else self.row.names

    def _decided(self, decision: Decision, names: Sequence[str], about: tuple[str, ...] = ()) -> Self:
        try:
            history, says = self.history.decided(decision)
        except UsageError as error:
            return replace(self, says=error.message)
        return replace(self, history=history, says=says, about=about or tuple(names)).listed(names)


def start(offered: Candidates, decided: Marks) -> Picking:
    """A list on which nothing was done yet."""
    return Picking(offered, History(decided)).listed(())


def _name(mark: Mark) -> str:
    return mark.pull_requests[0] if mark.pull_requests else mark.heading or ""


def _words(mark: Mark) -> str:
    return " and ".join(f"its {name}" for name in ("heading", "text") if getattr(mark, name))
