"""The panes of the screen: the list, the section and plain text; and lines that do not scroll.

A pane draws only the visible lines, so it is fast with any number of them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip
from textual.widget import Widget

from digest import text
from digest.compose import people
from digest.compose.blocks import Block, linked_keys, split_blocks
from digest.compose.list_items import split_items
from digest.picker.rows import Kind, Row
from digest.text import find_todos

PLAIN, STRONG, FAINT = Style(), Style(bold=True), Style(dim=True)
# Colours of the terminal's own theme, readable on a dark and on a light background.
TITLE = Style(bold=True, color="magenta")
STORY = Style(bold=True, color="green")
TODO = "reverse yellow"
# Characters as well as colours: they look the same on every terminal and in every version of
# Textual.
BAR, THUMB = "│", "█"
WHEEL = 3
# A Text needs a console to wrap its lines. Nothing is printed on it.
CONSOLE = Console(color_system=None, width=80)

WIDE = 90
LONGEST_PEOPLE = 18
LONGEST_NUMBER = 16
LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)")


class DrawnOnce(Widget):
    """A widget that is drawn once after its size or text changed.

    For its own scroll bars, which nothing here has, Textual would draw the whole screen again.
    """

    virtual_size = var(Size(0, 0))


class CutLines(DrawnOnce):
    """Lines of plain text, cut to the width in which they are drawn."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self._words: Sequence[str] = ()

    def show(self, *lines: str) -> None:
        """Show these lines."""
        self._words = lines
        self.refresh()

    def render(self) -> Text:
        """The lines."""
        return Text("\n".join(text.cut(line, self.size.width) for line in self._words))


class Pane(DrawnOnce):
    """Lines with a scroll bar in the last column if they do not fit.

    Textual's scrolling lays out the whole screen again when the number of lines changes.
    """

    DEFAULT_CSS = "Pane { width: 1fr; height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.top = 0
        self._filled_size = Size(0, 0)
        self._line_width, self._line_style, self._thumb = 1, PLAIN, range(0)

    @property
    def length(self) -> int:
        """The number of lines."""
        raise NotImplementedError

    def line(self, index: int, width: int) -> Strip:
        """A line in this number of cells. `index` counts from 0 and can be past the end."""
        raise NotImplementedError

    @property
    def room(self) -> int:
        """The width of a line in cells."""
        return max(1, self.size.width - 1)

    @property
    def page(self) -> int:
        """The number of lines of a page."""
        return max(1, self.size.height - 1)

    def turn(self, top: int) -> None:
        """Scroll to line `top`, or to the last full page."""
        before, self.top = self.top, self.nearest(top)
        if self.top != before:
            self.refresh()

    def fill(self) -> None:
        """Arrange the lines for a new size of the pane. They are drawn next."""
        raise NotImplementedError

    def render_lines(self, crop: Region) -> list[Strip]:
        """The visible lines. Textual takes long to find the size and style, so not for each."""
        # Not in a resize event, because that comes after a draw.
        if self.size != self._filled_size:
            self._filled_size = self.size
            self.fill()
        self._line_width, self._line_style = self.room, self.rich_style
        self._thumb = self._find_thumb(self.size.height)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Row `y` of the pane."""
        width = self._line_width
        strip = self.line(self.top + y, width).adjust_cell_length(width)
        bar = THUMB if y in self._thumb else BAR if self._thumb else " "
        return Strip([*strip, Segment(bar, PLAIN)], width + 1).apply_style(self._line_style)

    def on_mouse_scroll_down(self) -> None:
        """Scroll down by some lines."""
        self.turn(self.top + WHEEL)

    def on_mouse_scroll_up(self) -> None:
        """Scroll up by some lines."""
        self.turn(self.top - WHEEL)

    def nearest(self, top: int) -> int:
        """Line `top`, or the first line of the last full page."""
        return max(0, min(top, self.length - self.size.height))

    def _find_thumb(self, height: int) -> range:
        """The rows of the scroll bar that show the place; empty without a scroll bar."""
        over = self.length - height
        if over <= 0:
            return range(0)
        thumb = max(1, height * height // self.length)
        begin = round(self.top / over * (height - thumb))
        return range(begin, begin + thumb)


class ListPane(Pane, can_focus=True, inherit_bindings=False):
    """The rows, with a heading for each kind. The cursor's row is reversed, after a ">"."""

    class RowClicked(Message):
        """A click on the row with this index."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Row] = ()
        self._lines: list[Row | str] = []
        self._places: list[int] = []
        self._cursor, self._columns = 0, (0, 0)
        self._placeholder = ""

    @property
    def length(self) -> int:
        """The number of lines, headings included."""
        return len(self._lines)

    def show(self, rows: Sequence[Row], cursor: int, filter_text: str = "") -> None:
        """Show the filtered rows, and scroll to the cursor."""
        self._placeholder = "Nothing was merged."
        if filter_text.strip():
            self._placeholder = "No row matches. Press Esc to clear the filter."
        if rows is not self._rows:
            self._rows, self._lines = rows, list(_with_headings(rows))
            self._places = [
                place for place, line in enumerate(self._lines) if isinstance(line, Row)
            ]
            number = max((text.width(row.number) for row in rows), default=0)
            size = max((len(row.size) for row in rows), default=0)
            self._columns = (min(LONGEST_NUMBER, number), size)
            self.refresh()
        elif self._places:
            for place in (self._cursor, cursor):
                self.refresh(Region(0, self._places[place] - self.top, self.size.width, 1))
        self._cursor = cursor
        self.turn(self._find_top())

    def fill(self) -> None:
        """Scroll to the cursor."""
        self.top = self.nearest(self._find_top())

    def line(self, index: int, width: int) -> Strip:
        """A row or a heading."""
        if index >= len(self._lines):
            placeholder = "" if index else self._placeholder
            return Strip([Segment(f"{placeholder:<{width}}", FAINT)])
        line = self._lines[index]
        if not isinstance(line, Row):
            return Strip([Segment(text.fit(line, width), TITLE)])
        sign, words, tags = row_parts(line, width - 1, *self._columns)
        if self._places[self._cursor] == index:
            # Faint and reversed is hard to read.
            style = Style(reverse=True, bold=line.is_story)
            return Strip([Segment(f">{sign}{words}{tags}", style)])
        is_faint = line.kind in {"bot", "left out"} or line.removed
        style = STRONG if line.is_story else FAINT if is_faint else PLAIN
        return Strip([Segment(f" {sign}", STORY), Segment(words, style), Segment(tags, FAINT)])

    def on_click(self, event: Click) -> None:
        """Post the row that was clicked."""
        line = event.y + self.top
        if line in self._places:
            self.post_message(self.RowClicked(self._places.index(line)))

    def _find_top(self) -> int:
        """The nearest scroll that shows the cursor, and the heading above the first of a kind."""
        line = self._places[self._cursor] if self._places else 0
        above = 1 if line and not isinstance(self._lines[line - 1], Row) else 0
        return max(min(self.top, line - above), line - self.size.height + 1)


@dataclass(frozen=True)
class WrappedSection:
    """The Markdown of a section, and its lines wrapped to `width`.

    `places` are the first lines about each story or item, by name, and `todos` counts the TODOs.
    """

    markdown: str = ""
    width: int = 0
    lines: Sequence[Strip] = ()
    places: Mapping[str, int] = field(default_factory=dict)
    todos: int = 0


class SectionPane(Pane):
    """The Markdown of a section with short links. It follows the story under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self._section = WrappedSection()
        self._story: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """The number of lines."""
        return len(self._section.lines)

    def line(self, index: int, width: int) -> Strip:
        """A wrapped line."""
        lines = self._section.lines
        return lines[index] if index < len(lines) else Strip.blank(width)

    def fill(self) -> None:
        """Wrap the lines, and scroll to the story."""
        if self._section.width != self._width:
            self._section = self.wrap(self._section.markdown)
        self.top = self.nearest(self._find_top())

    def wrap(self, markdown: str) -> WrappedSection:
        """The section for `show`, in any thread, because a long one takes longer than a key may."""
        return wrap_section(markdown, self._width)

    def show(self, section: WrappedSection, story: tuple[str, ...]) -> None:
        """Show a section, and scroll to the story with these names."""
        # The pane may have another width by now.
        is_current = section.width == self._width
        self._section = section if is_current else self.wrap(section.markdown)
        self.refresh()
        self.turn_to(story)

    def turn_to(self, story: tuple[str, ...]) -> None:
        """Scroll to the story with these names, if there is one."""
        self._story = story
        self.turn(self._find_top())

    def _find_top(self) -> int:
        """The first line of the story; without one the present line."""
        places = self._section.places
        return next(
            (places[name] for name in map(str.lower, self._story) if name in places), self.top
        )

    @property
    def _width(self) -> int:
        # One cell stays free next to the scroll bar.
        return max(10, self.room - 1)


class TextPane(Pane):
    """Lines of plain text, wrapped to the width of the pane."""

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__()
        self._plain, self._wrapped = list(lines), list[Strip]()

    @property
    def length(self) -> int:
        """The number of lines."""
        return len(self._wrapped)

    def line(self, index: int, width: int) -> Strip:
        """A wrapped line."""
        return self._wrapped[index] if index < len(self._wrapped) else Strip.blank(width)

    def fill(self) -> None:
        """Wrap the lines."""
        self._wrapped = [
            part for line in self._plain for part in wrap_line(line, max(10, self.room - 1))
        ]
        self.top = self.nearest(self.top)


@lru_cache(maxsize=4096)
def row_parts(row: Row, width: int, number: int, size: int) -> tuple[str, str, str]:
    """A row in this width: its sign and place, its number, title, people and size, and its tags.

    `number` and `size` are the widths of these columns. A narrow row has fewer columns.
    """
    sign = (
        "*" if row.is_story or row.is_item else "=" if row.in_text else "-" if row.removed else " "
    )
    begin, name = f"{sign}{row.place or '':>3} ", f"{text.fit(row.number, number)} "
    left = width - len(begin) - text.width(name)
    if left < LONGEST_PEOPLE * 2:
        return begin, f"{name}{text.fit(row.title, left)}", ""
    rest = f"{people.fit_name(row.people, LONGEST_PEOPLE)} {row.size:>{size}}"
    title = left - text.width(rest) - 2
    tags = f"  {text.fit(row.tags, title * 2 // 5)}" if width >= WIDE else ""
    title -= text.width(tags)
    return begin, f"{name}{text.fit(row.title, title)}  {rest}", tags


def _with_headings(rows: Sequence[Row]) -> Iterator[Row | str]:
    last: tuple[Kind, str] | None = None
    for row in rows:
        if (row.kind, row.heading) != last:
            yield row.heading
            last = (row.kind, row.heading)
        yield row


def wrap_section(markdown: str, width: int) -> WrappedSection:
    """A section, wrapped to this number of cells."""
    lines: list[Strip] = []
    places: dict[str, int] = {}
    for names, block in _blocks(markdown, width):
        for name in names:
            places.setdefault(name, len(lines))
        lines += block
    return WrappedSection(markdown, width, lines, places, len(find_todos(markdown)))


def _blocks(markdown: str, width: int) -> Iterator[tuple[frozenset[str], Sequence[Strip]]]:
    """The names of the stories in each block and of the items in each line, with the lines.

    Lines are wrapped to the width. Headings are bold, TODOs are highlighted, and links show their
    text alone.
    """
    for block in split_blocks(markdown):
        items = _items(block)
        yield frozenset(name.lower() for name in block.covered if name not in items), []
        for line in text.lines(block.content + block.tail):
            style = "bold magenta" if line.startswith("#") else ""
            lines = wrap_line(LINK.sub(r"\1", line), width, style, with_todos=True)
            yield linked_keys(line) & items if items else items, lines


@lru_cache(maxsize=256)
def _items(block: Block) -> frozenset[str]:
    """The pull requests that the items of a group link; empty for a story."""
    pieces = split_items(block) if block.level else ()
    keys = frozenset(key for piece in pieces if piece.item for key in piece.keys)
    return keys if keys == block.keys else frozenset()


@lru_cache(maxsize=4096)
def wrap_line(
    line: str, width: int, style: str = "", *, with_todos: bool = False
) -> Sequence[Strip]:
    """A line of plain text, wrapped to the width, on request with its TODOs highlighted."""
    shown = Text(line)
    # rich forgets the style of a whole text when it renders one.
    shown.stylize(style)
    for start, end in find_todos(line) if with_todos else ():
        shown.stylize(TODO, start, end)
    parts = shown.wrap(CONSOLE, width) or [Text()]
    return [Strip(segment for segment in part.render(CONSOLE)) for part in parts]
