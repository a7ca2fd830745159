"""Drafts an edition from facts, and reports it."""

import shlex
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from digest import windows
from digest.compose.keys import describe_changes
from digest.editions.drafts import newer_draft_message
from digest.editions.folder import edition_folder, read_edition, retry_after_saves, update_edition
from digest.editions.gather import editions_folder
from digest.editions.pictures import FolderPictures
from digest.editions.request import NO_FILES, Request
from digest.editions.update import EditionUpdate, load_none
from digest.files import settings_files
from digest.files.editions import Edition
from digest.model import Digest, Snapshot
from digest.output import render, terminal
from digest.settings import Settings
from digest.sources import Source


def report(
    new: EditionUpdate,
    source: str,
    output: Path | None,
    settings: Settings,
    *hints: str,
    changes: Sequence[str] = (),
    as_json: bool = False,
    check: str,
) -> None:
    """Print the results of a run.

    `source` is the origin of the facts in words, `changes` are lines about the time since the last
    run. `check` is the command that lists what is left to do.
    """
    section = new.section
    shown = render.to_json(new.digest, section) if as_json else [terminal.fit_text(section)]
    sys.stdout.writelines(shown)
    sys.stdout.flush()
    lines = terminal.summary(
        new.digest, source, settings, changes, has_worksheet=output is not None
    )
    lines += steps(new, output, *hints, check=check)
    terminal.show(lines)


def steps(new: EditionUpdate, output: Path | None, *hints: str, check: str) -> list[terminal.Line]:
    """The messages of a run with blocks to paste, and the next steps."""
    offered = (f"New text that you can paste:\n\n{block}\n" for block in new.withheld)
    folder = output / new.digest.edition if output else None
    lines = terminal.next_steps(new.section, [*new.messages, *offered], folder)
    lines += [terminal.hint(one) for one in hints]
    if output:
        lines += terminal.last_line(new.section, check)
    return lines


def draft_edition(
    request: Request,
    found: settings_files.Found,
    around: Sequence[Edition],
    snapshot: Snapshot,
    source: Source,
) -> int:
    """Draft the edition of a snapshot and report it; returns the exit code.

    Raises DigestError, and then writes nothing.
    """
    settings = found.loaded.settings
    output = editions_folder(request.output, found)
    folder = edition_folder(snapshot, output)
    load = load_none if request.snapshots else FolderPictures(folder, settings)

    def run() -> EditionUpdate:
        return update_edition(snapshot, request, settings, output, load, around=around)

    new = retry_after_saves(run)
    hints = []
    if output and new.digest.pull_requests:
        command = edition_command("pick", request, new.digest, around)
        hints.append(f"Choose, join and reorder in a full-screen view: {command}")
    # A saved snapshot is drafted offline.
    if folder and not request.snapshots:
        publish = request.command("publish", "-e", folder.name)
        if newer := newer_draft_message(folder, settings, publish):
            hints.append(newer)
    if not found.file:
        hints.append(f"To save these options: {_init_command(request, snapshot)}")
    report(
        new,
        source.origin,
        output,
        settings,
        *hints,
        changes=_changes(new),
        as_json=request.as_json,
        check=edition_command("check", request, new.digest, around),
    )
    return 1 if request.strict and not new.digest.complete else 0


def _changes(new: EditionUpdate) -> list[str]:
    """Lines about the time since the last run of the same window."""
    before, after = new.saved.facts, new.snapshot
    if before is None or before.header.window != after.window:
        return []
    known = list(map(new.saved.repositories.present_key, before.fingerprints))
    changes = describe_changes(known, [pull.key for pull in after.pull_requests])
    since = before.header.fetched_at
    return changes or [nothing_new(since, after.fetched_at, after.window.zone)]


def nothing_new(since: datetime, at: datetime, zone: str) -> str:
    """A line about a run at the moment `at` that found nothing new, "Nothing new since 09:12."."""
    before, now = (moment.astimezone(windows.find_zone(zone)) for moment in (since, at))
    day = "" if before.date() == now.date() else f"{windows.short_date(before.date())}, "
    return f"Nothing new since {day}{before:%H:%M}."


def marked_keys(
    request: Request, found: settings_files.Found, around: Sequence[Edition], snapshot: Snapshot
) -> list[str]:
    """The pull requests that stories cover before the run, and those that the request names."""
    output = editions_folder(request.output, found)
    saved = read_edition(snapshot, found.loaded.settings, output, around)
    return [*saved.marked_keys(), *request.keys(saved.repositories)]


def edition_command(name: str, request: Request, digest: Digest, around: Sequence[Edition]) -> str:
    """The command with this name for an edition, with the options of the request that it needs."""
    window = digest.window
    last = (window.end, window.start)
    is_newest = all((one.window.end, one.window.start) <= last for one in around)
    edition = [] if is_newest else ["-e", digest.edition]
    return request.command(name, *edition)


def _init_command(request: Request, snapshot: Snapshot) -> str:
    has_output = request.output and request.output != NO_FILES
    output = ["--output", request.output or ""] if has_output else []
    repos = [word for one in snapshot.repositories for word in ("--repo", one.name)]
    pictures = [] if request.pictures else ["--no-pictures"]
    return shlex.join(["digest", "init", *repos, *output, *pictures])
