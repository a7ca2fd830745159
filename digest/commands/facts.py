"""Where the facts of a run come from: GitHub, or a saved snapshot."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from digest import windows
from digest.deliver import terminal
from digest.deliver.editions import Edition
from digest.errors import UsageError
from digest.gather import snapshot as saved
from digest.model import Snapshot, Window
from digest.settings import Settings, repository_name
from digest.windows import Asked

EARLIER = 12


@dataclass(frozen=True)
class Wanted:
    """The window and the repository as a person asked for them, with the settings behind."""

    asked: Asked
    repo: str | None
    snapshot: str | None
    settings: Settings


def gather(wanted: Wanted, there: Sequence[Edition], now: datetime) -> tuple[Snapshot, str]:
    """The facts of the wanted window, and in words where they came from. Raises DigestError."""
    if wanted.snapshot:
        return _from_file(wanted, wanted.snapshot, there, now), f"from {wanted.snapshot}"
    repository = _repository(wanted)
    return _from_github(repository, _window(wanted, there, now, repository), wanted.settings, now)


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
    return whole if nothing_asked else saved.narrow(whole, _window(wanted, there, now, *names))


def _from_github(repository: str, window: Window, settings: Settings, now: datetime) -> tuple[Snapshot, str]:
    # PyGithub takes a third of a second to import, which a run from a saved snapshot need not pay.
    from digest.api.address import address
    from digest.api.client import GitHub
    from digest.api.token import need_token
    from digest.gather.graphql import GraphQLSource

    where = address(os.environ)
    token = need_token(os.environ, where.host)
    started = time.monotonic()
    with terminal.FetchingScreen(repository) as watch:
        client = GitHub(where, token, settings.github, watch)
        source = GraphQLSource(client, settings.github, lambda: now, watch)
        snapshot = source.fetch(repository, settings.base, window, windows.earlier(window, EARLIER))
    requests = f"{client.requests} request{'' if client.requests == 1 else 's'}"
    return snapshot, f"{requests}, {time.monotonic() - started:.0f} s"


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
