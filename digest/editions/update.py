"""Brings an edition up to date: facts and decisions in, section and worksheet out, no word of a person's lost."""

import sys
from collections.abc import Callable
from pathlib import Path

from digest.editions.picturing import Bring, nothing
from digest.editions.place import find
from digest.editions.renewing import Updated, renew
from digest.editions.wishes import Change
from digest.files import editions
from digest.model import Snapshot
from digest.output import document, terminal
from digest.settings import Settings


def update(
    snapshot: Snapshot,
    settings: Settings,
    output: Path | None,
    change: Change | None = None,
    *,
    others: Path | None = None,
    write: bool = True,
    bringing: Callable[[Path], Bring] | None = None,
) -> Updated:
    """Bring the edition of a snapshot up to date in its folder; without `write` or a folder nothing is written.

    `others` is where its neighbours are, when it has no folder of its own; `bringing` has what brings its pictures.

    Raises DigestError; then nothing was written.
    """
    place = find(snapshot, settings, output, output or others)
    bring = bringing(place.folder) if bringing and place.folder else nothing
    new = renew(place, snapshot, settings, change, bring=bring)
    if place.folder and write:
        editions.write(place.folder, place.there, new.contents, new.snapshot, place.before)
    return new.updated


def deliver(updated: Updated, source: str, output: Path | None, as_json: bool, *more: terminal.Line) -> None:
    """Print the section, or the digest as JSON, on stdout and all else on stderr."""
    sys.stdout.writelines(document.to_json(updated.digest, updated.section) if as_json else [updated.section])
    sys.stdout.flush()
    folder = output / updated.digest.edition if output else None
    says = [*updated.says, *(f"To paste, if you like:\n\n{block}\n" for block in updated.offered)]
    steps = terminal.next_steps(updated.section, says, folder)
    terminal.show([*terminal.summary(updated.digest, source), *steps, *more])
