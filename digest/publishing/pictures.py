"""The pictures of a published edition: those that its section shows, from the disk or from the web."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from digest.compose.picture_links import linked_pictures
from digest.compose.pictures import MissingPicture
from digest.editions import pictures as edition_pictures
from digest.editions.pictures import Downloaded, name_pictures
from digest.editions.update import EditionUpdate, LoadedPictures, PictureLoader
from digest.github.client import GitHub
from digest.github.newsletter import read_files
from digest.model import Snapshot, Window
from digest.model.newsletter import oid
from digest.pictures.downloads import Fetched, Missing
from digest.publishing.join import LocalEdition, Sides
from digest.publishing.paths import PublishPaths
from digest.publishing.published_facts import without_private

# Names that are looked up on the branch for each picture.
MOST_NAMES = 3


def picture_loader(github: GitHub, sides: Sides, window: Window) -> PictureLoader:
    """Loads the pictures that stories show, from disk or from the web, under names that are free on the branch."""
    local = sides.local
    recorded, on_disk = (local.snapshot.pictures, local.pictures) if local else ((), {})
    saved = {(one.pull_request, one.url): one.file for one in recorded if one.file in on_disk}

    def load(wanted: Sequence[MissingPicture]) -> LoadedPictures:
        downloads = edition_pictures.downloads(sides.paths.settings)
        found: list[tuple[MissingPicture, Fetched | Missing]] = []
        for one in wanted:
            file = saved.get((one.pull_request, one.url))
            if file and one.is_shown:
                stem, _, ending = file.partition(".")
                names = dict.fromkeys([stem, *one.names])
                found.append((replace(one, names=tuple(names)), Fetched(on_disk[file], ending)))
            elif one.is_shown:
                found.append((one, downloads.fetch(one.url)))
        # Another reason why a picture is missing is no reason to write.
        news = [
            (one, picture)
            for one, picture in found
            if not (one.was_tried and isinstance(picture, Missing))
        ]
        return _named(github, sides, news, window)

    return load


def picture_files(
    github: GitHub, sides: Sides, new: EditionUpdate, repository: str
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The pictures that the section shows and the branch lacks, by their paths, and messages about others.

    A picture that is on the branch may be a person's, and stays. One of a private description is
    published only in its own repository.
    """
    newsletter, local, paths = sides.published.newsletter, sides.local, sides.paths
    window, messages = new.snapshot.window, []
    private = _private_pictures(local, repository) if local else set()
    contents = {**(local.pictures if local else {}), **new.picture_files}
    shown = [
        name
        for name in linked_pictures(new.section, paths.picture_link(window))
        if name in contents
    ]
    messages += [
        f"{name} is of a private description, so it is not published."
        for name in shown
        if name in private
    ]
    files = {paths.picture(name, window): contents[name] for name in shown if name not in private}
    unread = [path for path in files if path not in newsletter.files]
    known = read_files(github, newsletter, unread).files if unread else newsletter.files
    other = [
        path for path, content in files.items() if path in known and known[path].oid != oid(content)
    ]
    messages += [f"{path} is another picture there than on your disk; it stays." for path in other]
    return {path: content for path, content in files.items() if path not in known}, tuple(messages)


def without_unpublished(
    new: EditionUpdate, paths: PublishPaths, published: Collection[str]
) -> Snapshot:
    """The facts without new pictures that are not among the `published` paths, since no text shows them."""
    window = new.snapshot.window
    unpublished = {
        name for name in new.picture_files if paths.picture(name, window) not in published
    }
    pictures = tuple(one for one in new.snapshot.pictures if one.file not in unpublished)
    return new.snapshot.model_copy(update={"pictures": pictures})


def _named(github: GitHub, sides: Sides, found: Downloaded, window: Window) -> LoadedPictures:
    paths = sides.paths
    tried = [(replace(one, names=one.names[:MOST_NAMES]), picture) for one, picture in found]
    candidates = [
        paths.picture(f"{name}.{picture.ending}", window)
        for one, picture in tried
        if isinstance(picture, Fetched)
        for name in one.names
    ]
    files = read_files(github, sides.published.newsletter, candidates).files if candidates else {}

    def holds(name: str, content: bytes) -> bool | None:
        blob = files.get(paths.picture(name, window))
        return None if blob is None else blob.oid == oid(content)

    return name_pictures(tried, holds)


def _private_pictures(local: LocalEdition, repository: str) -> set[str | None]:
    public = {one.file for one in without_private(local.snapshot, repository).pictures}
    return {one.file for one in local.snapshot.pictures} - public
