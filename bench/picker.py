"""Measures the time of each key in `digest pick` with 1,000 pull requests in a terminal."""

import os
import pty
import re
import select
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections import defaultdict
from collections.abc import Iterator
from fcntl import ioctl
from pathlib import Path
from typing import get_args

from bench.render import PULL_REQUESTS, long_snapshot
from digest.editions.folder import update_edition
from digest.editions.request import Request
from digest.files import settings_files
from digest.model import Layout

AT_MOST = 0.050
RUNS = 7
# After this many seconds without output, the screen counts as drawn. The section is drawn later.
QUIET = 0.045
ROWS, COLUMNS = 50, 200
DOWN, PAGE, SHIFT_UP, SHIFT_DOWN, END, HOME = (
    "\x1b[B",
    "\x1b[6~",
    "\x1b[1;2A",
    "\x1b[1;2B",
    "\x1b[F",
    "\x1b[H",
)
# The form of newer terminals. After the single character of older ones Textual waits 0.1 s for the
# rest of a longer key.
ESCAPE = "\x1b[27u"
# The effect of each key, and the key. Together they change nothing.
KEYS = (
    *[
        ("down", DOWN),
        ("a page down", PAGE),
        ("home", HOME),
        ("down", DOWN),
        ("move down", SHIFT_DOWN),
    ],
    *[
        ("move up", SHIFT_UP),
        ("join", "+"),
        ("undo a join", "u"),
        ("take out", " "),
        ("undo", "u"),
        ("end", END),
    ],
    *[("mark", " "), ("undo a mark", "u"), ("home", HOME), ("open the filter", "/")],
    *[(f"letter {at} of a filter", letter) for at, letter in enumerate("catalog", start=1)],
    *[
        ("keep the filter", "\r"),
        ("clear the filter", ESCAPE),
        ("home", HOME),
        ("read", "\r"),
        ("read on", DOWN),
    ],
    *[
        ("back", "\r"),
        ("all keys", "?"),
        ("back", "?"),
        ("hide the section", "p"),
        ("show the section", "p"),
    ],
)
# A row with the cursor.
CURSOR = re.compile(rb">[ *-][ 0-9]{3} #")


def main() -> int:
    """Print the slowest kind of key of each layout, by medians; returns 1 if one is too slow."""
    return max([_measure(layout) for layout in get_args(Layout)])


def _measure(layout: Layout) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "digest.toml"
        file.write_text(f'[digest]\nlayout = "{layout}"\nlist_groups = ["*"]\n', encoding="utf-8")
        settings = settings_files.find(file, folder).loaded.settings
        update_edition(long_snapshot(), Request(), settings, folder)
        options = ["--output", name, "--config", str(file)]
        taken = _taken([sys.executable, "-m", "digest", "pick", *options])
    medians = sorted((statistics.median(seconds), kind) for kind, seconds in taken.items())
    if "--all" in sys.argv:
        print(*(f"{seconds * 1000:4.0f} ms  {kind}" for seconds, kind in medians), sep="\n")
    slowest, kind = medians[-1]
    print(
        f"digest pick, layout {layout}, {PULL_REQUESTS:,} pull requests: the slowest of "
        f"{len(medians)} kinds of keys {slowest * 1000:.0f} ms "
        f"(at most {AT_MOST * 1000:.0f}; {kind}; medians of {RUNS})"
    )
    return 1 if slowest > AT_MOST else 0


def _taken(command: list[str]) -> dict[str, list[float]]:
    child, terminal = pty.fork()
    if child == 0:
        ioctl(sys.stdout.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.environ |= {"TERM": "xterm-256color"}
        os.execvp(command[0], command)  # noqa: S606 (needs no shell)
    _drawn(terminal, 20, quiet=2)
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for _ in range(RUNS):
        for kind, took in (*_alone(terminal), *_behind_a_decision(terminal)):
            seconds[kind].append(took)
    os.write(terminal, b"\x03y")
    _drawn(terminal, 3, quiet=3)
    os.waitpid(child, 0)
    return seconds


def _alone(terminal: int) -> Iterator[tuple[str, float]]:
    """The time of each key after the screen is drawn."""
    for kind, key in KEYS:
        started = time.perf_counter()
        os.write(terminal, key.encode())
        yield kind, _drawn(terminal, 0.5, QUIET) - started
        _drawn(terminal, 0.2, quiet=0.2)


def _behind_a_decision(terminal: int) -> Iterator[tuple[str, float]]:
    """The time of a key just before, while and after the section is rendered again."""
    for gap in range(90, 160, 10):
        os.write(terminal, b" ")
        _drawn(terminal, gap / 1000, quiet=0, until=time.perf_counter() + gap / 1000)
        started, wrote = time.perf_counter(), b""
        os.write(terminal, DOWN.encode())
        while not CURSOR.search(wrote) and select.select([terminal], [], [], 1)[0]:
            wrote += os.read(terminal, 65536)
        yield f"down {gap} ms behind a decision", time.perf_counter() - started
        for key in ("u", HOME):
            _drawn(terminal, 0.3, quiet=0.3)
            os.write(terminal, key.encode())
        _drawn(terminal, 0.3, quiet=0.3)


def _drawn(terminal: int, begins: float, quiet: float, until: float | None = None) -> float:
    """The time of the last byte of output.

    The output starts within `begins` seconds and ends with `quiet` seconds without a byte, or at
    `until`.
    """
    last, patience = time.perf_counter(), begins
    while select.select([terminal], [], [], patience)[0]:
        try:
            os.read(terminal, 65536)
        except OSError:  # Linux reports EIO when the child has ended
            break
        last = time.perf_counter()
        patience = quiet if until is None else max(0.0, until - last)
    return last


if __name__ == "__main__":
    raise SystemExit(main())
