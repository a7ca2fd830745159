"""The table of sources, the source of saved snapshots, and the fetch of a window.

Saved snapshots need no network.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest import windows
from digest.compose import joining
from digest.errors import DigestError, TryLaterError
from digest.files import snapshots
from digest.model import Repository, Snapshot, Window
from digest.settings import Settings
from digest.sources import Context, Identity, Source
from digest.sources.graphql import open_with_token


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


def open_without_token(context: Context) -> Source:
    """The source for GitHub's REST API, which works for every run."""
    # A run with a token does without it.
    from digest.sources.rest import open_rest

    return open_rest(context)


EARLIER = 12
# Each function returns None if its source cannot serve the run, and the first that can is used.
# GraphQL needs a token and has all facts. REST works without one, but with a low limit.
SOURCES: Mapping[str, Callable[[Context], Source | None]] = {
    "a saved snapshot": open_saved,
    "with a token": open_with_token,
    "without a token": open_without_token,
}


def open_source(context: Context) -> Source:
    """The first source of the table that can serve the run. Raises DigestError."""
    opened = (opening(context) for opening in SOURCES.values())
    return next(source for source in opened if source)


def fetch_window(
    source: Source, repositories: Sequence[str], window: Window, settings: Settings, now: datetime
) -> Snapshot:
    """The facts of a window of one or several repositories.

    The snapshot is incomplete, with a notice, if one repository cannot be read. Raises DigestError
    if none can be read.
    """
    if source.snapshots:
        # Saved snapshots contain all their repositories.
        return source.fetch(repositories[0], "", window, ())
    snapshots: dict[str, Snapshot] = {}
    errors: dict[str, DigestError] = {}
    earlier = windows.windows_before(window, EARLIER)
    for name in repositories:
        try:
            snapshots[name] = source.fetch(name, settings.base_of(name), window, earlier)
        except DigestError as error:
            errors[name] = error
    if not snapshots:
        raise _error_of_all(errors)
    for name, reason in errors.items():
        base = settings.base_of(name)
        snapshots[name] = joining.unread_snapshot(
            _unread(name, base, source.host, reason), window, now
        )
    return joining.join_snapshots([snapshots[name] for name in repositories])


def _unread(name: str, base: str, host: str, error: DigestError) -> Repository:
    return Repository(
        name=name,
        url=f"https://{host}/{name}",
        base=base,
        listed_by="nothing",
        listing_reason=error.message,
    )


def _error_of_all(errors: Mapping[str, DigestError]) -> DigestError:
    """The error, if it is the same for all repositories; otherwise an error that lists each."""
    first, *others = errors.values()
    if all((type(error), error.message) == (type(first), first.message) for error in others):
        return first
    kind = type(first) if all(type(error) is type(first) for error in others) else TryLaterError
    return kind(" ".join(f"{name}: {error.message}" for name, error in errors.items()), first.hint)
