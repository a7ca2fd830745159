"""The table of sources, and how a window of one or several repositories is read from one of them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from digest import windows
from digest.compose import joining
from digest.errors import DigestError, TryLaterError
from digest.model import Repository, Snapshot, Window
from digest.settings import Settings
from digest.sources import Context, Source
from digest.sources.graphql import open_with_token
from digest.sources.rest import open_without_token
from digest.sources.saved import open_saved

EARLIER = 12
# Each opens its source, or has None where it cannot serve the run. The first that can is taken:
# GraphQL answers only with a token and knows everything; REST answers without one, though not for
# long.
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

    One that cannot be read leaves the others whole: the snapshot is incomplete and says so. Raises
    DigestError when none can be read.
    """
    if source.snapshots:
        # It comes whole, whichever of its repositories is named.
        return source.fetch(repositories[0], "", window, ())
    came: dict[str, Snapshot] = {}
    failed: dict[str, DigestError] = {}
    earlier = windows.windows_before(window, EARLIER)
    for name in repositories:
        try:
            came[name] = source.fetch(name, settings.base_of(name), window, earlier)
        except DigestError as error:
            failed[name] = error
    if not came:
        raise _error_of_all(failed)
    for name, reason in failed.items():
        base = settings.base_of(name)
        came[name] = joining.unread_snapshot(_unread(name, base, source.host, reason), window, now)
    return joining.join_snapshots([came[name] for name in repositories])


def _unread(name: str, base: str, host: str, error: DigestError) -> Repository:
    return Repository(
        name=name,
        url=f"https://{host}/{name}",
        base=base,
        listed_by="nothing",
        listed_because=error.message,
    )


def _error_of_all(failed: Mapping[str, DigestError]) -> DigestError:
    """The error where all failed alike, else one that names each repository.

    Then it is worth trying later.
    """
    first, *others = failed.values()
    if all((type(one), one.message) == (type(first), first.message) for one in others):
        return first
    kind = type(first) if all(type(one) is type(first) for one in others) else TryLaterError
    return kind(" ".join(f"{name}: {error.message}" for name, error in failed.items()), first.hint)
