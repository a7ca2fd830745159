"""The remote of the Git clone around the current folder."""

import shutil
import subprocess
from pathlib import Path

from digest.model import name_in_url

PATIENCE = 5


def remote_repository(folder: Path) -> str | None:
    """The repository, as owner/name, that a clone was made from; None outside of a clone.

    A fork's clone usually names the original `upstream`, so that one comes first.
    """
    git = shutil.which("git")
    if git is None:
        return None
    for remote in ("upstream", "origin"):
        try:
            result = subprocess.run(
                [git, "config", "--get", f"remote.{remote}.url"],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        url = result.stdout.decode(errors="replace").strip()
        if (name := name_in_url(url)) != url:
            return name
    return None
