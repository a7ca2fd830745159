"""Where the facts of a run come from: GitHub, or saved snapshots."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from digest import windows
from digest.compose import joining, workdays
from digest.editions import fetching, files
from digest.errors import UsageError
from digest.files import snapshots as saved
from digest.files.editions import Edition
from digest.model import PullRequest, Snapshot, Window
from digest.model.edition_files import FACTS
from digest.settings import Settings, repository_name
from digest.windows import WindowRequest


@dataclass(frozen=True)
class Wanted:
    """The window and the repositories as a person asked for them, with the settings behind."""

    asked: WindowRequest
    repos: tuple[str, ...]
    snapshots: tuple[str, ...]
    settings: Settings


@dataclass(frozen=True)
class Gathered:
    """The facts of a window, and in words where they came from."""

    snapshot: Snapshot
    source: str


def gather(wanted: Wanted, there: Sequence[Edition], now: datetime, told: fetching.Told) -> Gathered:
    """The facts of the wanted window, with the texts of those that may be told. Raises DigestError."""
    # A country that nobody knows is said before GitHub is asked anything.
    workdays.countries(wanted.settings.calendar)
    if wanted.snapshots:
        return Gathered(_from_files(wanted, there, now), f"from {' and '.join(wanted.snapshots)}")
    repositories = _repositories(wanted)
    window = _window(wanted, there, now, *repositories)
    before = fetching.Before(partial(_known, there, window), told)
    snapshot, source = fetching.fetch(repositories, window, wanted.settings, now, before)
    return Gathered(_as_asked(snapshot, wanted.asked), source)


def _from_files(wanted: Wanted, there: Sequence[Edition], now: datetime) -> Snapshot:
    parts = files.read(wanted.snapshots, wanted.repos)
    if wanted.asked == WindowRequest(monthly=wanted.asked.monthly):
        return files.whole(parts, wanted.snapshots, monthly=wanted.asked.monthly)
    window = _window(wanted, there, now, *files.names(parts))
    return _as_asked(joining.join_snapshots([joining.narrow_snapshot(one, window) for one in parts]), wanted.asked)


def _as_asked(snapshot: Snapshot, asked: WindowRequest) -> Snapshot:
    """The snapshot with what was asked for: the sentence with the count speaks of it in every later run."""
    return snapshot.model_copy(update={"since_last": asked.since_last})


def _known(there: Sequence[Edition], window: Window) -> Mapping[str, PullRequest]:
    """What the edition of the window has already. Facts that cannot be read are fetched anew."""
    facts = [one.folder / FACTS for one in there if one.folder.name == windows.edition_name(window)]
    with suppress(UsageError):
        return {pull.key: pull for file in facts for pull in saved.read(str(file)).pull_requests}
    return {}


def _repositories(wanted: Wanted) -> tuple[str, ...]:
    names = wanted.repos or wanted.settings.names_of_repositories
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


def _window(wanted: Wanted, there: Sequence[Edition], now: datetime, *repositories: str) -> Window:
    zone = windows.find_zone(wanted.settings.zone)
    monday = windows.resolve(WindowRequest(), zone, now, None).end
    weekly = (one for one in there if one.window.end < monday and one.window.kind != "month")
    ends = [one.window.end for one in weekly if one.is_of(repositories)]
    return windows.resolve(wanted.asked, zone, now, max(ends, default=None))
