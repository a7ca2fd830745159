"""Makes what is to be published of an edition out of what stands there and what is on disk; writes nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from digest import text, windows
from digest.files import editions
from digest.files.editions import FACTS, MARKS, RENDERED, WORKSHEET
from digest.github import newsletter as newsletters
from digest.github.newsletter_writer import Words
from digest.model import Snapshot
from digest.model.newsletter import Plan, kept_path
from digest.output import render
from digest.publishing import boxes, facts, illustrating, page, plan, standing
from digest.publishing.at import At
from digest.publishing.bodies import Bodies
from digest.publishing.drafting import Drafted, drafted
from digest.publishing.plan import ATTRIBUTES, GENERATED
from digest.publishing.sides import Local
from digest.publishing.standing import BOXES, Standing
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
    there = standing.read(at, edition, here.snapshot.window if here else None, here.pictures if here else ())
    if over := plan.closed(there.newsletter, edition):
        return Publication(over, there, Words(message="", title="", body="", label=""), lambda: None, "", ())
    new = drafted(at, there, here)
    pictures, of_pictures = illustrating.files(at, there, here, new.renewed)
    published = illustrating.recorded(at, new.renewed, pictures)
    files = {path: content.encode() for path, content in _files(at, there, new, published).items()} | pictures
    bodies = Bodies(at, there, new)
    current = there.newsletter.draft
    # Who only takes ticks over leaves the body alone: a list that is written anew could lose the next tick.
    renews = current is not None and here is not None and bodies.renewed(current.body) is not None
    label = at.settings.publish.label
    labels = here is not None and newsletters.lacks_label(at.github, at.to, current, label)
    decided = plan.plan(there.newsletter, edition, files, renews=renews, labels=labels)

    def renewed() -> str | None:
        # Without an open pull request there is nothing to renew.
        return bodies.renewed(newsletters.draft(at.github, at.to, current.number).body) if current else None

    words = Words(
        message=f"Digest of {edition}: {new.digest.count:,} merged",
        title=_title(at.settings, new),
        body=bodies.fresh(boxes.read("")),
        label=label,
    )
    says = (*new.renewed.updated.says, *of_pictures, *(bodies.missing(current.body) if current and here else ()))
    return Publication(decided, there, words, renewed, new.renewed.updated.section, says)


def _files(at: At, there: Standing, new: Drafted, snapshot: Snapshot) -> dict[str, str]:
    """The texts of all files that belong to the edition, by their paths."""
    contents, path = new.renewed.contents, at.path(new.digest.window)
    files = {
        path: (there.page(path) or _new_page(at, new, path)).text(contents.section or ""),
        kept_path(there.edition, MARKS): contents.marks or "",
        kept_path(there.edition, RENDERED): contents.rendered or "",
        kept_path(there.edition, WORKSHEET): contents.worksheet or "",
    }
    if there.before is None or not facts.is_same(snapshot, there.before):
        files[kept_path(there.edition, FACTS)] = editions.facts_text(snapshot)
    if there.toggled:
        files[kept_path(there.edition, BOXES)] = boxes.taken_over(there.now, there.taken)
    if there.newsletter.text(ATTRIBUTES) is None:
        files[ATTRIBUTES] = GENERATED
    return files


def _new_page(at: At, new: Drafted, path: str) -> page.Page:
    """A file that is not there yet: by the newsletter's own template where it has one, else the section alone."""
    around = render.around(new.digest, at.settings, at.templates / render.EDITION)
    return page.around(*around, path) if around else page.Page("", None, "")


def _title(settings: Settings, new: Drafted) -> str:
    heading = settings.heading.replace("{when}", windows.phrase(new.digest.window, new.digest.fetched_at))
    return text.plain(settings.publish.title.format(heading=heading, edition=new.digest.edition))
