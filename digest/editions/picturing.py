"""Brings the pictures of told stories, and finds a name for each that takes nothing away."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from digest.compose.pictures import WantedPicture
from digest.files import editions
from digest.model import Picture
from digest.output import terminal
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.pictures.downloads import Downloads, Fetched, Missing


@dataclass(frozen=True)
class Brought:
    """What became of pictures that were wanted, the files that are new, and what there is to say about them."""

    pictures: tuple[Picture, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    says: tuple[str, ...] = ()


Came = Sequence[tuple[WantedPicture, "Fetched | Missing"]]
Bring = Callable[[Sequence[WantedPicture]], Brought]


def nothing(_: Sequence[WantedPicture]) -> Brought:
    """Brings none: the pictures that are not there yet stay to be added."""
    return Brought()


def downloads(settings: Settings) -> "Downloads":
    """Where pictures come from."""
    # Imported here, since few runs fetch any.
    from digest.pictures.downloads import Downloads

    return Downloads(settings.pictures, settings.github.timeout)


def bringing(folder: Path, settings: Settings, only: Collection[str] | None = None) -> Bring:
    """Brings pictures from the web into an edition's folder; `only` those of these pull requests, None: of all."""

    def holds(name: str, content: bytes) -> bool | None:
        there = editions.picture(folder, name)
        return None if there is None else there == content

    def bring(wanted: Sequence[WantedPicture]) -> Brought:
        asked = [one for one in wanted if only is None or one.pull_request in only]
        if not asked:
            return Brought()
        came: list[tuple[WantedPicture, Fetched | Missing]] = []
        source = downloads(settings)
        with terminal.FetchingScreen("Pictures") as watch:
            for done, one in enumerate(asked):
                watch.progress(done, len(asked))
                came.append((one, source.fetch(one.url)))
        brought = placed(came, holds)
        saved = f"{len(brought.files)} pictures were" if len(brought.files) > 1 else "A picture was"
        says = (f"{saved} saved beside the section.",) if brought.files else ()
        return replace(brought, says=(*brought.says, *says))

    return bring


def placed(came: Came, holds: Callable[[str, bytes], bool | None]) -> Brought:
    """Pictures under the first of their names that is free, or holds just this picture; nothing is written over.

    `holds` tells whether a file of this name has this content, None: there is no such file.
    """
    from digest.pictures.downloads import Missing

    pictures, says = [], []
    files: dict[str, bytes] = {}
    for one, found in came:
        if isinstance(found, Missing):
            pictures.append(Picture(pull_request=one.pull_request, url=one.url, problem=found.reason))
            continue
        names = [f"{name}.{found.ending}" for name in one.names]
        free = ((name, holds(name, found.content)) for name in names if name not in files)
        name, is_there = next(((name, is_there) for name, is_there in free if is_there is not False), ("", None))
        if not name:
            reason = f"{names[0]} and all names like it are taken"
            pictures.append(Picture(pull_request=one.pull_request, url=one.url, problem=reason))
            continue
        if name != names[0]:
            says.append(f"{names[0]} is there already and shows something else: it stays, and the new one is {name}.")
        if not is_there:
            files[name] = found.content
        pictures.append(Picture(pull_request=one.pull_request, url=one.url, file=name))
    return Brought(tuple(pictures), files, tuple(says))
