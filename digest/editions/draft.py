"""Drafts the edition of a window, and reports a run: the work of `digest week` and `month`."""

import shlex
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from digest.compose import news
from digest.editions.drafts import newer_draft_message
from digest.editions.folder import edition_folder, read_edition, retry_after_saves, update_edition
from digest.editions.gather import gather_facts
from digest.editions.pictures import FolderPictures
from digest.editions.request import NO_FILES, Request
from digest.editions.saved_edition import SavedEdition
from digest.editions.update import EditionUpdate, load_none
from digest.files import editions, settings_files
from digest.model import Digest, Snapshot
from digest.output import render, terminal
from digest.settings import Settings


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
    sys.stdout.writelines(render.to_json(new.digest, section) if as_json else [section])
    sys.stdout.flush()
    lines = terminal.summary(
        new.digest, source, settings, changes, has_worksheet=output is not None
    )
    lines += steps(new, output, *hints, check=check)
    terminal.show(lines)


def steps(new: EditionUpdate, output: Path | None, *hints: str, check: str) -> list[terminal.Line]:
    """The messages of a run with blocks to paste, and the next steps."""
    offered = (f"To paste, if you like:\n\n{block}\n" for block in new.withheld)
    folder = output / new.digest.edition if output else None
    lines = terminal.next_steps(new.section, [*new.messages, *offered], folder)
    lines += [terminal.hint(one) for one in hints]
    if output:
        lines += terminal.last_line(new.section, check)
    return lines


def now() -> datetime:
    """The present moment; tests replace it."""
    return datetime.now(UTC)


def draft_edition(request: Request) -> int:
    """Draft an edition from GitHub or a saved snapshot and report it; returns the exit code.

    Raises DigestError; then nothing was written.
    """
    found = settings_files.find(request.config, Path.cwd())
    settings = found.loaded.settings
    output = editions_folder(request.output, found)
    around = editions.find_editions(output or found.output)

    with terminal.FetchingScreen() as watch:
        snapshot, source = gather_facts(request, settings, around, now(), watch)
        marked = _marked_keys(request, read_edition(snapshot, settings, output, around))
        snapshot = source.add_story_facts(snapshot, marked)
    folder = edition_folder(snapshot, output)
    load = load_none if request.snapshots else FolderPictures(folder, settings)

    def run() -> EditionUpdate:
        return update_edition(snapshot, request, settings, output, load, around=around)

    new = retry_after_saves(run)
    hints = []
    if output:
        command = edition_command("pick", request, new.digest, around)
        hints.append(f"Choose, join and reorder on a full screen: {command}")
    # A saved snapshot is drafted offline.
    if folder and not request.snapshots and (newer := newer_draft_message(folder, settings)):
        hints.append(newer)
    if not found.file:
        hints.append(f"To keep these options: {_init_command(request, snapshot)}")
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
    changes = news.describe_changes(before.fingerprints, [pull.key for pull in after.pull_requests])
    since = before.header.fetched_at
    return changes or [news.nothing_new(since, after.fetched_at, after.window.zone)]


def _marked_keys(request: Request, saved: SavedEdition) -> list[str]:
    """The pull requests that stories cover before the run, and those that it asks for."""
    return [*saved.marked_keys(), *request.keys(saved.repositories)]


def editions_folder(output: str | None, found: settings_files.Found) -> Path | None:
    """The folder of the editions, as asked for or as the settings say; None: no files."""
    return None if output == NO_FILES else Path(output or settings_files.relative(found.output))


def edition_command(
    name: str, request: Request, digest: Digest, around: Sequence[editions.Edition]
) -> str:
    """The command with this name for an edition, with the options of the request that it needs."""
    window = digest.window
    last = (window.end, window.start)
    is_newest = all((one.window.end, one.window.start) <= last for one in around)
    edition = [] if is_newest else ["-e", digest.edition]
    options = {"--config": request.config, "--output": request.output}
    given = [word for name, value in options.items() if value for word in (name, str(value))]
    return shlex.join(["digest", name, *edition, *given])


def _init_command(request: Request, snapshot: Snapshot) -> str:
    has_output = request.output and request.output != NO_FILES
    output = ["--output", request.output or ""] if has_output else []
    repos = [word for one in snapshot.repositories for word in ("--repo", one.name)]
    pictures = [] if request.pictures else ["--no-pictures"]
    return shlex.join(["digest", "init", *repos, *output, *pictures])
