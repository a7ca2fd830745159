"""What `mark` and `render` share: a saved edition once more, from its own facts."""

import os
import sys
from functools import partial
from pathlib import Path

from digest.compose.keys import repository
from digest.editions import draft, gather, picturing
from digest.editions.update import deliver, update
from digest.editions.wishes import Wish
from digest.errors import UsageError
from digest.files import editions, settings_files
from digest.files import snapshots as saved
from digest.files.editions import Edition
from digest.model import Snapshot
from digest.output import render
from digest.settings import Settings


def mark(name: str | None, wish: Wish, output: str | None, config: Path | None) -> int:
    """Change the stories of a saved edition and render it; returns the exit code.

    Raises UsageError when nothing was asked for, or for what nobody knows; then nothing was written.
    """
    if not (wish.stories or wish.heading):
        raise UsageError("No story is named.", "Name its pull request: digest mark 5299. The worksheet lists all.")
    if wish.first and wish.after:
        raise UsageError("--first and --after do not go together.", "Take one.")
    if wish.remove and (wish.text or wish.first or wish.after or (wish.heading and wish.stories)):
        raise UsageError("--remove takes a story out; it goes with no other option.", "Leave the others away.")
    if len(wish.stories) > 1 and (wish.heading or wish.text):
        raise UsageError("--heading and --text are of one story.", "Join them with +, or mark one after the other.")
    found = settings_files.find(config, Path.cwd())
    folder = draft.folder(output, found) or found.output
    edition = saved_edition(name, folder)
    path = str(edition.folder / editions.FACTS)
    settings = found.loaded.settings
    snapshot = _with_others(saved.read(path), wish, settings)
    bringing = partial(picturing.bringing, settings=settings, only=wish.keys(snapshot, settings))
    updated = update(snapshot, settings, folder, wish.change(settings), bringing=bringing)
    deliver(updated, f"from {path}", folder, as_json=False)
    return 0


def _with_others(snapshot: Snapshot, wish: Wish, settings: Settings) -> Snapshot:
    """The snapshot with those of other repositories that are asked for, where there is a token to fetch them with."""
    known = {pull.key for pull in (*snapshot.pull_requests, *snapshot.others)}
    ours = {one.name for one in snapshot.repositories}
    wanted = [key for key in wish.keys(snapshot, settings) if key not in known and repository(key) not in ours]
    if wish.remove or not wanted:
        return snapshot
    return snapshot.model_copy(update={"others": (*snapshot.others, *gather.single_pull_requests(wanted, settings))})


def again(name: str | None, output: str | None, as_json: bool, config: Path | None, template: str | None) -> int:
    """Deliver a saved edition once more from its facts, or print it by another template; returns the exit code.

    Raises UsageError when there is no such edition.
    """
    found = settings_files.find(config, Path.cwd())
    folder = draft.folder(output, found)
    edition = saved_edition(name, folder or found.output)
    path = str(edition.folder / editions.FACTS)
    settings = found.loaded.settings
    if template:
        updated = update(saved.read(path), settings, folder or found.output, write=False)
        sys.stdout.write(
            render.by_name(
                updated.digest, settings, template, Path(os.path.relpath(found.file.parent)) if found.file else Path()
            )
        )
        return 0
    deliver(update(saved.read(path), settings, folder), f"from {path}", folder, as_json)
    return 0


def saved_edition(name: str | None, folder: Path) -> Edition:
    """The edition of that name in a folder, the newest by default. Raises UsageError when there is none."""
    there = {one.folder.name: one for one in editions.saved(folder)}
    if not there:
        raise UsageError(f"There is no edition in {folder} yet.", "Draft one with: digest week")
    if name is not None and name not in there:
        raise UsageError(f"There is no edition {name} in {folder}.", f"There are: {', '.join(sorted(there))}.")
    return there[name] if name else list(there.values())[-1]
