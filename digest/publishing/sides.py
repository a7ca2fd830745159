"""Reads the sides of an edition: its branch, its folder on disk and the previous draft."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from digest.errors import DigestError, UsageError
from digest.files import editions, snapshots
from digest.files.editions import Edition
from digest.github.client import GitHub
from digest.github.newsletter import find_moved_page, read_files, read_newsletter
from digest.model import Snapshot, Window
from digest.model.edition_files import FACTS, MARKS, RENDERED, WORKSHEET, EditionTexts
from digest.model.newsletter import Newsletter, data_path
from digest.publishing.boxes import TickRecord, parse_tick_record, read_boxes
from digest.publishing.join import (
    LocalEdition,
    PublishedEdition,
    Sides,
    find_previous_draft,
    find_run_facts,
)
from digest.publishing.paths import MissingPage, PublishPaths, is_page_path, known_path
from digest.publishing.plan import ATTRIBUTES
from digest.settings import Settings

BOXES = "boxes.json"

BYTE_ORDER_MARK = "\ufeff"

OWN_FILES = (FACTS, MARKS, RENDERED, WORKSHEET, BOXES)


@dataclass(frozen=True)
class PublishTarget:
    """The target of a publish: a newsletter's repository, and the paths in it.

    `around` are the editions on disk, `templates` the folder of the newsletter's own templates.
    """

    github: GitHub
    repository: str
    paths: PublishPaths
    around: Sequence[Edition]
    templates: Path

    @property
    def settings(self) -> Settings:
        """The current settings."""
        return self.paths.settings


def read_published(
    target: PublishTarget, edition: str, window: Window | None, pictures: Iterable[str] = ()
) -> PublishedEdition:
    """The edition in the newsletter's repository, with its page and these pictures.

    Without `window`, the window of the facts on the branch counts. Raises DigestError.
    """
    paths = {name: data_path(edition, name) for name in OWN_FILES}
    page_files = (
        [target.paths.page(window), *(target.paths.picture(name, window) for name in pictures)]
        if window
        else []
    )
    newsletter = read_newsletter(
        target.github, target.repository, edition, [*paths.values(), ATTRIBUTES, *page_files]
    )
    texts = {
        name: _without_mark(newsletter.text(path)) if newsletter.head else None
        for name, path in paths.items()
    }
    facts = (texts[FACTS] or "").encode()
    snapshot = _parse_facts(facts, paths[FACTS]) if facts else None
    window = window or (snapshot.window if snapshot else None)
    own = EditionTexts(facts or None, texts[MARKS], None, texts[RENDERED], texts[WORKSHEET])
    tick_record = parse_tick_record(texts[BOXES])
    path, missing = "", None
    if window:
        recorded = _recorded_path(tick_record) or target.paths.page(window)
        unread = {target.paths.page(window), recorded} - {*page_files}
        if unread:
            newsletter = read_files(target.github, newsletter, sorted(unread))
        is_published = own.marks is not None or own.rendered is not None
        newsletter, path, missing = _locate_page(
            target, newsletter, edition, (target.paths.page(window), recorded), is_published
        )
    body = newsletter.draft.body if newsletter.draft and newsletter.draft.state == "open" else ""
    return PublishedEdition(
        edition=edition,
        newsletter=newsletter,
        texts=own,
        snapshot=snapshot,
        boxes=read_boxes(body),
        tick_record=tick_record,
        path=path,
        missing=missing,
    )


def _recorded_path(record: TickRecord | None) -> str | None:
    path = (record and record.page) or ""
    return path if is_page_path(path) else None


def _locate_page(
    target: PublishTarget,
    newsletter: Newsletter,
    edition: str,
    paths: tuple[str, str],
    is_published: bool,
) -> tuple[Newsletter, str, MissingPage | None]:
    """The newsletter with the page of an edition, its path, and the page if it is missing.

    `paths` are the path in the settings or options, and the one that the last run used. Raises
    DigestError.
    """
    usual, last = paths
    known = [usual, last] if target.paths.is_option else [last, usual]
    path = known_path(known, newsletter.files)
    if path or not is_published:
        return newsletter, path or usual, None
    moved = find_moved_page(target.github, newsletter, edition, last)
    if moved.path is None or not is_page_path(moved.path):
        return newsletter, usual, MissingPage(last, newsletter.branch, moved.added)
    return read_files(target.github, newsletter, [moved.path]), moved.path, None


def _without_mark(text: str | None) -> str | None:
    return text and text.removeprefix(BYTE_ORDER_MARK)


def read_local(edition: Edition) -> LocalEdition:
    """An edition on disk. Raises DigestError, also for a file that is a symbolic link."""
    editions.refuse_edition_links(edition.folder)
    snapshot = snapshots.read_snapshot(str(edition.folder / FACTS))
    texts = editions.read_texts(edition.folder, snapshot)
    last_published = editions.read_published(edition.folder)
    return LocalEdition(snapshot, texts, last_published, editions.read_pictures(edition.folder))


def read_sides(
    target: PublishTarget, published: PublishedEdition, local: LocalEdition | None
) -> tuple[Sides, Snapshot]:
    """The sides of an edition, and the facts of the run. Raises DigestError without any facts."""
    run_facts = find_run_facts(published, local, target.repository)
    if run_facts is None:
        raise DigestError(
            f"The branch {published.newsletter.branch} has no facts about {published.edition}, "
            "so digest cannot render it.",
            "Run the weekly workflow again: it writes them.",
        )
    _refuse_other_encodings(published)
    draft = find_previous_draft(published, run_facts.window)
    is_ticked = draft is not None and draft.box in published.toggles.on
    previous = read_published(target, draft.edition, None) if draft and is_ticked else None
    if previous and previous.snapshot:
        _refuse_other_encodings(previous)
    sides = Sides(
        paths=target.paths.at(published.path),
        published=published,
        local=local,
        previous_draft=draft,
        previous=previous,
    )
    return sides, run_facts


def _refuse_other_encodings(published: PublishedEdition) -> None:
    """Raise DigestError for a text on the branch that is not UTF-8; it would be lost."""
    newsletter = published.newsletter
    paths = [data_path(published.edition, name) for name in OWN_FILES if newsletter.head]
    for path in (published.path, *paths):
        if path in newsletter.files and newsletter.text(path) is None:
            branch = newsletter.branch if newsletter.head else newsletter.default_branch
            raise DigestError(
                f"{path} on the branch {branch} cannot be read: it is not UTF-8 text.",
                "Nothing was changed. Save it as UTF-8, and run the command again.",
            )


def _parse_facts(facts: bytes, name: str) -> Snapshot | None:
    """The facts on a branch; None if they are broken, then this run writes them again."""
    with suppress(UsageError):
        return snapshots.parse_snapshot_file(facts, name)
    return None
