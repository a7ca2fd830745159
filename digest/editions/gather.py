"""Which facts a run needs: the window, by the editions on disk, and the repositories.

Then they are fetched.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial

from digest import windows
from digest.compose import joining
from digest.editions.request import Request
from digest.errors import UsageError
from digest.files.editions import Edition, read_snapshot
from digest.github.client import Watch
from digest.model import PullRequest, Snapshot, Window, folded
from digest.model.edition_files import FACTS
from digest.output import terminal
from digest.settings import Settings, repository_name
from digest.sources import Context, Source
from digest.sources.story_facts import fetch_single
from digest.sources.table import fetch_window, open_source
from digest.windows import WindowRequest


def gather_facts(
    request: Request, settings: Settings, editions: Sequence[Edition], now: datetime, watch: Watch
) -> tuple[Snapshot, Source]:
    """The facts of the window that was asked for, and the source that they came from.

    Raises DigestError.
    """
    if request.snapshots:
        return _gather_saved(request, settings, editions, now, watch)
    repositories = _repositories(request.repositories, settings)
    window = _window(request.window, settings, editions, now, repositories)
    known = partial(_known, editions, window)
    source = open_source(Context(settings, watch, now, repositories=len(repositories), known=known))
    return _as_asked(
        fetch_window(source, repositories, window, settings, now), request.window
    ), source


def single_pull_requests(keys: Sequence[str], settings: Settings) -> tuple[PullRequest, ...]:
    """Single pull requests from GitHub, none where there is no token to ask with.

    Raises DigestError.
    """
    if not keys:
        return ()
    with terminal.FetchingScreen(f"Reading {' and '.join(keys)}") as watch:
        return fetch_single(keys, settings, watch)


def _gather_saved(
    request: Request, settings: Settings, editions: Sequence[Edition], now: datetime, watch: Watch
) -> tuple[Snapshot, Source]:
    source = open_source(Context(settings, watch, now, files=request.snapshots))
    repositories = _saved_repositories(request, source.snapshots)
    if request.window == WindowRequest(monthly=request.window.monthly):
        window = _saved_window(request, source.snapshots)
        return fetch_window(source, repositories, window, settings, now), source
    window = _window(request.window, settings, editions, now, repositories)
    return _as_asked(
        fetch_window(source, repositories, window, settings, now), request.window
    ), source


def _as_asked(snapshot: Snapshot, asked: WindowRequest) -> Snapshot:
    """The snapshot with the option --since-last, which the lead mentions in every later run."""
    return snapshot.model_copy(update={"since_last": asked.since_last})


def _known(editions: Sequence[Edition], window: Window) -> Mapping[str, PullRequest]:
    """The pull requests that the edition of the window has already.

    Facts that cannot be read are fetched again.
    """
    files = [
        one.folder / FACTS for one in editions if one.folder.name == windows.edition_name(window)
    ]
    with suppress(UsageError):
        return {pull.key: pull for file in files for pull in read_snapshot(str(file)).pull_requests}
    return {}


def _repositories(repos: Sequence[str], settings: Settings) -> tuple[str, ...]:
    names = repos or settings.repository_names
    if not any(names):
        raise UsageError(
            "No repository is named.",
            "Name one: digest week --repo owner/name. To keep it: digest init --repo owner/name",
        )
    return tuple(dict.fromkeys(map(_checked, names)))


def _checked(name: str) -> str:
    try:
        return repository_name(name)
    except ValueError as error:
        raise UsageError(f"--repo {name!r} {error}.") from None


def _saved_repositories(request: Request, saved: Sequence[Snapshot]) -> tuple[str, ...]:
    names = tuple(repository.name for one in saved for repository in one.repositories)
    if strangers := [name for name in request.repositories if not folded([name]) <= folded(names)]:
        files = (
            f"{' and '.join(request.snapshots)} {'is' if len(request.snapshots) == 1 else 'are'}"
        )
        raise UsageError(
            f"{files} of {' and '.join(names)}, not of {strangers[0]}.", "Omit --repo."
        )
    return names


def _saved_window(request: Request, saved: Sequence[Snapshot]) -> Window:
    """The window of the snapshots.

    Raises UsageError when a month is asked for and they hold none.
    """
    window = joining.join_snapshots(saved).window
    if request.window.monthly and window.kind != "month":
        raise UsageError(
            f"{' and '.join(request.snapshots)} is not a month: it holds {windows.label(window)}.",
            "To draft all of it: digest week --from FILE. For a month of it: --month 2021-07.",
        )
    return window


def _window(
    asked: WindowRequest,
    settings: Settings,
    editions: Sequence[Edition],
    now: datetime,
    repositories: Sequence[str],
) -> Window:
    zone = windows.find_zone(settings.zone)
    monday = windows.resolve(WindowRequest(), zone, now, None).end
    weekly = (one for one in editions if one.window.end < monday and one.window.kind != "month")
    ends = [one.window.end for one in weekly if one.is_of(repositories)]
    return windows.resolve(asked, zone, now, max(ends, default=None))
