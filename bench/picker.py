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
# After this many seconds without output, the screen counts as drawn. The section is drawn later.
QUIET = 0.045
# A decision's section is drawn within these seconds.
SECTION = 1.5
# For each run, the milliseconds from a decision to a key while its section is rendered.
GAPS = (210, 260, 310)
RUNS = len(GAPS)
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
# The effect of each key, and the key. Together they change nothing. Without a key: wait for the
# section.
WAIT = ("", "")
# fmt: off
KEYS = (
    ("down", DOWN), ("a page down", PAGE),
    ("move down", SHIFT_DOWN), ("move up", SHIFT_UP), ("join", "+"), ("undo a join", "u"),
    ("take out", " "), ("undo", "u"), WAIT,
    ("end", END), ("mark", " "), ("undo a mark", "u"), WAIT,
    ("home", HOME), ("open the filter", "/"),
    *((f"letter {at} of a filter", letter) for at, letter in enumerate("cat", start=1)),
    ("clear the filter", ESCAPE), ("home", HOME),
    ("read", "\r"), ("read on", DOWN), ("back", "\r"), ("all keys", "?"), ("back", "?"),
    ("hide the section", "p"), ("show the section", "p"),
)
# fmt: on
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
    _until_cursor(terminal)
    _drawn(terminal, SECTION, quiet=SECTION / 3)
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for gap in GAPS:
        for kind, took in (*_alone(terminal), *_behind_a_decision(terminal, gap / 1000)):
            seconds[kind].append(took)
    os.write(terminal, b"\x03y")
    _drawn(terminal, 20, quiet=20)
    os.waitpid(child, 0)
    return seconds


def _alone(terminal: int) -> Iterator[tuple[str, float]]:
    """The time of each key after the screen is drawn."""
    for kind, key in KEYS:
        if key:
            started = time.perf_counter()
            os.write(terminal, key.encode())
            yield kind, _drawn(terminal, 0.5, QUIET) - started
        else:
            _drawn(terminal, SECTION, QUIET)


def _behind_a_decision(terminal: int, gap: float) -> Iterator[tuple[str, float]]:
    """The time of a key while the section is rendered again."""
    os.write(terminal, b" ")
    _drawn(terminal, gap, quiet=0, until=time.perf_counter() + gap)
    started = time.perf_counter()
    os.write(terminal, DOWN.encode())
    _until_cursor(terminal)
    yield "down while the section is rendered", time.perf_counter() - started
    for key, waits in (("u", 2), (HOME, 1)):
        os.write(terminal, key.encode())
        for _ in range(waits):
            _drawn(terminal, SECTION, QUIET)


def _until_cursor(terminal: int) -> None:
    """Read until a row with the cursor is drawn."""
    wrote = b""
    while not CURSOR.search(wrote) and select.select([terminal], [], [], 20)[0]:
        wrote += os.read(terminal, 65536)


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
