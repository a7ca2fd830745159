"""The source that needs no network: snapshots that digest saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from digest.compose import joining
from digest.files import snapshots
from digest.model import Snapshot, Window
from digest.sources import Context


@dataclass(frozen=True)
class SavedSnapshots:
    """A Source that has these snapshots and nothing else."""

    snapshots: Sequence[Snapshot]
    origin: str
    host: str = "github.com"

    def fetch(
        self, _repository: str, _base: str, window: Window, _earlier: Sequence[Window]
    ) -> Snapshot:
        """All that was saved of the window, of every repository at once.

        Raises UsageError where it is not covered.
        """
        return joining.join_snapshots([self._part(one, window) for one in self.snapshots])

    def add_story_facts(self, snapshot: Snapshot, _keys: Sequence[str]) -> Snapshot:
        """The snapshot as it is: what was known of its stories was saved with it."""
        return snapshot

    def _part(self, snapshot: Snapshot, window: Window) -> Snapshot:
        span = (window.start, window.end)
        # Snapshots of one span stay whole where the first one's window is taken, whatever kind each
        # calls its own.
        if window == self.snapshots[0].window and span == (
            snapshot.window.start,
            snapshot.window.end,
        ):
            return snapshot
        return joining.narrow_snapshot(snapshot, window)


def open_saved(context: Context) -> SavedSnapshots | None:
    """The snapshots in the files that were named, None where none was.

    Raises UsageError for one that is not valid.
    """
    if not context.files:
        return None
    return SavedSnapshots(
        [snapshots.read(file) for file in context.files], f"from {' and '.join(context.files)}"
    )
