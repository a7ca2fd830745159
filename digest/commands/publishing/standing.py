"""What stands in a newsletter's repository of an edition: its files, its text, its boxes."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from digest.compose.publication import boxes, page, paths
from digest.compose.publication.boxes import Taken, Toggled
from digest.compose.publication.newsletter import Newsletter
from digest.compose.publication.page import Page
from digest.compose.publication.plan import ATTRIBUTES
from digest.deliver.editions import FACTS, MARKS, RENDERED, WORKSHEET, Contents
from digest.errors import UsageError
from digest.gather import newsletter
from digest.gather import snapshot as saved
from digest.model import Snapshot, Window
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.api.client import GitHub

BOXES = "boxes.json"
KEPT = (FACTS, MARKS, RENDERED, WORKSHEET, BOXES)


@dataclass(frozen=True)
class At:
    """Where an edition is published: the newsletter's repository and the pattern of its path there.

    `folder` holds the editions on disk, `templates` the newsletter's own templates.
    """

    github: "GitHub"
    to: str
    pattern: str
    settings: Settings
    folder: Path
    templates: Path

    def path(self, window: Window) -> str:
        """The file that an edition's section goes to. Raises UsageError."""
        return paths.filled(self.pattern, self.settings, window)


@dataclass(frozen=True)
class Standing:
    """An edition as it stands on its branch: `contents` without a section are the texts of digest's own files."""

    edition: str
    newsletter: Newsletter
    contents: Contents
    before: Snapshot | None
    now: boxes.Boxes
    taken: Taken | None

    @property
    def toggled(self) -> Toggled:
        """What people ticked and unticked that no run has taken yet."""
        return boxes.toggled(self.now, self.taken)

    @property
    def is_published(self) -> bool:
        """Whether a run has brought the edition here before."""
        return self.contents.marks is not None or self.contents.rendered is not None

    def page(self, path: str) -> Page | None:
        """The file that holds the section; None where there is none yet. Raises UsageError for one without a place."""
        text = self.newsletter.text(path)
        return None if text is None else page.read(text, path, is_ours=path not in self.newsletter.of_default)


def read(at: At, edition: str, window: Window | None) -> Standing:
    """The edition as it stands in the newsletter's repository, its text too. Raises DigestError.

    `window` None: the one of the facts on the branch.
    """
    kept = {name: paths.kept(edition, name) for name in KEPT}
    wanted = [*kept.values(), ATTRIBUTES, *([at.path(window)] if window else [])]
    there = newsletter.read(at.github, at.to, edition, wanted)
    texts = {name: there.text(path) if there.head else None for name, path in kept.items()}
    facts = (texts[FACTS] or "").encode()
    contents = Contents(facts=facts or None, marks=texts[MARKS], rendered=texts[RENDERED], worksheet=texts[WORKSHEET])
    before = _before(facts, kept[FACTS]) if facts else None
    if window is None and before:
        there = newsletter.with_files(at.github, there, [at.path(before.window)])
    body = there.draft.body if there.draft and there.draft.state == "open" else ""
    return Standing(edition, there, contents, before, boxes.read(body), boxes.parse(texts[BOXES]))


def _before(facts: bytes, name: str) -> Snapshot | None:
    """The facts on a branch; None for what nobody can read: they are brought anew."""
    with suppress(UsageError):
        return saved.parse(facts, name)
    return None
