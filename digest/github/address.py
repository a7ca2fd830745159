"""Where GitHub's API is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from digest.errors import UsageError

GITHUB = "https://api.github.com"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Address:
    """The API's base URL without a slash at its end, and the host that people sign in to."""

    api: str
    host: str


def address(environ: Mapping[str, str]) -> Address:
    """The API that GITHUB_API_URL names, else that of the host in GH_HOST, else GitHub's own.

    Raises UsageError for what is no such URL or host, where the two name different hosts, and for a
    GITHUB_GRAPHQL_URL that does not belong to the API.
    """
    host = environ.get("GH_HOST", "").strip().lower()
    api = (environ.get("GITHUB_API_URL") or _api_of(host)).rstrip("/")
    parts = _parts(api)
    if host and host != _host(parts):
        raise UsageError(
            f"GH_HOST is {host}, but GITHUB_API_URL leads to {_host(parts)}.",
            "Set one of them, so that no token goes to the wrong host.",
        )
    graphql = environ.get("GITHUB_GRAPHQL_URL")
    if graphql and graphql.rstrip("/") != _graphql(parts):
        raise UsageError(
            f"GITHUB_GRAPHQL_URL is {graphql}, but the API is at {_graphql(parts)}.",
            "Set GITHUB_API_URL alone: the other address follows from it.",
        )
    return Address(api, _host(parts))


def _api_of(host: str) -> str:
    """The API of a host that people sign in to, as `gh` has it in GH_HOST."""
    if not re.fullmatch(r"[a-z0-9.-]*", host):
        raise UsageError("GH_HOST is not the name of a host.", "Write it like github.example.com, or leave it out.")
    if host in ("", "github.com"):
        return GITHUB
    # With data residency the API has a name of its own, on a server of one's own a path.
    return f"https://api.{host}" if host.endswith(".ghe.com") else f"https://{host}/api/v3"


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").removeprefix("api.")


def _parts(api: str) -> SplitResult:
    hint = "Write it like https://api.github.com or https://HOST/api/v3, or leave it out."
    try:
        parts = urlsplit(api)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise UsageError("GITHUB_API_URL is not a URL.", hint) from None
    if not sound or parts.username is not None or parts.query or parts.fragment:
        raise UsageError("GITHUB_API_URL must be a scheme, a host and a path, nothing else.", hint)
    # Over plain http everybody on the way could read the token.
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise UsageError("GITHUB_API_URL must begin with https://, so that nobody on the way reads the token.", hint)
    return parts


def _graphql(parts: SplitResult) -> str:
    # PyGithub has no setting for this address, so its own rule is the one that counts.
    from github.Requester import Requester

    return parts._replace(path=Requester.get_graphql_prefix(parts.path)).geturl()
