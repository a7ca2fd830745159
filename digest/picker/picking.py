"""The state of the picker, and its change by each key."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

from digest.compose import marks
from digest.errors import UsageError
from digest.model import Mark, Marks
from digest.picker.history import Decision, History
from digest.picker.rows import PullRequestRows, Row, filter_rows, list_rows

KEPT_QUESTION = (
    "You edited this story in section.md. Unmark it? Your text stays in section.md; to remove it, "
    "delete its block there."
)


@dataclass(frozen=True)
class Picking:
    """The list with the decisions so far.

    `cursor` is an index of `rows`, which are those of `all_rows` that match the filter. `message`
    is about the last key. `story` has the names of the story to show in the section: under the
    cursor, or changed last. `in_text` are the keys of the pull requests that the section covers,
    and `count` is the number of stories in it, None before it was first rendered.
    """

    pull_rows: PullRequestRows
    history: History
    all_rows: tuple[Row, ...] = ()
    rows: tuple[Row, ...] = ()
    filter_text: str = ""
    cursor: int = 0
    message: str = ""
    story: tuple[str, ...] = ()
    in_text: AbstractSet[str] = frozenset()
    count: int | None = None

    @property
    def row(self) -> Row | None:
        """The row under the cursor; None if no row matches the filter."""
        return self.rows[self.cursor] if self.rows else None

    @property
    def stories(self) -> tuple[Mark, ...]:
        """The marks of the stories, in order."""
        return self.history.marks.stories_in(self.pull_rows.layout)

    def step(self, by: int) -> Self:
        """Move the cursor down by this number of rows, at most to an end of the list."""
        cursor = max(0, min(self.cursor + by, len(self.rows) - 1))
        row = self.rows[cursor] if self.rows else None
        names = row.names if row and (row.is_story or row.is_item) else self.story
        return replace(self, cursor=cursor, message="", story=names)

    def with_filter(self, filter_text: str) -> Self:
        """Filter the rows by these words. The cursor stays on its row if that matches."""
        rows = filter_rows(self.all_rows, filter_text)
        filtered = replace(self, rows=rows, filter_text=filter_text, message="")
        return filtered.with_cursor_on(self.row.names if self.row else ())

    def refreshed(self, names: Sequence[str]) -> Self:
        """Update the rows, and move the cursor to the row with these names."""
        all_rows = tuple(list_rows(self.pull_rows, self.history.marks, self.in_text))
        rows = filter_rows(all_rows, self.filter_text)
        return replace(self, all_rows=all_rows, rows=rows).with_cursor_on(names)

    def with_text(self, in_text: AbstractSet[str], count: int) -> Self:
        """Mark the rows that the section covers, and count its stories."""
        counted = replace(self, count=count)
        if in_text == self.in_text:
            return counted
        return replace(counted, in_text=in_text).refreshed(self.row.names if self.row else ())

    def with_cursor_on(self, names: Sequence[str]) -> Self:
        """Move the cursor to the first row with one of these names, if there is one."""
        places = (place for place, row in enumerate(self.rows) if {*names} & {*row.names})
        return replace(self, cursor=next(places, self.step(0).cursor))

    def mark(self) -> Self:
        """Make the row a story, or remove the story. The cursor moves to the next of its kind."""
        row = self.row
        if row is None:
            return self
        after = [other.names for other in self.rows[self.cursor + 1 :] if other.kind == row.kind]
        before = [other.names for other in self.rows[: self.cursor] if other.kind == row.kind]
        next_names = (after or before[-1:] or [row.names])[0]
        if row.is_story:
            mark = self.stories[row.place - 1]
            heading = None if mark.pull_requests else mark.heading
            return self._decide(
                partial(marks.remove_stories, keys=mark.pull_requests, heading=heading), next_names
            )
        if row.is_item:
            return self._decide(partial(marks.leave_out, keys=row.names), next_names)
        if self.pull_rows.layout != "stories":
            back = partial(marks.put_back, keys=row.names, group=self._group_of(row))
            return self._decide(back, next_names, row.names)
        return self._decide(
            partial(marks.add_story, keys=row.names, by="person"), next_names, row.names
        )

    def highlight(self) -> Self:
        """Make the item a story."""
        row = self.row
        if row is None or row.is_story:
            return self
        if self.pull_rows.layout == "list":
            return replace(self, message="This edition has the layout list, so it has no stories.")
        return self._decide(partial(marks.add_story, keys=row.names, by="person"), row.names)

    def join(self) -> Self:
        """Join the row with the story above; a pull request without a story joins the last one."""
        if self.row and self.row.is_item:
            return self._join_items(self.row)
        above = self._above()
        if self.row is None or above is None:
            return replace(self, message="There is no story above to join with.")
        if not (above.pull_requests and self._keys()):
            return replace(self, message="Stories without a pull request cannot be joined.")
        joined = (*above.pull_requests, *self._keys())
        return self._decide(partial(marks.add_story, keys=joined, by="person"), above.pull_requests)

    def _join_items(self, row: Row) -> Self:
        above = self.rows[self.cursor - 1] if self.cursor else row
        if not above.is_item or above.group != row.group or above is row:
            return replace(self, message="There is no item above in this group to join with.")
        joined = (*above.names, *row.names)
        return self._decide(partial(marks.join_items, keys=joined), joined)

    def _move_item(self, row: Row, by: int) -> Self:
        """Move an item by one place, or to the next group."""
        arranged = self.pull_rows.arranged(self.history.marks)
        groups = {name: [one.pull_requests for one in places] for name, places in arranged.items()}
        names = list(groups)
        at = next(index for index, name in enumerate(names) if row.names in groups[name])
        group = groups[names[at]]
        to = group.index(row.names) + by
        if 0 <= to < len(group):
            other = group[to]
            places = {row.names: (names[at], to + 1), other: (names[at], to + 1 - by)}
        elif 0 <= at + by < len(names):
            target = names[at + by]
            # An item that moves up comes last, and one that moves down comes before all others.
            places = {row.names: (target, len(groups[target]) + 1 if by < 0 else 1)}
            placed = [one for one in arranged[target] if one.mark.place and by > 0]
            places |= {one.pull_requests: (target, (one.mark.place or 0) + 1) for one in placed}
        else:
            return replace(self, message=f"This is already the {_end(by)} item.")
        return self._decide(partial(marks.move_items, places=places), row.names)

    def _group_of(self, row: Row) -> str | None:
        """The group of a pull request, by the rules of the settings."""
        groups = self.pull_rows.groups
        return next((group.name for group in groups if row.names[0] in group.pull_requests), None)

    def move(self, by: int) -> Self:
        """Move the story or item up (-1) or down (1)."""
        row = self.row
        if row and row.is_item:
            return self._move_item(row, by)
        if row is None or not row.is_story:
            return replace(
                self, message="You can move only stories. Press Space to make this one a story."
            )
        places = {_name(mark): mark for mark in self.stories}
        names, mark = list(places), self.stories[row.place - 1]
        to = row.place - 1 + by
        if not 0 <= to < len(names):
            return replace(self, message=f"This is already the {_end(by)} story.")
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
        """Change the heading and text of the story. None keeps one, "" drafts it again."""
        mark = self.selected_story
        if mark is None or (heading is None and text is None):
            return replace(self, message="Nothing was changed.")
        names = mark.pull_requests or (Mark(heading=heading).heading or mark.heading or "",)
        return self._decide(
            partial(marks.reword_story, original=mark, heading=heading, text=text), names
        )

    def reword_item(self, text: str | None) -> Self:
        """Change the text of the item. None keeps it, "" drafts it again."""
        if self.row is None or text is None:
            return replace(self, message="Nothing was changed.")
        names = self.row.names
        return self._decide(partial(marks.reword_item, keys=names, text=text), names)

    def undo(self) -> Self:
        """Undo the last decision."""
        if not self.history.steps:
            return replace(self, message="There is nothing to undo.")
        back = self.history.without_last()
        changes = marks.describe_changes(self.history.marks, back.marks)
        message = f"Undone: {changes}" if changes else "Undone."
        names = self.row.names if self.row else ()
        return replace(self, history=back, message=message).refreshed(names)

    @property
    def why_not_written(self) -> str:
        """The message if the row has no text to edit."""
        if self.pull_rows.layout == "stories":
            return "You can edit only stories. Press Space to make this one a story."
        return "You can edit only stories and items. Press Space to put this one into the list."

    @property
    def selected_story(self) -> Mark | None:
        """The mark of the story under the cursor; None if the row is not a story."""
        return self.stories[self.row.place - 1] if self.row and self.row.is_story else None

    def question_before(self, key: str, *, is_kept: bool = False) -> str | None:
        """The question before "mark" or "join" changes a story with a person's text, or None.

        `is_kept`: the person edited the story in section.md, where it stays.
        """
        mark, above = self.selected_story, self._above()
        if mark is not None and is_kept:
            return KEPT_QUESTION if key == "mark" else None
        if mark is None or not _written_parts(mark):
            return None
        if key == "mark":
            return (
                f"You wrote {_written_parts(mark)}. Remove the story? "
                "Your text leaves the section, but stays in marks.toml."
            )
        if above is None or not _written_parts(above):
            return None
        return (
            "You wrote text for both stories. Join them? "
            f"The section would lose {_written_parts(mark)} of this one."
        )

    def is_edited_in_section(self, edited: AbstractSet[str]) -> bool:
        """Whether a person edited the story or item under the cursor in section.md."""
        is_written = self.row is not None and (self.row.is_story or self.row.is_item)
        return is_written and any(key.lower() in edited for key in self._keys())

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
    """The state before any key."""
    return Picking(pull_rows, History(decided)).refreshed(())


def _end(by: int) -> str:
    return "first" if by < 0 else "last"


def _name(mark: Mark) -> str:
    return mark.pull_requests[0] if mark.pull_requests else mark.heading or ""


def _written_parts(mark: Mark) -> str:
    return " and ".join(f"the {name}" for name in ("heading", "text") if getattr(mark, name))
