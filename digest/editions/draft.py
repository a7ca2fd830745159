"""Drafts the edition of a window: the work of `digest week` and `month`.

It gathers the facts that the run needs, and reports the run as other commands do.
"""

import shlex
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from digest import windows
from digest.compose import joining
from digest.compose.keys import RepositoryNames, describe_changes, names_of
from digest.editions.drafts import newer_draft_message
from digest.editions.folder import edition_folder, read_edition, retry_after_saves, update_edition
from digest.editions.pictures import FolderPictures
from digest.editions.request import NO_FILES, Request
from digest.editions.saved_edition import SavedEdition
from digest.editions.update import EditionUpdate, load_none
from digest.errors import UsageError
from digest.files import editions, settings_files
from digest.files.editions import Edition
from digest.files.snapshots import read_snapshot
from digest.github.client import Watch
from digest.model import Digest, PullRequest, Snapshot, Window, folded, same_name
from digest.model.edition_files import FACTS
from digest.output import render, terminal
from digest.settings import Settings, repository_name
from digest.sources import Context, Source, with_former_names
from digest.sources.story_facts import fetch_single
from digest.sources.table import fetch_window, open_source
from digest.windows import WindowRequest


def report(
    new: EditionUpdate,
    source: str,
    output: Path | None,
    settings: Settings,
    *hints: str,
    changes: Sequence[str] = (),
    as_json: bool = False,
    check: str,
) -> None:
    """Print the results of a run.

    `source` is the origin of the facts in words, `changes` are lines about the time since the last
    run. `check` is the command that lists what is left to do.
    """
    section = new.section
    shown = render.to_json(new.digest, section) if as_json else [terminal.fit_text(section)]
    sys.stdout.writelines(shown)
    sys.stdout.flush()
    lines = terminal.summary(
        new.digest, source, settings, changes, has_worksheet=output is not None
    )
    lines += steps(new, output, *hints, check=check)
    terminal.show(lines)


def steps(new: EditionUpdate, output: Path | None, *hints: str, check: str) -> list[terminal.Line]:
    """The messages of a run with blocks to paste, and the next steps."""
    offered = (f"New text that you can paste:\n\n{block}\n" for block in new.withheld)
    folder = output / new.digest.edition if output else None
    lines = terminal.next_steps(new.section, [*new.messages, *offered], folder)
    lines += [terminal.hint(one) for one in hints]
    if output:
        lines += terminal.last_line(new.section, check)
    return lines


def now() -> datetime:
    """The current time; tests replace it."""
    return datetime.now(UTC)


def draft_edition(request: Request) -> int:
    """Draft an edition from GitHub or a saved snapshot and report it; returns the exit code.

    Raises DigestError, and then writes nothing.
    """
    found = settings_files.find(request.config, Path.cwd())
    settings = found.loaded.settings
    output = editions_folder(request.output, found)
    around = editions.find_editions(output or found.output)

    with terminal.FetchingScreen() as watch:
        snapshot, source = gather_facts(request, settings, around, now(), watch)
        marked = _marked_keys(request, read_edition(snapshot, settings, output, around))
        snapshot = source.add_story_facts(snapshot, marked)
    folder = edition_folder(snapshot, output)
    load = load_none if request.snapshots else FolderPictures(folder, settings)

    def run() -> EditionUpdate:
        return update_edition(snapshot, request, settings, output, load, around=around)

    new = retry_after_saves(run)
    hints = []
    if output and new.digest.pull_requests:
        command = edition_command("pick", request, new.digest, around)
        hints.append(f"Choose, join and reorder in a full-screen view: {command}")
    # A saved snapshot is drafted offline.
    if folder and not request.snapshots:
        publish = request.command("publish", "-e", folder.name)
        if newer := newer_draft_message(folder, settings, publish):
            hints.append(newer)
    if not found.file:
        hints.append(f"To save these options: {_init_command(request, snapshot)}")
    report(
        new,
        source.origin,
        output,
        settings,
        *hints,
        changes=_changes(new),
        as_json=request.as_json,
        check=edition_command("check", request, new.digest, around),
    )
    return 1 if request.strict and not new.digest.complete else 0


def _changes(new: EditionUpdate) -> list[str]:
    """Lines about the time since the last run of the same window."""
    before, after = new.saved.facts, new.snapshot
    if before is None or before.header.window != after.window:
        return []
    known = list(map(new.saved.repositories.present_key, before.fingerprints))
    changes = describe_changes(known, [pull.key for pull in after.pull_requests])
    since = before.header.fetched_at
    return changes or [nothing_new(since, after.fetched_at, after.window.zone)]


def nothing_new(since: datetime, at: datetime, zone: str) -> str:
    """A line about a run at the moment `at` that found nothing new, "Nothing new since 09:12."."""
    before, now = (moment.astimezone(windows.find_zone(zone)) for moment in (since, at))
    day = "" if before.date() == now.date() else f"{windows.short_date(before.date())}, "
    return f"Nothing new since {day}{before:%H:%M}."


def _marked_keys(request: Request, saved: SavedEdition) -> list[str]:
    """The pull requests that stories cover before the run, and those that the request names."""
    return [*saved.marked_keys(), *request.keys(saved.repositories)]


def editions_folder(output: str | None, found: settings_files.Found) -> Path | None:
    """The folder of the editions, from the option or the settings. None if no files are written."""
    return None if output == NO_FILES else Path(output or settings_files.relative(found.output))


def edition_command(
    name: str, request: Request, digest: Digest, around: Sequence[editions.Edition]
) -> str:
    """The command with this name for an edition, with the options of the request that it needs."""
    window = digest.window
    last = (window.end, window.start)
    is_newest = all((one.window.end, one.window.start) <= last for one in around)
    edition = [] if is_newest else ["-e", digest.edition]
    return request.command(name, *edition)


def _init_command(request: Request, snapshot: Snapshot) -> str:
    has_output = request.output and request.output != NO_FILES
    output = ["--output", request.output or ""] if has_output else []
    repos = [word for one in snapshot.repositories for word in ("--repo", one.name)]
    pictures = [] if request.pictures else ["--no-pictures"]
    return shlex.join(["digest", "init", *repos, *output, *pictures])


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
