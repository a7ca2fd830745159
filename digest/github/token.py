"""The token that GitHub is asked with. It is never an option, since options land in the shell's history."""

import shutil
import subprocess
from collections.abc import Mapping

from digest.errors import DigestError

PATIENCE = 5
NAMES = ("GH_TOKEN", "GITHUB_TOKEN")
# https://cli.github.com/manual/gh_help_environment
ENTERPRISE_NAMES = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")


def find_token(environ: Mapping[str, str], host: str) -> str | None:
    """The token from GH_TOKEN, GITHUB_TOKEN, else the one that `gh` keeps for `host`; None where there is none.

    For a server of one's own GH_ENTERPRISE_TOKEN and GITHUB_ENTERPRISE_TOKEN come first, as for `gh`. Raises
    DigestError, without the token, when what stands there cannot be one.
    """
    is_hosted = host == "github.com" or host.endswith(".ghe.com")
    for name in NAMES if is_hosted else (*ENTERPRISE_NAMES, *NAMES):
        token = environ.get(name, "").strip()
        if token:
            return _checked(token, name)
    kept = _from_gh(environ, host)
    return _checked(kept, "gh auth token") if kept else None


def login(host: str) -> str:
    """The command that signs in to a host."""
    return "gh auth login" if host == "github.com" else f"gh auth login --hostname {host}"


def cures(host: str) -> str:
    """The two ways to a token for a host, as a part of a sentence."""
    return f"{login(host)}, or put a fine-grained token without any permission into GH_TOKEN"


def _checked(token: str, origin: str) -> str:
    # Such a header is refused by requests with an error that shows the token.
    if not token.isascii() or not token.isprintable() or " " in token:
        raise DigestError(
            f"The token from {origin} has blanks, line breaks or special characters in it, so it is none.",
            "Copy it again, alone.",
        )
    return token


def _from_gh(environ: Mapping[str, str], host: str) -> str | None:
    gh = shutil.which("gh", path=environ.get("PATH"))
    if gh is None:
        return None
    asked = [gh, "auth", "token", *([] if host == "github.com" else ["--hostname", host])]
    try:
        done = subprocess.run(
            asked, env=dict(environ), stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode(errors="replace").strip() or None if done.returncode == 0 else None
