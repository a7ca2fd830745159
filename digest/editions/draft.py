"""What `week` and `month` share: the window's facts, an editor's wishes, and the edition that comes of them."""

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from digest.editions import decisions, gather, picturing, wishes
from digest.editions.renewing import Updated
from digest.editions.update import deliver, update
from digest.files import editions, settings_files
from digest.model import Snapshot
from digest.output import terminal
from digest.windows import Asked

NO_FILES = "-"


@dataclass(frozen=True)
class Options:
    """What a person asked for."""

    asked: Asked
    wish: wishes.Wish
    repos: tuple[str, ...]
    snapshots: tuple[str, ...]
    output: str | None
    as_json: bool
    strict: bool
    config: Path | None
    pictures: bool = True


def now() -> datetime:
    """The present moment; tests put another one in its place."""
    return datetime.now(UTC)


def run(options: Options) -> int:
    """Draft an edition from GitHub or a saved snapshot and deliver it; returns the exit code.

    Raises DigestError; then nothing was written.
    """
    found = settings_files.find(options.config, Path.cwd())
    settings = found.loaded.settings if options.pictures else found.loaded.settings.without_pictures()
    output = folder(options.output, found)
    there = editions.saved(output or found.output)
    request = gather.FactsRequest(options.asked, options.repos, options.snapshots)
    with terminal.FetchingScreen() as watch:
        snapshot, source = gather.gather_facts(request, settings, there, now(), watch)
        snapshot = source.add_story_facts(snapshot, decisions.marked(snapshot, settings, output, options.wish))
    origin = source.origin
    bringing = None if options.snapshots else partial(picturing.bringing, settings=settings)
    change = options.wish.change(settings)
    updated = update(snapshot, settings, output, change, others=found.output, bringing=bringing)
    keep = f"To keep these options: {_remembering(options, snapshot)}"
    more = [terminal.hint(f"Choose, join and reorder on a full screen: {_picking(options, updated, there)}")]
    more = [*(more if output else []), *([] if found.file else [terminal.hint(keep)])]
    deliver(updated, origin, output, options.as_json, *more)
    return 1 if options.strict and not updated.digest.complete else 0


def folder(asked: str | None, found: settings_files.Found) -> Path | None:
    """The folder of the editions, as asked for or as the settings say; None: no files."""
    return None if asked == NO_FILES else Path(asked or os.path.relpath(found.output))


def _picking(options: Options, updated: Updated, there: Sequence[editions.Edition]) -> str:
    """The command that opens this very edition on a full screen."""
    window, name = updated.digest.window, updated.digest.edition
    is_newest = all((one.window.end, one.window.start) <= (window.end, window.start) for one in there)
    edition = [] if is_newest else ["-e", name]
    asked = {"--config": options.config, "--output": options.output}
    given = [word for option, value in asked.items() if value for word in (option, str(value))]
    return shlex.join(["digest", "pick", *edition, *given])


def _remembering(options: Options, snapshot: Snapshot) -> str:
    output = ["--output", options.output] if options.output and options.output != NO_FILES else []
    repos = [word for repository in snapshot.repositories for word in ("--repo", repository.name)]
    pictures = [] if options.pictures else ["--no-pictures"]
    return shlex.join(["digest", "init", *repos, *output, *pictures])
