"""Runs the editor that the environment names."""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digest.errors import UsageError

IS_WINDOWS = os.name == "nt"
EXAMPLE = "set EDITOR=notepad" if IS_WINDOWS else "export EDITOR=nano"


def edit(words: str) -> str:
    """The text after the person edited it in the editor of VISUAL or EDITOR.

    Raises UsageError if no editor is set, if it cannot be started, if it fails, or if its text is
    not UTF-8. In the last two cases the file is kept, and the error names it.
    """
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    command = _words(named)
    if not command:
        raise UsageError("No editor is set.", f"Set EDITOR, for example: {EXAMPLE}")
    file = Path(tempfile.mkdtemp(prefix="digest-")) / "story.md"
    try:
        file.write_text(words, encoding="utf-8", newline="")
        with _ignoring_ctrl_c():
            ended = subprocess.run([*command, str(file)], check=False).returncode
        after = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        shutil.rmtree(file.parent, ignore_errors=True)
        raise UsageError(
            f"{named} could not be started: {error.strerror}.",
            "Set EDITOR to an editor that works.",
        ) from None
    except UnicodeDecodeError:
        raise UsageError("The editor's text is not UTF-8.", f"It is in {file}.") from None
    if ended:
        raise UsageError(
            f"{named} exited with code {ended}, so digest changed nothing.",
            f"The editor's text is in {file}.",
        )
    shutil.rmtree(file.parent, ignore_errors=True)
    return after


def _words(named: str) -> list[str]:
    try:
        if IS_WINDOWS:  # a backslash is a part of a path there
            return [word.strip('"') for word in shlex.split(named, posix=False)]
        return shlex.split(named)
    except ValueError:
        return []


@contextmanager
def _ignoring_ctrl_c() -> Iterator[None]:
    """Ignore Ctrl+C while the editor runs: it would end the picker and lose unsaved decisions."""
    # Not SIG_IGN, which the editor would inherit.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
