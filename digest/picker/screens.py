"""What lies over the list for a moment: something to read, and a question."""

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Static

from digest.picker.pane import Pane, broken

END = 1_000_000
# Part of the app's: a screen's own would be read when it is opened, while somebody waits.
CSS = """
Reading Page { height: 1fr; padding: 0 0 0 1; }
Reading .foot { height: 1; text-style: bold; }
Question { align: center middle; }
Question Static { width: 60; max-width: 90%; height: auto; border: solid $foreground; padding: 1 2; }
"""
SCROLLS = {"up": "turn(-1)", "down": "turn(1)", "home": f"turn(-{END})", "end": f"turn({END})"}
SCROLLS |= {"pageup": "page(-1)", "pagedown,space": "page(1)"}


class Page(Pane):
    """Lines of plain text, broken at the width that there is."""

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__()
        self._plain, self._broken = list(lines), list[Strip]()

    @property
    def length(self) -> int:
        """How many lines there are."""
        return len(self._broken)

    def line(self, at: int, width: int) -> Strip:
        """Line `at`, as it was broken for the size of the screen."""
        return self._broken[at] if at < len(self._broken) else Strip.blank(width)

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._broken = [part for line in self._plain for part in broken(line, max(10, self.room - 1))]
        self.turn(self.top)
        self.refresh()


class Reading(ModalScreen[None]):
    """Lines of plain text to scroll through."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,enter,q,question_mark", "dismiss", "back"),
        *(Binding(codes, action, show=False) for codes, action in SCROLLS.items()),
    ]

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__()
        self._shown = Page(lines)

    def compose(self) -> ComposeResult:
        """The lines, and how to leave them."""
        yield self._shown
        yield Static(Text("↑ ↓ PageUp PageDown scroll   Enter or Esc back"), classes="foot")

    def action_turn(self, by: int) -> None:
        """Scroll by so many lines."""
        self._shown.turn(self._shown.top + by)

    def action_page(self, by: int) -> None:
        """Scroll by so many pages."""
        self.action_turn(by * self._shown.page)


class Question(ModalScreen[bool]):
    """A question that y answers with True, and n or Esc with False."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("y", "dismiss(True)", "yes"),
        ("n,escape", "dismiss(False)", "no"),
    ]

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        """The question, and how to answer it."""
        yield Static(Text(f"{self._words}\n\ny yes   n no"))
