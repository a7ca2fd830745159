"""The pictures of a published edition: those that its section shows, from the disk or from the web."""

from collections.abc import Sequence

from digest.commands import picturing
from digest.commands.picturing import Bring, Brought
from digest.commands.publishing.at import At
from digest.commands.publishing.sides import Local
from digest.commands.publishing.standing import Standing
from digest.commands.renewing import Renewed
from digest.compose.pictures import Wanted
from digest.compose.publication import pictures, private
from digest.gather import newsletter


def bringing(at: At, here: Local | None) -> Bring:
    """Brings what is shown, under the name that it has on the disk where it is saved there."""
    recorded = here.snapshot.pictures if here else ()
    disk = here.pictures if here else {}
    saved = {(one.pull_request, one.url): one for one in recorded if one.file in disk}

    def bring(wanted: Sequence[Wanted]) -> Brought:
        shown = [one for one in wanted if one.is_shown]
        on_disk = tuple(saved[one.pull_request, one.url] for one in shown if (one.pull_request, one.url) in saved)
        missing = [one for one in shown if (one.pull_request, one.url) not in saved]
        if not missing:
            return Brought(on_disk)
        source = picturing.downloads(at.settings)
        brought = picturing.placed([(one, source.fetch(one.url)) for one in missing], disk.get)
        return Brought((*on_disk, *brought.pictures), brought.files, brought.says)

    return bring


def files(at: At, there: Standing, here: Local | None, new: Renewed) -> dict[str, bytes]:
    """The pictures that the section shows and the branch lacks, by their paths.

    One that is there already may be a person's, and stays. What a private description shows is published nowhere else.
    """
    window = new.snapshot.window
    hidden = _hidden(here, at.to) if here else set()
    have = {**(here.pictures if here else {}), **new.contents.pictures}
    named = pictures.named(new.updated.section, at.link(window))
    paths = {at.picture(name, window): have[name] for name in named if name in have and name not in hidden}
    asked = [path for path in paths if path not in there.newsletter.files]
    known = newsletter.with_files(at.github, there.newsletter, asked).files if asked else {}
    return {path: paths[path] for path in asked if path not in known}


def _hidden(here: Local, to: str) -> set[str | None]:
    told = {one.file for one in private.stripped(here.snapshot, to).pictures}
    return {one.file for one in here.snapshot.pictures} - told
