"""The state of the picker: its list, cursor, filter and decisions, and a method for each key that changes it."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

from digest.compose import marks
from digest.errors import UsageError
from digest.model import Mark, Marks
from digest.picker.history import Decision, History
from digest.picker.rows import PullRequestRows, Row, list_rows


@dataclass(frozen=True)
class Picking:
    """The list with the decisions so far.

    `cursor` is a place in `rows`, those that the filter lets through.
    `message` is about the last key. `story` are the names of the story to show in the section: that
    under the cursor, or changed last.
    """

    pull_rows: PullRequestRows
    history: History
    rows: tuple[Row, ...] = ()
    filter_text: str = ""
    cursor: int = 0
    message: str = ""
    story: tuple[str, ...] = ()

    @property
    def row(self) -> Row | None:
        """The row under the cursor; None where the filter lets nothing through."""
        return self.rows[self.cursor] if self.rows else None

    @property
    def stories(self) -> tuple[Mark, ...]:
        """The marks of the stories, in their order."""
        return tuple(mark for mark in self.history.marks.stories if not mark.removed)

    def step(self, by: int) -> Self:
        """The cursor so many rows further down, or at the end that is reached."""
        at = max(0, min(self.cursor + by, len(self.rows) - 1))
        names = self.rows[at].names if self.rows and self.rows[at].is_story else self.story
        return replace(self, cursor=at, message="", story=names)

    def with_filter(self, filter_text: str) -> Self:
        """Only the rows with these words; the cursor stays on its row where that is among them."""
        return replace(self, filter_text=filter_text, message="").refreshed(
            self.row.names if self.row else ()
        )

    def refreshed(self, names: Sequence[str]) -> Self:
        """The list of the decisions and the filter of now, with the cursor on the row of these names."""
        return replace(
            self, rows=list_rows(self.pull_rows, self.history.marks, self.filter_text)
        ).with_cursor_on(names)

    def with_cursor_on(self, names: Sequence[str]) -> Self:
        """The cursor on the first row with one of these names, else as near to where it was as there is a row."""
        wanted = set(names)
        found = (at for at, row in enumerate(self.rows) if not wanted.isdisjoint(row.names))
        return replace(self, cursor=next(found, self.step(0).cursor))

    def mark(self) -> Self:
        """Make the row a story, or take the story out.

        The cursor goes to the next row of its kind.
        """
        row = self.row
        if row is None:
            return self
        after = [one.names for one in self.rows[self.cursor + 1 :] if one.kind == row.kind]
        before = [one.names for one in self.rows[: self.cursor] if one.kind == row.kind]
        onto = (after or before[-1:] or [row.names])[0]
        if row.is_story:
            mark = self.stories[row.place - 1]
            heading = None if mark.pull_requests else mark.heading
            return self._decide(
                partial(marks.remove_stories, keys=mark.pull_requests, heading=heading), onto
            )
        return self._decide(partial(marks.add_story, keys=row.names, by="person"), onto, row.names)

    def join(self) -> Self:
        """Make one story of the row and the story above it: for a pull request that is no story, the last one."""
        above = self._above()
        if self.row is None or above is None:
            return replace(self, message="There is no story above to join with.")
        if not (above.pull_requests and self._keys()):
            return replace(self, message="A story without a pull request cannot be joined.")
        joined = (*above.pull_requests, *self._keys())
        return self._decide(partial(marks.add_story, keys=joined, by="person"), above.pull_requests)

    def move(self, by: int) -> Self:
        """Move the story under the cursor up (-1) or down (1) by one place."""
        row = self.row
        if row is None or not row.is_story:
            return replace(
                self, message="Only stories have an order of yours; Space makes this one."
            )
        places = {_name(mark): mark for mark in self.stories}
        names, mark = list(places), self.stories[row.place - 1]
        to = row.place - 1 + by
        if not 0 <= to < len(names):
            return replace(
                self, message="It is the first story." if by < 0 else "It is the last story."
            )
        before = [name for name in names if name != _name(mark)][:to]
        heading = None if mark.pull_requests else mark.heading
        where = {"after": before[-1]} if before else {"first": True}
        return self._decide(
            partial(
                marks.add_story, keys=mark.pull_requests, by="person", heading=heading, **where
            ),
            row.names,
        )

    def reword(self, heading: str | None, text: str | None) -> Self:
        """Give the story under the cursor these words.

        None leaves them, "" gives them back to the draft.
        """
        mark = self.selected_story
        if mark is None or (heading is None and text is None):
            return replace(self, message="Nothing was changed.")
        names = mark.pull_requests or (Mark(heading=heading).heading or mark.heading or "",)
        return self._decide(
            partial(marks.reword_story, original=mark, heading=heading, text=text), names
        )

    def undo(self) -> Self:
        """Take the last decision back."""
        if not self.history.steps:
            return replace(self, message="There is nothing to undo.")
        back = self.history.without_last()
        message = marks.describe_changes(self.history.marks, back.marks) or "Undone."
        names = self.row.names if self.row else ()
        return replace(self, history=back, message=message).refreshed(names)

    @property
    def selected_story(self) -> Mark | None:
        """The mark of the story under the cursor; None where it is no story."""
        return self.stories[self.row.place - 1] if self.row and self.row.is_story else None

    def question_before(self, key: str) -> str | None:
        """A question before a person's words leave the section with this key.

        None where none would.
        `key` is "mark" or "join".
        """
        mark, above = self.selected_story, self._above()
        if mark is None or not _words(mark):
            return None
        if key == "mark":
            return f"You wrote {_words(mark)}. Take the story out? Your words leave the section and stay with the marks."
        if above is None or not _words(above):
            return None
        return f"You wrote words for both stories. Join them? Of this one, {_words(mark)} would leave the section."

    def is_edited_in_section(self, edited: AbstractSet[str]) -> bool:
        """Whether a person edited the words of the story under the cursor in the section itself."""
        story = self.selected_story
        return story is not None and any(key.lower() in edited for key in story.pull_requests)

    def _above(self) -> Mark | None:
        if self.row is None:
            return None
        place = self.row.place - 1 if self.row.is_story else len(self.stories)
        return self.stories[place - 1] if place > 0 else None

    def _keys(self) -> tuple[str, ...]:
        if self.row is None:
            return ()
        return self.selected_story.pull_requests if self.selected_story else self.row.names

    def _decide(
        self, decision: Decision, names: Sequence[str], story: tuple[str, ...] = ()
    ) -> Self:
        try:
            history, message = self.history.with_decision(decision)
        except UsageError as error:
            return replace(self, message=error.message)
        return replace(
            self, history=history, message=message, story=story or tuple(names)
        ).refreshed(names)


def start(pull_rows: PullRequestRows, decided: Marks) -> Picking:
    """The list before any key."""
    return Picking(pull_rows, History(decided)).refreshed(())


def _name(mark: Mark) -> str:
    return mark.pull_requests[0] if mark.pull_requests else mark.heading or ""


def _words(mark: Mark) -> str:
    return " and ".join(f"its {name}" for name in ("heading", "text") if getattr(mark, name))
