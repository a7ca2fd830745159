"""A person's own editor, as the environment names it."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from digest.errors import UsageError


def edit(words: str) -> str:
    """The words as the editor in VISUAL or EDITOR leaves them.

    Raises UsageError when there is none, when it fails, or when what it left cannot be read; that file then stays.
    """
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        command = shlex.split(named)
    except ValueError:
        command = []
    if not command:
        raise UsageError("No editor is named.", "Set EDITOR, for example: export EDITOR=nano")
    folder = tempfile.mkdtemp(prefix="digest-")
    file = Path(folder) / "story.md"
    file.write_text(words, encoding="utf-8", newline="")
    try:
        ended = subprocess.run([*command, str(file)], check=False).returncode
        after = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{named} did not work: {error.strerror}.", "Set EDITOR to one that does.") from None
    except UnicodeDecodeError:
        raise UsageError("What the editor left is not UTF-8 text.", f"It is in {file}.") from None
    if ended:
        raise UsageError(f"{named} ended with {ended}, so nothing was changed.", f"What it left is in {file}.")
    file.unlink()
    file.parent.rmdir()
    return after
