"""Brings an edition up to date from its draft: from the branch where there is one, else from the disk."""

from dataclasses import dataclass, replace

from digest.commands import standing
from digest.commands.place import Place, repositories
from digest.commands.standing import At, Standing
from digest.commands.update import Renewed, renew
from digest.compose import joining, marks
from digest.compose.marks import Changed
from digest.compose.publication import both, facts, local, paths, private, ticks
from digest.compose.publication.body import EarlierDraft
from digest.deliver import editions
from digest.deliver.editions import MARKS, Contents
from digest.errors import DigestError
from digest.model import Digest, Marks, Snapshot


@dataclass(frozen=True)
class Local:
    """An edition on disk: its facts and texts, and its texts as they were when they were last published from here."""

    snapshot: Snapshot
    contents: Contents
    base: Contents


@dataclass(frozen=True)
class Drafted:
    """An edition brought up to date, and the draft of the week before, where it is still open."""

    renewed: Renewed
    earlier: EarlierDraft | None

    @property
    def digest(self) -> Digest:
        """What the section was made from."""
        return self.renewed.updated.digest


def drafted(at: At, there: Standing, here: Local | None) -> Drafted:
    """The edition with its facts, decisions and words from both sides. Raises DigestError."""
    own = private.stripped(here.snapshot, at.to) if here else there.before
    if own is None:
        raise DigestError(
            f"{there.newsletter.branch} holds no facts of {there.edition}, so nothing can be rendered.",
            "Run the workflow of the week once more: it brings them.",
        )
    earlier = _earlier(there, own)
    box = f"{both.BOX}{earlier.edition}" if earlier else ""
    joined = standing.read(at, earlier.edition, None) if earlier and box in there.toggled.on else None
    work = _Work(at, there, here, joined)
    snapshot = work.snapshot(own, parts=box in there.toggled.off)
    if not (snapshot.pull_requests or at.settings.publish.allow_empty):
        raise DigestError(
            f"Nothing was merged in {there.edition}, so nothing is published.",
            "If that is so, allow it in the settings: allow_empty = true under [digest.publish].",
        )
    return Drafted(renew(work.place(snapshot), snapshot, at.settings, work.change), earlier)


def _earlier(there: Standing, own: Snapshot) -> EarlierDraft | None:
    """The open draft of the week before: the one that a box is of, or would be."""
    offered = (name.removeprefix(both.BOX) for name in there.now.there if name.startswith(both.BOX))
    edition = next(offered, None) or both.edition_before(own.window)
    draft = next((one for one in there.newsletter.open_drafts if paths.edition_of(one.branch) == edition), None)
    if edition is None or draft is None:
        return None
    return EarlierDraft(edition, draft.number, draft.url, told=f"{both.BOX}{edition}" in there.now.ticked)


@dataclass(frozen=True)
class _Work:
    """An edition's draft and disk, and the draft of the week before that it is to tell too."""

    at: At
    there: Standing
    here: Local | None
    joined: Standing | None

    def snapshot(self, own: Snapshot, *, parts: bool) -> Snapshot:
        """The facts to publish; `parts`: the week before is told apart again."""
        before = self.there.before
        if self.joined and self.joined.before:
            own = joining.follow(self.joined.before, own)
        elif parts:
            own = own if self.here else facts.last_week(own)
        else:
            own = facts.covering(own, before)
        # What changes every day without any merge is no reason to write.
        return before if before and facts.is_same(own, before) else own

    def place(self, snapshot: Snapshot) -> Place:
        """Where the edition stands now: on its branch if it was published before, else on the disk."""
        before = snapshot if self.joined or not self.there.is_published else self.there.before
        return Place(
            folder=None,
            there=self._contents(snapshot),
            before=before,
            neighbours=tuple(one for one in editions.saved(self.at.folder) if one.folder.name != self.there.edition),
            repositories=repositories(snapshot, self.at.settings),
            marks_file=f"{paths.kept(self.there.edition, MARKS)} on {self.there.newsletter.branch}",
        )

    def change(self, decided: Marks, snapshot: Snapshot) -> Changed:
        """What was decided on disk, in the draft of the week before and by ticks, in this order."""
        says: list[str] = []
        known = {one.key for one in (*snapshot.pull_requests, *snapshot.others)}
        if self.here and self.there.is_published:
            step = local.decided(decided, *(self._marks(one, snapshot) for one in (self.here.contents, self.here.base)))
            decided, says = step.marks, [*says, step.says]
        if self.joined:
            step = both.decided(decided, self._marks(self.joined.contents, snapshot))
            decided, says = step.marks, [*says, step.says]
        step = ticks.decided(decided, self.there.toggled, known)
        return Changed(step.marks, " ".join(filter(None, [*says, step.says])))

    def _contents(self, snapshot: Snapshot) -> Contents:
        if not self.there.is_published:
            return self.here.contents if self.here else Contents()
        section = self._section(self.there, snapshot)
        if self.here:
            base = self.here.base.section or self.here.contents.rendered
            section = local.section(section, self.here.contents.section, base)
        if self.joined and self.joined.before and section is not None:
            earlier = self._section(self.joined, self.joined.before)
            section = both.moved(section, earlier or "", self.joined.contents.rendered or "")
        return replace(self.there.contents, section=section)

    def _section(self, of: Standing, snapshot: Snapshot) -> str | None:
        page = of.page(self.at.path(snapshot.window))
        return page.section if page else None

    def _marks(self, of: Contents, snapshot: Snapshot) -> Marks:
        names = repositories(snapshot, self.at.settings)
        return marks.parse(of.marks, MARKS, names) if of.marks else Marks()
