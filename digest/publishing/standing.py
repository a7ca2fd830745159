"""What stands in a newsletter's repository of an edition: its files, its text, its boxes."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from digest.errors import UsageError
from digest.files import snapshots as saved
from digest.github import newsletter
from digest.model import Snapshot, Window
from digest.model.edition_files import FACTS, MARKS, RENDERED, WORKSHEET, EditionTexts
from digest.model.newsletter import Newsletter, kept_path
from digest.publishing import boxes, page
from digest.publishing.at import At
from digest.publishing.boxes import Taken, Toggled
from digest.publishing.page import Page
from digest.publishing.plan import ATTRIBUTES

BOXES = "boxes.json"
KEPT = (FACTS, MARKS, RENDERED, WORKSHEET, BOXES)


@dataclass(frozen=True)
class Standing:
    """An edition as it stands on its branch: `contents` without a section are the texts of digest's own files."""

    edition: str
    newsletter: Newsletter
    contents: EditionTexts
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


def read(at: At, edition: str, window: Window | None, shown: Iterable[str] = ()) -> Standing:
    """The edition as it stands in the newsletter's repository, its text and the `shown` pictures too.

    `window` None: the one of the facts on the branch. Raises DigestError.
    """
    kept = {name: kept_path(edition, name) for name in KEPT}
    of_window = [at.path(window), *(at.picture(name, window) for name in shown)] if window else []
    wanted = [*kept.values(), ATTRIBUTES, *of_window]
    there = newsletter.read(at.github, at.to, edition, wanted)
    texts = {name: there.text(path) if there.head else None for name, path in kept.items()}
    facts = (texts[FACTS] or "").encode()
    contents = EditionTexts(
        facts=facts or None, marks=texts[MARKS], rendered=texts[RENDERED], worksheet=texts[WORKSHEET]
    )
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
