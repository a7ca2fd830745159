"""Where the facts of a run come from: GitHub, or a saved snapshot."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest import windows
from digest.compose import suggestions, workdays
from digest.deliver import terminal
from digest.deliver.editions import Edition
from digest.errors import UsageError
from digest.gather import snapshot as saved
from digest.model import PullRequest, Snapshot, Window
from digest.settings import Settings, repository_name
from digest.windows import Asked

EARLIER = 12
# So many of those that rank first can be quoted, without a request when one of them is marked.
QUOTED = 15


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


# The pull requests to be told beyond those that rank first, once the window's are known.
Told = Callable[[Snapshot], Sequence[str]]


def gather(wanted: Wanted, there: Sequence[Edition], now: datetime, told: Told) -> Gathered:
    """The facts of the wanted window, with the texts of those that may be told. Raises DigestError."""
    # A country that nobody knows is said before GitHub is asked anything.
    workdays.countries(wanted.settings.calendar)
    if wanted.snapshot:
        return Gathered(_from_file(wanted, wanted.snapshot, there, now), f"from {wanted.snapshot}")
    repository = _repository(wanted)
    gathered = _from_github(repository, _window(wanted, there, now, repository), wanted.settings, now, told)
    return Gathered(_as_asked(gathered.snapshot, wanted.asked), gathered.source)


def alone(keys: Sequence[str], settings: Settings) -> tuple[PullRequest, ...]:
    """Single pull requests from GitHub, none where there is no token to ask with. Raises DigestError."""
    from digest.api.address import address
    from digest.api.client import GitHub
    from digest.api.token import find_token
    from digest.gather import texts

    where = address(os.environ)
    token = find_token(os.environ, where.host) if keys else None
    if token is None:
        return ()
    with terminal.FetchingScreen(" and ".join(keys)) as watch:
        return texts.alone(GitHub(where, token, settings.github, watch), keys)


def _from_file(wanted: Wanted, file: str, there: Sequence[Edition], now: datetime) -> Snapshot:
    whole = saved.read(file)
    names = [repository.name for repository in whole.repositories]
    if wanted.repo and wanted.repo not in names:
        raise UsageError(f"{file} is of {' and '.join(names)}, not of {wanted.repo}.", "Leave --repo away.")
    nothing_asked = wanted.asked == Asked(monthly=wanted.asked.monthly)
    if nothing_asked:
        return whole
    return _as_asked(saved.narrow(whole, _window(wanted, there, now, *names)), wanted.asked)


def _as_asked(snapshot: Snapshot, asked: Asked) -> Snapshot:
    """The snapshot with what was asked for: the sentence with the count speaks of it in every later run."""
    return snapshot.model_copy(update={"since_last": asked.since_last})


def _from_github(repository: str, window: Window, settings: Settings, now: datetime, told: Told) -> Gathered:
    # PyGithub takes a third of a second to import, which a run from a saved snapshot need not pay.
    from digest.api.address import address
    from digest.api.client import GitHub
    from digest.api.token import need_token
    from digest.gather import texts
    from digest.gather.graphql import GraphQLSource

    where = address(os.environ)
    token = need_token(os.environ, where.host)
    started = time.monotonic()
    with terminal.FetchingScreen(repository) as watch:
        client = GitHub(where, token, settings.github, watch)
        source = GraphQLSource(client, settings.github, lambda: now, watch)
        snapshot = source.fetch(repository, settings.base, window, windows.earlier(window, EARLIER))
        marked = told(snapshot)
        ranked = suggestions.rank(snapshot.pull_requests, settings)[:QUOTED]
        snapshot = texts.with_changesets(client, snapshot, [*marked, *(pull.key for pull in ranked)])
        elsewhere = sorted(set(marked) - {pull.key for pull in snapshot.pull_requests})
        snapshot = snapshot.model_copy(update={"others": texts.alone(client, elsewhere)})
    return Gathered(snapshot, f"{client.requests} requests, {time.monotonic() - started:.0f} s")


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
        if one.window.end < monday and one.window.kind != "month" and set(one.repositories) == set(repositories)
    ]
    return windows.resolve(wanted.asked, zone, now, max(ends, default=None))
