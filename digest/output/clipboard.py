"""Copies a text to the clipboard: by a program of the platform, or through the terminal.

A terminal gets the text in an escape sequence, OSC 52, which also works over ssh.
"""

import base64
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from digest.errors import DigestError

TERMINAL = Path("/dev/tty")
SECONDS = 5
# xterm takes no longer sequence, and others cut it.
LONGEST = 74_994
SCREEN_PIECE = 500
NAMES = "pbcopy, wl-copy, xclip, xsel and clip.exe"


def copy(text: str, environ: Mapping[str, str], platform: str = sys.platform) -> str:
    """Copy a text; returns the way, to follow "by". Raises DigestError if there is none."""
    for command in _programs(environ, platform):
        if _run(command, text, environ):
            return command[0]
    if environ.get("TERM") not in {None, "", "dumb"} and _send_to_terminal(text, environ):
        return "the terminal (OSC 52), if it allows that"
    raise DigestError(
        f"No clipboard is available. The terminal does not accept text, and none of {NAMES} works.",
        "Run the same command without --copy, and copy its output.",
    )


def _programs(environ: Mapping[str, str], platform: str) -> Iterator[Sequence[str]]:
    """The programs that may reach the person's clipboard, the best first."""
    if environ.get("TMUX"):
        # tmux ignores OSC 52 by default, but passes this on to its own terminal.
        yield ("tmux", "load-buffer", "-w", "-")
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return  # these would fill the clipboard of the other machine
    if platform == "darwin":
        yield ("pbcopy",)
    if environ.get("WAYLAND_DISPLAY"):
        yield ("wl-copy",)
    if environ.get("DISPLAY"):
        yield ("xclip", "-selection", "clipboard")
        yield ("xsel", "--clipboard", "--input")
    if platform == "win32" or environ.get("WSL_DISTRO_NAME"):
        yield ("clip.exe",)


def _run(command: Sequence[str], text: str, environ: Mapping[str, str]) -> bool:
    program = shutil.which(command[0], path=environ.get("PATH"))
    if program is None:
        return False
    # clip.exe takes UTF-8 for the old code page of Windows.
    encoding = "utf-16" if command[0] == "clip.exe" else "utf-8"
    try:
        # xclip stays in the background, so its output must not be waited for.
        done = subprocess.run(
            [program, *command[1:]],
            input=text.encode(encoding),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _send_to_terminal(text: str, environ: Mapping[str, str]) -> bool:
    encoded = base64.b64encode(text.encode()).decode()
    if len(encoded) > LONGEST:
        raise DigestError(
            "The text is too long for the clipboard of a terminal.",
            "Run the same command without --copy, and copy its output.",
        )
    sequence = _wrap(f"\x1b]52;c;{encoded}\x07", environ)
    try:
        with TERMINAL.open("wb", buffering=0) as terminal:
            terminal.write(sequence.encode())
    except OSError:
        return False
    return True


def _wrap(sequence: str, environ: Mapping[str, str]) -> str:
    """The sequence as tmux and screen pass it on to the terminal around them."""
    if environ.get("TMUX"):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if environ.get("STY"):
        pieces = range(0, len(sequence), SCREEN_PIECE)
        return "".join(f"\x1bP{sequence[start : start + SCREEN_PIECE]}\x1b\\" for start in pieces)
    return sequence
