"""How long a key takes in `digest pick` with 1,000 pull requests in a real terminal, until all is drawn anew."""

import os
import pty
import select
import statistics
import struct
import sys
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path

from bench.render import PULL_REQUESTS, long_snapshot
from digest.commands.update import update
from digest.gather import settings_files

AT_MOST = 0.050
# Nothing comes for so long: what the key did is drawn. The section follows later, when no key has come for a while.
QUIET = 0.045
ROWS, COLUMNS = 50, 200
DOWN, PAGE, SHIFT_UP, END, HOME = "\x1b[B", "\x1b[6~", "\x1b[1;2A", "\x1b[F", "\x1b[H"
KEYS = [*[DOWN] * 10, *[PAGE] * 3, *" " * 5, HOME, DOWN, SHIFT_UP, "+", "u", END, HOME, *"/catalog", "\r", *[DOWN] * 5]


def main() -> int:
    """Print the median and the slowest key; returns 1 when the median is above the budget."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        update(long_snapshot(), settings_files.find(None, folder).loaded.settings, folder)
        taken = _taken([sys.executable, "-m", "digest", "pick", "--output", name])
    median, worst = statistics.median(taken), max(taken)
    print(
        f"digest pick with {PULL_REQUESTS:,} pull requests: a key {median * 1000:.0f} ms (at most "
        f"{AT_MOST * 1000:.0f}), the slowest of {len(taken)} {worst * 1000:.0f} ms"
    )
    return 1 if median > AT_MOST else 0


def _taken(command: list[str]) -> list[float]:
    child, terminal = pty.fork()
    if child == 0:
        ioctl(sys.stdout.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.environ |= {"TERM": "xterm-256color"}
        os.execvp(command[0], command)  # noqa: S606 (no shell is wanted)
    _drawn(terminal, 20, quiet=2)
    seconds = []
    for key in KEYS:
        started = time.perf_counter()
        os.write(terminal, key.encode())
        seconds.append(_drawn(terminal, 1, QUIET) - started)
        _drawn(terminal, 0.3, quiet=0.3)
    os.write(terminal, b"\x03y")
    _drawn(terminal, 3, quiet=3)
    os.waitpid(child, 0)
    return seconds


def _drawn(terminal: int, begins: float, quiet: float) -> float:
    """When the last byte came, of those that begin within so many seconds and end with a quiet of so many."""
    last, patience = time.perf_counter(), begins
    while select.select([terminal], [], [], patience)[0]:
        try:
            os.read(terminal, 65536)
        except OSError:  # Linux answers EIO when the child has left
            break
        last, patience = time.perf_counter(), quiet
    return last


if __name__ == "__main__":
    raise SystemExit(main())
