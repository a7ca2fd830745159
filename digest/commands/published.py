"""Makes what is to be published of an edition out of what stands there and what is on disk; writes nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from digest import text, windows
from digest.commands import standing
from digest.commands.drafting import Drafted, Local, drafted
from digest.commands.standing import BOXES, At, Standing
from digest.compose.publication import body, boxes, facts, happened, page, paths, plan
from digest.compose.publication.boxes import Boxes, Taken
from digest.compose.publication.plan import ATTRIBUTES, GENERATED, Plan
from digest.deliver import editions, render
from digest.deliver.editions import FACTS, MARKS, RENDERED, WORKSHEET
from digest.deliver.publish import Words
from digest.gather import newsletter as newsletters
from digest.settings import Settings


@dataclass(frozen=True)
class Publication:
    """A plan with all that it takes to carry it out.

    `renewed` reads the body once more and gives the new one, None where it stays as it is.
    """

    plan: Plan
    there: Standing
    words: Words
    renewed: Callable[[], str | None]
    section: str
    says: tuple[str, ...]


def prepare(at: At, edition: str, here: Local | None) -> Publication:
    """What is to be published of an edition. Raises DigestError where it cannot be, as a whole."""
    there = standing.read(at, edition, here.snapshot.window if here else None)
    if over := plan.closed(there.newsletter, edition):
        return Publication(over, there, Words(message="", title="", body="", label=""), lambda: None, "", over.says)
    new = drafted(at, there, here)
    files = {path: content.encode() for path, content in _files(at, there, new).items()}
    bodies = _Bodies(at, there, new)
    current = there.newsletter.draft
    decided = plan.plan(
        there.newsletter, edition, files, renews=current is not None and bodies.renewed(current.body) is not None
    )

    def renewed() -> str | None:
        # Without an open pull request there is nothing to renew.
        return bodies.renewed(newsletters.draft(at.github, at.to, current.number).body) if current else None

    words = Words(
        message=f"Digest of {edition}: {new.digest.count:,} merged",
        title=_title(at.settings, new),
        body=bodies.fresh(boxes.read("")),
        label=at.settings.publish.label,
    )
    return Publication(
        decided, there, words, renewed, new.renewed.updated.section, (*new.renewed.updated.says, *decided.says)
    )


def _files(at: At, there: Standing, new: Drafted) -> dict[str, str]:
    """The texts of all files that belong to the edition, by their paths."""
    contents, path = new.renewed.contents, at.path(new.digest.window)
    files = {
        path: (there.page(path) or _new_page(at, new, path)).text(contents.section or ""),
        paths.kept(there.edition, MARKS): contents.marks or "",
        paths.kept(there.edition, RENDERED): contents.rendered or "",
        paths.kept(there.edition, WORKSHEET): contents.worksheet or "",
    }
    if there.before is None or not facts.is_same(new.renewed.snapshot, there.before):
        files[paths.kept(there.edition, FACTS)] = editions.facts_text(new.renewed.snapshot)
    toggled = there.toggled
    if toggled.on or toggled.off:
        files[paths.kept(there.edition, BOXES)] = boxes.dump(
            Taken(list=there.now.number, ticked=sorted(there.now.ticked))
        )
    if there.newsletter.text(ATTRIBUTES) is None:
        files[ATTRIBUTES] = GENERATED
    return files


def _new_page(at: At, new: Drafted, path: str) -> page.Page:
    """A file that is not there yet: by the newsletter's own template where it has one, else the section alone."""
    around = render.around(new.digest, at.settings, at.templates / render.EDITION)
    return page.around(*around, path) if around else page.Page("", None, "")


def _title(settings: Settings, new: Drafted) -> str:
    heading = settings.heading.replace("{when}", windows.words(new.digest.window, new.digest.fetched_at))
    return text.plain(settings.publish.title.format(heading=heading, edition=new.digest.edition))


class _Bodies:
    """The bodies of a draft: the list of boxes, around which a person's words stay."""

    def __init__(self, at: At, there: Standing, new: Drafted) -> None:
        self.settings = at.settings
        self.path = at.path(new.digest.window)
        self.there = there
        self.new = new

    def fresh(self, now: Boxes) -> str:
        """The list as it should be; a box that was ticked or unticked in between stays so, for the next run to take."""
        new, there = self.new, self.there
        told = frozenset("+".join(story.pull_requests) for story in new.digest.stories if story.pull_requests)
        seen = Taken(list=there.now.number, ticked=tuple(sorted(there.now.ticked)))
        since = boxes.toggled(now, seen if there.now.number else there.taken)
        report = body.Report(
            happened=(*happened.merged(there.before, new.renewed.snapshot), *new.renewed.updated.says),
            kept=tuple(sorted(new.renewed.updated.kept)),
            path=self.path,
            earlier=new.earlier,
            number=max(now.number, there.taken.list if there.taken else 0) + 1,
            ticked=(told | since.on) - since.off,
            written=told,
        )
        return render.body(new.digest, self.settings, report)

    def renewed(self, current: str) -> str | None:
        """The body with the list as it should be; None where it is, and where a person took the list out."""
        fresh = self.fresh(boxes.read(current))
        if not current.strip():
            return fresh
        return None if body.is_same(current, fresh) else body.replace(current, fresh)
