"""Joins the sides of an edition: its branch, the disk, the draft of the week before, and ticks in the body. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from digest import windows
from digest.compose import joining, marks, merge
from digest.compose.blocks import rendered_blocks, split_blocks
from digest.compose.keys import RepositoryNames
from digest.compose.marks import MarksChange
from digest.editions.request import Request
from digest.editions.saved_edition import SavedEdition
from digest.model import Mark, Marks, Snapshot, Window
from digest.model.edition_files import MARKS, EditionTexts
from digest.model.newsletter import Newsletter, edition_of
from digest.publishing.boxes import JOIN, Boxes, TakenTicks, Toggled, apply_ticks, find_toggled
from digest.publishing.markers import SectionPage, read_page
from digest.publishing.paths import PublishPaths
from digest.publishing.published_facts import is_same, without_private


@dataclass(frozen=True)
class PublishedEdition:
    """An edition on its branch; `snapshot` is None where its facts are missing or broken.

    `texts` lack the section, which is in a page of the newsletter.
    """

    edition: str
    newsletter: Newsletter
    texts: EditionTexts
    snapshot: Snapshot | None
    boxes: Boxes
    taken: TakenTicks | None

    @property
    def toggled(self) -> Toggled:
        """The boxes that people ticked and unticked and that no run has taken over yet."""
        return find_toggled(self.boxes, self.taken)

    @property
    def is_published(self) -> bool:
        """Whether an earlier run brought the edition here."""
        return self.texts.marks is not None or self.texts.rendered is not None

    def page(self, path: str) -> SectionPage | None:
        """The file with the section, None before there is one.

        Raises UsageError for one that lacks its marker.
        """
        text = self.newsletter.text(path)
        return (
            None
            if text is None
            else read_page(text, path, is_ours=path not in self.newsletter.on_default)
        )

    def section(self, path: str) -> str | None:
        """The section in that file, None before there is one. Raises UsageError."""
        page = self.page(path)
        return page.section if page else None


@dataclass(frozen=True)
class LocalEdition:
    """An edition on disk.

    `last_published` are its marks and section when they were last published from there.
    """

    snapshot: Snapshot
    texts: EditionTexts
    last_published: EditionTexts
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class PreviousDraft:
    """The draft of the week before, while it is open.

    `is_joined`: this draft covers its week too.
    """

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
    """All that an edition is joined from; without `local` only the ticks are taken over.

    `previous` is the edition of the previous draft, where a person has just ticked its box.
    """

    paths: PublishPaths
    published: PublishedEdition
    local: LocalEdition | None
    previous_draft: PreviousDraft | None
    previous: PublishedEdition | None

    @property
    def was_drafted(self) -> bool:
        """Whether all facts were drafted before, on disk or in the previous draft, so that no story is drafted."""
        return self.previous is not None or not self.published.is_published


def own_facts(
    published: PublishedEdition, local: LocalEdition | None, repository: str
) -> Snapshot | None:
    """The facts of the run as they may be published, with the pictures of the branch.

    None where it has none.
    """
    if local is None:
        return published.snapshot
    pictures = published.snapshot.pictures if published.snapshot else ()
    return without_private(local.snapshot.model_copy(update={"pictures": pictures}), repository)


def find_previous_draft(published: PublishedEdition, window: Window) -> PreviousDraft | None:
    """The open draft of the week before: the one that a box names, or would name."""
    boxes = published.boxes
    offered = (name.removeprefix(JOIN) for name in boxes.names if name.startswith(JOIN))
    edition = next(offered, None) or edition_before(window)
    draft = next(
        (one for one in published.newsletter.open_drafts if edition_of(one.branch) == edition), None
    )
    if edition is None or draft is None:
        return None
    return PreviousDraft(
        edition, draft.number, draft.url, is_joined=f"{JOIN}{edition}" in boxes.ticked
    )


def edition_before(window: Window) -> str | None:
    """The edition whose window ends where this one begins.

    None for a month, which no box joins to another.
    """
    if window.kind == "month":
        return None
    ends = window.model_copy(
        update={"end": window.start, "start": window.start - timedelta(days=1), "kind": "days"}
    )
    return windows.edition_name(ends)


def join_facts(sides: Sides, own: Snapshot) -> Snapshot:
    """The facts to publish: the run's own, with those of the week before where the draft covers it."""
    before, draft = sides.published.snapshot, sides.previous_draft
    if sides.previous and sides.previous.snapshot:
        own = joining.join_windows(sides.previous.snapshot, own)
    elif draft and draft.box in sides.published.toggled.off:
        own = own if sides.local else last_week(own)
    else:
        own = with_covered(own, before)
    # Facts that change every day without any merge are no reason to write.
    return before if before and is_same(own, before) else own


def with_covered(snapshot: Snapshot, before: Snapshot | None) -> Snapshot:
    """The snapshot with the weeks before it that the draft covers already, where both end at the same time."""
    if (
        before is None
        or before.window.end != snapshot.window.end
        or before.window.start >= snapshot.window.start
    ):
        return snapshot
    if {one.name.casefold() for one in before.repositories} != {
        one.name.casefold() for one in snapshot.repositories
    }:
        return snapshot
    covered = before.window
    window = Window(
        start=covered.start, end=snapshot.window.start, zone=covered.zone, kind=covered.kind
    )
    return joining.join_windows(joining.narrow_snapshot(before, window), snapshot)


def last_week(snapshot: Snapshot) -> Snapshot:
    """The last week of a snapshot of several."""
    asked = windows.WindowRequest(week=windows.edition_name(snapshot.window))
    week = windows.resolve(
        asked, windows.find_zone(snapshot.window.zone), snapshot.fetched_at, None
    )
    return joining.narrow_snapshot(snapshot, week)


def join_texts(sides: Sides, snapshot: Snapshot) -> EditionTexts:
    """The texts to go on from: the branch's after the first publishing, else those on disk.

    A person's new words on disk and in the previous draft are in the section. Raises UsageError.
    """
    published, local, previous, paths = sides.published, sides.local, sides.previous, sides.paths
    if not published.is_published:
        return _relinked(local.texts, sides, snapshot) if local else EditionTexts()
    section = published.section(paths.page(snapshot.window))
    if local:
        texts = _relinked(local.texts, sides, snapshot)
        base = _relinked(local.last_published, sides, snapshot)
        section = join_sections(section, texts.section, base.section or texts.rendered)
    if previous and previous.snapshot and section is not None:
        earlier = previous.section(paths.page(previous.snapshot.window))
        section = append_section(section, earlier or "", previous.texts.rendered or "")
    return replace(published.texts, section=section)


def join_sections(draft: str | None, local: str | None, base: str | None) -> str | None:
    """The draft's section with the words that were changed in the local one since `base`, its text at that time.

    Where both were changed, the draft's words stay.
    """
    if draft is None or local is None or local == base:
        return draft
    return merge.merge_section(draft, local, base).text


def append_section(section: str, previous: str, rendered: str) -> str:
    """The section with the blocks of the previous one that a person wrote or changed.

    The previous lead is left out.
    """
    untouched = {block.normalized for block in rendered_blocks(rendered)} | {
        block.normalized for block in split_blocks(section)
    }
    written = [
        block.content for block in split_blocks(previous)[1:] if block.normalized not in untouched
    ]
    return "\n\n".join([section.rstrip(), *written]) + "\n" if written else section


def join_request(sides: Sides, saved: SavedEdition, snapshot: Snapshot) -> Request:
    """What people decided on all sides, as a request to update the saved edition."""
    decided = saved.marks_without_deleted.marks
    change = join_decisions(sides, decided, saved.carry_over(snapshot))
    return Request(decisions=change.marks, messages=(change.message,))


def join_decisions(sides: Sides, decided: Marks, snapshot: Snapshot) -> MarksChange:
    """The decisions with those on disk, in the previous draft and by ticks, which come later in this order."""
    local, aliases = sides.local, sides.paths.settings.repository_aliases
    names = RepositoryNames([one.name for one in snapshot.repositories], aliases)
    messages: list[str] = []
    if local and sides.published.is_published:
        step = join_marks(decided, _marks(local.texts, names), _marks(local.last_published, names))
        decided, messages = step.marks, [*messages, step.message]
    if sides.previous:
        step = append_marks(decided, _marks(sides.previous.texts, names))
        decided, messages = step.marks, [*messages, step.message]
    known = {one.key for one in (*snapshot.pull_requests, *snapshot.others)}
    step = apply_ticks(decided, sides.published.toggled, known)
    return MarksChange(step.marks, " ".join(filter(None, [*messages, step.message])))


def join_marks(draft: Marks, local: Marks, base: Marks) -> MarksChange:
    """The draft's decisions with those that a person made in the local file since `base`, which are the later ones."""
    messages: list[str] = []
    for mark in local.stories:
        if mark.by != "person" or mark in (*base.stories, *draft.stories):
            continue
        step = _join_mark(draft, mark, local.stories)
        draft, messages = step.marks, [*messages, step.message]
    changed = {
        name: getattr(local, name) or ""
        for name in ("heading", "lead")
        if getattr(local, name) not in (getattr(base, name), getattr(draft, name))
    }
    step = marks.set_heading_and_lead(draft, **changed)
    return MarksChange(step.marks, " ".join(filter(None, [*messages, step.message])))


def append_marks(ours: Marks, previous: Marks) -> MarksChange:
    """Our decisions, then the stories of the previous draft and what it left out."""
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
        ours = step.marks
    return MarksChange(ours, " ".join(messages))


def _join_mark(draft: Marks, mark: Mark, order: Sequence[Mark]) -> MarksChange:
    if mark.removed:
        if not mark.pull_requests and all(one.heading != mark.heading for one in draft.stories):
            return MarksChange(draft, "")
        return marks.remove_stories(
            draft, mark.pull_requests, None if mark.pull_requests else mark.heading
        )
    stories = [one for one in order if not one.removed]
    before = stories[: stories.index(mark)]
    known = {key for one in draft.stories if not one.removed for key in one.pull_requests}
    after = next(
        (key for one in reversed(before) for key in one.pull_requests if key in known), None
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


def _relinked(texts: EditionTexts, sides: Sides, snapshot: Snapshot) -> EditionTexts:
    """Texts on disk as they would be on the branch, where the pictures may be in another folder."""
    section, rendered = (
        text and sides.paths.relink(text, snapshot.window)
        for text in (texts.section, texts.rendered)
    )
    return replace(texts, section=section, rendered=rendered)
