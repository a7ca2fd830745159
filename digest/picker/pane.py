"""Lines on the screen that can be scrolled. Only those in view are drawn, in one go, so their number costs nothing."""

from collections.abc import Sequence
from functools import lru_cache

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip
from textual.widget import Widget

PLAIN, STRONG, FAINT = Style(), Style(bold=True), Style(dim=True)
# Signs instead of colours: they are told apart on every terminal, and by every version of Textual alike.
BAR, THUMB = "│", "█"
WHEEL = 3
# What a Text needs to be broken into lines; nothing is printed on it.
CONSOLE = Console(color_system=None, width=80)


class Pane(Widget):
    """Lines with a scroll bar in the last column, where there are more of them than fit.

    Textual's own scrolling lays the whole screen out anew whenever the number of lines changes.
    """

    DEFAULT_CSS = "Pane { width: 1fr; height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.top = 0

    @property
    def length(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def line(self, at: int, width: int) -> Strip:
        """Line `at` in so many cells."""
        raise NotImplementedError

    @property
    def room(self) -> int:
        """How many cells a line has."""
        return max(1, self.size.width - 1)

    @property
    def page(self) -> int:
        """How many lines a page has."""
        return max(1, self.size.height - 1)

    def turn(self, top: int) -> None:
        """Let the view begin with line `top`, or as far down as there are lines."""
        turned = max(0, min(top, self.length - self.size.height))
        if turned != self.top:
            self.top = turned
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line `y` of the view."""
        at = self.top + y
        strip = self.line(at, self.room).adjust_cell_length(self.room)
        return Strip([*strip, Segment(self._bar(y), PLAIN)]).apply_style(self.rich_style)

    def on_mouse_scroll_down(self) -> None:
        """Go on by some lines."""
        self.turn(self.top + WHEEL)

    def on_mouse_scroll_up(self) -> None:
        """Go back by some lines."""
        self.turn(self.top - WHEEL)

    def _bar(self, y: int) -> str:
        height, over = self.size.height, self.length - self.size.height
        if over <= 0:
            return " "
        thumb = max(1, height * height // self.length)
        begin = round(self.top / over * (height - thumb))
        return THUMB if begin <= y < begin + thumb else BAR


@lru_cache(maxsize=4096)
def broken(line: str, width: int, style: str = "", stands_out: str = "") -> Sequence[Strip]:
    """A line of plain text broken at a width; the word that stands out is reversed."""
    shown = Text(line, style=style)
    if stands_out:
        shown.highlight_words([stands_out], "reverse")
    parts = shown.wrap(CONSOLE, width) or [Text()]
    return [Strip(segment for segment in part.render(CONSOLE)) for part in parts]
