"""An edition before a run: its facts, decisions and text, and the editions around it. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from digest import windows
from digest.compose import areas, marks, merge
from digest.compose.blocks import layout_of
from digest.compose.candidates import Coverage
from digest.compose.keys import RepositoryNames, format_keys, parse_key, with_present_names
from digest.errors import UsageError
from digest.model import EarlierCount, Layout, Marks, Picture, Snapshot, Window
from digest.model.edition_files import FACTS, MARKS, SECTION, EditionTexts, SavedFacts

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class EarlierAreas:
    """By repository: the globs of its areas in the edition before, and the main paths of changes.

    `paths` maps pull requests of the last editions to the path of code that they changed most.
    """

    globs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    paths: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Surroundings:
    """The other editions of a newsletter, as far as they affect this one.

    `covered` maps pull requests to the earlier edition that covers them, `previous` is the window
    of the edition before, and `counts` are the counts of earlier windows in saved editions.
    `earlier` are the areas of the code and their evidence in the last editions.
    """

    covered: Mapping[str, Coverage] = field(default_factory=dict)
    previous: Window | None = None
    counts: tuple[EarlierCount, ...] | None = None
    earlier: Callable[[], EarlierAreas] = EarlierAreas


@dataclass(frozen=True, kw_only=True)
class SavedEdition:
    """An edition before a run; a new one has no texts and no facts.

    `folder` is None if nothing is written to disk. `marks_file` and `section_file` are the names of
    the files for messages. `pictures` are the names of the existing picture files; None means all
    that are recorded. Links to them begin with `picture_link`.
    """

    repositories: RepositoryNames
    texts: EditionTexts = field(default_factory=EditionTexts)
    facts: SavedFacts | None = None
    folder: "Path | None" = None
    marks_file: str = MARKS
    section_file: str = SECTION
    pictures: AbstractSet[str] | None = None
    picture_link: str = "."
    surroundings: Surroundings = field(default_factory=Surroundings)

    @property
    def known_keys(self) -> AbstractSet[str] | None:
        """The pull requests of earlier runs; None before the first draft."""
        if self.facts is None or self.texts.marks is None:
            return None
        return {parse_key(key, self.repositories) for key in self.facts.fingerprints}

    @cached_property
    def present_texts(self) -> EditionTexts:
        """The texts with the current names of renamed repositories in section and render."""
        section, rendered = (
            text and with_present_names(text, self.repositories)
            for text in (self.texts.section, self.texts.rendered)
        )
        return replace(self.texts, section=section, rendered=rendered)

    @cached_property
    def marks_without_deleted(self) -> marks.MarksChange:
        """The marks; stories that a person deleted from the text are `removed`.

        Raises UsageError for a marks file that cannot be read.
        """
        if self.texts.marks is None:
            return marks.MarksChange(Marks(), "")
        decided = marks.parse_marks(self.texts.marks, self.marks_file, self.repositories)
        messages, texts = [], self.present_texts
        for names in merge.deleted_stories(texts.section, texts.rendered):
            for mark in decided.stories:
                known = {key.lower() for key in mark.pull_requests} or {mark.heading or ""}
                if not mark.removed and names & known:
                    heading = None if mark.pull_requests else mark.heading
                    removal = marks.remove_stories(decided, mark.pull_requests, heading)
                    decided = removal.marks
                    messages.append(f"You deleted a story: {removal.message}")
        if left_out := self._deleted_items(decided):
            decided = marks.leave_out(decided, left_out).marks
            messages.append(
                f"You deleted {format_keys(left_out)} from the list. To put an item back, delete "
                f"`listed = false` in {self.marks_file}."
            )
        return marks.MarksChange(decided, "", tuple(messages))

    def _deleted_items(self, decided: Marks) -> list[str]:
        """The items that a person deleted from the text, and that the marks still list."""
        saved = self.facts.fingerprints if self.facts else ()
        keys = (*saved, *(key for mark in decided.stories for key in mark.pull_requests))
        spelled = {key.lower(): parse_key(key, self.repositories) for key in keys}
        deleted = merge.deleted_items(self.present_texts.section, self.present_texts.rendered)
        left_out = {*decided.left_out_keys}
        found = (spelled.get(key, key) for key in sorted(deleted, key=lambda key: (len(key), key)))
        return [key for key in found if key not in left_out]

    def texts_for(self, layout: Layout) -> tuple[str | None, str | None]:
        """The section and the base of its merge in a layout.

        Both are None if digest wrote the whole section in another layout. Raises UsageError if a
        person edited that.
        """
        section, base = self.present_texts.section, self.present_texts.rendered
        if section is None or base is None or layout_of(base) == layout:
            return section, base
        if merge.is_edited(section, base):
            raise UsageError(
                f"{self.section_file} has your edits in the layout {layout_of(base)!r}, and the "
                f"layout is now {layout!r}, so nothing was written.",
                f'To keep the edits, write layout = "{layout_of(base)}" in {self.marks_file}. To '
                f"start over in the new layout, move {self.section_file} elsewhere.",
            )
        return None, None

    def marked_keys(self) -> list[str]:
        """The pull requests of all stories that are marked and not removed."""
        stories = self.marks_without_deleted.marks.stories
        return [key for mark in stories if not mark.removed for key in mark.pull_requests]

    def carry_over(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot, with the facts that only earlier runs have.

        These are facts of the same pull requests, pull requests of other windows or repositories in
        stories, marked ones of a repository that this run could not read, counts of earlier
        windows, first contributions, and this edition's areas and pictures.
        """
        saved = self.facts
        # A list of unknown counts becomes None, so that "unknown" has one form.
        counts = _join_counts(snapshot.earlier_counts, None)
        snapshot = snapshot.model_copy(update={"earlier_counts": counts})
        snapshot = self._with_saved_areas(snapshot)
        if self.pictures is not None:
            pictures = saved.header.pictures if saved else ()
            snapshot = snapshot.model_copy(update={"pictures": pictures})
        if saved is None:
            return snapshot
        pulls = tuple(saved.completed.get(pull.key, pull) for pull in snapshot.pull_requests)
        fetched = {
            pull.key for pull in (*snapshot.pull_requests, *snapshot.uncounted_pull_requests)
        }
        marks = self.marks_without_deleted.marks
        marked = {key for mark in marks.stories for key in mark.pull_requests}
        unread = (pull for pull in saved.unread if pull.key in marked)
        kept = (
            pull
            for pull in (*saved.header.uncounted_pull_requests, *unread)
            if pull.key not in fetched
        )
        known: dict[str, object] = {
            "pull_requests": pulls,
            "uncounted_pull_requests": (*snapshot.uncounted_pull_requests, *kept),
        }
        if saved.header.window == snapshot.window:
            known["first_contributions"] = self._first_contributions(snapshot, saved)
        if saved.header.window == snapshot.window and _bases(saved.header) == _bases(snapshot):
            known["earlier_counts"] = _join_counts(
                snapshot.earlier_counts, saved.header.earlier_counts
            )
        return snapshot.model_copy(update=known)

    def _with_saved_areas(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with the saved areas of this edition, which never change."""
        saved = self.facts
        if saved is None or saved.header.window != snapshot.window:
            return snapshot
        known = {
            self.repositories.resolve(one.name): one.areas for one in saved.header.repositories
        }
        repositories = tuple(
            one.model_copy(update={"areas": known.get(one.name) or one.areas})
            for one in snapshot.repositories
        )
        return snapshot.model_copy(update={"repositories": repositories})

    def _first_contributions(self, snapshot: Snapshot, saved: SavedFacts) -> tuple[str, ...] | None:
        """The new ones of the snapshot, or the saved ones if they cover all its pull requests."""
        if snapshot.first_contributions is not None:
            return snapshot.first_contributions
        keys = {pull.key for pull in snapshot.pull_requests}
        before = saved.header.first_contributions
        present = self.repositories.present_key
        if before is None or not keys <= set(map(present, saved.fingerprints)):
            return None
        return tuple(key for key in map(present, before) if key in keys)

    def present(
        self, pictures: Sequence[Picture], new_files: Collection[str] = ()
    ) -> tuple[Picture, ...]:
        """The pictures without those whose file a person removed; the file may come back."""
        if self.pictures is None:
            return tuple(pictures)
        files = {*self.pictures, *new_files, None}
        return tuple(picture for picture in pictures if picture.file in files)

    def with_counts(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot, with earlier counts from saved editions if it has none."""
        counts = self.surroundings.counts
        if snapshot.earlier_counts is not None or counts is None:
            return snapshot
        return snapshot.model_copy(update={"earlier_counts": counts})

    def with_areas(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with the areas of each repository: the saved ones, else learned ones.

        digest learns them from the window and the last editions. If it learns nothing, they stay
        unknown, and a later run tries again.
        """
        if all(one.areas for one in snapshot.repositories):
            return snapshot
        earlier = self.surroundings.earlier()
        return snapshot.model_copy(
            update={
                "repositories": tuple(
                    one if one.areas else one.model_copy(update={"areas": areas})
                    for one in snapshot.repositories
                    for areas in [_learn(one.name, snapshot, earlier)]
                )
            }
        )

    def replacement_message(self, snapshot: Snapshot) -> str | None:
        """A message if the folder had the facts of another window, or facts that cannot be read."""
        if self.folder is None:
            return None
        if self.facts is None:
            if self.texts.stamps.get(FACTS) is None:
                return None
            unread = f"{self.folder / FACTS} could not be read."
            return f"{unread} digest replaced it and kept the text and the marks."
        if self.facts.header.window == snapshot.window:
            return None
        held = windows.label(self.facts.header.window)
        return (
            f"{self.folder} had the facts of {held}. digest replaced the facts and kept the marks."
        )


def _bases(snapshot: Snapshot) -> list[str | None]:
    """The base of each repository; None is the default branch, under any name."""
    return [None if one.base == one.default_branch else one.base for one in snapshot.repositories]


def _learn(repository: str, snapshot: Snapshot, earlier: EarlierAreas) -> tuple[str, ...] | None:
    paths = dict(earlier.paths.get(repository.casefold(), {}))
    for pull in snapshot.pull_requests:
        if pull.repository == repository and (path := areas.main_path(pull)):
            paths[pull.key] = path
    before = earlier.globs.get(repository.casefold(), ())
    return areas.learn_areas(list(paths.values()), before) or None


def _join_counts(
    counts: tuple[EarlierCount, ...] | None, saved: tuple[EarlierCount, ...] | None
) -> tuple[EarlierCount, ...] | None:
    """The counts, with saved ones for the unknown; None if all are unknown."""
    known = {(one.start, one.end): one for one in saved or () if one.count is not None}
    joined = tuple(
        known.get((count.start, count.end), count) if count.count is None else count
        for count in counts or saved or ()
    )
    return joined if any(count.count is not None for count in joined) else None
