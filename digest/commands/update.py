"""Brings an edition up to date: facts and decisions in, section and worksheet out, no word of a person's lost."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from digest import windows
from digest.commands.wishes import Change, Wish
from digest.compose import blocks, edition, marks
from digest.compose.continuations import Earlier
from digest.compose.keys import Repositories
from digest.deliver import document, editions, render, terminal
from digest.deliver.editions import Contents, Edition
from digest.model import Digest, Marks, Snapshot
from digest.settings import Settings


@dataclass(frozen=True)
class Updated:
    """An edition after a run: its digest, the resulting section, and what there is to say about it."""

    digest: Digest
    section: str
    says: tuple[str, ...]
    offered: tuple[str, ...]


def update(
    snapshot: Snapshot, settings: Settings, output: Path | None, change: Change | None = None, *, write: bool = True
) -> Updated:
    """Bring the edition of a snapshot up to date in its folder; without `write` or a folder nothing is written.

    Raises DigestError; then nothing was written.
    """
    folder = output / windows.edition_name(snapshot.window) if output else None
    others = [one for one in editions.saved(output) if one.folder != folder] if output else []
    there = editions.contents(folder, snapshot) if folder else Contents()
    before = editions.facts(there)
    snapshot = _with_others(snapshot, before)
    known = {pull.key for pull in before.pull_requests} if before else None
    repositories = Repositories([one.name for one in snapshot.repositories], settings.repository_aliases)
    told = _told(others, settings)
    decided, says = _decided(there, folder, repositories)
    asked = change(decided, snapshot) if change else marks.Changed(decided, "")
    drafted = edition.drafts(snapshot, settings, asked.marks, known if there.marks is not None else None, told)
    previous = editions.before(others, snapshot)
    digest = edition.compose(
        snapshot,
        settings,
        previous.window if previous else None,
        drafted.marks,
        told=told,
    )
    rendered = render.section(digest, settings)
    merged = blocks.merge(there.section, rendered, there.rendered, _fresh(decided, asked.marks))
    new = Contents(
        marks=marks.dump(there.marks, drafted.marks, repositories),
        section=merged.text,
        rendered=rendered,
        worksheet=render.worksheet(digest, settings),
    )
    if folder and write:
        editions.write(folder, there, new, snapshot)
    replaced = [_replaced(folder, before)] if folder and before and before.window != snapshot.window else []
    words = (*replaced, *says, *([asked.says] if asked.says else []), *drafted.notices, *merged.notices)
    return Updated(digest, merged.text, words, merged.offered if change else ())


def marked(snapshot: Snapshot, settings: Settings, output: Path | None, wish: Wish) -> list[str]:
    """The pull requests that the edition of a snapshot tells, or is asked to tell."""
    folder = output / windows.edition_name(snapshot.window) if output else None
    there = editions.contents(folder, snapshot) if folder else Contents()
    repositories = Repositories([one.name for one in snapshot.repositories], settings.repository_aliases)
    decided, _ = _decided(there, folder, repositories)
    told = [key for mark in decided.stories if not mark.removed for key in mark.pull_requests]
    return [*told, *wish.keys(snapshot, settings)]


def deliver(updated: Updated, source: str, output: Path | None, as_json: bool) -> None:
    """Print the section, or the digest as JSON, on stdout and all else on stderr."""
    sys.stdout.write(document.to_json(updated.digest, updated.section) if as_json else updated.section)
    sys.stdout.flush()
    folder = output / updated.digest.edition if output else None
    terminal.show(
        [*terminal.summary(updated.digest, source), *terminal.next_steps(updated.section, updated.says, folder)]
    )


def _decided(there: Contents, folder: Path | None, repositories: Repositories) -> tuple[Marks, list[str]]:
    """The decisions of an edition so far: its marks, without the stories that a person deleted from the text."""
    if folder is None or there.marks is None:
        return Marks(), []
    decided = marks.parse(there.marks, str(folder / editions.MARKS), repositories)
    says: list[str] = []
    for names in blocks.deleted_stories(there.section, there.rendered):
        for mark in decided.stories:
            if not mark.removed and names & {key.lower() for key in mark.pull_requests} | {mark.heading} & names:
                removed = marks.remove(decided, mark.pull_requests, None if mark.pull_requests else mark.heading)
                decided, says = removed.marks, [*says, f"You deleted a story: {removed.says}"]
    return decided, says


def _with_others(snapshot: Snapshot, before: Snapshot | None) -> Snapshot:
    """What was fetched for a story from elsewhere stays known, whichever source the window's facts come from."""
    known = {pull.key for pull in (*snapshot.pull_requests, *snapshot.others)}
    more = tuple(pull for pull in (before.others if before else ()) if pull.key not in known)
    return snapshot.model_copy(update={"others": (*snapshot.others, *more)})


def _fresh(before: Marks, after: Marks) -> frozenset[str]:
    """The stories that a person asked for in this run: they come even where they were deleted."""
    was = [mark for mark in before.stories if not mark.removed]
    new = [mark for mark in after.stories if not mark.removed and mark not in was]
    return frozenset(
        name for mark in new for name in (*mark.pull_requests, *([] if mark.pull_requests else [mark.heading or ""]))
    )


def _told(others: Sequence[Edition], settings: Settings) -> Mapping[str, Earlier]:
    """What the other editions tell, by pull request."""
    told: dict[str, Earlier] = {}
    for one in others:
        text = editions.marks_of(one)
        if text is None:
            continue
        repositories = Repositories(one.repositories, settings.repository_aliases)
        decided = marks.parse(text, str(one.folder / editions.MARKS), repositories)
        titles = editions.titles(one)
        for mark in decided.stories:
            if not mark.removed:
                told |= {key: Earlier(one.folder.name, titles.get(key)) for key in mark.pull_requests}
    return told


def _replaced(folder: Path, before: Snapshot) -> str:
    return f"{folder} held {windows.span(before.window)} before; its facts are replaced, its marks stay."
