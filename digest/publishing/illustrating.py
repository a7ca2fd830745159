"""The pictures of a published edition: those that its section shows, from the disk or from the web."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from digest.compose.pictures import WantedPicture
from digest.editions import picturing
from digest.editions.picturing import Bring, Brought
from digest.editions.renewing import Renewed
from digest.github import newsletter
from digest.model import Snapshot, Window
from digest.model.newsletter import oid
from digest.pictures.downloads import Fetched, Missing
from digest.publishing import picture_links, private
from digest.publishing.at import At
from digest.publishing.sides import Local
from digest.publishing.standing import Standing

# Names that are looked up on the branch for each picture.
MOST_NAMES = 3


def bringing(at: At, there: Standing, here: Local | None, window: Window) -> Bring:
    """Brings what is shown, from the disk where it is saved there, under a name that is free on the branch."""
    recorded = here.snapshot.pictures if here else ()
    disk = here.pictures if here else {}
    saved = {(one.pull_request, one.url): one.file for one in recorded if one.file in disk}

    def bring(wanted: Sequence[WantedPicture]) -> Brought:
        source = picturing.downloads(at.settings)
        came: list[tuple[WantedPicture, Fetched | Missing]] = []
        for one in wanted:
            file = saved.get((one.pull_request, one.url))
            if file and one.is_shown:
                stem, _, ending = file.partition(".")
                names = dict.fromkeys([stem, *one.names])
                came.append((replace(one, names=tuple(names)), Fetched(disk[file], ending)))
            elif one.is_shown:
                came.append((one, source.fetch(one.url)))
        # That something cannot be had for another reason than before is no reason to write.
        news = [(one, found) for one, found in came if not (one.was_tried and isinstance(found, Missing))]
        return _placed(at, there, news, window)

    return bring


def _placed(at: At, there: Standing, came: picturing.Came, window: Window) -> Brought:
    tried = [(replace(one, names=one.names[:MOST_NAMES]), found) for one, found in came]
    paths = [
        at.picture(f"{name}.{found.ending}", window)
        for one, found in tried
        if isinstance(found, Fetched)
        for name in one.names
    ]
    files = newsletter.with_files(at.github, there.newsletter, paths).files if paths else {}

    def holds(name: str, content: bytes) -> bool | None:
        blob = files.get(at.picture(name, window))
        return None if blob is None else blob.oid == oid(content)

    return picturing.placed(tried, holds)


def files(at: At, there: Standing, here: Local | None, new: Renewed) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The pictures that the section shows and the branch lacks, by their paths, and what there is to say of others.

    One that is there already may be a person's, and stays. What a private description shows is published nowhere else.
    """
    window, says = new.snapshot.window, []
    hidden = _hidden(here, at.to) if here else set()
    have = {**(here.pictures if here else {}), **new.contents.pictures}
    named = [name for name in picture_links.named(new.updated.section, at.link(window)) if name in have]
    says += [f"{name} is of a private description, so it is not published." for name in named if name in hidden]
    paths = {at.picture(name, window): have[name] for name in named if name not in hidden}
    asked = [path for path in paths if path not in there.newsletter.files]
    known = newsletter.with_files(at.github, there.newsletter, asked).files if asked else there.newsletter.files
    other = [path for path, content in paths.items() if path in known and known[path].oid != oid(content)]
    says += [f"{path} is another picture there than on your disk; it stays." for path in other]
    return {path: content for path, content in paths.items() if path not in known}, tuple(says)


def recorded(at: At, new: Renewed, pushed: Collection[str]) -> Snapshot:
    """The facts without pictures that were brought and are not among the `pushed` paths, since no text shows them."""
    left = {name for name in new.contents.pictures if at.picture(name, new.snapshot.window) not in pushed}
    there = tuple(one for one in new.snapshot.pictures if one.file not in left)
    return new.snapshot.model_copy(update={"pictures": there})


def _hidden(here: Local, to: str) -> set[str | None]:
    told = {one.file for one in private.stripped(here.snapshot, to).pictures}
    return {one.file for one in here.snapshot.pictures} - told
