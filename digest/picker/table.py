"""The list on the screen."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from digest import text
from digest.picker.pane import FAINT, PLAIN, STRONG, Pane
from digest.picker.rows import Kind, Row

HEADINGS: dict[Kind, str] = {
    "story": "In the section",
    "candidate": "Candidates, the largest first",
    "not offered": "Not offered: releases, taken back, told before",
    "bot": "By bots",
}
WIDE = 90
LONGEST_PEOPLE = 18
LONGEST_NUMBER = 16


class Table(Pane, can_focus=True, inherit_bindings=False):
    """The rows under a heading for each kind; the row under the cursor is reversed and has a sign before it."""

    class Clicked(Message):
        """Somebody clicked on the row `at`."""

        def __init__(self, at: int) -> None:
            super().__init__()
            self.at = at

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Row] = ()
        self._lines: list[Row | Kind] = []
        self._places: list[int] = []
        self._at = self._number = 0
        self._nothing = ""

    @property
    def length(self) -> int:
        """How many lines there are, headings included."""
        return len(self._lines)

    def show(self, rows: Sequence[Row], at: int, wanted: str = "") -> None:
        """Show these rows, those with the wanted words, with the cursor on row `at`; scroll so that it is seen."""
        self._nothing = "Nothing holds these words; Esc clears the filter." if wanted.strip() else "Nothing was merged."
        if rows is not self._rows:
            self._rows, self._lines = rows, list(_with_headings(rows))
            self._places = [line for line, one in enumerate(self._lines) if isinstance(one, Row)]
            self._number = min(LONGEST_NUMBER, max((cell_len(row.number) for row in rows), default=0))
            self.refresh()
        elif self._places:
            for place in (self._at, at):
                self.refresh(Region(0, self._places[place] - self.top, self.size.width, 1))
        self._at = at
        self.on_resize()

    def on_resize(self) -> None:
        """Scroll so that the cursor is seen, and with the first row of a kind the heading above it."""
        line = self._places[self._at] if self._places else 0
        above = 1 if line and not isinstance(self._lines[line - 1], Row) else 0
        self.turn(max(min(self.top, line - above), line - self.size.height + 1))

    def line(self, at: int, width: int) -> Strip:
        """A row or a heading."""
        if at >= len(self._lines):
            nothing = "" if at else self._nothing
            return Strip([Segment(set_cell_size(nothing, width), FAINT)])
        line = self._lines[at]
        if not isinstance(line, Row):
            return Strip([Segment(set_cell_size(HEADINGS[line], width), STRONG)])
        chosen = self._places[self._at] == at
        # Faint and reversed is hard to read.
        is_faint = (line.kind == "bot" or line.removed) and not chosen
        style = STRONG if line.is_story else FAINT if is_faint else PLAIN
        words = f"{'>' if chosen else ' '}{row_words(line, width - 1, self._number)}"
        return Strip([Segment(set_cell_size(words, width), style + Style(reverse=chosen))])

    def on_click(self, event: Click) -> None:
        """Say which row was clicked."""
        line = event.y + self.top
        if line in self._places:
            self.post_message(self.Clicked(self._places.index(line)))


@lru_cache(maxsize=4096)
def row_words(row: Row, width: int, number: int) -> str:
    """A row in so many cells: its place, number, title, people and, where there is room, group and reasons."""
    sign = "*" if row.is_story else "-" if row.removed else " "
    begin = f"{sign}{row.place or '':>3} {set_cell_size(text.cut(row.number, number), number)}"
    left = width - cell_len(begin) - 1
    if left < LONGEST_PEOPLE * 2:
        return f"{begin} {_fit(row.title, left)}"
    rest = _fit(row.people, LONGEST_PEOPLE)
    if width >= WIDE:
        why = " · ".join(filter(None, (row.group, row.reasons)))
        rest += f"  {_fit(why, (left - LONGEST_PEOPLE - 4) * 2 // 5)}"
    return f"{begin} {_fit(row.title, left - cell_len(rest) - 2)}  {rest}"


def _fit(words: str, width: int) -> str:
    return set_cell_size(text.cut(words, width), width)


def _with_headings(rows: Sequence[Row]) -> Iterator[Row | Kind]:
    last: Kind | None = None
    for row in rows:
        if row.kind != last:
            yield row.kind
            last = row.kind
        yield row
