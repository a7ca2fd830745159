"""Loads the pictures of stories, and finds a file name for each that overwrites nothing."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from digest.compose.pictures import MissingPicture
from digest.editions.update import LoadedPictures
from digest.files import editions
from digest.model import Picture
from digest.output.progress import FetchingScreen
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.pictures.downloads import Downloads, Fetched, Missing

Downloaded = Sequence[tuple[MissingPicture, "Fetched | Missing"]]


def downloads(settings: Settings) -> "Downloads":
    """The downloads of a run, with the limits of the settings."""
    # Imported late, because few runs download pictures.
    from digest.pictures.downloads import Downloads

    return Downloads(settings.pictures, settings.github.timeout_seconds)


@dataclass(frozen=True)
class FolderPictures:
    """Loads pictures from the web into an edition's folder.

    `only`: those of these pull requests; None: all that are wanted.
    """

    folder: Path | None
    settings: Settings
    only: Collection[str] | None = None

    def __call__(self, wanted: Sequence[MissingPicture]) -> LoadedPictures:
        """The pictures, with a message on how many were saved."""
        chosen = [one for one in wanted if self.only is None or one.pull_request in self.only]
        if self.folder is None or not chosen:
            return LoadedPictures()
        downloaded: list[tuple[MissingPicture, Fetched | Missing]] = []
        source = downloads(self.settings)
        with FetchingScreen("Downloading pictures") as watch:
            for done, one in enumerate(chosen):
                watch.progress(done, len(chosen))
                downloaded.append((one, source.fetch(one.url)))
        loaded = name_pictures(downloaded, self._holds)
        if not loaded.files:
            return loaded
        count = len(loaded.files)
        saved = f"{count} pictures were" if count > 1 else "A picture was"
        return replace(loaded, messages=(*loaded.messages, f"{saved} saved next to the section."))

    def _holds(self, name: str, content: bytes) -> bool | None:
        found = editions.read_picture(self.folder, name) if self.folder else None
        return None if found is None else found == content


def name_pictures(
    downloaded: Downloaded, holds: Callable[[str, bytes], bool | None]
) -> LoadedPictures:
    """Give each picture the first of its names that is free or that already has this picture.

    `holds(name, content)`: True if the file has this content, False if it has another, None if it
    does not exist.
    """
    from digest.pictures.downloads import Missing

    pictures, messages = [], []
    files: dict[str, bytes] = {}
    for one, found in downloaded:
        if isinstance(found, Missing):
            pictures.append(_problem(one, found.reason))
            continue
        names = [f"{name}.{found.ending}" for name in one.names]
        states = {name: holds(name, found.content) for name in names if name not in files}
        name = next((name for name, same in states.items() if same is not False), None)
        if name is None:
            pictures.append(_problem(one, f"{names[0]} and all names like it are taken"))
            continue
        if name != names[0]:
            messages.append(
                f"{names[0]} exists and shows something else, so it is kept. "
                f"The new picture is {name}."
            )
        if not states[name]:
            files[name] = found.content
        pictures.append(Picture(pull_request=one.pull_request, url=one.url, file=name))
    return LoadedPictures(tuple(pictures), files, tuple(messages))


def _problem(wanted: MissingPicture, reason: str) -> Picture:
    return Picture(pull_request=wanted.pull_request, url=wanted.url, problem=reason)
