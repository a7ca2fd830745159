"""Runs `digest pick`: shows a saved edition, and saves the decisions as `mark` does.

Its desk previews, saves and reports the edition for the picker.
"""

import gc
import os
import signal
import sys
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from digest import windows
from digest.compose import marks
from digest.compose.edition import recompose
from digest.editions import editor
from digest.editions.draft import edition_command, report
from digest.editions.folder import (
    find_edition,
    read_edition,
    read_saved,
    retry_after_saves,
    save_update,
    update_edition,
)
from digest.editions.gather import editions_folder
from digest.editions.pictures import FolderPictures
from digest.editions.request import Request, requested_stories
from digest.editions.saved_edition import SavedEdition
from digest.editions.update import EditionUpdate, SectionMerge, update
from digest.errors import DigestError, UsageError
from digest.files import editions, settings_files
from digest.files.editions import Edition
from digest.model import Digest, Marks, Snapshot
from digest.model.edition_files import FACTS
from digest.output import streams
from digest.output.progress import FetchingScreen
from digest.picker.desk import Preview, SaveResult
from digest.picker.history import History
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.picker.app import Picker

# So many new objects are looked through in a moment.
FEW = 700
# More collections of new objects than there are in a session.
NEVER = 2**30
# Seconds. Python's own turns are five times as long.
THREAD_TURN = 0.001
# Four times as many as Textual's own number. An unchanged screen is not drawn.
FRAMES_PER_SECOND = "240"


class EditionDesk:
    """A saved edition, read at the start and again at each save.

    `last` is the update that was saved last. `around` are the editions in the output folder at the
    start, if the caller has read them.
    """

    def __init__(
        self,
        facts: Path,
        settings: Settings,
        output: Path,
        around: Sequence[Edition] | None = None,
    ) -> None:
        self._facts, self.settings, self._output = facts, settings, output
        self.last: EditionUpdate | None = None
        self._messages: list[str] = []
        self._withheld: list[str] = []
        saved, snapshot = self._read(around)
        self._update = update(saved, snapshot, Request(), settings)
        self._saved = saved
        self._before = saved.marks_without_deleted.marks
        self._opened = self.marks

    @property
    def digest(self) -> Digest:
        """The digest of what was read or saved last."""
        return self._update.digest

    @property
    def marks(self) -> Marks:
        """The marks that were read or saved last, with the stories that digest drafts."""
        return self._update.marks

    def preview(self, decided: Marks) -> Preview:
        """The section with these marks, from the files as last read."""
        new = self._update
        material = replace(new.material, drafted=marks.MarksChange(decided, ""))
        previous = self._saved.surroundings.previous
        settings = self.settings.with_layout(new.digest.layout)
        digest = recompose(new.digest, new.snapshot, settings, material, previous)
        section = SectionMerge(self._saved, new.snapshot, settings, self._before, decided)
        shown, merged = section.merge(digest, material)
        covered = frozenset(key for story in shown.stories for key in story.pull_requests)
        return Preview(merged.text, digest.stories, merged.edited, covered, len(shown.stories))

    def save(self, history: History) -> SaveResult:
        """Write the decisions, even if the files changed in the meantime.

        Raises DigestError.
        """
        return retry_after_saves(lambda: self._save(history))

    def _save(self, history: History) -> SaveResult:
        saved, snapshot = self._read()
        now = saved.marks_without_deleted.marks
        # Before the first save, the marks are those that were read, with digest's drafts.
        change = history.apply_to(history.saved_marks if now == self._before else now)
        request = Request(decisions=change.marks, messages=(change.message,))
        new = update(saved, snapshot, request, self.settings)
        save_update(new)
        self._messages += new.messages
        self._withheld += new.withheld
        texts = replace(
            saved.texts, marks=new.marks_text, section=new.section, rendered=new.rendered
        )
        self.last = self._update = new
        self._saved, self._before = replace(saved, texts=texts), new.marks
        messages = " ".join(new.messages)
        return SaveResult(history.after_saving(new.marks), f"Saved. {messages}".rstrip())

    def edit(self, words: str) -> str:
        """The text after the person edited it. Raises UsageError without an editor."""
        return editor.edit(words)

    def browse(self, url: str) -> None:
        """Show a page in the browser.

        Raises DigestError if no browser is found or the URL is not a web page.
        """
        if not url.startswith(("https://", "http://")):
            raise DigestError(f"{url} is not a web address.")
        if not webbrowser.open(url):
            raise DigestError("digest could not start a browser.", f"Open this address: {url}")

    def report(self, request: Request) -> None:
        """Load the pictures of new stories, and print the section and the changes."""
        if self.last is None:
            return
        # After the screen closes, because it would freeze during the downloads.
        around = editions.find_editions(self._output)
        new = retry_after_saves(lambda: self._load_pictures(around))
        messages = (
            marks.describe_changes(self._opened, new.marks),
            *dict.fromkeys((*self._messages, *new.messages)),
        )
        withheld = tuple(dict.fromkeys(self._withheld))
        shown = replace(new, messages=tuple(filter(None, messages)), withheld=withheld)
        check = edition_command("check", request, new.digest, around)
        report(shown, f"from {self._facts}", self._output, self.settings, check=check)

    def _load_pictures(self, around: Sequence[Edition]) -> EditionUpdate:
        snapshot, facts = read_saved(self._facts)
        fresh = requested_stories(self._opened, self.marks)
        load = FolderPictures(self._facts.parent, self.settings, fresh)
        return update_edition(
            snapshot, Request(), self.settings, self._output, load, around=around, facts=facts
        )

    def _read(self, around: Sequence[Edition] | None = None) -> tuple[SavedEdition, Snapshot]:
        if around is None:
            around = editions.find_editions(self._output)
        snapshot, facts = read_saved(self._facts)
        return read_edition(snapshot, self.settings, self._output, around, facts), snapshot


def pick_stories(request: Request) -> int:
    """Open a saved edition in a full-screen view and report the result. Returns the exit code.

    Raises UsageError without a terminal or an edition, and KeyboardInterrupt if the person left
    without saving.
    """
    if not has_terminal():
        raise UsageError(
            "digest pick needs a terminal.",
            "Without a terminal, use: digest mark 5299",
        )
    found = settings_files.find(request.config, Path.cwd())
    folder = editions_folder(request.output, found) or found.output
    around = editions.find_editions(folder)
    edition = find_edition(request.edition, folder, around, request.command)
    # The first screen takes a second or more.
    with FetchingScreen(f"Opening {edition.folder.name}"):
        desk = EditionDesk(edition.folder / FACTS, found.loaded.settings, folder, around)
        title = f"{' + '.join(edition.repositories)} · {windows.label(edition.window)}"
        picker = _picker(desk, f"{desk.digest.count:,} merged · {title}")
    return _run_picker(picker, desk, request)


def _picker(desk: EditionDesk, title: str) -> "Picker":
    # After a draw Textual waits for one or two frames. It reads their number when it is imported.
    os.environ.setdefault("TEXTUAL_FPS", FRAMES_PER_SECOND)
    # Importing Textual takes a third of a second, so only this command does it.
    from digest.picker import picking, rows
    from digest.picker.app import Picker

    offered = rows.pull_request_rows(desk.digest, desk.settings)
    return Picker(picking.start(offered, desk.marks), desk, title)


def _run_picker(picker: "Picker", desk: EditionDesk, request: Request) -> int:
    """Run the picker, save the decisions and report them. Returns the exit code.

    The decisions are saved even if the picker fails, unless the person declined. After a signal,
    the exit code is 128 plus the number of the signal.
    """
    with _without_delays():
        how = picker.run()
    if how in {"saved", "abandoned"}:
        if desk.last is None:
            raise KeyboardInterrupt
        desk.report(request)
        return 0
    failed = picker.keep()
    # Windows has no SIGHUP.
    code = 128 + getattr(signal, how, signal.SIGTERM) if how else 1
    begin = f"{how} ended digest pick." if how else "The screen failed."
    if failed is None:
        return streams.print_error(f"{begin} Your decisions are saved.", "", code)
    said = marks.describe_changes(desk.marks, picker.picking.history.marks)
    return streams.print_error(
        f"{begin} Your decisions are not saved: {failed.message} {failed.hint}",
        f"Your decisions: {said}",
        code,
    )


@contextmanager
def _without_delays() -> Iterator[None]:
    """Let no key wait for a full garbage collection, nor long for the thread of the section.

    A collection would pass through all facts, which takes a fifth of a second for 1,000 pull
    requests. The collections of a few new objects stay; rendering leaves few others. A key needs
    several turns of Python's threads until it is drawn, so these are short.
    """
    thresholds, turn = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(FEW, 10, NEVER)
    sys.setswitchinterval(THREAD_TURN)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        sys.setswitchinterval(turn)


def has_terminal() -> bool:
    """Whether there is a terminal. Keys come from stdin, and the screen goes to stderr."""
    # Textual measures the terminal on stdout, so stdout must be a terminal, too.
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(one is not None and one.isatty() for one in streams) and os.environ.get(
        "TERM"
    ) not in {"", "dumb"}
