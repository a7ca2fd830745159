"""Runs that are killed before a random write, while an editor saves at a random moment.

`python -m tests.soak` runs many; each has a seed. A run is a fork of this process, which watches
its own accesses to the edition's folder.
"""

import os
import random
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from digest.editions.folder import read_saved, retry_after_saves, update_edition
from digest.editions.request import Request
from digest.editions.update import EditionUpdate
from digest.model import Snapshot
from digest.model.edition_files import FACTS, MARKS, RENDERED, SECTION, WORKSHEET
from tests.builders import changed_file, pull, snapshot
from tests.shipped import shipped

EARLY = snapshot(*(pull(number, additions=number * 10) for number in range(1, 9)))
LATE_PLUGIN = pull(
    9,
    title="Add the doors plugin",
    files=(changed_file("plugins/doors/package.json", "added", 9),),
)
LATE = snapshot(*EARLY.pull_requests, LATE_PLUGIN)
# A run has fewer accesses to its folder than this, so some runs end by themselves.
MOST_WRITES, MOST_READS = 45, 12
EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "tempfile.mkstemp"}
WORDS = "Words of mine."


class Watch:
    """Counts the accesses of this process to a folder; acts before the one with a number."""

    def __init__(self, folder: Path, kill_at: int, save_at: int, save: Callable[[], None]) -> None:
        self.folder, self.kill_at, self.save_at, self.save = str(folder), kill_at, save_at, save
        self.writes, self.reads = 0, 0
        self.has_drafts, self.is_saving = False, False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Handle an audit event of Python."""
        if self.is_saving or event not in EVENTS:
            return
        path = arguments[0]
        if not isinstance(path, str | os.PathLike) or self.folder not in os.fspath(path):
            return
        self.has_drafts |= event == "tempfile.mkstemp"
        is_read = event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR)
        # Files are compared after the last draft is written; a later save is not promised.
        if event == "tempfile.mkstemp" or (is_read and not self.has_drafts):
            self.reads += 1
            if self.reads == self.save_at:
                self.is_saving = True
                self.save()
                self.is_saving = False
        if not is_read:
            self.writes += 1
            if self.writes == self.kill_at:
                os.kill(os.getpid(), signal.SIGKILL)


def mark(output: Path, facts: Snapshot, number: int) -> EditionUpdate:
    """Draft an edition from these facts with one more story."""
    request = Request(stories=(str(number),))
    return retry_after_saves(lambda: update_edition(facts, request, shipped(), output))


def append(path: Path, words: str, *, by_renaming: bool) -> None:
    """Save as an editor does: in place, or by writing a new file and renaming it."""
    content = f"{path.read_text(encoding='utf-8')}\n{words}\n"
    new = path.with_suffix(".tmp") if by_renaming else path
    new.write_text(content, encoding="utf-8")
    new.replace(path)


def fork(run: Callable[[], object], watch: Watch) -> int:
    """The status of a process that runs under this watch: 0, 9 for killed."""
    with warnings.catch_warnings():
        # A test's worker has another thread, which only waits.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:  # pragma: no cover - another process
        code = 1
        try:
            sys.addaudithook(watch)
            run()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def texts(edition: Path) -> dict[str, str]:
    """The texts of an edition."""
    return {
        name: (edition / name).read_text(encoding="utf-8")
        for name in (SECTION, MARKS, RENDERED, WORKSHEET, FACTS)
    }


def mistakes(seed: str) -> list[str]:
    """The promises that a killed run and the runs after it break."""
    dice = random.Random(seed)  # noqa: S311 (a seed, not a secret)
    number, saves = dice.randrange(1, 6), dice.random() < 0.5
    file = dice.choice([SECTION, MARKS])
    words = WORDS if file == SECTION else f"# {WORDS}"
    by_renaming = dice.random() < 0.5
    with tempfile.TemporaryDirectory() as name:
        killed, whole = Path(name, "killed"), Path(name, "whole")
        for output in (killed, whole):
            update_edition(EARLY, Request(), shipped(), output)
        edition, saved = killed / "2021-W19", Path(name, "saved")

        def save() -> None:
            append(edition / file, words, by_renaming=by_renaming)
            saved.touch()

        kill_at, save_at = dice.randrange(1, MOST_WRITES), dice.randrange(1, MOST_READS)
        watch = Watch(edition, kill_at, save_at if saves else 0, save)
        status = fork(lambda: mark(killed, LATE, number), watch)
        wrong = [] if status in {0, -signal.SIGKILL} else [f"ended with {status}"]
        read_saved(edition / FACTS)
        if saved.exists() and words not in (edition / file).read_text(encoding="utf-8"):
            wrong.append(f"lost a save of {file}")
        mark(killed, LATE, number)
        mark(whole, LATE, number)
        if saved.exists():
            append(whole / "2021-W19" / file, words, by_renaming=by_renaming)
            mark(whole, LATE, number)
        found, expected = texts(edition), texts(whole / "2021-W19")
        left = [path.name for path in edition.rglob("*.new")] + [
            path.name for path in edition.glob(".rendered.md")
        ]
    wrong += [f"left {name}" for name in left]
    wrong += [
        f"{name} differs from a run that was not killed"
        for name in expected
        if sorted(found[name].split("\n")) != sorted(expected[name].split("\n"))
    ]
    return wrong
