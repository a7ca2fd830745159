"""Gathers the facts of a run: the requested window, its repositories and their pull requests."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from threading import Thread

from digest import windows
from digest.compose import joining
from digest.compose.keys import RepositoryNames, names_of
from digest.editions.request import NO_FILES, Request
from digest.errors import UsageError
from digest.files import settings_files
from digest.files.editions import Edition
from digest.files.snapshots import read_snapshot
from digest.github.client import Watch
from digest.model import PullRequest, Snapshot, Window, folded, same_name
from digest.model.edition_files import FACTS
from digest.output.progress import FetchingScreen
from digest.settings import Settings, repository_name
from digest.sources import Context, Source, with_former_names
from digest.sources.story_facts import fetch_single
from digest.sources.table import fetch_window, open_source
from digest.windows import WindowRequest

# The modules that a run needs after GitHub's first answers.
LATER = ("digest.editions.draft", "markdown_it")


def now() -> datetime:
    """The current time; tests replace it."""
    return datetime.now(UTC)


def editions_folder(output: str | None, found: settings_files.Found) -> Path | None:
    """The folder of the editions, from the option or the settings. None if no files are written."""
    return None if output == NO_FILES else Path(output or settings_files.relative(found.output))


def gather_facts(
    request: Request, settings: Settings, editions: Sequence[Edition], now: datetime, watch: Watch
) -> tuple[Snapshot, Source]:
    """The facts of the requested window, and their source.

    Raises DigestError.
    """
    if request.snapshots:
        return _gather_saved(request, settings, editions, now, watch)
    repositories = _repositories(request.repositories, settings)
    windows_known: list[Window] = []

    def known() -> Mapping[str, PullRequest]:
        return _known(editions, windows_known[0])

    source = open_source(Context(settings, watch, now, repositories=len(repositories), known=known))
    # GitHub takes longer to answer than Python to load the modules that need the answers.
    Thread(target=lambda: [import_module(name) for name in LATER], daemon=True).start()
    names = _names(repositories, settings, editions)
    if request.window.since_last:
        names = _with_renames(names, source, editions)
    window = _window(request.window, settings, editions, now, names)
    windows_known.append(window)
    snapshot = fetch_window(source, repositories, window, settings, now)
    snapshot = _remember_names(snapshot, source, settings, editions)
    return _with_since_last(snapshot, request.window), source


def single_pull_requests(keys: Sequence[str], settings: Settings) -> tuple[PullRequest, ...]:
    """Single pull requests from GitHub; empty without a token.

    Raises DigestError.
    """
    if not keys:
        return ()
    with FetchingScreen(f"Reading {' and '.join(keys)}") as watch:
        return fetch_single(keys, settings, watch)


def _gather_saved(
    request: Request, settings: Settings, editions: Sequence[Edition], now: datetime, watch: Watch
) -> tuple[Snapshot, Source]:
    source = open_source(Context(settings, watch, now, files=request.snapshots))
    repositories = _saved_repositories(request, source.snapshots)
    if request.window == WindowRequest(monthly=request.window.monthly):
        window = _saved_window(request, source.snapshots)
        return fetch_window(source, repositories, window, settings, now), source
    names = _names(repositories, settings, editions)
    window = _window(request.window, settings, editions, now, names)
    return _with_since_last(
        fetch_window(source, repositories, window, settings, now), request.window
    ), source


def _with_since_last(snapshot: Snapshot, asked: WindowRequest) -> Snapshot:
    """The snapshot with the option --since-last, which the lead mentions in every later run."""
    return snapshot.model_copy(update={"since_last": asked.since_last})


def _known(editions: Sequence[Edition], window: Window) -> Mapping[str, PullRequest]:
    """The pull requests that the saved edition of the window has.

    Empty if its facts cannot be read; the run then fetches them again.
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
            "No repository was given.",
            "Give one: digest week --repo owner/name. To save it: digest init --repo owner/name",
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
            f"{files} about {' and '.join(names)}, not about {strangers[0]}.", "Omit --repo."
        )
    return names


def _saved_window(request: Request, saved: Sequence[Snapshot]) -> Window:
    """The window of the snapshots.

    Raises UsageError if the request is for a month and they do not cover one.
    """
    window = joining.join_snapshots(saved).window
    if request.window.monthly and window.kind != "month":
        files = (
            f"{' and '.join(request.snapshots)} {'does' if len(request.snapshots) == 1 else 'do'}"
        )
        given = [word for file in request.snapshots for word in ("--from", file)]
        hint = f"To draft all of it: {request.command('week', *given)}"
        if month := windows.month_inside(window):
            hint += f" To draft one month of it, add --month {month}."
        raise UsageError(f"{files} not cover a month, but {windows.label(window)}.", hint)
    return window


def _names(
    repositories: Sequence[str], settings: Settings, editions: Sequence[Edition]
) -> RepositoryNames:
    """The requested repositories, with their old names from the settings and the editions."""
    asked = RepositoryNames(repositories, settings.repository_aliases)
    names = RepositoryNames(tuple(map(asked.resolve, repositories)), settings.repository_aliases)
    # A newer edition knows earlier names of its repository, and an older edition may use one of
    # them.
    for edition in reversed(editions):
        names = _with_edition(names, edition)
    return names


def _with_edition(names: RepositoryNames, edition: Edition) -> RepositoryNames:
    """The names, with the old names and ids of the same repositories from an edition."""
    aliases, ids = dict(names.aliases), dict(names.ids)
    for place, (name, node_id) in enumerate(edition.identified):
        former = edition.former_names[place] if edition.former_names else ()
        found = (names.identify(one, node_id) for one in (name, *former))
        present = next(filter(None, found), None)
        if present is None:
            continue
        aliases |= {old: present for old in (name, *former) if not same_name(old, present)}
        if node_id:
            ids.setdefault(present, node_id)
    return replace(names, aliases=aliases, ids=ids)


def _with_renames(
    names: RepositoryNames, source: Source, editions: Sequence[Edition]
) -> RepositoryNames:
    """The names, with old names from editions if GitHub finds the same repository under both."""
    strangers = _other_repositories(names, editions)
    if not strangers:
        return names
    found = source.identify([*strangers, *names.names])
    present = {name: found[name] for name in names.names if name in found}
    aliases = {
        old: name
        for old, node_id in strangers.items()
        for name, one in present.items()
        if old in found and (node_id or found[old].node_id) == one.node_id
    }
    ids = {name: one.node_id for name, one in present.items()}
    return replace(names, aliases={**names.aliases, **aliases}, ids={**names.ids, **ids})


def _other_repositories(
    names: RepositoryNames, editions: Sequence[Edition]
) -> dict[str, str | None]:
    """The repositories of editions, with their ids, that are not among the names."""
    every = [one for edition in editions for one in edition.identified]
    return {name: node_id for name, node_id in every if names.identify(name, node_id) is None}


def _remember_names(
    snapshot: Snapshot, source: Source, settings: Settings, editions: Sequence[Edition]
) -> Snapshot:
    """The snapshot with the old names of its repositories that editions have.

    It asks GitHub about editions without ids if no other edition is of these repositories, or if
    one of them is the edition of the window.
    """
    names = names_of(snapshot.repositories, settings.repository_aliases)
    for edition in reversed(editions):
        names = _with_edition(names, edition)
    folder = windows.edition_name(snapshot.window)
    if not any(one.is_of(names) for one in editions) or any(
        one.folder.name == folder and not one.is_of(names) for one in editions
    ):
        names = _with_renames(names, source, editions)
    # Each run reads the settings, so their aliases need not be saved.
    seen = {
        old: new for old, new in names.aliases.items() if old not in settings.repository_aliases
    }
    repositories = tuple(
        with_former_names(one, [old for old, new in seen.items() if same_name(new, one.name)])
        for one in snapshot.repositories
    )
    return snapshot.model_copy(update={"repositories": repositories})


def _window(
    asked: WindowRequest,
    settings: Settings,
    editions: Sequence[Edition],
    now: datetime,
    names: RepositoryNames,
) -> Window:
    zone = windows.find_zone(settings.zone)
    monday = windows.resolve(WindowRequest(), zone, now, None).end
    weekly = (one for one in editions if one.window.end < monday and one.window.kind != "month")
    ends = [one.window.end for one in weekly if one.is_of(names)]
    return windows.resolve(asked, zone, now, max(ends, default=None))
