"""Fetches a window of one or several repositories from GitHub, one after the other."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest import windows
from digest.compose import joining
from digest.editions import quoting
from digest.errors import DigestError, TryLaterError
from digest.model import PullRequest, Repository, Snapshot, Window
from digest.output import terminal
from digest.settings import Settings

EARLIER = 12
# The pull requests that marks tell, once those of the window are known.
Told = Callable[[Snapshot], Sequence[str]]


@dataclass(frozen=True)
class Before:
    """What the edition has: the pull requests that an earlier run read, by key, and those that it tells."""

    known: Callable[[], Mapping[str, PullRequest]]
    told: Told


def fetch(
    repositories: Sequence[str], window: Window, settings: Settings, now: datetime, before: Before
) -> tuple[Snapshot, str]:
    """The facts of the window, with the texts of those that may be told, and in words what they cost.

    One that cannot be read is said and the others are shown. Raises DigestError when none can be read.
    """
    # PyGithub takes a third of a second to import, which a run from a saved snapshot need not pay.
    from digest.github.address import address
    from digest.github.client import GitHub
    from digest.github.token import find_token
    from digest.sources.run import Run
    from digest.sources.table import SOURCES

    where = address(os.environ)
    token = find_token(os.environ, where.host)
    started = time.monotonic()
    came: list[Snapshot] = []
    failed: dict[str, DigestError] = {}
    with terminal.FetchingScreen(repositories[0]) as watch:
        client = GitHub(where, token, settings.github, watch)
        making = SOURCES["with a token" if token else "without a token"]
        source = making(client, settings, Run(lambda: now, watch, len(repositories), {} if token else before.known()))
        for name in repositories:
            watch.begin(name)
            base = settings.base_of(name)
            try:
                came.append(source.fetch(name, base, window, windows.windows_before(window, EARLIER)))
            except DigestError as error:
                failed[name] = error
                came.append(joining.unread_snapshot(_unread(name, where.host, base, error), window, now))
        if len(failed) == len(repositories):
            raise _nothing_came(failed)
        snapshot = joining.join_snapshots(came)
        if token:
            snapshot = quoting.with_texts(client, snapshot, settings, before.told(snapshot))
    requests = f"{client.requests} request{'' if client.requests == 1 else 's'}"
    return snapshot, f"{requests}, {time.monotonic() - started:.0f} s"


def _unread(name: str, host: str, base: str, error: DigestError) -> Repository:
    return Repository(
        name=name, url=f"https://{host}/{name}", base=base, listed_by="nothing", listed_because=error.message
    )


def _nothing_came(failed: Mapping[str, DigestError]) -> DigestError:
    """The one fault where all failed alike; several that differ are said together, to be tried later."""
    first, *others = failed.values()
    if all((type(one), one.message) == (type(first), first.message) for one in others):
        return first
    kind = type(first) if all(type(one) is type(first) for one in others) else TryLaterError
    return kind(" ".join(f"{name}: {error.message}" for name, error in failed.items()), first.hint)
