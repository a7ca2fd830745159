"""What lies over the list for a moment: something to read, and a question."""

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static


class Reading(ModalScreen[None]):
    """Lines of plain text to scroll through."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,enter,q,question_mark", "dismiss", "back")]
    CSS = """
    Reading VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    Reading .foot { height: 1; text-style: bold; }
    """

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        """The lines, and how to leave them."""
        with VerticalScroll():
            yield Static(Text("\n".join(self._lines)))
        yield Static(Text("↑ ↓ PageUp PageDown scroll   Enter or Esc back"), classes="foot")


class Question(ModalScreen[bool]):
    """A question that y answers with True, and n or Esc with False."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("y", "dismiss(True)", "yes"),
        ("n,escape", "dismiss(False)", "no"),
    ]
    CSS = """
    Question { align: center middle; }
    Question Static { width: 60; max-width: 90%; height: auto; border: solid $foreground; padding: 1 2; }
    """

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        """The question, and how to answer it."""
        yield Static(Text(f"{self._words}\n\ny yes   n no"))
