"""Updates an edition: facts, decisions and a person's text become the new files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from digest.compose import edition, marks, merge, pictures
from digest.compose.blocks import with_layout
from digest.compose.edition import StoryMaterial
from digest.compose.keys import with_written_lines
from digest.compose.merge import MergedSection
from digest.compose.pictures import MissingPicture
from digest.compose.versions import SectionFacts
from digest.editions.request import Request, requested_stories
from digest.editions.saved_edition import SavedEdition
from digest.model import Digest, Marks, Picture, Snapshot
from digest.output import render
from digest.settings import Settings


@dataclass(frozen=True)
class LoadedPictures:
    """The requested pictures, and the new files."""

    pictures: tuple[Picture, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    messages: tuple[str, ...] = ()


class PictureLoader(Protocol):
    """Downloads pictures."""

    def __call__(self, wanted: Sequence[MissingPicture], /) -> LoadedPictures:
        """The pictures, with the reason for each that could not be loaded."""


class MergedDigest(NamedTuple):
    """A digest with the stories that the merged section covers."""

    digest: Digest
    merged: MergedSection


def load_none(_: Sequence[MissingPicture]) -> LoadedPictures:
    """Load nothing. Pictures that are not saved stay TODOs."""
    return LoadedPictures()


@dataclass(frozen=True, kw_only=True)
class EditionUpdate:
    """The result of an update, to write and to report.

    `marks_text`, `section`, `rendered` and `worksheet` are the new texts; `rendered` is the base of
    the next merge. `digest` has the stories that the section covers. `withheld` are new blocks that
    the person's text keeps out of the section. `edited` are the names of the stories that a person
    wrote.
    """

    saved: SavedEdition
    snapshot: Snapshot
    marks: Marks
    material: StoryMaterial
    digest: Digest
    marks_text: str
    section: str
    rendered: str
    worksheet: str
    picture_files: Mapping[str, bytes]
    messages: tuple[str, ...]
    withheld: tuple[str, ...]
    edited: frozenset[str]


def update(
    saved: SavedEdition,
    snapshot: Snapshot,
    request: Request,
    settings: Settings,
    load_pictures: PictureLoader = load_none,
) -> EditionUpdate:
    """Update an edition in memory, and write nothing.

    Raises DigestError if the marks cannot be read or the request is not possible.
    """
    before = saved.marks_without_deleted
    settings = settings.with_layout(request.layout(before.marks))
    snapshot = saved.carry_over(snapshot)
    if settings.uses_areas:
        snapshot = saved.with_areas(snapshot)
    change = request.apply(before.marks, snapshot, saved.repositories, settings.layout)
    candidates = edition.find_candidates(snapshot, settings, saved.surroundings.covered)
    drafted = edition.with_drafts(change.marks, candidates, snapshot, settings, saved.known_keys)
    if not change.marks.pictures:
        settings = settings.without_pictures()
    album = edition.album(snapshot, saved.present(snapshot.pictures), settings)
    loaded = load_pictures(album.missing_pictures(drafted.marks.stories_in(settings.layout)))
    joined = pictures.join_pictures(snapshot.pictures, loaded.pictures)
    snapshot = snapshot.model_copy(update={"pictures": joined})
    album = album.with_saved(saved.present(joined, loaded.files))
    material = StoryMaterial(candidates, drafted, album)
    previous = saved.surroundings.previous
    digest = edition.compose(saved.with_counts(snapshot), settings, material, previous)
    section = SectionMerge(saved, snapshot, settings, before.marks, change.marks)
    digest, merged = section.merge(digest, material)
    marks_file = marks.dump_marks(saved.texts.marks, drafted.marks, saved.repositories)
    notices = (*marks_file.notices, *loaded.messages, *merged.notices)
    changes = marks.without_removals(change.message, change.marks, merged.unmarked)
    messages = (saved.replacement_message(snapshot), *before.notices, changes, *notices)
    return EditionUpdate(
        saved=saved,
        snapshot=snapshot,
        marks=drafted.marks,
        material=material,
        digest=digest,
        marks_text=marks_file.text,
        section=merged.text,
        rendered=merged.base,
        worksheet=render.worksheet(digest, settings),
        picture_files=loaded.files,
        messages=tuple(filter(None, messages)),
        withheld=merged.withheld,
        edited=merged.edited,
    )


@dataclass(frozen=True)
class SectionMerge:
    """Merges digests into the section of a saved edition.

    The settings have the layout of the edition. `before` are its marks, and `decided` those that a
    person changed in this run.
    """

    saved: SavedEdition
    snapshot: Snapshot
    settings: Settings
    before: Marks
    decided: Marks

    def merge(self, drafted: Digest, material: StoryMaterial) -> MergedDigest:
        """A digest of marks and its `material` in the section.

        The lead announces the stories of the merged text, which depend on the marks alone. So the
        section is rendered again if the marked stories differ.
        """
        merged, digest = self._merge(drafted), drafted
        layout = self.settings.layout
        shown = edition.material_in_text(material, self.snapshot, merged.blocks, layout)
        marked = material.drafted.marks.stories_in(layout)
        if shown.drafted.marks.stories_in(layout) != marked:
            previous = self.saved.surroundings.previous
            digest = edition.recompose(drafted, self.snapshot, self.settings, shown, previous)
        if digest.lead != drafted.lead:
            merged = self._merge(replace(drafted, lead=digest.lead))
        return MergedDigest(digest, merged)

    def _merge(self, digest: Digest) -> MergedSection:
        rendered = render_section(digest, self.settings, self.saved)
        section, base = self.saved.texts_for(digest.layout)
        fresh = requested_stories(self.before, self.decided)
        moved = marks.moved_keys(self.before, self.decided)
        facts = SectionFacts(digest.count, self.saved.section_file, moved)
        merged = merge.merge_section(section, rendered, base, fresh, facts)
        names, written = self.saved.repositories, self.saved.texts.section
        return replace(merged, text=with_written_lines(merged.text, names, rendered, written))


def render_section(digest: Digest, settings: Settings, saved: SavedEdition) -> str:
    """The section by digest, with links to its pictures.

    Its last line has the layout, unless that is "stories".
    """
    section = pictures.relink_pictures(render.section(digest, settings), saved.picture_link)
    return with_layout(section, digest.layout)
