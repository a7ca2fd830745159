"""Joins the sides of an edition: its branch, the disk, the previous draft, and ticks. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from digest import windows
from digest.compose import joining, marks, merge
from digest.compose.blocks import rendered_blocks, split_blocks
from digest.compose.keys import RepositoryNames, names_of, with_present_names, with_written_lines
from digest.compose.marks import MarksChange
from digest.editions.request import Request
from digest.editions.saved_edition import SavedEdition
from digest.model import Mark, Marks, Snapshot, Window
from digest.model.edition_files import MARKS, EditionTexts
from digest.model.newsletter import Newsletter, edition_of
from digest.publishing.boxes import JOIN, Boxes, TickRecord, Toggles, apply_ticks, find_toggles
from digest.publishing.markers import SectionPage, read_page
from digest.publishing.paths import MissingPage, PublishPaths
from digest.publishing.plan import has_same_facts, remove_private


@dataclass(frozen=True)
class PublishedEdition:
    """An edition on its branch; `snapshot` is None if its facts are missing or broken.

    `texts` do not include the section, which is in the page of the newsletter at `path`. `missing`
    if a person moved or deleted that page. `tick_record` has the ticks that earlier runs applied.
    """

    edition: str
    newsletter: Newsletter
    texts: EditionTexts
    snapshot: Snapshot | None
    boxes: Boxes
    tick_record: TickRecord | None
    path: str = ""
    missing: MissingPage | None = None

    @property
    def toggles(self) -> Toggles:
        """The boxes that people ticked and unticked, and that no run has applied yet."""
        return find_toggles(self.boxes, self.tick_record)

    @property
    def is_published(self) -> bool:
        """Whether an earlier run published the edition."""
        return self.texts.marks is not None or self.texts.rendered is not None

    def page(self) -> SectionPage | None:
        """The file with the section, None if it does not exist yet.

        Raises UsageError if its markers are missing or wrong.
        """
        text = self.newsletter.text(self.path)
        if text is None:
            return None
        return read_page(text, self.path, is_ours=self.path not in self.newsletter.on_default)

    def section(self) -> str | None:
        """The section in that file, None if it has no section yet. Raises UsageError."""
        page = self.page()
        return page.section if page else None


@dataclass(frozen=True)
class LocalEdition:
    """An edition on disk.

    `last_published` has its marks and section as this disk last published them.
    """

    snapshot: Snapshot
    texts: EditionTexts
    last_published: EditionTexts
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class PreviousDraft:
    """The open draft of the week before; `is_joined` if this draft covers its week too."""

    edition: str
    number: int
    url: str
    is_joined: bool

    @property
    def box(self) -> str:
        """The name of the box that joins it to this draft."""
        return f"{JOIN}{self.edition}"


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The sides that an edition is joined from; without `local`, a run only applies ticks.

    `previous` is the edition of the previous draft if a person has just ticked its box.
    """

    paths: PublishPaths
    published: PublishedEdition
    local: LocalEdition | None
    previous_draft: PreviousDraft | None
    previous: PublishedEdition | None

    @property
    def was_drafted(self) -> bool:
        """Whether digest drafted stories from all facts already, so that it drafts no more.

        That happened on disk or in the previous draft.
        """
        return self.previous is not None or not self.published.is_published


def find_run_facts(
    published: PublishedEdition, local: LocalEdition | None, repository: str
) -> Snapshot | None:
    """The facts of the run, without private ones and with the pictures of the branch.

    None if the branch has no facts and the run has no edition on disk.
    """
    if local is None:
        return published.snapshot
    pictures = published.snapshot.pictures if published.snapshot else ()
    return remove_private(local.snapshot.model_copy(update={"pictures": pictures}), repository)


def find_previous_draft(published: PublishedEdition, window: Window) -> PreviousDraft | None:
    """The open draft of the week before: the one in the list's box, or the one for a new box."""
    boxes = published.boxes
    offers = (name.removeprefix(JOIN) for name in boxes.names if name.startswith(JOIN))
    edition = next(offers, None) or previous_edition(window)
    drafts = published.newsletter.open_drafts
    draft = next((draft for draft in drafts if edition_of(draft.branch) == edition), None)
    if edition is None or draft is None:
        return None
    return PreviousDraft(
        edition, draft.number, draft.url, is_joined=f"{JOIN}{edition}" in boxes.ticked
    )


def previous_edition(window: Window) -> str | None:
    """The edition whose window ends at the beginning of this one; None for a month.

    Months are never joined.
    """
    if window.kind == "month":
        return None
    ends = window.model_copy(
        update={"end": window.start, "start": window.start - timedelta(days=1), "kind": "days"}
    )
    return windows.edition_name(ends)


def join_facts(sides: Sides, run_facts: Snapshot) -> Snapshot:
    """The facts to publish: those of the run, and of the week before if the draft covers it."""
    before, draft = sides.published.snapshot, sides.previous_draft
    if sides.previous and sides.previous.snapshot:
        facts = joining.join_windows(sides.previous.snapshot, run_facts)
    elif draft and draft.box in sides.published.toggles.off:
        facts = run_facts if sides.local else narrow_to_last_week(run_facts)
    else:
        facts = add_covered_weeks(run_facts, before)
    # Some facts change every day without any merge, and must not cause a commit.
    return before if before and has_same_facts(facts, before) else facts


def add_covered_weeks(snapshot: Snapshot, before: Snapshot | None) -> Snapshot:
    """The snapshot, and the weeks before it that the draft covers, if both end at the same time."""
    if (
        before is None
        or before.window.end != snapshot.window.end
        or before.window.start >= snapshot.window.start
    ):
        return snapshot
    if not joining.has_same_repositories(before, snapshot):
        return snapshot
    covered = before.window
    window = Window(
        start=covered.start, end=snapshot.window.start, zone=covered.zone, kind=covered.kind
    )
    return joining.join_windows(joining.narrow_snapshot(before, window), snapshot)


def narrow_to_last_week(snapshot: Snapshot) -> Snapshot:
    """The last week of a snapshot that covers several weeks."""
    request = windows.WindowRequest(week=windows.edition_name(snapshot.window))
    week = windows.resolve(
        request, windows.find_zone(snapshot.window.zone), snapshot.fetched_at, None
    )
    return joining.narrow_snapshot(snapshot, week)


def join_texts(sides: Sides, snapshot: Snapshot) -> EditionTexts:
    """The texts that the update starts from: the branch's, or the disk's before the first publish.

    The section includes a person's new words on disk and in the previous draft. Raises UsageError.
    """
    published, local, previous = sides.published, sides.local, sides.previous
    if not published.is_published:
        return _relink_texts(local.texts, sides, snapshot) if local else EditionTexts()
    section = published.section()
    if local:
        texts = _relink_texts(local.texts, sides, snapshot)
        base = _relink_texts(local.last_published, sides, snapshot)
        names = names_of(snapshot.repositories, sides.paths.settings.repository_aliases)
        draft, ours, old = (
            text and with_present_names(text, names)
            for text in (section, texts.section, base.section or texts.rendered)
        )
        joined = join_sections(draft, ours, old)
        section = joined and with_written_lines(joined, names, section, texts.section)
    if previous and previous.snapshot and section is not None:
        earlier = previous.section()
        section = append_section(section, earlier or "", previous.texts.rendered or "")
    return replace(published.texts, section=section)


def join_sections(draft: str | None, local: str | None, base: str | None) -> str | None:
    """The draft's section, with the words that changed in the local one since `base`.

    If the same block changed in both, the draft's words stay.
    """
    if draft is None or local is None or local == base:
        return draft
    return merge.merge_edits(draft, local, base)


def append_section(section: str, previous: str, rendered: str) -> str:
    """The section with the blocks of the previous one that a person wrote or changed.

    The previous lead is left out.
    """
    known = {block.normalized for block in (*rendered_blocks(rendered), *split_blocks(section))}
    edited = [
        block.content for block in split_blocks(previous)[1:] if block.normalized not in known
    ]
    return "\n\n".join([section.rstrip(), *edited]) + "\n" if edited else section


def join_request(sides: Sides, saved: SavedEdition, snapshot: Snapshot) -> Request:
    """The decisions of people on all sides, as a request to update the saved edition."""
    decided = saved.marks_without_deleted.marks
    change = join_decisions(sides, decided, saved.carry_over(snapshot))
    return Request(decisions=change.marks, messages=(change.message,))


def join_decisions(sides: Sides, decided: Marks, snapshot: Snapshot) -> MarksChange:
    """The marks after the decisions on disk, in the previous draft, and by ticks, in this order."""
    local, aliases = sides.local, sides.paths.settings.repository_aliases
    names = names_of(snapshot.repositories, aliases)
    messages: list[str] = []
    if local and sides.published.is_published:
        step = join_marks(decided, _marks(local.texts, names), _marks(local.last_published, names))
        decided, messages = step.marks, [*messages, step.message]
    if sides.previous:
        step = append_marks(decided, _marks(sides.previous.texts, names))
        decided, messages = step.marks, [*messages, step.message]
    known = {pull.key for pull in (*snapshot.pull_requests, *snapshot.uncounted_pull_requests)}
    layout = decided.layout or sides.paths.settings.layout
    toggles = sides.published.toggles
    on, off = (
        frozenset(with_present_names(name, names) for name in boxes)
        for boxes in (toggles.on, toggles.off)
    )
    step = apply_ticks(decided, Toggles(on, off), known, layout)
    return MarksChange(step.marks, " ".join(filter(None, [*messages, step.message])))


def join_marks(draft: Marks, local: Marks, base: Marks) -> MarksChange:
    """The draft's marks, with those that a person changed in the local file since `base`.

    The local ones win, because they are later.
    """
    messages: list[str] = []
    for mark in local.stories:
        if mark.by != "person" or mark in (*base.stories, *draft.stories):
            continue
        step = _join_mark(draft, mark, local.stories)
        draft = marks.with_item_decisions(step.marks, mark)
        messages.append(step.message)
    changed = {
        name: getattr(local, name) or ""
        for name in ("heading", "lead")
        if getattr(local, name) not in (getattr(base, name), getattr(draft, name))
    }
    if local.pictures != base.pictures:
        draft = draft.model_copy(update={"pictures": local.pictures})
    if local.ignore != base.ignore:
        draft = draft.model_copy(update={"ignore": local.ignore})
    if local.layout != base.layout:
        draft = draft.model_copy(update={"layout": local.layout})
    step = marks.set_heading_and_lead(draft, **changed)
    return MarksChange(step.marks, " ".join(filter(None, [*messages, step.message])))


def append_marks(ours: Marks, previous: Marks) -> MarksChange:
    """Our marks, followed by the stories of the previous draft and those removed from it."""
    messages: list[str] = []
    known = {key for mark in ours.stories for key in mark.pull_requests}
    for mark in previous.stories:
        if not known.isdisjoint(mark.pull_requests):
            continue
        if mark.removed:
            step = marks.remove_stories(ours, mark.pull_requests)
        else:
            step = marks.add_story(
                ours,
                mark.pull_requests,
                mark.by,
                heading=mark.heading,
                text=mark.text,
                pictures=mark.pictures,
            )
            messages.append(step.message)
        ours = marks.with_item_decisions(step.marks, mark)
    return MarksChange(ours, " ".join(messages))


def _join_mark(draft: Marks, mark: Mark, order: Sequence[Mark]) -> MarksChange:
    if mark.removed:
        headings = [story.heading for story in draft.stories]
        if not mark.pull_requests and mark.heading not in headings:
            return MarksChange(draft, "")
        return marks.remove_stories(
            draft, mark.pull_requests, None if mark.pull_requests else mark.heading
        )
    stories = [story for story in order if not story.removed]
    before = stories[: stories.index(mark)]
    known = {key for story in draft.stories if not story.removed for key in story.pull_requests}
    after = next(
        (key for story in reversed(before) for key in story.pull_requests if key in known), None
    )
    return marks.add_story(
        draft,
        mark.pull_requests,
        "person",
        heading=mark.heading,
        text=mark.text,
        pictures=mark.pictures,
        first=not before,
        after=after if not {*mark.pull_requests} & known else None,
    )


def _marks(texts: EditionTexts, names: RepositoryNames) -> Marks:
    return marks.parse_marks(texts.marks, MARKS, names) if texts.marks else Marks()


def _relink_texts(texts: EditionTexts, sides: Sides, snapshot: Snapshot) -> EditionTexts:
    """The disk's texts with the branch's links to pictures, which may be in another folder."""
    section, rendered = (
        text and sides.paths.relink(text, snapshot.window)
        for text in (texts.section, texts.rendered)
    )
    return replace(texts, section=section, rendered=rendered)
