"""Brings an edition up to date: facts, decisions and words in, the texts of its files out; nothing is written."""

from collections.abc import Callable
from dataclasses import dataclass

from digest import windows
from digest.compose import edition, marks, merge, pictures
from digest.editions import decisions, remembering
from digest.editions.picturing import Bring, nothing
from digest.editions.place import Place
from digest.editions.wishes import Change
from digest.files.editions import Contents
from digest.model import Digest, Marks, Snapshot
from digest.output import render
from digest.settings import Settings


@dataclass(frozen=True)
class Updated:
    """An edition after a run: its digest and marks, the resulting section, and what there is to say about it.

    `kept` are the names of the stories whose words are a person's.
    """

    digest: Digest
    marks: Marks
    section: str
    says: tuple[str, ...]
    offered: tuple[str, ...]
    kept: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Renewed:
    """An edition after a run, the texts of its files, and the facts that they were made from."""

    updated: Updated
    contents: Contents
    snapshot: Snapshot


def renew(
    place: Place,
    snapshot: Snapshot,
    settings: Settings,
    change: Change | None = None,
    finished: Callable[[str], str] = str,
    bring: Bring = nothing,
) -> Renewed:
    """The edition of a snapshot brought up to date from what is in its place; nothing is written.

    `finished` gives the render the form that the section has in its place; `bring` has the pictures that are new.

    Raises DigestError for marks that cannot be read, and for a change that nobody can make.
    """
    told = decisions.told_before(place.neighbours, snapshot.window, settings)
    decided, says = decisions.so_far(place)
    there, snapshot = place.there, remembering.with_what_is_there(snapshot, place, decided)
    asked = change(decided, snapshot) if change else marks.MarksChange(decided, "")
    drafted = edition.drafts(snapshot, settings, asked.marks, place.known, told)
    seen = remembering.with_pictures_there(snapshot, place)
    brought = bring(edition.wanted_pictures(seen, settings, drafted.marks))
    snapshot = snapshot.model_copy(update={"pictures": pictures.join_pictures(snapshot.pictures, brought.pictures)})
    seen = remembering.with_pictures_there(snapshot, place, brought.files)
    compared = remembering.with_earlier_counts(seen, place.neighbours)
    digest = edition.compose(compared, settings, place.previous(snapshot), drafted.marks, told)
    rendered = finished(render.section(digest, settings))
    merged = merge.merge_section(there.section, rendered, there.rendered, decisions.fresh(decided, asked.marks))
    contents = Contents(
        marks=marks.dump_marks(there.marks, drafted.marks, place.repositories),
        section=merged.text,
        rendered=rendered,
        worksheet=render.worksheet(digest, settings),
        pictures=brought.files,
    )
    words = (*_replaced(place, snapshot), *says, asked.message, *drafted.notices, *brought.says, *merged.notices)
    offered = merged.withheld if change else ()
    updated = Updated(digest, drafted.marks, merged.text, tuple(filter(None, words)), offered, merged.edited)
    return Renewed(updated, contents, snapshot)


def _replaced(place: Place, snapshot: Snapshot) -> list[str]:
    if place.folder is None or place.before is None or place.before.without.window == snapshot.window:
        return []
    held = windows.label(place.before.without.window)
    return [f"{place.folder} held {held} before; its facts are replaced, its marks stay."]
