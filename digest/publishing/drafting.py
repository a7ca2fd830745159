"""Brings an edition up to date from its draft: from the branch where there is one, else from the disk."""

from dataclasses import dataclass
from functools import partial

from digest.editions.renewing import Renewed, renew
from digest.errors import DigestError
from digest.model import Digest, Snapshot
from digest.model.newsletter import edition_of
from digest.publishing import both, illustrating, private, standing
from digest.publishing.at import At
from digest.publishing.body import EarlierDraft
from digest.publishing.sides import Local, Sides
from digest.publishing.standing import Standing


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
    own = _own(at, there, here)
    if own is None:
        raise DigestError(
            f"{there.newsletter.branch} holds no facts of {there.edition}, so nothing can be rendered.",
            "Run the workflow of the week once more: it brings them.",
        )
    earlier = _earlier(there, own)
    box = f"{both.BOX}{earlier.edition}" if earlier else ""
    joined = standing.read(at, earlier.edition, None) if earlier and box in there.toggled.on else None
    work = Sides(at, there, here, joined)
    snapshot = work.snapshot(own, parts=box in there.toggled.off)
    if not (snapshot.pull_requests or at.settings.publish.allow_empty):
        raise DigestError(
            f"Nothing was merged in {there.edition}, so nothing is published.",
            "If that is so, allow it in the settings: allow_empty = true under [digest.publish].",
        )
    finished = partial(at.relinked, window=snapshot.window)
    bring = illustrating.bringing(at, there, here, snapshot.window)
    return Drafted(renew(work.place(snapshot), snapshot, at.settings, work.change, finished, bring), earlier)


def _own(at: At, there: Standing, here: Local | None) -> Snapshot | None:
    """The facts of the run, with the pictures that the branch has."""
    if here is None:
        return there.before
    known = there.before.pictures if there.before else ()
    return private.stripped(here.snapshot.model_copy(update={"pictures": known}), at.to)


def _earlier(there: Standing, own: Snapshot) -> EarlierDraft | None:
    """The open draft of the week before: the one that a box is of, or would be."""
    offered = (name.removeprefix(both.BOX) for name in there.now.there if name.startswith(both.BOX))
    edition = next(offered, None) or both.edition_before(own.window)
    draft = next((one for one in there.newsletter.open_drafts if edition_of(one.branch) == edition), None)
    if edition is None or draft is None:
        return None
    return EarlierDraft(edition, draft.number, draft.url, told=f"{both.BOX}{edition}" in there.now.ticked)
