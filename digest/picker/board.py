"""The board: the list, the section, a message and the keys."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Input, Static

from digest import text
from digest.picker import keys
from digest.picker.panes import ListPane, SectionPane
from digest.picker.picking import Picking
from digest.picker.rows import Row

FILTER_WIDTH = 20
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


class Board(Vertical):
    """The widgets of the main screen."""

    def __init__(self, title: str) -> None:
        super().__init__()
        # Attributes, because a query finds no widget while another screen is open.
        self.list_pane, self.section_pane = ListPane(), SectionPane()
        self.filter_input = Input(placeholder="/ filter", id="filter")
        self.filter_input.cursor_blink = False
        self._panes, self._left = Container(id="panes"), Vertical(id="left")
        self._head, self._todos = text.plain(title), 0
        self._title = Static(id="title")
        self._detail, self._message, self._keys = (
            Static(id=name) for name in ("detail", "message", "keys")
        )

    def compose(self) -> ComposeResult:
        """The widgets, from top to bottom."""
        with Container(id="top"):
            yield self._title
            yield self.filter_input
        with self._panes:
            with self._left:
                yield self.list_pane
                yield self._detail
            yield self.section_pane
        yield self._message
        yield self._keys

    def lay_out(self, width: int) -> None:
        """Arrange the panes for this width, and show the keys that fit."""
        self._panes.set_class(width < NARROW, "narrow")
        self._keys.update(Text(keys.help_line(width)))
        self.show_todos(self._todos, width)

    def show_todos(self, count: int, screen_width: int) -> None:
        """Show the head, with the number of TODOs left."""
        self._todos = count
        todos = f"{count} TODO{'' if count == 1 else 's'} left · " if count else ""
        room = screen_width - FILTER_WIDTH - 1
        self._title.update(Text(text.cut(f"{todos}{self._head}", room)), layout=False)

    def show_picking(self, picking: Picking, screen_width: int) -> None:
        """Show the list, the details of a row, and the message or the counts."""
        self.list_pane.show(picking.rows, picking.cursor, picking.filter_text)
        width = self._left.size.width or screen_width
        details = [text.cut(line, width) for line in _details(picking.row)]
        self._detail.update(Text("\n".join(details)), layout=False)
        self.show_message(picking.message or _counts(picking), screen_width)

    def show_message(self, message: str, screen_width: int) -> None:
        """Show a message above the keys."""
        self._message.update(Text(text.cut(text.plain(message), screen_width)), layout=False)


def _details(row: Row | None) -> list[str]:
    if row is None:
        return []
    return [row.title, " · ".join(filter(None, (row.people, row.company, row.group, row.reasons)))]


def _counts(picking: Picking) -> str:
    unsaved = picking.history.unsaved
    count = len(picking.stories) if picking.count is None else picking.count
    stories = f"{count} {'story' if count == 1 else 'stories'}"
    return f"{stories}, {unsaved} unsaved change{'s' * (unsaved != 1)}" if unsaved else stories
