"""Short ways from facts to a digest, without a folder."""

from collections.abc import Mapping

from digest.compose import edition, marks
from digest.compose.candidates import Coverage
from digest.model import Digest, Marks, Snapshot, Window
from digest.settings import Settings


def compose(
    snapshot: Snapshot,
    settings: Settings,
    previous: Window | None = None,
    decided: Marks | None = None,
    covered: Mapping[str, Coverage] | None = None,
) -> Digest:
    """Return the digest of a snapshot with these decisions, by default those of a first draft."""
    candidates = edition.find_candidates(snapshot, settings, covered or {})
    drafted = (
        marks.MarksChange(decided, "")
        if decided
        else edition.with_drafts(Marks(), candidates, snapshot, settings)
    )
    album = edition.album(snapshot, snapshot.pictures, settings)
    material = edition.StoryMaterial(candidates, drafted, album)
    return edition.compose(snapshot, settings, material, previous)


def drafts(
    snapshot: Snapshot, settings: Settings, decided: Marks, known: set[str] | None = None
) -> marks.MarksChange:
    """Return the marks with the stories that a draft adds."""
    candidates = edition.find_candidates(snapshot, settings, {})
    return edition.with_drafts(decided, candidates, snapshot, settings, known)
