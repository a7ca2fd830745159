"""What `week`, `month` and `render` share: facts -> digest -> section, folder and screen."""

import os
import shlex
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from digest import windows
from digest.commands import facts
from digest.compose import edition
from digest.deliver import document, editions, render, terminal
from digest.errors import UsageError
from digest.gather import settings_files
from digest.gather import snapshot as saved
from digest.model import Snapshot
from digest.windows import Asked

NO_FILES = "-"


@dataclass(frozen=True)
class Options:
    """What a person asked for."""

    asked: Asked
    repo: str | None
    snapshot: str | None
    output: str | None
    as_json: bool
    strict: bool
    config: Path | None


def now() -> datetime:
    """The present moment; tests put another one in its place."""
    return datetime.now(UTC)


def run(options: Options) -> int:
    """Draft an edition from GitHub or a saved snapshot and deliver it; returns the exit code.

    Raises DigestError; then nothing was written.
    """
    found = settings_files.find(options.config, Path.cwd())
    output = _output(options.output, found)
    wanted = facts.Wanted(options.asked, options.repo, options.snapshot, found.loaded.settings)
    snapshot, source = facts.gather(wanted, editions.saved(output or found.output), now())
    more = [] if found.file else [terminal.hint(f"To keep these options: {_remembering(options, snapshot)}")]
    complete = _deliver(snapshot, source, found, output, options.as_json, *more)
    return 1 if options.strict and not complete else 0


def again(name: str | None, output: str | None, as_json: bool, config: Path | None) -> int:
    """Deliver a saved edition once more from its facts; returns the exit code.

    Raises UsageError when there is no such edition.
    """
    found = settings_files.find(config, Path.cwd())
    folder = _output(output, found) or found.output
    there = {one.folder.name: one for one in editions.saved(folder)}
    if not there:
        raise UsageError(f"There is no edition in {folder} yet.", "Draft one with: digest week")
    if name is not None and name not in there:
        raise UsageError(f"There is no edition {name} in {folder}.", f"There are: {', '.join(sorted(there))}.")
    path = str((there[name] if name else list(there.values())[-1]).folder / editions.FACTS)
    _deliver(saved.read(path), f"from {path}", found, None if output == NO_FILES else folder, as_json)
    return 0


def _deliver(
    snapshot: Snapshot,
    source: str,
    found: settings_files.Found,
    output: Path | None,
    as_json: bool,
    *more: terminal.Line,
) -> bool:
    folder = output / windows.edition_name(snapshot.window) if output else None
    there = output or found.output  # an edition without files follows those of the settings all the same
    previous = editions.before(editions.saved(there), there / windows.edition_name(snapshot.window), snapshot)
    digest = edition.compose(snapshot, found.loaded.settings, previous.window if previous else None)
    text = render.section(digest)
    written = editions.write(folder, snapshot, text) if folder else None
    section = written.text if written else text
    sys.stdout.write(document.to_json(digest, section) if as_json else section)
    sys.stdout.flush()
    terminal.show([*terminal.summary(digest, source), *terminal.next_steps(section, written), *more])
    return digest.complete


def _output(asked: str | None, found: settings_files.Found) -> Path | None:
    return None if asked == NO_FILES else Path(asked or os.path.relpath(found.output))


def _remembering(options: Options, snapshot: Snapshot) -> str:
    output = ["--output", options.output] if options.output and options.output != NO_FILES else []
    return shlex.join(["digest", "init", "--repo", snapshot.repositories[0].name, *output])
