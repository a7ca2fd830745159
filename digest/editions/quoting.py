"""What only stories need of GitHub: texts to quote, and pull requests from outside the window. It takes a token."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from digest.compose import candidates
from digest.errors import DigestError
from digest.model import PullRequest, Snapshot
from digest.output import terminal
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.github.client import GitHub


def with_texts(client: "GitHub", snapshot: Snapshot, settings: Settings, marked: Sequence[str]) -> Snapshot:
    """The snapshot with what only stories need. The count stands without it, so a fault here is a notice."""
    from digest.sources import texts

    ranked = [pull.key for pull in candidates.rank(snapshot.pull_requests, settings)]
    elsewhere = sorted(set(marked) - {pull.key for pull in snapshot.pull_requests})
    try:
        snapshot = texts.with_changesets(client, snapshot, [*marked, *ranked])
        found = texts.alone(client, elsewhere)
        notices = (error.message for error in found.failed)
        return snapshot.model_copy(update={"others": found.pulls, "notices": (*snapshot.notices, *notices)})
    except DigestError as error:
        notice = f"Texts for the stories could not be fetched: {error.message}"
        return snapshot.model_copy(update={"notices": (*snapshot.notices, notice)})


def alone(keys: Sequence[str], settings: Settings) -> tuple[PullRequest, ...]:
    """Single pull requests from GitHub, none where there is no token to ask with. Raises DigestError."""
    # PyGithub takes a third of a second to import, which a run from saved facts need not pay.
    from digest.github.address import address
    from digest.github.client import GitHub
    from digest.github.token import find_token
    from digest.sources import texts

    where = address(os.environ)
    token = find_token(os.environ, where.host) if keys else None
    if token is None:
        return ()
    with terminal.FetchingScreen(" and ".join(keys)) as watch:
        found = texts.alone(GitHub(where, token, settings.github, watch), keys)
    if found.failed:
        raise found.failed[0]
    return found.pulls
