"""What `digest pick` shows: the list, the section beside or below it, what was said last. What keys do is in app.py."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual.app import App, ComposeResult
from textual.containers import Container, Vertical
from textual.events import Resize
from textual.widgets import Input, Static

from digest import text
from digest.errors import DigestError
from digest.picker import screens, words
from digest.picker.colourless import Colourless
from digest.picker.desk import Desk, Preview
from digest.picker.picking import Picking
from digest.picker.section import Section
from digest.picker.table import Table

if TYPE_CHECKING:
    from textual.timer import Timer

NARROW = 110
# Seconds without a key after which the section is made anew: who types on is not held up.
PAUSE = 0.1


class Board(App[str]):
    """The screen, and where the editor stands on it."""

    TITLE = "digest pick"
    ENABLE_COMMAND_PALETTE = False
    CSS = (
        """
    #panes { height: 1fr; layout: horizontal; }
    #left { width: 3fr; }
    Section { width: 2fr; border-left: solid $foreground; padding: 0 0 0 1; }
    #panes.narrow { layout: vertical; }
    .narrow #left { width: 1fr; height: 5fr; }
    .narrow Section { width: 1fr; height: 3fr; border-left: none; border-top: solid $foreground; padding: 0; }
    #detail { height: 2; text-style: italic; }
    #top, #title, #says, #keys { height: 1; }
    #top { layout: horizontal; }
    #title { width: 1fr; text-style: bold; }
    #filter { width: 20; height: 1; border: none; padding: 0; margin-left: 1; text-style: underline; }
    #filter > .input--cursor { background: $surface; color: $foreground; text-style: reverse; }
    """
        + screens.CSS
    )

    def __init__(self, picking: Picking, desk: Desk, title: str) -> None:
        colourless = "NO_COLOR" in os.environ
        # Textual alone writes greys then, also for what is faint.
        super().__init__(ansi_color=True if colourless else None)
        if colourless:
            self._filters.append(Colourless())
        self.picking, self.desk = picking, desk
        # Held here, not looked for: another screen may lie over these.
        self.table, self.section, self.filter = Table(), Section(), Input(placeholder="/ filter", id="filter")
        self.filter.cursor_blink = False
        self._panes, self._left = Container(id="panes"), Vertical(id="left")
        self._title, self._detail, self._says, self._keys = (
            Static(id=name) for name in ("title", "detail", "says", "keys")
        )
        self._head = title
        self.kept: frozenset[str] = frozenset()
        self._waiting: Timer | None = None

    def compose(self) -> ComposeResult:
        """The list with what there is to know of its row, the section, what was said last, and the keys."""
        with Container(id="top"):
            yield self._title
            yield self.filter
        with self._panes:
            with self._left:
                yield self.table
                yield self._detail
            yield self.section
        yield self._says
        yield self._keys

    def on_mount(self) -> None:
        """Begin with the list in focus."""
        self._title.update(Text(text.plain(self._head)))
        self.table.focus()
        self.show_section()
        self.show(self.picking)

    def on_resize(self, event: Resize) -> None:
        """Put the section under the list where there is no room beside it."""
        self._panes.set_class(event.size.width < NARROW, "narrow")
        self._keys.update(Text(words.help_line(event.size.width)))
        # The list knows its own size only after this.
        self.call_after_refresh(lambda: self.show(self.picking))

    def show(self, picking: Picking) -> None:
        """Show where the editor stands now; the section follows after a pause."""
        changed = picking.history.now != self.picking.history.now
        self.picking = picking
        self.table.show(picking.rows, picking.at, picking.wanted)
        row, width = picking.row, self._left.size.width or self.size.width
        about = [row.title, " · ".join(filter(None, (row.people, row.company, row.group, row.reasons)))] if row else []
        self._detail.update(Text("\n".join(text.cut(line, width) for line in about)), layout=False)
        self._say(picking.says or self._counts())
        if not changed:
            self.section.turn_to(picking.about)
        else:
            if self._waiting:
                self._waiting.stop()
            self._waiting = self.set_timer(PAUSE, self.show_section)

    def _counts(self) -> str:
        count = self.picking.history.unsaved
        told = len(self.picking.stories)
        stories = f"{told} {'story' if told == 1 else 'stories'}"
        return f"{stories}, {count} unsaved change{'s' * (count != 1)}" if count else stories

    def say(self, what: str) -> None:
        """Say something in the last line but one, until the next key."""
        self.picking = replace(self.picking, says=what)
        self._say(what)

    def _say(self, what: str) -> None:
        self._says.update(Text(text.cut(text.plain(what), self.size.width)), layout=False)

    def show_section(self) -> None:
        """Show the section as it would be now."""
        if shown := self.preview():
            self.kept = shown.kept
            self.section.show(shown.section, self.picking.about)

    def preview(self) -> Preview | None:
        """The section as it would be now; None where it cannot be told, which is said."""
        with self.told():
            return self.desk.preview(self.picking.history.now)
        return None

    @contextmanager
    def told(self) -> Iterator[None]:
        """Whatever fails inside is said, and the picker goes on; what is too long for a line is shown to be read."""
        try:
            yield
        except DigestError as error:
            says = f"{error.message} {error.hint}".strip()
            self.say(says)
            if cell_len(text.plain(says)) > self.size.width:
                self.push_screen(screens.Reading([text.plain(error.message), "", text.plain(error.hint)]))
