"""Reads an edition from its folder and the editions around it, and writes it back."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

from digest import windows
from digest.compose import marks
from digest.compose.blocks import layout_of, split_blocks
from digest.compose.candidates import Coverage
from digest.compose.keys import RepositoryNames, names_of, repository_of
from digest.compose.stories import marks_in_text
from digest.editions.request import Request
from digest.editions.saved_edition import EarlierAreas, SavedEdition, Surroundings
from digest.editions.update import EditionUpdate, PictureLoader, load_none, update
from digest.errors import UsageError
from digest.files import editions, snapshots
from digest.files.editions import Edition
from digest.files.replacement import ChangedFileError, stamp
from digest.model import EarlierCount, Snapshot, Window
from digest.model.decisions import Layout, Marks
from digest.model.edition_files import FACTS, MARKS, EditionTexts, SavedFacts, saved_facts
from digest.settings import Settings

TRIES = 3
# digest also learns the areas of the code from this many earlier editions.
REMEMBERED = 8
Result = TypeVar("Result")


def find_edition(
    name: str | None, folder: Path, around: Sequence[Edition], command: Callable[..., str]
) -> Edition:
    """The edition with this name, by default the newest; `around` are the editions in the folder.

    Raises UsageError if there is none; `command` makes the commands in its hint.
    """
    found = {edition.folder.name: edition for edition in around}
    if name is not None and name not in found and (folder / name / FACTS).is_file():
        _explain_unreadable(folder / name / FACTS, command)
    if not found:
        raise UsageError(
            f"There is no edition in {folder} yet.", f"Draft one with: {command('week')}"
        )
    if name is not None and name not in found:
        names = ", ".join(sorted(found))
        raise UsageError(f"There is no edition {name} in {folder}.", f"There are: {names}.")
    return found[name] if name else list(found.values())[-1]


def _explain_unreadable(file: Path, command: Callable[..., str]) -> None:
    """Raise UsageError for facts that cannot be read."""
    name = file.parent.name
    hint = "Run the command that drafted it again."
    if re.fullmatch(r"\d{4}-W\d{2}", name):
        hint = f"To fetch the week again: {command('week', '--week', name)}"
    if re.fullmatch(r"\d{4}-\d{2}", name):
        hint = f"To fetch the month again: {command('month', '--month', name)}"
    try:
        snapshots.read_snapshot(str(file))
    except UsageError as error:
        raise UsageError(error.message, hint) from None


def read_saved(file: Path) -> tuple[Snapshot, SavedFacts]:
    """The facts of a saved edition, and their summary. Raises UsageError."""
    document = snapshots.read_document(str(file))
    snapshot = snapshots.parse_snapshot_file(document, str(file))
    return snapshot, saved_facts(snapshot, stamp(document))


def retry_after_saves(run: Callable[[], Result]) -> Result:
    """The result of a run that reads, changes and writes an edition.

    If another program saves a file during the run, the run starts again with the new text. After
    three tries it raises ChangedFileError and writes nothing.
    """
    for _ in range(TRIES - 1):
        with suppress(ChangedFileError):
            return run()
    return run()


def update_edition(
    snapshot: Snapshot,
    request: Request,
    settings: Settings,
    output: Path | None,
    load_pictures: PictureLoader = load_none,
    *,
    around: Sequence[Edition] | None = None,
    facts: SavedFacts | None = None,
) -> EditionUpdate:
    """Update the edition of a snapshot in the output folder. Without a folder, write nothing.

    `around` are the editions in the folder. `facts` are the edition's own, if the caller has read
    them. Raises DigestError, and then writes nothing.
    """
    if around is None:
        around = editions.find_editions(output) if output else ()
    saved = read_edition(snapshot, settings, output, around, facts)
    new = update(saved, snapshot, request, settings, load_pictures)
    save_update(new)
    return new


def save_update(new: EditionUpdate) -> None:
    """Write the changed files of an edition. Without a folder, write nothing.

    Raises ChangedFileError if a file was saved after it was read, and DigestError if it cannot be
    written.
    """
    saved = new.saved
    if saved.folder is None:
        return
    texts = EditionTexts(
        marks=new.marks_text, section=new.section, rendered=new.rendered, worksheet=new.worksheet
    )
    known = saved.facts
    # After a day the same facts are saved again, so that digest check knows when they were fetched.
    is_same = known and known.equals(new.snapshot) and not known.is_outdated(new.snapshot)
    snapshot = None if is_same else new.snapshot
    editions.write_edition(saved.folder, saved.texts, texts, new.picture_files, snapshot)


def read_edition(
    snapshot: Snapshot,
    settings: Settings,
    output: Path | None,
    found: Sequence[Edition],
    facts: SavedFacts | None = None,
) -> SavedEdition:
    """The edition of a snapshot as it is in the output folder; without a folder, a new one.

    `found` are the editions in the folder. `facts` are the edition's own, if the caller has read
    them. Raises UsageError if the folder has an edition of other repositories.
    """
    folder = edition_folder(snapshot, output)
    names = repositories(snapshot, settings)
    texts = editions.read_texts(folder, snapshot, names) if folder else EditionTexts()
    stamps = dict(texts.stamps)
    if facts and facts.stamp:
        stamps[FACTS] = facts.stamp
    # The document itself, with thousands of pull requests, is dropped below.
    facts = facts or snapshots.summarize_facts(
        texts.facts, unread_repositories(snapshot), snapshot.pull_requests
    )
    neighbours = [edition for edition in found if edition.folder != folder]
    return SavedEdition(
        repositories=names,
        texts=replace(texts, facts=None, stamps=stamps),
        facts=facts,
        folder=folder,
        marks_file=str(folder / MARKS) if folder else MARKS,
        pictures=editions.picture_names(folder) if folder else frozenset(),
        surroundings=read_surroundings(neighbours, snapshot, settings),
    )


def read_surroundings(
    neighbours: Sequence[Edition], snapshot: Snapshot, settings: Settings
) -> Surroundings:
    """The other editions, as far as they affect the edition of a snapshot."""
    names = repositories(snapshot, settings)
    before = editions.edition_before(neighbours, snapshot, names)
    counts = None
    if snapshot.earlier_counts is None:
        counts = counts_before([one for one in neighbours if one.is_of(names)], snapshot.window)
    covered = covered_before(neighbours, snapshot.window, names, settings.layout)
    areas = partial(earlier_areas, neighbours, snapshot)
    return Surroundings(covered, before.window if before else None, counts, areas)


def earlier_areas(neighbours: Sequence[Edition], snapshot: Snapshot) -> EarlierAreas:
    """The areas and their evidence in the last editions before a snapshot's window.

    The keys are repository names in lower case.
    """
    start = snapshot.window.start
    globs: dict[str, tuple[str, ...]] = {}
    paths: dict[str, dict[str, str]] = {}
    for edition in [one for one in neighbours if one.window.start < start][-REMEMBERED:]:
        globs |= {name.casefold(): areas for name, areas in edition.areas.items()}
        for key, path in edition.main_paths.items():
            paths.setdefault(repository_of(key).casefold(), {})[key] = path
    return EarlierAreas(globs, paths)


def covered_before(
    neighbours: Sequence[Edition], window: Window, present: RepositoryNames, layout: Layout
) -> Mapping[str, Coverage]:
    """The earlier editions that cover a pull request, by its key.

    An edition covers the pull requests that its section links or, without a section, those in its
    marks. An edition of a month looks only at earlier months, and every other edition only at
    earlier editions that are not of months.
    """
    covered: dict[str, Coverage] = {}
    for edition in neighbours:
        is_monthly = edition.window.kind == "month"
        if edition.window.start >= window.start or is_monthly != (window.kind == "month"):
            continue
        # `digest list` asks each edition about all earlier ones.
        question = (layout, *sorted(present.aliases.items()))
        if question not in edition.covered:
            edition.covered[question] = _covered_keys(edition, present, layout)
        titles = edition.titles
        for key in edition.covered[question]:
            coverage = Coverage(edition.folder.name, titles.get(key))
            covered[present.present_key(key)] = coverage
    return covered


def _covered_keys(edition: Edition, present: RepositoryNames, layout: Layout) -> tuple[str, ...]:
    """The pull requests that an edition covers."""
    names = RepositoryNames(edition.repositories, present.aliases)
    decided, text = Marks(), edition.marks
    if text is not None:
        decided = marks.parse_marks(text, str(edition.folder / MARKS), names)
    if (section := edition.section) is not None:
        # The layout of the settings may have changed since.
        rendered = edition.rendered
        used = decided.layout or layout if rendered is None else layout_of(rendered)
        blocks = split_blocks(section)
        decided = marks_in_text(decided, blocks, edition.titles, cast("Layout", used))
    shown = (mark for mark in decided.stories if not mark.removed)
    return tuple(key for mark in shown for key in mark.pull_requests)


def edition_folder(snapshot: Snapshot, output: Path | None) -> Path | None:
    """The folder of a snapshot's edition; None if no files are written."""
    return output / windows.edition_name(snapshot.window) if output else None


def repositories(snapshot: Snapshot, settings: Settings) -> RepositoryNames:
    """The repositories of an edition, with all names that marks may use."""
    return names_of(snapshot.repositories, settings.repository_aliases)


def unread_repositories(snapshot: Snapshot) -> RepositoryNames:
    """The repositories of an edition that could not be read in this run."""
    return RepositoryNames([one.name for one in snapshot.repositories if not one.was_read])


def counts_before(same: Collection[Edition], window: Window) -> tuple[EarlierCount, ...] | None:
    """The counts of earlier windows from editions of the same repositories; None if unknown."""
    saved = {(one.window.start, one.window.end): one for one in same}
    counts = []
    for earlier in windows.windows_before(window):
        edition = saved.get((earlier.start, earlier.end))
        count = len(edition.titles) if edition and edition.complete else None
        counts.append(EarlierCount(start=earlier.start, end=earlier.end, count=count))
    return tuple(counts) if any(one.count is not None for one in counts) else None
