"""Reads GitHub for a run, and shows on the screen how far it is.

PyGithub takes a third of a second to import, which a run from saved facts need not pay: so it is imported here inside.
"""

import os
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from digest import windows
from digest.compose import suggestions
from digest.deliver import terminal
from digest.errors import DigestError
from digest.model import PullRequest, Snapshot, Window
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.api.client import GitHub

EARLIER = 12
# The pull requests that marks tell, once those of the window are known.
Told = Callable[[Snapshot], Sequence[str]]


def window(repository: str, asked: Window, settings: Settings, now: datetime, told: Told) -> tuple[Snapshot, str]:
    """The facts of a window from GitHub, and what they cost in words. Raises DigestError."""
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
        snapshot = source.fetch(repository, settings.base, asked, windows.earlier(asked, EARLIER))
        snapshot = _with_texts(client, snapshot, settings, told(snapshot))
    requests = f"{client.requests} request{'' if client.requests == 1 else 's'}"
    return snapshot, f"{requests}, {time.monotonic() - started:.0f} s"


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


def _with_texts(client: "GitHub", snapshot: Snapshot, settings: Settings, marked: Sequence[str]) -> Snapshot:
    """What only stories need. The count stands without it, so a fault here is a notice and no failure."""
    from digest.gather import texts

    ranked = [pull.key for pull in suggestions.rank(snapshot.pull_requests, settings)]
    elsewhere = sorted(set(marked) - {pull.key for pull in snapshot.pull_requests})
    try:
        snapshot = texts.with_changesets(client, snapshot, [*marked, *ranked])
        return snapshot.model_copy(update={"others": texts.alone(client, elsewhere)})
    except DigestError as error:
        notice = f"Texts for the stories could not be fetched: {error.message}"
        return snapshot.model_copy(update={"notices": (*snapshot.notices, notice)})
