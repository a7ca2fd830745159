"""The section on the screen, beside the list or below it."""

import re
from collections.abc import Iterator, Sequence

from textual.strip import Strip

from digest import text
from digest.compose import blocks
from digest.picker.pane import Pane, broken

LINK = re.compile(r"(?<!!)\[([^\]]*)\]\([^)]*\)")


class Section(Pane):
    """The Markdown of a section as a reader would skim it; it turns to the story that is looked at."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Strip] = []
        self._markdown = ""
        self._about: tuple[str, ...] = ()
        self._places: dict[str, int] = {}

    @property
    def length(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def line(self, at: int, width: int) -> Strip:
        """Line `at`, as it was broken when the section was shown."""
        return self._lines[at] if at < len(self._lines) else Strip.blank(width)

    def on_resize(self) -> None:
        """Break the lines anew."""
        self.show(self._markdown, self._about)

    def show(self, markdown: str, about: tuple[str, ...]) -> None:
        """Show a section, and in it the story of these names."""
        self._markdown = markdown
        self._lines, self._places = [], {}
        # One cell stays free before the scroll bar.
        for names, block in _blocks(markdown, max(10, self.room - 1)):
            self._places |= {name: len(self._lines) for name in names}
            self._lines += block
        self.refresh()
        self.turn(self.top)
        self.turn_to(about)

    def turn_to(self, about: tuple[str, ...]) -> None:
        """Scroll to the story of these names; stay where there is none."""
        self._about = about
        place = next((self._places[name] for name in map(str.lower, about) if name in self._places), None)
        if place is not None:
            self.turn(place)


def _blocks(markdown: str, width: int) -> Iterator[tuple[frozenset[str], Sequence[Strip]]]:
    """Each block with the names of the stories that it tells, and its lines, broken at the width.

    Headings and what is still to be written stand out; links are as short as a reader sees them.
    """
    for block in blocks.split_blocks(markdown):
        lines: list[Strip] = []
        for line in text.lines(block.content + block.tail):
            lines += broken(LINK.sub(r"\1", line), width, "bold" if line.startswith("#") else "", "TODO")
        yield frozenset(name.lower() for name in block.covered), lines
