"""The connection to GitHub: the address of its API, the token, and PyGithub.

The token is never an option, because options end up in the shell's history.
"""

import logging
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from digest import __version__
from digest.errors import DigestError, UsageError
from digest.github import network
from digest.github.redaction import hide_credentials

if TYPE_CHECKING:
    from github import Github

USER_AGENT = f"merged-last-week/{__version__}"
GITHUB = "https://api.github.com"
# Labels of 1 to 63 characters with single dots between them.
HOST_NAME = re.compile(r"(?!.{254})[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", re.IGNORECASE)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
GH_PATIENCE = 5
# Which variable is for which host: https://cli.github.com/manual/gh_help_environment
TOKEN_NAMES = ("GH_TOKEN", "GITHUB_TOKEN")
ENTERPRISE_TOKEN_NAMES = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
ALL_TOKEN_NAMES = (*TOKEN_NAMES, *ENTERPRISE_TOKEN_NAMES)


@dataclass(frozen=True)
class Address:
    """The API's base URL without a final slash, and the host that people sign in to."""

    api: str
    host: str

    @property
    def api_host(self) -> str:
        """The host that answers the API's requests."""
        return urlsplit(self.api).hostname or self.host


def address(environ: Mapping[str, str]) -> Address:
    """The API that GITHUB_API_URL names, else that of the host in GH_HOST, else github.com's.

    Raises UsageError if a value is not valid, if the two name different hosts, or if
    GITHUB_GRAPHQL_URL does not belong to the API.
    """
    host = environ.get("GH_HOST", "").strip().lower()
    api = (environ.get("GITHUB_API_URL") or _api_of(host)).rstrip("/")
    parts = _parts(api)
    if host and host != _host(parts):
        raise UsageError(
            f"GH_HOST is {host}, but GITHUB_API_URL points to {_host(parts)}.",
            "Set only one of them, so that the token goes to the right host.",
        )
    graphql = environ.get("GITHUB_GRAPHQL_URL")
    if graphql and graphql.rstrip("/") != _graphql(parts):
        raise UsageError(
            f"GITHUB_GRAPHQL_URL is {hide_credentials(graphql)}, "
            f"but the API is at {_graphql(parts)}.",
            "Set only GITHUB_API_URL. digest derives the other address from it.",
        )
    return Address(api, _host(parts))


def _api_of(host: str) -> str:
    """The API of a host that people sign in to, in the form that `gh` uses for GH_HOST."""
    if host and not HOST_NAME.fullmatch(host):
        raise UsageError(
            "GH_HOST is not a host name.",
            "Write it like github.example.com, or unset it.",
        )
    if host in ("", "github.com"):
        return GITHUB
    # On ghe.com the API has its own host name; on a GitHub Enterprise Server it is a path.
    return f"https://api.{host}" if host.endswith(".ghe.com") else f"https://{host}/api/v3"


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").removeprefix("api.")


def _parts(api: str) -> SplitResult:
    hint = "Write it like https://api.github.com or https://HOST/api/v3, or unset it."
    try:
        parts = urlsplit(api)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise UsageError("GITHUB_API_URL is not a URL.", hint) from None
    # An unquoted / in a password would make a part of the password the path.
    if not sound or "@" in api or parts.query or parts.fragment:
        raise UsageError("GITHUB_API_URL may contain only a scheme, a host and a path.", hint)
    if ":" not in str(parts.hostname) and not HOST_NAME.fullmatch(str(parts.hostname)):
        raise UsageError(f"GITHUB_API_URL has no valid host name: {parts.hostname!r}.", hint)
    # Plain http would show the token to the network.
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise UsageError(
            "GITHUB_API_URL must start with https://, so that the token stays secret.",
            hint,
        )
    return parts


def _graphql(parts: SplitResult) -> str:
    # PyGithub has no setting for this address, so its rule decides.
    with _without_cryptography():
        from github.Requester import Requester

    return parts._replace(path=Requester.get_graphql_prefix(parts.path)).geturl()


def find_token(environ: Mapping[str, str], host: str) -> str | None:
    """The token for `host`: from the environment, else the one that `gh` stores for it.

    None if there is none. A token for another host is never taken. Raises DigestError, which does
    not show the token, for a value that cannot be one.
    """
    for name in _token_names(environ, host):
        token = environ.get(name, "").strip()
        if token:
            return _checked(token, name)
    stored = _from_gh(environ, host)
    return _checked(stored, "gh auth token") if stored else None


def _token_names(environ: Mapping[str, str], host: str) -> Sequence[str]:
    """The variables that may hold a token for `host`, the first choice first."""
    if host in LOOPBACK:
        return (*ENTERPRISE_TOKEN_NAMES, *TOKEN_NAMES)
    names = TOKEN_NAMES if _is_hosted(host) else ENTERPRISE_TOKEN_NAMES
    if environ.get("GITHUB_ACTIONS") != "true":
        return names
    # A job's GITHUB_TOKEN belongs to the server that runs the job.
    is_own = environ.get("GITHUB_SERVER_URL", "").rstrip("/").lower() == f"https://{host}"
    others = tuple(name for name in names if name != "GITHUB_TOKEN")
    return (*others, "GITHUB_TOKEN") if is_own else others


def _is_hosted(host: str) -> bool:
    return host == "github.com" or host.endswith(".ghe.com")


def token_variable(host: str) -> str:
    """The environment variable for a person's token for `host`."""
    return TOKEN_NAMES[0] if _is_hosted(host) or host in LOOPBACK else ENTERPRISE_TOKEN_NAMES[0]


def login_command(host: str) -> str:
    """The command that signs in to `host`."""
    return "gh auth login" if host == "github.com" else f"gh auth login --hostname {host}"


def token_advice(host: str) -> str:
    """The two ways to get a token for `host`, to follow "run"."""
    return f"{login_command(host)}, or set {token_variable(host)} to a fine-grained token"


def _checked(token: str, origin: str) -> str:
    # requests refuses such a header with an error that shows the token.
    if not token.isascii() or not token.isprintable() or " " in token:
        raise DigestError(
            f"The token from {origin} contains spaces, line breaks or special characters.",
            "Copy it again, without anything around it.",
        )
    return token


def _from_gh(environ: Mapping[str, str], host: str) -> str | None:
    gh = shutil.which("gh", path=environ.get("PATH"))
    if gh is None:
        return None
    # Without --hostname gh may answer for another host, and with a token in the environment it
    # answers with that one.
    stored = {name: value for name, value in environ.items() if name not in ALL_TOKEN_NAMES}
    try:
        result = subprocess.run(
            [gh, "auth", "token", "--hostname", host],
            env=stored,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=GH_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if result.returncode else result.stdout.decode(errors="replace").strip() or None


@contextmanager
def _without_cryptography() -> Iterator[None]:
    """Let PyGithub be imported without cryptography, which takes an eighth of a short run to load.

    Only GitHub Apps sign with it.
    """
    is_ours = "cryptography" not in sys.modules
    if is_ours:
        # `import` takes None for a package that is not installed.
        sys.modules["cryptography"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if is_ours:
            del sys.modules["cryptography"]


def connect(address: Address, token: str | None, timeout: int) -> "Github":
    """PyGithub without its retries: it would repeat writes and sleep for up to an hour."""
    with _without_cryptography():
        from github import Auth, Github, set_log_level

    network.bound_answers()
    # PyGithub logs to stderr; digest shows its own messages.
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
