"""Prepares the draft of an edition: updates it and plans the writes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from digest import text, windows
from digest.compose.keys import describe_changes, names_of
from digest.editions.folder import read_surroundings, repositories, unread_repositories
from digest.editions.saved_edition import SavedEdition
from digest.editions.update import EditionUpdate, update
from digest.errors import DigestError
from digest.files import editions
from digest.files.editions import Edition
from digest.files.snapshots import summarize_facts
from digest.github.newsletter import lacks_label
from digest.model import Digest, Snapshot
from digest.model.computed import Finding
from digest.model.edition_files import FACTS, MARKS, RENDERED, WORKSHEET, saved_facts
from digest.model.newsletter import Draft, DraftTexts, Plan, commit_title, data_path
from digest.output import render
from digest.publishing.body import (
    DETAILS,
    MAX_LENGTH,
    BodyFacts,
    body_parts,
    explain_missing_list,
    find_digest_ticks,
    has_same_list,
    keep_new_ticks,
    replace_list,
    room_for_list,
)
from digest.publishing.boxes import Boxes, dump_tick_record, read_boxes
from digest.publishing.join import (
    LocalEdition,
    PublishedEdition,
    Sides,
    join_facts,
    join_request,
    join_texts,
)
from digest.publishing.markers import SectionPage, new_page
from digest.publishing.open_points import find_open_points
from digest.publishing.paths import MissingPage, fill_path
from digest.publishing.pictures import picture_files, picture_loader, remove_unpublished
from digest.publishing.plan import (
    ATTRIBUTES,
    GENERATED,
    closed_plan,
    has_same_facts,
    make_plan,
    missing_plan,
)
from digest.publishing.sides import (
    BOXES,
    BYTE_ORDER_MARK,
    PublishTarget,
    read_published,
    read_sides,
)
from digest.settings import Settings

NO_TEXTS = DraftTexts(message="", title="", body="", label="")


@dataclass(frozen=True)
class DraftBody:
    """The body of an edition's draft; `boxes` are the boxes that the run read."""

    digest: Digest
    settings: Settings
    facts: BodyFacts
    boxes: Boxes

    def new(self) -> str:
        """The body of a new pull request."""
        return self._render(Boxes(), MAX_LENGTH)

    def updated(self, current: str) -> str | None:
        """The body with the current list.

        None if nothing changes, and if a person deleted the list.
        """
        fresh = self._render(read_boxes(current), room_for_list(current))
        if not current.strip():
            return fresh
        return None if has_same_list(current, fresh) else replace_list(current, fresh)

    def _render(self, current: Boxes, room: int) -> str:
        facts = keep_new_ticks(self.facts, current, self.boxes, room)
        return render_body(self.digest, self.settings, facts)


@dataclass(frozen=True)
class Publication:
    """A plan, and the texts that it writes; `body` is None if the pull request is closed.

    `missing` is the page that nothing is written to. `points` are the findings of `digest check` in
    the text. `update` is the edition that the plan writes.
    """

    plan: Plan
    published: PublishedEdition
    texts: DraftTexts
    body: DraftBody | None
    messages: tuple[str, ...]
    missing: MissingPage | None = None
    points: tuple[Finding, ...] = ()
    update: EditionUpdate | None = None

    @property
    def section(self) -> str:
        """The section with everyone's words; empty if nothing is written."""
        return self.update.section if self.update else ""

    def updated_body(self, current: str) -> str | None:
        """The new body of the open pull request, None if it stays."""
        if self.missing:
            return self.missing.add_line(current)
        return self.body.updated(current) if self.body else None


def prepare(target: PublishTarget, edition: str, local: LocalEdition | None) -> Publication:
    """The publication of an edition; without `local` it only applies ticks.

    Raises DigestError if nothing can be published.
    """
    window, pictures_on_disk = (local.snapshot.window, local.pictures) if local else (None, ())
    published = read_published(target, edition, window, pictures_on_disk)
    newsletter, label = published.newsletter, target.settings.publish.label
    if closed := closed_plan(newsletter, edition):
        return Publication(closed, published, NO_TEXTS, None, ())
    if published.missing:
        plan = missing_plan(newsletter, published.missing, updates_body=local is not None)
        return Publication(plan, published, NO_TEXTS, None, (), published.missing)
    sides, run_facts = read_sides(target, published, local)
    usual = target.paths.page(run_facts.window)
    moved = (f"The section is in {published.path}.",) if published.path != usual else ()
    target = replace(target, paths=sides.paths)
    others = [one for one in target.around if one.folder.name != edition]
    new = _update(target, sides, run_facts, others)
    digest = new.digest
    pictures, messages = picture_files(target.github, sides, new, target.repository)
    snapshot = remove_unpublished(new, target.paths, pictures)
    texts_by_path = _files(target, published, new, snapshot)
    files = {path: content.encode() for path, content in texts_by_path.items()} | pictures
    elsewhere = frozenset(key for one in others for key in one.titles)
    text_of_page = texts_by_path[published.path]
    points = find_open_points(text_of_page, new, target.settings, elsewhere)
    body = DraftBody(digest, target.settings, _body_facts(sides, new, points), published.boxes)
    draft = newsletter.draft
    # Without `local` the body stays: writing it could undo a tick that a person just made.
    updates_body = draft is not None and local is not None and body.updated(draft.body) is not None
    labels, label_messages = _check_label(target, draft, label) if local else (False, ())
    plan = make_plan(newsletter, edition, files, updates_body=updates_body, labels=labels)
    texts = _draft_texts(target.settings, digest, body)
    missing = explain_missing_list(draft.body) if draft and local else ()
    messages = (*moved, *new.messages, *messages, *missing, *label_messages)
    return Publication(
        plan,
        published,
        texts,
        body,
        messages,
        points=points,
        update=new,
    )


def _draft_texts(settings: Settings, digest: Digest, body: DraftBody) -> DraftTexts:
    return DraftTexts(
        message=f"{commit_title(digest.edition)} {digest.count:,} merged",
        title=_title(settings, digest),
        body=body.new(),
        label=settings.publish.label,
        reviewers=settings.publish.reviewers,
        assignees=settings.publish.assignees,
    )


def render_body(digest: Digest, settings: Settings, facts: BodyFacts) -> str:
    """The body of the draft pull request, with as much detail as fits."""
    rendered = ""
    for detail in DETAILS:
        parts = body_parts(digest, settings, facts, detail)
        rendered = render.packaged_template("pull_request_body", digest, settings, body=parts)
        if len(rendered) <= facts.room:
            break
    return rendered


def _update(
    target: PublishTarget, sides: Sides, run_facts: Snapshot, others: Sequence[Edition]
) -> EditionUpdate:
    """The edition with the facts, decisions and words of all sides. Raises DigestError."""
    snapshot, edition = join_facts(sides, run_facts), sides.published.edition
    if not (snapshot.pull_requests or target.settings.publish.allow_empty):
        raise DigestError(
            f"Nothing was merged in {edition}, so nothing was published.",
            "To publish it anyway, set allow_empty = true under [digest.publish].",
        )
    texts = join_texts(sides, snapshot)
    facts = (
        saved_facts(snapshot)
        if sides.was_drafted
        else summarize_facts(texts.facts, unread_repositories(snapshot))
    )
    saved = SavedEdition(
        repositories=repositories(snapshot, target.settings),
        texts=texts,
        facts=facts,
        marks_file=f"{data_path(edition, MARKS)} on {sides.published.newsletter.branch}",
        section_file=sides.published.path,
        picture_link=target.paths.picture_link(snapshot.window),
        surroundings=read_surroundings(others, snapshot, target.settings),
    )
    loader = picture_loader(target.github, sides, snapshot.window)
    return update(saved, snapshot, join_request(sides, saved, snapshot), target.settings, loader)


def _check_label(
    target: PublishTarget, draft: Draft | None, label: str
) -> tuple[bool, tuple[str, ...]]:
    """Whether the draft never had the label, and a message if that is unknown."""
    try:
        return lacks_label(target.github, target.repository, draft, label), ()
    except DigestError as error:
        # A label is not worth a failed run: reading its events needs a further permission.
        message = (
            f"digest did not add the label {label!r}, because it could not check whether a person "
            f"removed it: {error.message} To let it check, give the token issues: read."
        )
        return False, (message,)


def _body_facts(sides: Sides, new: EditionUpdate, points: tuple[Finding, ...]) -> BodyFacts:
    published = sides.published
    changes: tuple[str, ...] = ()
    if published.is_published:
        merged: list[str] = []
        if published.snapshot:
            # The repository may have another name than in the draft.
            names = names_of(new.snapshot.repositories)
            before, after = (
                [names.present_key(pull.key) for pull in facts.pull_requests]
                for facts in (published.snapshot, new.snapshot)
            )
            merged = describe_changes(before, after)
        changes = (*merged, *new.messages)
    digest_ticks = find_digest_ticks(new.digest, sides.previous_draft)
    return BodyFacts(
        changes=changes,
        edited=tuple(sorted(new.edited)),
        url=published.newsletter.url,
        branch=published.newsletter.branch,
        path=published.path,
        worksheet=data_path(published.edition, WORKSHEET),
        section=new.section,
        previous_draft=sides.previous_draft,
        number=(published.tick_record.list if published.tick_record else 0) + 1,
        ticked=digest_ticks,
        digest_ticks=digest_ticks,
        points=points,
    )


def _files(
    target: PublishTarget, published: PublishedEdition, new: EditionUpdate, snapshot: Snapshot
) -> dict[str, str]:
    """The texts of all files of the edition, by path."""
    path, edition = published.path, published.edition
    page = published.page() or _new_page(target, new.digest, path)
    files = {
        path: page.text(new.section),
        data_path(edition, MARKS): new.marks_text,
        data_path(edition, RENDERED): new.rendered,
        data_path(edition, WORKSHEET): new.worksheet,
    }
    if published.snapshot is None or not has_same_facts(snapshot, published.snapshot):
        files[data_path(edition, FACTS)] = editions.facts_text(snapshot)
    usual = fill_path(target.settings.publish.path, target.settings, new.digest.window)
    record = published.tick_record
    page_path = None if path == usual else path
    if published.toggles or page_path != (record.page if record else None):
        files[data_path(edition, BOXES)] = dump_tick_record(published.boxes, record, page_path)
    if ATTRIBUTES not in published.newsletter.files:
        files[ATTRIBUTES] = GENERATED
    return {
        path: f"{BYTE_ORDER_MARK}{text.removeprefix(BYTE_ORDER_MARK)}"
        if (published.newsletter.text(path) or "").startswith(BYTE_ORDER_MARK)
        else text
        for path, text in files.items()
    }


def _new_page(target: PublishTarget, digest: Digest, path: str) -> SectionPage:
    """A new file, from the newsletter's own template if it has one, else for the section alone."""
    around = render.split_page(digest, target.settings, target.templates / render.EDITION)
    return new_page(*around, path) if around else SectionPage("", None, "")


def _title(settings: Settings, digest: Digest) -> str:
    heading = settings.heading.replace("{when}", windows.phrase(digest.window, digest.fetched_at))
    return text.plain(settings.publish.title.format(heading=heading, edition=digest.edition))
