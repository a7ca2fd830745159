"""Prepares the draft of an edition: reads its sides, brings it up to date and makes the plan.

Writes nothing.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from digest import text, windows
from digest.editions.folder import read_surroundings, repositories, unread_repositories
from digest.editions.saved_edition import SavedEdition
from digest.editions.update import EditionUpdate, update
from digest.errors import DigestError, UsageError
from digest.files import editions
from digest.files import snapshots as saved
from digest.files.editions import Edition
from digest.files.held import summarize_facts
from digest.github.client import GitHub
from digest.github.newsletter import lacks_label, read_files, read_newsletter
from digest.model import Digest, Snapshot, Window
from digest.model.edition_files import FACTS, MARKS, RENDERED, WORKSHEET, EditionTexts, saved_facts
from digest.model.newsletter import DraftTexts, Plan, data_path
from digest.output import render
from digest.publishing.body import (
    DETAILS,
    MOST,
    Report,
    body_parts,
    has_same_list,
    missing_list,
    replace_list,
    room_for_list,
    with_boxes,
    written_boxes,
)
from digest.publishing.boxes import Boxes, dump_ticks, parse_ticks, read_boxes
from digest.publishing.join import (
    LocalEdition,
    PublishedEdition,
    Sides,
    find_previous_draft,
    join_facts,
    join_request,
    join_texts,
    own_facts,
)
from digest.publishing.markers import SectionPage, new_page
from digest.publishing.paths import PublishPaths
from digest.publishing.pictures import picture_files, picture_loader, without_unpublished
from digest.publishing.plan import ATTRIBUTES, GENERATED, closed_plan, make_plan
from digest.publishing.published_facts import describe_changes, is_same
from digest.settings import Settings

BOXES = "boxes.json"
OWN_FILES = (FACTS, MARKS, RENDERED, WORKSHEET, BOXES)


@dataclass(frozen=True)
class PublishTarget:
    """Where editions are published: a newsletter's repository and the paths there.

    `folder` holds the editions on disk, `templates` the newsletter's own templates.
    """

    github: GitHub
    repository: str
    paths: PublishPaths
    folder: Path
    templates: Path

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.paths.settings


@dataclass(frozen=True)
class DraftBody:
    """The body of an edition's draft; `boxes` are those that the run has read."""

    digest: Digest
    settings: Settings
    report: Report
    boxes: Boxes

    def new(self) -> str:
        """The body of a new pull request."""
        return self._render(Boxes(), MOST)

    def updated(self, current: str) -> str | None:
        """The body with a list that is up to date.

        None where it stays, also where a person took the list out.
        """
        fresh = self._render(read_boxes(current), room_for_list(current))
        if not current.strip():
            return fresh
        return None if has_same_list(current, fresh) else replace_list(current, fresh)

    def _render(self, current: Boxes, room: int) -> str:
        return render_body(
            self.digest, self.settings, with_boxes(self.report, current, self.boxes, room)
        )


@dataclass(frozen=True)
class Publication:
    """A plan with all that it takes to carry it out.

    `body` is None where the pull request is closed.
    """

    plan: Plan
    published: PublishedEdition
    texts: DraftTexts
    body: DraftBody | None
    section: str
    messages: tuple[str, ...]

    def updated_body(self, current: str) -> str | None:
        """The body of the open pull request after the run, None where it stays as it is."""
        return self.body.updated(current) if self.body else None


def prepare(target: PublishTarget, edition: str, local: LocalEdition | None) -> Publication:
    """The publication of an edition; without `local` it only takes ticks over.

    Raises DigestError where nothing can be published.
    """
    window, shown = (local.snapshot.window, local.pictures) if local else (None, ())
    published = read_published(target, edition, window, shown)
    newsletter, label = published.newsletter, target.settings.publish.label
    if closed := closed_plan(newsletter, edition):
        return Publication(
            closed, published, DraftTexts(message="", title="", body="", label=""), None, "", ()
        )
    sides, own = _read_sides(target, published, local)
    new = _update(target, sides, own)
    digest = new.digest
    pictures, messages = picture_files(target.github, sides, new, target.repository)
    snapshot = without_unpublished(new, target.paths, pictures)
    files = {
        path: content.encode() for path, content in _files(target, published, new, snapshot).items()
    } | pictures
    body = DraftBody(digest, target.settings, _report(sides, new), published.boxes)
    draft = newsletter.draft
    # Without `local` the body stays as it is: a tick that is made meanwhile would be lost.
    updates_body = draft is not None and local is not None and body.updated(draft.body) is not None
    labels = local is not None and lacks_label(target.github, target.repository, draft, label)
    plan = make_plan(newsletter, edition, files, updates_body=updates_body, labels=labels)
    texts = DraftTexts(
        message=f"Digest of {edition}: {digest.count:,} merged",
        title=_title(target.settings, digest),
        body=body.new(),
        label=label,
    )
    missing = missing_list(draft.body) if draft and local else ()
    messages = (*new.messages, *messages, *missing)
    return Publication(plan, published, texts, body, new.section, messages)


def read_published(
    target: PublishTarget, edition: str, window: Window | None, pictures: Iterable[str] = ()
) -> PublishedEdition:
    """The edition in the newsletter's repository, with its page and these pictures.

    `window` is None for that of the facts on the branch. Raises DigestError.
    """
    paths = {name: data_path(edition, name) for name in OWN_FILES}
    of_window = (
        [target.paths.page(window), *(target.paths.picture(one, window) for one in pictures)]
        if window
        else []
    )
    newsletter = read_newsletter(
        target.github, target.repository, edition, [*paths.values(), ATTRIBUTES, *of_window]
    )
    texts = {
        name: newsletter.text(path) if newsletter.head else None for name, path in paths.items()
    }
    facts = (texts[FACTS] or "").encode()
    snapshot = _parse_facts(facts, paths[FACTS]) if facts else None
    if window is None and snapshot:
        newsletter = read_files(target.github, newsletter, [target.paths.page(snapshot.window)])
    body = newsletter.draft.body if newsletter.draft and newsletter.draft.state == "open" else ""
    return PublishedEdition(
        edition=edition,
        newsletter=newsletter,
        texts=EditionTexts(facts or None, texts[MARKS], None, texts[RENDERED], texts[WORKSHEET]),
        snapshot=snapshot,
        boxes=read_boxes(body),
        taken=parse_ticks(texts[BOXES]),
    )


def read_local(edition: Edition) -> LocalEdition:
    """An edition on disk. Raises DigestError."""
    snapshot = saved.read(str(edition.folder / FACTS))
    texts = editions.contents(edition.folder, snapshot)
    last_published = editions.published(edition.folder)
    return LocalEdition(snapshot, texts, last_published, editions.pictures(edition.folder))


def render_body(digest: Digest, settings: Settings, report: Report) -> str:
    """The body of the draft pull request, with as much detail as there is room for."""
    rendered = ""
    for detail in DETAILS:
        parts = body_parts(digest, settings, report, detail)
        rendered = render.packaged_template("pull_request_body", digest, settings, body=parts)
        if len(rendered) <= report.room:
            break
    return rendered


def _read_sides(
    target: PublishTarget, published: PublishedEdition, local: LocalEdition | None
) -> tuple[Sides, Snapshot]:
    """The sides of an edition, and the run's own facts. Raises DigestError where there are none."""
    own = own_facts(published, local, target.repository)
    if own is None:
        raise DigestError(
            f"{published.newsletter.branch} holds no facts of {published.edition}, so nothing can be rendered.",
            "Run the workflow of the week once more: it brings them.",
        )
    draft = find_previous_draft(published, own.window)
    is_ticked = draft is not None and draft.box in published.toggled.on
    previous = read_published(target, draft.edition, None) if draft and is_ticked else None
    sides = Sides(
        paths=target.paths,
        published=published,
        local=local,
        previous_draft=draft,
        previous=previous,
    )
    return sides, own


def _update(target: PublishTarget, sides: Sides, own: Snapshot) -> EditionUpdate:
    """The edition with facts, decisions and words from all sides. Raises DigestError."""
    snapshot, edition = join_facts(sides, own), sides.published.edition
    if not (snapshot.pull_requests or target.settings.publish.allow_empty):
        raise DigestError(
            f"Nothing was merged in {edition}, so nothing is published.",
            "If that is so, allow it in the settings: allow_empty = true under [digest.publish].",
        )
    texts = join_texts(sides, snapshot)
    facts = (
        saved_facts(snapshot)
        if sides.was_drafted
        else summarize_facts(texts.facts, unread_repositories(snapshot))
    )
    around = [one for one in editions.saved(target.folder) if one.folder.name != edition]
    saved = SavedEdition(
        repositories=repositories(snapshot, target.settings),
        texts=texts,
        facts=facts,
        marks_file=f"{data_path(edition, MARKS)} on {sides.published.newsletter.branch}",
        picture_link=target.paths.picture_link(snapshot.window),
        surroundings=read_surroundings(around, snapshot, target.settings),
    )
    loader = picture_loader(target.github, sides, snapshot.window)
    return update(saved, snapshot, join_request(sides, saved, snapshot), target.settings, loader)


def _report(sides: Sides, new: EditionUpdate) -> Report:
    published = sides.published
    changes: tuple[str, ...] = ()
    if published.is_published:
        changes = (*describe_changes(published.snapshot, new.snapshot), *new.messages)
    written = written_boxes(new.digest, sides.previous_draft)
    return Report(
        changes=changes,
        kept=tuple(sorted(new.edited)),
        path=sides.paths.page(new.digest.window),
        worksheet=data_path(published.edition, WORKSHEET),
        previous_draft=sides.previous_draft,
        number=(published.taken.list if published.taken else 0) + 1,
        ticked=written,
        written=written,
    )


def _files(
    target: PublishTarget, published: PublishedEdition, new: EditionUpdate, snapshot: Snapshot
) -> dict[str, str]:
    """The texts of all files that belong to the edition, by their paths."""
    path, edition = target.paths.page(new.digest.window), published.edition
    page = published.page(path) or _new_page(target, new.digest, path)
    files = {
        path: page.text(new.section),
        data_path(edition, MARKS): new.marks_text,
        data_path(edition, RENDERED): new.rendered,
        data_path(edition, WORKSHEET): new.worksheet,
    }
    if published.snapshot is None or not is_same(snapshot, published.snapshot):
        files[data_path(edition, FACTS)] = editions.facts_text(snapshot)
    if published.toggled:
        files[data_path(edition, BOXES)] = dump_ticks(published.boxes, published.taken)
    if published.newsletter.text(ATTRIBUTES) is None:
        files[ATTRIBUTES] = GENERATED
    return files


def _new_page(target: PublishTarget, digest: Digest, path: str) -> SectionPage:
    """A new file: by the newsletter's own template where it has one, else the section alone."""
    around = render.split_page(digest, target.settings, target.templates / render.EDITION)
    return new_page(*around, path) if around else SectionPage("", None, "")


def _title(settings: Settings, digest: Digest) -> str:
    heading = settings.heading.replace("{when}", windows.phrase(digest.window, digest.fetched_at))
    return text.plain(settings.publish.title.format(heading=heading, edition=digest.edition))


def _parse_facts(facts: bytes, name: str) -> Snapshot | None:
    """The facts on a branch; None for broken ones, which this run writes again."""
    with suppress(UsageError):
        return saved.parse(facts, name)
    return None
