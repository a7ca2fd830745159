"""The source that reads saved snapshots and needs no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digest.compose import joining
from digest.files import snapshots
from digest.model import Snapshot, Window
from digest.sources import Context, Identity


@dataclass(frozen=True)
class SavedSnapshots:
    """The Source that has only these snapshots."""

    snapshots: Sequence[Snapshot]
    origin: str
    host: str = "github.com"

    def fetch(
        self, _repository: str, _base: str, window: Window, _earlier: Sequence[Window]
    ) -> Snapshot:
        """The saved facts of the window, for all repositories at once.

        Raises UsageError if the snapshots do not cover the window.
        """
        return joining.join_snapshots([self._part(part, window) for part in self.snapshots])

    def identify(self, _repositories: Sequence[str]) -> Mapping[str, Identity]:
        """Nothing: GitHub is not asked."""
        return {}

    def add_story_facts(self, snapshot: Snapshot, _keys: Sequence[str]) -> Snapshot:
        """The snapshot unchanged: it was saved with the facts for its stories."""
        return snapshot

    def _part(self, snapshot: Snapshot, window: Window) -> Snapshot:
        span = (window.start, window.end)
        # A snapshot of the requested span stays whole, also if its window has another kind.
        if window == self.snapshots[0].window and span == (
            snapshot.window.start,
            snapshot.window.end,
        ):
            return snapshot
        return joining.narrow_snapshot(snapshot, window)


def open_saved(context: Context) -> SavedSnapshots | None:
    """The source for the files of the run, None without files.

    Raises UsageError if a file is not valid.
    """
    if not context.files:
        return None
    return SavedSnapshots(
        [snapshots.read_snapshot(file) for file in context.files],
        f"from {' and '.join(context.files)}",
    )
