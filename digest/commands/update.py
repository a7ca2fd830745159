"""Brings an edition up to date: facts and decisions in, section and worksheet out, no word of a person's lost."""

import sys
from dataclasses import dataclass
from pathlib import Path

from digest import windows
from digest.commands import decisions
from digest.commands.place import Place, find, with_earlier_counts
from digest.commands.wishes import Change
from digest.compose import blocks, edition, marks
from digest.deliver import document, editions, render, terminal
from digest.deliver.editions import Contents
from digest.model import Digest, Marks, Snapshot
from digest.settings import Settings


@dataclass(frozen=True)
class Updated:
    """An edition after a run: its digest and marks, the resulting section, and what there is to say about it."""

    digest: Digest
    marks: Marks
    section: str
    says: tuple[str, ...]
    offered: tuple[str, ...]


def update(
    snapshot: Snapshot,
    settings: Settings,
    output: Path | None,
    change: Change | None = None,
    *,
    others: Path | None = None,
    write: bool = True,
) -> Updated:
    """Bring the edition of a snapshot up to date in its folder; without `write` or a folder nothing is written.

    `others` is where its neighbours are, when it has no folder of its own.

    Raises DigestError; then nothing was written.
    """
    place = find(snapshot, settings, output, output or others)
    told = decisions.told_before(place.neighbours, snapshot.window, settings)
    decided, says = decisions.so_far(place)
    there, snapshot = place.there, _with_others(snapshot, place.before, decided)
    asked = change(decided, snapshot) if change else marks.Changed(decided, "")
    drafted = edition.drafts(snapshot, settings, asked.marks, place.known, told)
    compared = with_earlier_counts(snapshot, place.neighbours)
    digest = edition.compose(compared, settings, place.previous(snapshot), drafted.marks, told)
    rendered = render.section(digest, settings)
    merged = blocks.merge(there.section, rendered, there.rendered, decisions.fresh(decided, asked.marks))
    new = Contents(
        marks=marks.dump(there.marks, drafted.marks, place.repositories),
        section=merged.text,
        rendered=rendered,
        worksheet=render.worksheet(digest, settings),
    )
    if place.folder and write:
        editions.write(place.folder, there, new, snapshot, place.before)
    words = (*_replaced(place, snapshot), *says, asked.says, *drafted.notices, *merged.notices)
    return Updated(digest, drafted.marks, merged.text, tuple(filter(None, words)), merged.offered if change else ())


def deliver(updated: Updated, source: str, output: Path | None, as_json: bool, *more: terminal.Line) -> None:
    """Print the section, or the digest as JSON, on stdout and all else on stderr."""
    sys.stdout.writelines(document.to_json(updated.digest, updated.section) if as_json else [updated.section])
    sys.stdout.flush()
    folder = output / updated.digest.edition if output else None
    says = [*updated.says, *(f"To paste, if you like:\n\n{block}\n" for block in updated.offered)]
    steps = terminal.next_steps(updated.section, says, folder)
    terminal.show([*terminal.summary(updated.digest, source), *steps, *more])


def _with_others(snapshot: Snapshot, before: Snapshot | None, decided: Marks) -> Snapshot:
    """What was fetched for a story from elsewhere stays known, whichever source the window's facts come from.

    So does what is told of a repository that could not be read this time.
    """
    known = {pull.key for pull in (*snapshot.pull_requests, *snapshot.others)}
    told = {key for mark in decided.stories for key in mark.pull_requests}
    unread = {one.name for one in snapshot.repositories if not one.was_read}
    lost = (pull for pull in (before.pull_requests if before else ()) if pull.repository in unread and pull.key in told)
    more = (pull for pull in (*(before.others if before else ()), *lost) if pull.key not in known)
    return snapshot.model_copy(update={"others": (*snapshot.others, *more)})


def _replaced(place: Place, snapshot: Snapshot) -> list[str]:
    if place.folder is None or place.before is None or place.before.window == snapshot.window:
        return []
    held = windows.span(place.before.window)
    return [f"{place.folder} held {held} before; its facts are replaced, its marks stay."]
