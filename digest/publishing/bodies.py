"""The bodies of a draft pull request: the list of boxes, around which a person's words stay."""

from digest.model import Digest
from digest.model.edition_files import WORKSHEET
from digest.model.newsletter import kept_path
from digest.output import render
from digest.publishing import body, both, boxes, happened
from digest.publishing.at import At
from digest.publishing.boxes import Boxes, Taken
from digest.publishing.drafting import Drafted
from digest.publishing.frame import framed
from digest.publishing.page import BEGIN, END
from digest.publishing.standing import Standing
from digest.settings import Settings

NO_LIST = (
    "The draft's description has no place for the list, so it stays as it is. "
    f"To have the list: the line {BEGIN} once, and below it {END} once."
)


class Bodies:
    """The list of an edition as it should be, new or within the body that is there."""

    def __init__(self, at: At, there: Standing, new: Drafted) -> None:
        self.settings = at.settings
        self.path = at.path(new.digest.window)
        self.there = there
        self.new = new

    def fresh(self, now: Boxes, room: int = body.MOST) -> str:
        """The list as it should be, of at most so many characters.

        A box that was ticked or unticked in between stays so, for the next run to take.
        """
        new, there = self.new, self.there
        told = frozenset("+".join(story.pull_requests) for story in new.digest.stories if story.pull_requests)
        told |= {f"{both.BOX}{new.earlier.edition}"} if new.earlier and new.earlier.told else set()
        since = boxes.toggled(now, Taken(list=there.now.number, ticked=tuple(there.now.ticked)))
        report = body.Report(
            happened=self._happened(),
            kept=tuple(sorted(new.renewed.updated.kept)),
            path=self.path,
            worksheet=kept_path(there.edition, WORKSHEET),
            earlier=new.earlier,
            number=max(now.number, there.taken.list if there.taken else 0) + 1,
            ticked=(told | since.on) - since.off,
            written=told,
            room=room,
        )
        return pull_request_body(new.digest, self.settings, report)

    def _happened(self) -> tuple[str, ...]:
        if not self.there.is_published:
            return ()
        return (*happened.merged(self.there.before, self.new.renewed.snapshot), *self.new.renewed.updated.says)

    def missing(self, current: str) -> tuple[str, ...]:
        """What to say where a body, which is a person's then, has no place for the list."""
        return () if not current.strip() or framed(current) else (NO_LIST,)

    def renewed(self, current: str) -> str | None:
        """The body with the list as it should be; None where it is, and where a person took the list out."""
        fresh = self.fresh(boxes.read(current), body.room(current))
        if not current.strip():
            return fresh
        return None if body.is_same(current, fresh) else body.replace(current, fresh)


def pull_request_body(digest: Digest, settings: Settings, report: body.Report) -> str:
    """The body of the draft pull request, with as much detail as there is room for."""
    rendered = ""
    for detail in body.DETAILS:
        parts = body.body(digest, settings, report, detail)
        rendered = render.packaged_template("pull_request_body", digest, settings, body=parts)
        if len(rendered) <= report.room:
            break
    return rendered
