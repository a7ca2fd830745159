"""The screen of `digest pick`: keys in, decisions out. What a key does stands in picking.py."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.events import Resize
from textual.widgets import Input, Static

from digest import text
from digest.errors import DigestError
from digest.picker import words
from digest.picker.desk import Desk, Preview
from digest.picker.picking import Picking
from digest.picker.screens import Question, Reading
from digest.picker.section import Section
from digest.picker.table import Table

if TYPE_CHECKING:
    from textual.timer import Timer

NARROW = 110
# Cells of the filter's field, and of a gap before it.
FILTER = 25
# Seconds without a key after which the section is made anew: who types on is not held up.
PAUSE = 0.1
ACTIONS = {
    "space": "mark",
    "plus": "join",
    "shift+up,K": "move(-1)",
    "shift+down,J": "move(1)",
    "slash": "filter",
    "enter": "read",
    "e": "write",
    "o": "browse",
    "u": "undo",
    "p": "preview",
    "left_square_bracket": "scroll_section(-3)",
    "right_square_bracket": "scroll_section(3)",
    "s": "save",
    "q,ctrl+q": "leave",
    "ctrl+c": "abandon",
    "question_mark": "keys",
}
STEPS = {"up": "step(-1)", "down": "step(1)", "home": "step(-100000)", "end": "step(100000)"}
STEPS |= {"pageup": "page(-1)", "pagedown": "page(1)", "escape": "clear"}


class Picker(App[str]):
    """Marks on a full screen. It returns how it was left, "saved" or "abandoned"; None where it broke down."""

    TITLE = "digest pick"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(key, ACTIONS[several], does, show=False, priority=key.startswith("ctrl"))
            for several, _, does, _ in words.KEYS
            for key in several.split(",")
        ),
        *(Binding(key, action, show=False) for key, action in STEPS.items()),
    ]
    CSS = """
    #panes { height: 1fr; layout: horizontal; }
    #left { width: 3fr; }
    Section { width: 2fr; border-left: solid $foreground; padding: 0 1; }
    .narrow #panes { layout: vertical; }
    .narrow #left { width: 1fr; height: 5fr; }
    .narrow Section { width: 1fr; height: 3fr; border-left: none; border-top: solid $foreground; padding: 0; }
    #detail { height: 2; text-style: italic; }
    #title { height: 1; text-style: bold; }
    #foot, #says, #keys { height: 1; }
    #foot { layout: horizontal; }
    #says { width: 1fr; }
    #filter { width: 24; height: 1; border: none; padding: 0; margin-left: 1; }
    """

    def __init__(self, picking: Picking, desk: Desk, title: str) -> None:
        super().__init__()
        self.picking, self.desk = picking, desk
        self._head = title
        self._kept: frozenset[str] = frozenset()
        self._waiting: Timer | None = None

    def compose(self) -> ComposeResult:
        """The list with what there is to know of its row, the section, what was said last, and the keys."""
        yield Static(Text(text.plain(self._head)), id="title")
        with Container(id="panes"):
            with Vertical(id="left"):
                yield Table()
                yield Static(id="detail")
            yield Section()
        with Container(id="foot"):
            yield Static(id="says")
            yield Input(placeholder="/ filter", id="filter")
        yield Static(id="keys")

    def on_mount(self) -> None:
        """Begin with the list in focus."""
        self.query_one(Table).focus()
        self._show_section()
        self._show(self.picking)

    def on_resize(self, event: Resize) -> None:
        """Put the section under the list where there is no room beside it."""
        self.screen.set_class(event.size.width < NARROW, "narrow")
        self.query_one("#keys", Static).update(Text(words.help_line(event.size.width)))
        # The list knows its own size only after this.
        self.call_after_refresh(lambda: self._show(self.picking))

    def action_step(self, by: int) -> None:
        """Move the cursor."""
        self._show(self.picking.step(by))

    def action_page(self, by: int) -> None:
        """Move the cursor by a page."""
        self._show(self.picking.step(by * self.query_one(Table).page))

    def on_table_clicked(self, clicked: Table.Clicked) -> None:
        """Move the cursor to where somebody clicked."""
        self._show(self.picking.step(clicked.at - self.picking.at))

    def action_mark(self) -> None:
        """Make it a story, or take the story out."""
        self._sure("mark", Picking.mark)

    def action_join(self) -> None:
        """Join with the story above."""
        self._sure("join", Picking.join)

    def action_move(self, by: int) -> None:
        """Move the story."""
        self._show(self.picking.move(by))

    def action_undo(self) -> None:
        """Take the last decision back."""
        self._show(self.picking.undo())

    def action_filter(self) -> None:
        """Let the person type words to filter by."""
        # At once, so that what is typed next is no command.
        self.screen.set_focus(self.query_one("#filter"))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        self._show(self.picking.filtered(event.value))

    def on_input_submitted(self) -> None:
        """Keep the filter, and go back to the list."""
        self.screen.set_focus(self.query_one(Table))

    def action_clear(self) -> None:
        """Take the filter away, and go back to the list."""
        self.query_one("#filter", Input).value = ""
        self.screen.set_focus(self.query_one(Table))

    def action_read(self) -> None:
        """Show the descriptions of the row's pull requests."""
        row = self.picking.row
        pulls = (
            [self.picking.offered.pulls[name] for name in row.names if name in self.picking.offered.pulls]
            if row
            else []
        )
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
        with self._told():
            for url in urls:
                self.desk.browse(url)
            self._say(f"Opened {' '.join(urls)}" if urls else "Nothing is known of it.")

    def action_write(self) -> None:
        """Let the person write the story in their own editor."""
        mark = self.picking.told
        if mark is None:
            self._say("Only a story has words to write; Space makes this one.")
            return
        shown = self._preview()
        if shown is None:
            return
        if self.picking.in_the_text(shown.kept):
            self._say("You wrote its words in the section itself: go on there, they stay.")
            return
        before = words.to_write(shown.stories[self.picking.stories.index(mark)], mark)
        with self._told():
            with self.suspend():
                after = self.desk.edit(before)
            self._show(self.picking.reword(*words.written(after, before)))

    def action_preview(self) -> None:
        """Hide the section, or show it."""
        preview = self.query_one(Section)
        preview.display = not preview.display
        self.call_after_refresh(lambda: self._show(self.picking))

    def action_scroll_section(self, by: int) -> None:
        """Scroll the section by so many lines."""
        self.query_one(Section).scroll_relative(y=by, animate=False)

    def action_save(self) -> bool:
        """Save what is decided; returns whether it could be."""
        with self._told():
            saved = self.desk.save(self.picking.history)
            after = replace(self.picking, history=saved.history, says=saved.says)
            self._show(after.listed(self.picking.row.names if self.picking.row else ()))
            self._show_section()
            return True
        return False

    def action_leave(self) -> None:
        """Save, and leave."""
        if not self._goes_back() and self.action_save():
            self.exit("saved")

    def action_abandon(self) -> None:
        """Leave without saving; ask first where that loses a decision."""
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
        stays = self.picking.in_the_text(self._kept)

        def go() -> None:
            before, after = self.picking.history, change(self.picking)
            more = " Your words on it in the section stay." if stays and after.history is not before else ""
            self._show(replace(after, says=f"{after.says}{more}"))

        if question and not stays:
            self.push_screen(Question(question), lambda yes: go() if yes else None)
        else:
            go()

    def _show(self, picking: Picking) -> None:
        """Show where the editor stands now; the section follows after a pause."""
        changed = picking.history.now != self.picking.history.now
        self.picking = picking
        self.query_one(Table).show(picking.rows, picking.at)
        row, width = picking.row, self.query_one("#left").size.width or self.size.width
        about = [row.title, " · ".join(filter(None, (row.people, row.company, row.group, row.reasons)))] if row else []
        self.query_one("#detail", Static).update(Text("\n".join(text.cut(line, width) for line in about)), layout=False)
        self._say(picking.says or self._counts())
        if not changed:
            self.query_one(Section).turn_to(picking.about)
        else:
            if self._waiting:
                self._waiting.stop()
            self._waiting = self.set_timer(PAUSE, self._show_section)

    def _counts(self) -> str:
        count = self.picking.history.unsaved
        told = len(self.picking.stories)
        stories = f"{told} {'story' if told == 1 else 'stories'}"
        return f"{stories}, {count} unsaved change{'s' * (count != 1)}" if count else stories

    def _say(self, what: str) -> None:
        self.query_one("#says", Static).update(Text(text.cut(text.plain(what), self.size.width - FILTER)), layout=False)

    def _show_section(self) -> None:
        if shown := self._preview():
            self._kept = shown.kept
            self.query_one(Section).show(shown.section, self.picking.about)

    def _preview(self) -> Preview | None:
        with self._told():
            return self.desk.preview(self.picking.history.now)
        return None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever fails inside is said, and the picker goes on."""
        try:
            yield
        except DigestError as error:
            self._say(f"{error.message} {error.hint}")
