"""Where an edition lives: its folder, what is in it, and the editions around it."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from digest import windows
from digest.compose.keys import RepositoryNames, parse_key
from digest.files import editions
from digest.files.editions import Contents, Edition
from digest.files.held import Held, held
from digest.model import Snapshot, Window
from digest.settings import Settings


@dataclass(frozen=True)
class Place:
    """Where an edition lives: its folder (None: it has none), what is in it, and the editions around it.

    `unread` are those of its repositories that could not be read this time; `marks_file` is what people call the file
    of its decisions. `pictures` are the names of the files of that kind that are there, None: all that are recorded.
    """

    folder: Path | None
    there: Contents
    neighbours: tuple[Edition, ...]
    repositories: RepositoryNames
    unread: RepositoryNames
    marks_file: str = editions.MARKS
    pictures: AbstractSet[str] | None = None

    @cached_property
    def before(self) -> Held | None:
        """What to remember of the facts before."""
        return held(self.there.facts, self.unread)

    @property
    def known(self) -> AbstractSet[str] | None:
        """The keys of the facts before; None: nothing was decided of them yet, so the first draft is made."""
        decided = self.before is not None and self.there.marks is not None
        return {parse_key(key, self.repositories) for key in self.before.prints} if decided and self.before else None

    def previous(self, snapshot: Snapshot) -> Window | None:
        """The window of the edition before."""
        found = editions.before(self.neighbours, snapshot)
        return found.window if found else None


def find(snapshot: Snapshot, settings: Settings, output: Path | None, around: Path | None) -> Place:
    """The place of a snapshot's edition in an output folder; `around` is where its neighbours are."""
    folder = output / windows.edition_name(snapshot.window) if output else None
    there = editions.contents(folder, snapshot) if folder else Contents()
    return Place(
        folder=folder,
        there=there,
        neighbours=tuple(one for one in editions.saved(around) if one.folder != folder) if around else (),
        repositories=repositories(snapshot, settings),
        unread=unread(snapshot),
        marks_file=str(folder / editions.MARKS) if folder else editions.MARKS,
        pictures=editions.names_of_pictures(folder) if folder else frozenset(),
    )


def repositories(snapshot: Snapshot, settings: Settings) -> RepositoryNames:
    """The repositories of an edition, by all the names that marks may have for them."""
    return RepositoryNames([one.name for one in snapshot.repositories], settings.repository_aliases)


def unread(snapshot: Snapshot) -> RepositoryNames:
    """Those repositories of an edition that could not be read this time."""
    return RepositoryNames([one.name for one in snapshot.repositories if not one.was_read])
