"""The connection to GitHub: PyGithub as it is used here, and what its network trouble is called."""

import logging
from typing import TYPE_CHECKING

from digest import __version__
from digest.github.address import Address

if TYPE_CHECKING:
    from github import Github

USER_AGENT = f"merged-last-week/{__version__}"


def connect(address: Address, token: str | None, timeout: int) -> "Github":
    """PyGithub with its own patience off: it repeats writes, and sleeps for up to an hour unseen."""
    from github import Auth, Github, set_log_level

    # It writes to stderr of its own accord; what a person must know comes through the watch and the notices.
    set_log_level(logging.WARNING)
    return Github(
        auth=Auth.Token(token) if token else None,
        base_url=address.api,
        timeout=timeout,
        user_agent=USER_AGENT,
        per_page=100,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )


def trouble(error: Exception) -> str:
    """The kind of network trouble, as the table of treatments names it."""
    import requests
    from urllib3.exceptions import NewConnectionError

    kinds = (
        (requests.exceptions.SSLError, "certificate"),
        (requests.exceptions.ProxyError, "proxy"),
        (requests.exceptions.Timeout, "time-out"),
    )
    for family, kind in kinds:
        if isinstance(error, family):
            return kind
    # requests wraps urllib3's error, which has the reason.
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return "unreachable" if isinstance(reason, NewConnectionError) else "dropped"
