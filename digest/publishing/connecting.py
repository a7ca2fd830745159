"""The connection to GitHub of a command that cannot do without."""

import os
from typing import TYPE_CHECKING

from digest.errors import DigestError
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.github.client import GitHub, Watch


def client(settings: Settings, watch: "Watch", purpose: str) -> "GitHub":
    """The client with the token that there is; `purpose` says what for. Raises DigestError where there is none."""
    # PyGithub takes a third of a second to import, which no other command need pay.
    from digest.github.client import GitHub
    from digest.github.connection import address, find_token, login

    where = address(os.environ)
    token = find_token(os.environ, where.host)
    if token is None:
        raise DigestError(
            f"There is no token, so digest cannot {purpose}.",
            f"Run: {login(where.host)}, or put a fine-grained token into GH_TOKEN that may read and write Contents and "
            "Pull requests there.",
        )
    return GitHub(where, token, settings.github, watch)
