"""What was decided of an edition and its neighbours, read from their folders."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from digest.compose import blocks, marks
from digest.compose.continuations import Coverage
from digest.compose.keys import Repositories
from digest.editions import place
from digest.editions.place import Place
from digest.editions.wishes import Wish
from digest.files import editions
from digest.files.editions import Edition
from digest.model import Marks, Snapshot, Window
from digest.settings import Settings


def so_far(of: Place) -> tuple[Marks, list[str]]:
    """The decisions of an edition so far: its marks, without the stories that a person deleted from the text."""
    if of.there.marks is None:
        return Marks(), []
    decided = marks.parse(of.there.marks, of.marks_file, of.repositories)
    says: list[str] = []
    for names in blocks.deleted_stories(of.there.section, of.there.rendered):
        for mark in decided.stories:
            known = {key.lower() for key in mark.pull_requests} or {mark.heading or ""}
            if not mark.removed and names & known:
                removed = marks.remove(decided, mark.pull_requests, None if mark.pull_requests else mark.heading)
                decided, says = removed.marks, [*says, f"You deleted a story: {removed.says}"]
    return decided, says


def marked(snapshot: Snapshot, settings: Settings, output: Path | None, wish: Wish) -> list[str]:
    """The pull requests that the edition of a snapshot tells, or is asked to tell."""
    decided, _ = so_far(place.find(snapshot, settings, output, None))
    told = [key for mark in decided.stories if not mark.removed for key in mark.pull_requests]
    return [*told, *wish.keys(snapshot, settings)]


def fresh(before: Marks, after: Marks) -> frozenset[str]:
    """The stories that a person asked for in this run: they come even where they were deleted."""
    was = [mark for mark in before.stories if not mark.removed]
    new = [mark for mark in after.stories if not mark.removed and mark not in was]
    return frozenset(
        name for mark in new for name in (*mark.pull_requests, *([] if mark.pull_requests else [mark.heading or ""]))
    )


def told_before(others: Sequence[Edition], window: Window, settings: Settings) -> Mapping[str, Coverage]:
    """What the editions before a window tell, by pull request. A month tells again what its weeks have told."""
    told: dict[str, Coverage] = {}
    for one in others:
        if one.window.start >= window.start or (one.window.kind == "month") != (window.kind == "month"):
            continue
        text = editions.marks_of(one)
        if text is None:
            continue
        repositories = Repositories(one.repositories, settings.repository_aliases)
        decided = marks.parse(text, str(one.folder / editions.MARKS), repositories)
        titles = editions.titles(one)
        for mark in decided.stories:
            if not mark.removed:
                told |= {key: Coverage(one.folder.name, titles.get(key)) for key in mark.pull_requests}
    return told
