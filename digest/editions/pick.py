"""Runs `digest pick`: shows a saved edition and saves the decisions as `mark` does."""

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from digest import windows
from digest.compose import marks
from digest.editions.desk import EditionDesk
from digest.editions.draft import editions_folder
from digest.editions.folder import find_edition
from digest.editions.request import Request
from digest.errors import UsageError
from digest.files import settings_files
from digest.model.edition_files import FACTS
from digest.output import streams, terminal

if TYPE_CHECKING:
    from digest.picker.app import Picker


def pick_stories(request: Request) -> int:
    """Open a saved edition on a full screen and report the result; returns the exit code.

    Raises UsageError without a terminal or an edition, KeyboardInterrupt when it was left and
    nothing was saved.
    """
    if not has_terminal():
        raise UsageError(
            "digest pick needs a terminal to draw on.",
            "Without one, mark by number: digest mark 5299.",
        )
    found = settings_files.find(request.config, Path.cwd())
    folder = editions_folder(request.output, found) or found.output
    edition = find_edition(request.edition, folder)
    # The first screen takes a second or more.
    with terminal.FetchingScreen(f"Opening {edition.folder.name} …"):
        desk = EditionDesk(edition.folder / FACTS, found.loaded.settings, folder)
        title = f"{' + '.join(edition.repositories)} · {windows.label(edition.window)}"
        picker = _picker(desk, f"{desk.digest.count:,} merged · {title}")
    return _left(picker, desk, request)


def _picker(desk: EditionDesk, title: str) -> "Picker":
    # Textual takes a third of a second to import, so only who comes here pays for it.
    from digest.picker import picking, rows
    from digest.picker.app import Picker

    offered = rows.pull_request_rows(desk.digest, desk.settings)
    return Picker(picking.start(offered, desk.marks), desk, title)


def _left(picker: "Picker", desk: EditionDesk, request: Request) -> int:
    """Run the picker and deliver what it leaves.

    However it ends, what was decided is saved, unless that was declined.
    Ended by a signal, it has 128 and the signal's number as its exit code.
    """
    how = picker.run()
    if how in {"saved", "abandoned"}:
        if desk.last is None:
            raise KeyboardInterrupt
        desk.report(request)
        return 0
    failed = picker.keep()
    # Windows has no SIGHUP.
    code = 128 + getattr(signal, how, signal.SIGTERM) if how else 1
    begin = f"Ended by {how}." if how else "The screen broke down."
    if failed is None:
        return streams.print_error(f"{begin} What was decided is saved.", "", code)
    said = marks.describe_changes(desk.marks, picker.picking.history.marks)
    return streams.print_error(
        f"{begin} It is not saved: {failed.message} {failed.hint}", f"Decided was: {said}", code
    )


def has_terminal() -> bool:
    """Whether there is a terminal. Keys come from stdin, and the screen goes to stderr."""
    # Textual measures the terminal on stdout, so it is asked of that too.
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(one is not None and one.isatty() for one in streams) and os.environ.get(
        "TERM"
    ) not in {"", "dumb"}
