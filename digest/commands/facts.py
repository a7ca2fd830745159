"""Where the facts of a run come from: GitHub, or a saved snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from digest import windows
from digest.commands import fetching
from digest.compose import workdays
from digest.deliver.editions import Edition
from digest.errors import UsageError
from digest.gather import snapshot as saved
from digest.model import Snapshot, Window
from digest.settings import Settings, repository_name
from digest.windows import Asked


@dataclass(frozen=True)
class Wanted:
    """The window and the repository as a person asked for them, with the settings behind."""

    asked: Asked
    repo: str | None
    snapshot: str | None
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
    if wanted.snapshot:
        return Gathered(_from_file(wanted, wanted.snapshot, there, now), f"from {wanted.snapshot}")
    repository = _repository(wanted)
    snapshot, source = fetching.window(repository, _window(wanted, there, now, repository), wanted.settings, now, told)
    return Gathered(_as_asked(snapshot, wanted.asked), source)


def _from_file(wanted: Wanted, file: str, there: Sequence[Edition], now: datetime) -> Snapshot:
    whole = saved.read(file)
    names = [repository.name for repository in whole.repositories]
    if wanted.repo and wanted.repo.casefold() not in _folded(names):
        raise UsageError(f"{file} is of {' and '.join(names)}, not of {wanted.repo}.", "Leave --repo away.")
    nothing_asked = wanted.asked == Asked(monthly=wanted.asked.monthly)
    if nothing_asked and wanted.asked.monthly and whole.window.kind != "month":
        raise UsageError(
            f"{file} is no month: it holds {windows.span(whole.window)}.",
            "Draft what it holds with: digest week --from FILE. A month inside it: --month 2021-07.",
        )
    if nothing_asked:
        return whole
    return _as_asked(saved.narrow(whole, _window(wanted, there, now, *names)), wanted.asked)


def _as_asked(snapshot: Snapshot, asked: Asked) -> Snapshot:
    """The snapshot with what was asked for: the sentence with the count speaks of it in every later run."""
    return snapshot.model_copy(update={"since_last": asked.since_last})


def _repository(wanted: Wanted) -> str:
    name = wanted.repo or wanted.settings.repository
    if not name:
        raise UsageError(
            "No repository is named.",
            "Name one: digest week --repo owner/name. To keep it: digest init --repo owner/name",
        )
    try:
        return repository_name(name)
    except ValueError as error:
        raise UsageError(f"--repo {name!r} {error}.") from None


def _window(wanted: Wanted, there: Sequence[Edition], now: datetime, *repositories: str) -> Window:
    zone = windows.zone(wanted.settings.zone)
    monday = windows.resolve(Asked(), zone, now, None).end
    ends = [
        one.window.end
        for one in there
        if one.window.end < monday and one.window.kind != "month" and _folded(one.repositories) == _folded(repositories)
    ]
    return windows.resolve(wanted.asked, zone, now, max(ends, default=None))


def _folded(names: Sequence[str]) -> frozenset[str]:
    """Names as GitHub compares them: case does not matter."""
    return frozenset(name.casefold() for name in names)
