"""The section on the screen, beside the list or below it."""

import re
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from digest import text
from digest.compose import section

LINK = re.compile(r"(?<!!)\[([^\]]*)\]\([^)]*\)")


class Section(VerticalScroll, can_focus=False):
    """The Markdown of a section as a reader would skim it; it turns to the story that is looked at."""

    DEFAULT_CSS = "Section { scrollbar-size-vertical: 1; scrollbar-gutter: stable; }"

    def __init__(self) -> None:
        super().__init__()
        self._shown = Static()
        self._markdown = ""
        self._about: tuple[str, ...] = ()
        self._places: dict[str, int] = {}

    def compose(self) -> ComposeResult:
        """The lines."""
        yield self._shown

    def on_resize(self) -> None:
        """Break the lines anew."""
        self.show(self._markdown, self._about)

    def show(self, markdown: str, about: tuple[str, ...]) -> None:
        """Show a section, and in it the story of these names."""
        self._markdown, self._about = markdown, about
        lines: list[Text] = []
        self._places = {}
        # One cell less than there is: then nothing breaks the lines again.
        for names, block in _blocks(markdown, max(10, self.scrollable_content_region.width - 1)):
            self._places |= {name: len(lines) for name in names}
            lines += block
        self._shown.update(Text("\n").join(lines))
        self.call_after_refresh(self.turn_to, about)

    def turn_to(self, about: tuple[str, ...]) -> None:
        """Scroll to the story of these names; stay where there is none."""
        self._about = about
        place = next((self._places[name] for name in map(str.lower, about) if name in self._places), None)
        if place is not None:
            self.scroll_to(y=place, animate=False)


def _blocks(markdown: str, width: int) -> Iterator[tuple[frozenset[str], Sequence[Text]]]:
    """Each block with the names of the stories that it tells, and its lines, broken at the width.

    Headings and what is still to be written stand out; links are as short as a reader sees them.
    """
    console = Console(width=width, color_system=None)
    for block in section.split(markdown):
        lines: list[Text] = []
        for line in text.lines(block.content + block.tail):
            shown = Text(LINK.sub(r"\1", line), style="bold" if line.startswith("#") else "")
            shown.highlight_words(["TODO"], "reverse")
            lines += shown.wrap(console, width) or [Text()]
        yield frozenset(name.lower() for name in block.told), lines
