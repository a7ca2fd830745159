"""The keys of `digest pick`: what is pressed becomes a step of picking.py, or asks the desk for something."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from digest.errors import DigestError
from digest.picker import words
from digest.picker.board import Board
from digest.picker.picking import Picking
from digest.picker.screens import Question, Reading
from digest.picker.table import Table

ENDS = ("SIGHUP", "SIGTERM")
STEPS = {"up": "step(-1)", "down": "step(1)", "home": "step(-100000)", "end": "step(100000)"}
STEPS |= {"pageup": "page(-1)", "pagedown": "page(1)", "escape": "clear"}


class Picker(Board):
    """Marks on a full screen.

    It returns how it was left: "saved", "abandoned", or the name of the signal that ended it; None where it broke down.
    """

    class Abandoned(Message):
        """Somebody wants to leave without saving."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(code, key.action, key.does, show=False, priority=code.startswith("ctrl"))
            for key in words.KEYS
            for code in key.codes.split(",")
        ),
        *(Binding(code, action, show=False) for code, action in STEPS.items()),
    ]

    _leaves = False

    def on_mount(self) -> None:
        """Save also where somebody else ends it: with the terminal's window, or by a signal."""
        for name in ENDS:
            # Windows has neither, nor does a loop in a thread.
            with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
                asyncio.get_running_loop().add_signal_handler(getattr(signal, name), self.end, name)

    def end(self, name: str) -> None:
        """Save, and leave because of the signal of this name."""
        self.keep()
        self.exit(name)

    def panic(self, *_: object) -> None:
        """Leave as when the terminal's window was closed: Textual comes here when no key can be read any more."""
        self.end("SIGHUP")

    def keep(self) -> DigestError | None:
        """Save what is not saved yet, whatever became of the screen; returns why it could not be."""
        if self.picking.history.unsaved:
            try:
                self.picking = replace(self.picking, history=self.desk.save(self.picking.history).history)
            except DigestError as error:
                return error
        return None

    def action_step(self, by: int) -> None:
        """Move the cursor."""
        self.show(self.picking.step(by))

    def action_page(self, by: int) -> None:
        """Move the cursor by a page."""
        self.show(self.picking.step(by * self.table.page))

    def on_table_clicked(self, clicked: Table.Clicked) -> None:
        """Move the cursor to where somebody clicked."""
        self.show(self.picking.step(clicked.at - self.picking.at))

    def action_mark(self) -> None:
        """Make it a story, or take the story out."""
        self._sure("mark", Picking.mark)

    def action_join(self) -> None:
        """Join with the story above."""
        self._sure("join", Picking.join)

    def action_move(self, by: int) -> None:
        """Move the story."""
        self.show(self.picking.move(by))

    def action_undo(self) -> None:
        """Take the last decision back."""
        self.show(self.picking.undo())

    def action_filter(self) -> None:
        """Let the person type words to filter by."""
        # At once, so that what is typed next is no command.
        self.filter.screen.set_focus(self.filter)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        self.show(self.picking.filtered(event.value))

    def on_input_submitted(self) -> None:
        """Keep the filter, and go back to the list."""
        self.table.focus()

    def action_clear(self) -> None:
        """Take the filter away, and go back to the list."""
        self.filter.value = ""
        self.table.focus()

    def action_read(self) -> None:
        """Show the descriptions of the row's pull requests."""
        row, known = self.picking.row, self.picking.offered.pulls
        if row is None:
            self.say("There is nothing to read.")
            return
        pulls = [known[name] for name in row.names if name in known]
        lines = words.description(pulls) if pulls else ["Nothing is known of it."]
        self.push_screen(Reading(lines))

    def action_keys(self) -> None:
        """Show all keys."""
        self.push_screen(Reading(words.all_keys()))

    def action_browse(self) -> None:
        """Open the row's pull requests in the browser."""
        row = self.picking.row
        pulls = self.picking.offered.pulls
        urls = [pulls[name].url for name in row.names if name in pulls] if row else []
        with self.told():
            for url in urls:
                self.desk.browse(url)
            self.say(f"Opened {' '.join(urls)}" if urls else "Nothing is known of it.")

    def action_write(self) -> None:
        """Let the person write the story in their own editor."""
        mark = self.picking.told
        if mark is None:
            self.say("Only a story has words to write; Space makes this one.")
            return
        shown = self.preview()
        if shown is None:
            return
        if self.picking.in_the_text(shown.kept):
            self.say("You wrote its words in the section itself: go on there, they stay.")
            return
        before = words.to_write(shown.stories[self.picking.stories.index(mark)], mark)
        with self.told():
            after = self._written(before)
            self.show(self.picking.reword(*words.written(after, before)))

    def _written(self, before: str) -> str:
        """The words as the person's editor leaves them; the screen comes back also where that fails."""
        failed = None
        with self.suspend():
            # Textual does not take the terminal back when something is raised in here.
            try:
                return self.desk.edit(before)
            except DigestError as error:
                failed = error
        raise failed

    def action_preview(self) -> None:
        """Hide the section, or show it."""
        self.section.display = not self.section.display
        self.call_after_refresh(lambda: self.show(self.picking))

    def action_scroll_section(self, by: int) -> None:
        """Scroll the section by so many lines."""
        self.section.turn(self.section.top + by)

    def action_save(self) -> None:
        """Save what is decided."""
        self._saving(lambda: None)

    def action_leave(self) -> None:
        """Save, and leave."""
        if not self._goes_back():
            self._leaves = True
            self._saving(lambda: self.exit("saved"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does anything: once it is being left, none decides anything more."""
        return not self._leaves and super().check_action(action, parameters)

    def _saving(self, then: Callable[[], object]) -> None:
        """Say at once that it saves, which may take a moment; go on where it could be saved."""
        self.say("Saving …")
        self.call_after_refresh(lambda: self._save() and then())

    def _save(self) -> bool:
        with self.told():
            saved = self.desk.save(self.picking.history)
            after = replace(self.picking, history=saved.history, says=saved.says)
            self.show(after.listed(self.picking.row.names if self.picking.row else ()))
            self.show_section()
            return True
        self._leaves = False
        return False

    def action_abandon(self) -> None:
        """Leave without saving; ask first where that loses a decision."""
        # This key overtakes the others. What it means goes their way, so that it comes behind those that were pressed
        # before.
        (self.focused or self.screen).post_message(self.Abandoned())

    def on_picker_abandoned(self) -> None:
        """Leave now that all keys before are done."""
        if self._goes_back():
            return
        count = self.picking.history.unsaved
        if not count:
            self.exit("abandoned")
            return
        what = "1 change" if count == 1 else f"{count} changes"
        self.push_screen(Question(f"Leave without saving {what}?"), lambda yes: self.exit("abandoned") if yes else None)

    def _goes_back(self) -> bool:
        """Close what lies over the list; returns whether something did."""
        over = isinstance(self.screen, Question | Reading)
        if over:
            self.screen.dismiss()
        return over

    def _sure(self, key: str, change: Callable[[Picking], Picking]) -> None:
        """Make a change; where a person's words would leave the section, ask before."""
        question = self.picking.loses(key)
        stays = self.picking.in_the_text(self.kept)

        def go() -> None:
            before, after = self.picking.history, change(self.picking)
            more = " Your words on it in the section stay." if stays and after.history is not before else ""
            self.show(replace(after, says=f"{after.says}{more}"))

        if question and not stays:
            self.push_screen(Question(question), lambda yes: go() if yes else None)
        else:
            go()
