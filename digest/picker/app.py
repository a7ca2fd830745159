"""The Textual app of `digest pick`."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.events import Resize
from textual.filter import LineFilter
from textual.message import Message
from textual.widgets import Input

from digest import text
from digest.errors import DigestError
from digest.model import Marks
from digest.picker import board, screens
from digest.picker.board import Board
from digest.picker.desk import (
    Desk,
    Preview,
    item_for_editor,
    parse_edited_item,
    parse_edited_story,
    story_for_editor,
)
from digest.picker.keys import KEYS, key_lines
from digest.picker.panes import ListPane, WrappedSection
from digest.picker.picking import Picking
from digest.picker.screens import QuestionScreen, TextScreen

if TYPE_CHECKING:
    from textual.timer import Timer

SIGNALS = ("SIGHUP", "SIGTERM")
STEPS = {"up": "step(-1)", "down": "step(1)", "home": "step(-100000)", "end": "step(100000)"}
STEPS |= {"pageup": "page(-1)", "pagedown": "page(1)", "escape": "clear"}
# Seconds without a key before the section is rendered, so that rendering never delays a key.
PAUSE = 0.2
UNKNOWN = "This edition has no facts about it."


class Colourless(LineFilter):
    """Removes every colour, greys included. Bold, dim, italic, underline and reverse stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The segments without their colours."""
        return [
            Segment(characters, style and style.without_color, control)
            for characters, style, control in segments
        ]


class Picker(App[str]):
    """The app. It returns "saved", "abandoned" or the name of a signal; None after a crash."""

    class Abandon(Message):
        """Posted by the key that leaves without saving."""

    TITLE = "digest pick"
    ENABLE_COMMAND_PALETTE = False
    CSS = board.CSS + screens.CSS
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(code, key.action, key.description, show=False, priority=code.startswith("ctrl"))
            for key in KEYS
            for code in key.codes.split(",")
        ),
        *(Binding(code, action, show=False) for code, action in STEPS.items()),
    ]

    def __init__(self, picking: Picking, desk: Desk, title: str) -> None:
        # The colours of the terminal's own theme, so that a light terminal has a light screen.
        super().__init__(ansi_color=True)
        if "NO_COLOR" in os.environ:
            self._filters.append(Colourless())
        self.picking, self.desk, self.board = picking, desk, Board(title)
        self._edited: frozenset[str] = frozenset()
        self._section_timer: Timer | None = None
        self._is_leaving = self._is_rendering = False

    def compose(self) -> ComposeResult:
        """The board. Other screens open over it."""
        yield self.board

    def on_mount(self) -> None:
        """Focus the list, and save when a signal arrives or the terminal closes."""
        self.board.list_pane.focus()
        self.show_section()
        self.show(self.picking)
        for name in SIGNALS:
            # Windows has no such signals, and a loop in a thread accepts no handlers.
            with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
                asyncio.get_running_loop().add_signal_handler(getattr(signal, name), self.end, name)

    def on_resize(self, event: Resize) -> None:
        """Lay out the board for the new size."""
        self.board.lay_out(event.size.width)

    def show(self, picking: Picking) -> None:
        """Show a new state of the picker, and its section after a pause."""
        changed = picking.history.marks != self.picking.history.marks
        self.picking = picking
        self.board.show_picking(picking)
        if not changed:
            self.board.section_pane.turn_to(picking.story)
        else:
            if self._section_timer:
                self._section_timer.stop()
            self._section_timer = self.set_timer(PAUSE, self._follow)

    def _follow(self) -> None:
        """Render the section, or wait for another pause while an earlier one is rendered."""
        if self._is_rendering:
            self._section_timer = self.set_timer(PAUSE, self._follow)
        else:
            self.run_worker(self._render_section())

    async def _render_section(self) -> None:
        """Render the section in a thread, because a long list takes longer than a key may take."""
        self._is_rendering, history = True, self.picking.history
        try:
            with self.reporting_errors():
                drawn = await asyncio.to_thread(self._draw_section, history.marks)
                # A later decision is rendered after its own pause, and a save shows its section.
                if history is self.picking.history:
                    self._show_preview(*drawn)
        finally:
            self._is_rendering = False

    def _draw_section(self, decided: Marks) -> tuple[Preview, WrappedSection]:
        preview = self.desk.preview(decided)
        return preview, self.board.section_pane.wrap(preview.section)

    def show_section(self) -> None:
        """Show the section with the decisions so far."""
        with self.reporting_errors():
            self._show_preview(*self._draw_section(self.picking.history.marks))

    def _show_preview(self, preview: Preview, section: WrappedSection) -> None:
        self._edited = preview.edited
        self.show(self.picking.with_text(preview.covered, preview.count))
        self.board.show_todos(section.todos)
        self.board.section_pane.show(section, self.picking.story)

    def show_message(self, message: str) -> None:
        """Show a message until the next key."""
        self.picking = replace(self.picking, message=message)
        self.board.show_message(message)

    def preview(self) -> Preview | None:
        """The section with the decisions so far; None, with a message, after an error."""
        with self.reporting_errors():
            return self.desk.preview(self.picking.history.marks)
        return None

    @contextmanager
    def reporting_errors(self) -> Iterator[None]:
        """Show an error as a message and continue. A long error opens its own screen."""
        try:
            yield
        except DigestError as error:
            message = f"{error.message} {error.hint}".strip()
            self.show_message(message)
            if text.width(text.plain(message)) > self.size.width:
                self.push_screen(
                    TextScreen([text.plain(error.message), "", text.plain(error.hint)])
                )

    def end(self, name: str) -> None:
        """Save and leave because of this signal."""
        self.keep()
        self.exit(name)

    def panic(self, *_: object) -> None:
        """Save and leave. Textual calls this when it can no longer read keys."""
        self.end("SIGHUP")

    def keep(self) -> DigestError | None:
        """Save the unsaved decisions in any state of the screen. Returns the error of a failure."""
        if self.picking.history.unsaved:
            try:
                self.picking = replace(
                    self.picking, history=self.desk.save(self.picking.history).history
                )
            except DigestError as error:
                return error
        return None

    def action_step(self, by: int) -> None:
        """Move the cursor."""
        self.show(self.picking.step(by))

    def action_page(self, by: int) -> None:
        """Move the cursor by a page."""
        self.show(self.picking.step(by * self.board.list_pane.page))

    def on_list_pane_row_clicked(self, clicked: ListPane.RowClicked) -> None:
        """Move the cursor to the row that was clicked."""
        self.show(self.picking.step(clicked.row - self.picking.cursor))

    def action_mark(self) -> None:
        """Make the row a story, or remove the story."""
        self._change("mark", Picking.mark)

    def action_highlight(self) -> None:
        """Make the item a story."""
        self._change("highlight", Picking.highlight)

    def action_join(self) -> None:
        """Join the row with the story above."""
        self._change("join", Picking.join)

    def action_move(self, by: int) -> None:
        """Move the story."""
        self.show(self.picking.move(by))

    def action_undo(self) -> None:
        """Undo the last decision."""
        self.show(self.picking.undo())

    def action_filter(self) -> None:
        """Focus the filter."""
        # Immediately, so that the next keys go to the filter.
        self.board.filter_input.screen.set_focus(self.board.filter_input)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while the person types."""
        self.show(self.picking.with_filter(event.value))

    def on_input_submitted(self) -> None:
        """Keep the filter and return to the list."""
        self.board.list_pane.focus()

    def action_clear(self) -> None:
        """Clear the filter and return to the list."""
        # Both changes together, so that the screen is drawn once.
        with self.prevent(Input.Changed):
            self.board.filter_input.value = ""
        self.show(self.picking.with_filter(""))
        self.board.list_pane.focus()

    def action_read(self) -> None:
        """Show the descriptions of the row's pull requests."""
        row, known = self.picking.row, self.picking.pull_rows.pulls
        if row is None:
            self.show_message("There is no row to read.")
            return
        pulls = [known[name] for name in row.names if name in known]
        lines = screens.description_lines(pulls) if pulls else [UNKNOWN]
        self.push_screen(TextScreen(lines))

    def action_keys(self) -> None:
        """Show all keys."""
        self.push_screen(TextScreen(key_lines()))

    def action_browse(self) -> None:
        """Open the row's pull requests in the browser."""
        row = self.picking.row
        pulls = self.picking.pull_rows.pulls
        urls = [pulls[name].url for name in row.names if name in pulls] if row else []
        with self.reporting_errors():
            for url in urls:
                self.desk.browse(url)
            self.show_message(f"Opened {' '.join(urls)}" if urls else UNKNOWN)

    def action_write(self) -> None:
        """Open the story or item in the person's editor."""
        mark, row = self.picking.selected_story, self.picking.row
        if row is None or not (mark or row.is_item):
            self.show_message(self.picking.why_not_written)
            return
        preview = self.preview()
        if preview is None:
            return
        if self.picking.is_edited_in_section(preview.edited):
            kind = "story" if mark else "item"
            self.show_message(
                f"You edited this {kind} in section.md. Edit it there; your changes are kept."
            )
            return
        with self.reporting_errors():
            if mark is None:
                self._write_item(preview.section, row.names)
                return
            before = story_for_editor(preview.stories[self.picking.stories.index(mark)], mark)
            after = self._edit(before)
            self.show(self.picking.reword(*parse_edited_story(after, before)))

    def _write_item(self, section: str, names: Sequence[str]) -> None:
        before = item_for_editor(section, names)
        if before is None:
            self.show_message("The list in section.md has no such item. Edit section.md instead.")
            return
        self.show(self.picking.reword_item(parse_edited_item(self._edit(before), before)))

    def _edit(self, before: str) -> str:
        """The text after the person edited it. Restores the screen, also after an error."""
        failure = None
        with self.suspend():
            # Textual restores the terminal only if this block raises nothing.
            try:
                return self.desk.edit(before)
            except DigestError as error:
                failure = error
        raise failure

    def action_preview(self) -> None:
        """Hide or show the section."""
        self.board.section_pane.display = not self.board.section_pane.display

    def action_scroll_section(self, by: int) -> None:
        """Scroll the section by this number of lines."""
        self.board.section_pane.turn(self.board.section_pane.top + by)

    def action_save(self) -> None:
        """Save the decisions."""
        self._save_soon(lambda: None)

    def action_leave(self) -> None:
        """Save and leave."""
        if not self._close_top_screen():
            self._is_leaving = True
            self._save_soon(lambda: self.exit("saved"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action is allowed. None is while the picker leaves."""
        return not self._is_leaving and super().check_action(action, parameters)

    def _save_soon(self, then: Callable[[], object]) -> None:
        """Show a message, save, and call `then` after success."""
        self.show_message("Saving …")
        self.call_after_refresh(lambda: self._save() and then())

    def _save(self) -> bool:
        with self.reporting_errors():
            saved = self.desk.save(self.picking.history)
            after = replace(self.picking, history=saved.history, message=saved.message)
            self.show(after.refreshed(self.picking.row.names if self.picking.row else ()))
            self.show_section()
            return True
        self._is_leaving = False
        return False

    def action_abandon(self) -> None:
        """Leave without saving, after a question if there are unsaved changes."""
        # Textual handles this key before waiting keys. A message is queued behind them.
        (self.focused or self.screen).post_message(self.Abandon())

    def on_picker_abandon(self) -> None:
        """Leave, after all earlier keys."""
        if self._close_top_screen():
            return
        count = self.picking.history.unsaved
        if not count:
            self.exit("abandoned")
            return
        changes = "1 change" if count == 1 else f"{count} changes"
        question = QuestionScreen(f"Leave without saving {changes}?")
        self.push_screen(question, lambda yes: self.exit("abandoned") if yes else None)

    def _close_top_screen(self) -> bool:
        """Close the screen over the board. Returns whether one was open."""
        top = self.screen
        if isinstance(top, QuestionScreen | TextScreen):
            top.dismiss()
            return True
        return False

    def _change(self, key: str, change: Callable[[Picking], Picking]) -> None:
        """Make a change, after a question if it takes a person's text out of the section."""
        is_kept = self.picking.is_edited_in_section(self._edited)
        question = self.picking.question_before(key, is_kept=is_kept)

        def apply() -> None:
            before, after = self.picking.history, change(self.picking)
            is_changed = after.history is not before
            more = " Your edits in section.md are kept." if is_kept and is_changed else ""
            self.show(replace(after, message=f"{after.message}{more}"))

        if question:
            self.push_screen(QuestionScreen(question), lambda yes: apply() if yes else None)
        else:
            apply()
