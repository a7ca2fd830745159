"""The sides from which an edition is brought together: its branch, the disk, the draft of the week before."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from digest.compose import joining, marks
from digest.compose.marks import MarksChange
from digest.editions.place import Place, repositories, unread
from digest.files import editions
from digest.files.editions import MARKS, Contents
from digest.model import Marks, Snapshot
from digest.model.newsletter import kept_path
from digest.publishing import both, facts, local, ticks
from digest.publishing.at import At
from digest.publishing.standing import Standing


@dataclass(frozen=True)
class Local:
    """An edition on disk: its facts, texts and pictures, and its texts as they were last published from here."""

    snapshot: Snapshot
    contents: Contents
    base: Contents
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Sides:
    """An edition's draft and disk, and the draft of the week before that it is to tell too."""

    at: At
    there: Standing
    here: Local | None
    joined: Standing | None

    def snapshot(self, own: Snapshot, *, parts: bool) -> Snapshot:
        """The facts to publish; `parts`: the week before is told apart again."""
        before = self.there.before
        if self.joined and self.joined.before:
            own = joining.join_windows(self.joined.before, own)
        elif parts:
            own = own if self.here else facts.last_week(own)
        else:
            own = facts.covering(own, before)
        # What changes every day without any merge is no reason to write.
        return before if before and facts.is_same(own, before) else own

    def place(self, snapshot: Snapshot) -> Place:
        """Where the edition stands now: on its branch if it was published before, else on the disk."""
        contents = self._contents(snapshot)
        if self.joined or not self.there.is_published:
            # What is there was drafted before, in the other draft or on the disk.
            contents = replace(contents, facts=editions.facts_text(snapshot).encode())
        return Place(
            folder=None,
            there=contents,
            neighbours=tuple(one for one in editions.saved(self.at.folder) if one.folder.name != self.there.edition),
            repositories=repositories(snapshot, self.at.settings),
            unread=unread(snapshot),
            marks_file=f"{kept_path(self.there.edition, MARKS)} on {self.there.newsletter.branch}",
        )

    def change(self, decided: Marks, snapshot: Snapshot) -> MarksChange:
        """What was decided on disk, in the draft of the week before and by ticks, in this order."""
        says: list[str] = []
        known = {one.key for one in (*snapshot.pull_requests, *snapshot.others)}
        if self.here and self.there.is_published:
            step = local.decided(decided, *(self._marks(one, snapshot) for one in (self.here.contents, self.here.base)))
            decided, says = step.marks, [*says, step.message]
        if self.joined:
            step = both.decided(decided, self._marks(self.joined.contents, snapshot))
            decided, says = step.marks, [*says, step.message]
        step = ticks.decided(decided, self.there.toggled, known)
        return MarksChange(step.marks, " ".join(filter(None, [*says, step.message])))

    def _contents(self, snapshot: Snapshot) -> Contents:
        here = self._relinked(self.here.contents, snapshot) if self.here else Contents()
        if not self.there.is_published:
            return here
        section = self._section(self.there, snapshot)
        if self.here:
            base = self._relinked(self.here.base, snapshot)
            section = local.section(section, here.section, base.section or here.rendered)
        if self.joined and self.joined.before and section is not None:
            earlier = self._section(self.joined, self.joined.before)
            section = both.moved(section, earlier or "", self.joined.contents.rendered or "")
        return replace(self.there.contents, section=section)

    def _relinked(self, of: Contents, snapshot: Snapshot) -> Contents:
        """Texts on disk as they would stand on the branch, where the pictures may be in another place."""
        section, rendered = (text and self.at.relinked(text, snapshot.window) for text in (of.section, of.rendered))
        return replace(of, section=section, rendered=rendered)

    def _section(self, of: Standing, snapshot: Snapshot) -> str | None:
        page = of.page(self.at.path(snapshot.window))
        return page.section if page else None

    def _marks(self, of: Contents, snapshot: Snapshot) -> Marks:
        names = repositories(snapshot, self.at.settings)
        return marks.parse_marks(of.marks, MARKS, names) if of.marks else Marks()
