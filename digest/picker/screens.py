"""The screens over the list: a text to read, such as descriptions, and a question."""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from digest import text
from digest.model import PullRequest
from digest.picker.panes import CutLines, TextPane
from digest.text import descriptions

END = 1_000_000
# A part of the app's CSS, because the CSS of a screen would delay its first opening.
CSS = """
/* Opaque, so that the list behind it is not drawn. */
TextScreen { background: ansi_default; }
TextScreen TextPane { height: 1fr; padding: 0 0 0 1; }
#foot { height: 1; text-style: bold; }
QuestionScreen { align: center middle; }
QuestionScreen Static { width: 60; max-width: 90%; height: auto; padding: 1 2; }
QuestionScreen Static { border: solid ansi_bright_black; }
"""
SCROLLS = {"up": "turn(-1)", "down": "turn(1)", "home": f"turn(-{END})", "end": f"turn({END})"}
SCROLLS |= {"pageup": "page(-1)", "pagedown,space": "page(1)"}


class TextScreen(ModalScreen[None]):
    """Lines of plain text to scroll through."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,enter,q,question_mark", "dismiss", "back"),
        *(Binding(codes, action, show=False) for codes, action in SCROLLS.items()),
    ]

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__()
        self._text_pane, self._foot = TextPane(lines), CutLines("foot")
        self._foot.show("↑ ↓ PageUp PageDown scroll   Enter or Esc back")

    def compose(self) -> ComposeResult:
        """The lines, and the keys of this screen."""
        yield self._text_pane
        yield self._foot

    def action_turn(self, by: int) -> None:
        """Scroll by this number of lines."""
        self._text_pane.turn(self._text_pane.top + by)

    def action_page(self, by: int) -> None:
        """Scroll by this number of pages."""
        self.action_turn(by * self._text_pane.page)


class QuestionScreen(ModalScreen[bool]):
    """A question that y answers with True, and n or Esc with False."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("y", "dismiss(True)", "yes"),
        ("n,escape", "dismiss(False)", "no"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question, and the keys that answer it."""
        yield Static(Text(f"{self._question}\n\ny yes   n no"))


def description_lines(pulls: Sequence[PullRequest]) -> Iterator[str]:
    """The descriptions of pull requests in lines of plain text, with their links."""
    for number, pull in enumerate(pulls):
        yield from ["", "─" * 20, ""] if number else []
        yield from [text.plain(f"{pull.key} {pull.title}"), text.plain(pull.url), ""]
        if pull.body is None:
            yield "Its description is unknown."
            continue
        yield from text.lines(pull.body) if pull.body.strip() else ["It has no description."]
        if links := descriptions.links(pull.body):
            yield from ["", "Links", *(f"  {link}" for link in links)]
