"""The pictures in the section of a published edition, from the disk or from the web."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from digest.compose.pictures import MissingPicture, linked_pictures
from digest.editions import pictures as edition_pictures
from digest.editions.pictures import Downloaded, name_pictures
from digest.editions.update import EditionUpdate, LoadedPictures, PictureLoader
from digest.github.client import GitHub
from digest.github.newsletter import read_files
from digest.model import Snapshot, Window
from digest.model.newsletter import oid
from digest.pictures.downloads import Fetched, Missing, picture_ending
from digest.publishing.join import LocalEdition, Sides
from digest.publishing.paths import PublishPaths
from digest.publishing.plan import remove_private

# The names of a picture that are looked up on the branch.
MAX_NAMES = 3


def picture_loader(github: GitHub, sides: Sides, window: Window) -> PictureLoader:
    """A loader of the pictures in stories, from disk or from the web.

    It gives them names that are free on the branch.
    """
    local = sides.local
    known, on_disk = (local.snapshot.pictures, local.pictures) if local else ((), {})
    saved = {
        (picture.pull_request, picture.url): picture.file
        for picture in known
        if picture.file and picture_ending(on_disk.get(picture.file, b""))
    }

    def load(wanted: Sequence[MissingPicture]) -> LoadedPictures:
        downloads = edition_pictures.downloads(sides.paths.settings)
        results: list[tuple[MissingPicture, Fetched | Missing]] = []
        for picture in wanted:
            file = saved.get((picture.pull_request, picture.url))
            if file and picture.is_shown:
                stem, _, ending = file.partition(".")
                names = tuple(dict.fromkeys([stem, *picture.names]))
                results.append((replace(picture, names=names), Fetched(on_disk[file], ending)))
            elif picture.is_shown:
                results.append((picture, downloads.fetch(picture.url)))
        # A picture that is still missing must not cause a commit, even for another reason.
        new_results = [
            (picture, result)
            for picture, result in results
            if not (picture.was_tried and isinstance(result, Missing))
        ]
        return _name_on_branch(github, sides, new_results, window)

    return load


def picture_files(
    github: GitHub, sides: Sides, new: EditionUpdate, repository: str
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The pictures in the section that are not on the branch, by path, and messages.

    A picture on the branch may be a person's, so it stays. A picture from a private description is
    published only in its own repository, and a file only if its first bytes are a picture's.
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
        f"{name} comes from a private description, so it is not published."
        for name in shown
        if name in private
    ]
    others = [name for name in shown if not picture_ending(contents[name])]
    messages += [
        f"{name} is not a PNG, JPEG, GIF or WebP, so it is not published." for name in others
    ]
    withheld = {*private, *others}
    files = {paths.picture(name, window): contents[name] for name in shown if name not in withheld}
    unread = [path for path in files if path not in newsletter.files]
    known = read_files(github, newsletter, unread).files if unread else newsletter.files
    other = [
        path for path, content in files.items() if path in known and known[path].oid != oid(content)
    ]
    messages += [
        f"{path} on the branch differs from the picture on your disk. digest did not change the "
        "branch."
        for path in other
    ]
    return {path: content for path, content in files.items() if path not in known}, tuple(messages)


def remove_unpublished(
    new: EditionUpdate, paths: PublishPaths, published: Collection[str]
) -> Snapshot:
    """The facts without new pictures whose paths are not `published`."""
    window = new.snapshot.window
    unpublished = {
        name for name in new.picture_files if paths.picture(name, window) not in published
    }
    pictures = tuple(
        picture for picture in new.snapshot.pictures if picture.file not in unpublished
    )
    return new.snapshot.model_copy(update={"pictures": pictures})


def _name_on_branch(
    github: GitHub, sides: Sides, results: Downloaded, window: Window
) -> LoadedPictures:
    paths = sides.paths
    tried = [
        (replace(picture, names=picture.names[:MAX_NAMES]), result) for picture, result in results
    ]
    possible = [
        paths.picture(f"{name}.{result.ending}", window)
        for picture, result in tried
        if isinstance(result, Fetched)
        for name in picture.names
    ]
    files = read_files(github, sides.published.newsletter, possible).files if possible else {}

    def holds(name: str, content: bytes) -> bool | None:
        blob = files.get(paths.picture(name, window))
        return None if blob is None else blob.oid == oid(content)

    return name_pictures(tried, holds)


def _private_pictures(local: LocalEdition, repository: str) -> set[str | None]:
    public = {picture.file for picture in remove_private(local.snapshot, repository).pictures}
    return {picture.file for picture in local.snapshot.pictures} - public
