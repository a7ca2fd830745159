"""The board: the list, the section, a message and the keys."""

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Input

from digest import text
from digest.picker import keys
from digest.picker.panes import CutLines, DrawnOnce, ListPane, SectionPane
from digest.picker.picking import Picking
from digest.picker.rows import Row

# On a narrower screen the section is below the list.
NARROW = 110
CSS = """
#panes { height: 1fr; layout: horizontal; }
#left { width: 3fr; }
SectionPane { width: 2fr; border-left: solid ansi_bright_black; padding: 0 0 0 1; }
#panes.narrow { layout: vertical; }
.narrow #left { width: 1fr; height: 5fr; }
.narrow SectionPane { width: 1fr; height: 3fr; padding: 0; }
.narrow SectionPane { border-left: none; border-top: solid ansi_bright_black; }
#detail { height: 2; text-style: italic; }
#top, #title, #message, #keys { height: 1; }
#top { layout: horizontal; }
#title { width: 1fr; text-style: bold; }
#filter { width: 20; height: 1; border: none; padding: 0; margin-left: 1; text-style: underline; }
#filter > .input--cursor { text-style: reverse; }
#message { color: ansi_green; }
#keys { text-style: dim; }
"""


class Filter(Input, DrawnOnce):
    """The filter. It has the same size with any text."""


class Left(Vertical, DrawnOnce):
    """The list, and the details of the row under the cursor."""


class Board(Vertical):
    """The widgets of the main screen."""

    def __init__(self, title: str) -> None:
        super().__init__()
        # Attributes, because a query finds no widget while another screen is open.
        self.list_pane, self.section_pane = ListPane(), SectionPane()
        self.filter_input = Filter(placeholder="/ filter", id="filter")
        self.filter_input.cursor_blink = False
        self._panes = Container(id="panes")
        self._head = text.plain(title)
        self._title, self._detail, self._message, self._keys = (
            CutLines(name) for name in ("title", "detail", "message", "keys")
        )
        self.show_todos(0)

    def compose(self) -> ComposeResult:
        """The widgets, from top to bottom."""
        with Container(id="top"):
            yield self._title
            yield self.filter_input
        with self._panes:
            with Left(id="left"):
                yield self.list_pane
                yield self._detail
            yield self.section_pane
        yield self._message
        yield self._keys

    def lay_out(self, width: int) -> None:
        """Arrange the panes for this width, and show the keys that fit."""
        self._panes.set_class(width < NARROW, "narrow")
        self._keys.show(keys.help_line(width))

    def show_todos(self, count: int) -> None:
        """Show the head, with the number of TODOs left."""
        todos = f"{count} TODO{'' if count == 1 else 's'} left · " if count else ""
        self._title.show(f"{todos}{self._head}")

    def show_picking(self, picking: Picking) -> None:
        """Show the list, the details of a row, and the message or the counts."""
        self.list_pane.show(picking.rows, picking.cursor, picking.filter_text)
        self._detail.show(*_details(picking.row))
        self.show_message(picking.message or _counts(picking))

    def show_message(self, message: str) -> None:
        """Show a message above the keys."""
        self._message.show(text.plain(message))


def _details(row: Row | None) -> list[str]:
    if row is None:
        return []
    return [row.title, " · ".join(filter(None, (row.people, row.company, row.group, row.reasons)))]


def _counts(picking: Picking) -> str:
    unsaved = picking.history.unsaved
    count = len(picking.stories) if picking.count is None else picking.count
    stories = f"{count} {'story' if count == 1 else 'stories'}"
    return f"{stories}, {unsaved} unsaved change{'s' * (unsaved != 1)}" if unsaved else stories
