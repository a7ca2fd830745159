"""`digest pick` as a process on a separate terminal: colours, and ends that a person did not choose."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import digest
from tests import forks
from tests.picking import desk

pytestmark = pytest.mark.slow

QUIET = 0.2
MARKS = "2021-W19/marks.toml"
# As in a window, the process owns the terminal, so it gets the signal when the terminal closes.
ON_IT = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.executable, sys.argv[1:])"
MAIN = str(Path(digest.__file__).with_name("__main__.py"))


class Window:
    """A terminal of 80×24 that runs `digest pick`."""

    def __init__(self, folder: Path, **environ: str) -> None:
        pick = [*forks.client(), MAIN, "pick"]
        self.terminal, inside = pty.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-c", ON_IT, sys.executable, *pick, "--output", str(folder)],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", **environ},
        )
        os.close(inside)
        self.wrote = b""

    def press(self, keys: str, until: str) -> None:
        """Press keys, and wait until the output contains `shows` and then pauses."""
        before = len(self.wrote)
        os.write(self.terminal, keys.encode())
        self.wait(lambda: until.encode() in self.wrote[before:])
        with suppress(OSError):
            while select.select([self.terminal], [], [], QUIET)[0]:
                self.wrote += os.read(self.terminal, 65536)

    def wait(self, done: Callable[[], bool]) -> None:
        """Read the output until `done` is true."""
        deadline = time.monotonic() + 30
        while not done():
            assert time.monotonic() < deadline, self.wrote[-3000:]
            if select.select([self.terminal], [], [], 0.05)[0]:
                # Linux raises EIO after the end of the child.
                with suppress(OSError):
                    self.wrote += os.read(self.terminal, 65536)

    def close(self) -> None:
        """Close the window."""
        os.close(self.terminal)
        self.terminal = -1


@contextmanager
def opened(folder: Path, **environ: str) -> Iterator[Window]:
    window = Window(folder, **environ)
    try:
        window.wait(lambda: b"? keys" in window.wrote)
        yield window
    finally:
        window.process.kill()
        window.process.wait()
        if window.terminal >= 0:
            window.close()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_saves_restores_the_terminal_and_is_reported(name: str, tmp_path: Path) -> None:
    desk(tmp_path)
    with opened(tmp_path) as window:
        window.press(" ", until="no longer a story")
        window.process.send_signal(getattr(signal, name))
        window.wait(lambda: window.process.poll() is not None)
        window.wait(lambda: b"saved.\r\n" in window.wrote)
    assert window.process.returncode == 128 + getattr(signal, name)
    assert "removed = true" in (tmp_path / MARKS).read_text("utf-8")
    assert "#11" not in (tmp_path / "2021-W19/section.md").read_text("utf-8")
    _, left, after = window.wrote.partition(b"\x1b[?1049l")
    assert left
    assert re.sub(rb"\x1b\[[?0-9;]*[a-z]", b"", after).decode() == (
        f"digest: {name} ended digest pick. Your decisions are saved.\r\n"
    )


def test_closing_the_window_saves(tmp_path: Path) -> None:
    desk(tmp_path)
    with opened(tmp_path) as window:
        window.press(" ", until="no longer a story")
        window.close()
        assert window.process.wait(timeout=30) == 128 + signal.SIGHUP
    assert "removed = true" in (tmp_path / MARKS).read_text("utf-8")


def test_keys_after_the_one_that_leaves_decide_nothing(tmp_path: Path) -> None:
    desk(tmp_path)
    with opened(tmp_path) as window:
        os.write(window.terminal, b" q\x1b[B  ")
        window.wait(lambda: window.process.poll() is not None)
    assert window.process.returncode == 0
    assert (tmp_path / MARKS).read_text("utf-8").count("\nremoved = true") == 1


@pytest.mark.sample(every=2)
@pytest.mark.parametrize("keys", [b" \x03", b" \x1b[B \x03"])
def test_ctrl_c_right_after_another_key_still_asks(keys: bytes, tmp_path: Path) -> None:
    desk(tmp_path)
    with opened(tmp_path) as window:
        os.write(window.terminal, keys)
        window.wait(lambda: b"Leave without saving" in window.wrote)
        assert window.process.poll() is None


def test_a_failed_save_at_such_an_end_is_reported_and_overwrites_nothing(
    tmp_path: Path,
) -> None:
    desk(tmp_path)
    section = (tmp_path / "2021-W19/section.md").read_bytes()
    with opened(tmp_path) as window:
        window.press(" ", until="no longer a story")
        (tmp_path / MARKS).write_text("what is this", encoding="utf-8")
        window.process.terminate()
        window.wait(lambda: window.process.poll() is not None)
        window.wait(lambda: b"Your decisions:" in window.wrote)
    assert window.process.returncode == 128 + signal.SIGTERM
    # The terminal's lines end between words.
    wrote = window.wrote.replace(b"\r\n", b" ")
    assert b"digest: SIGTERM ended digest pick. Your decisions are not saved: " in wrote
    assert b"Your decisions: #11 is no longer a story." in wrote
    assert b"Traceback" not in window.wrote
    assert (tmp_path / MARKS).read_text("utf-8") == "what is this"
    assert (tmp_path / "2021-W19/section.md").read_bytes() == section


def test_a_failing_editor_returns_to_the_screen(tmp_path: Path) -> None:
    desk(tmp_path)
    with opened(tmp_path, EDITOR="sh -c 'exit 3'", VISUAL="") as window:
        window.press("e", until="The editor's text is in")
        window.press("\r", until="? keys")
        window.press(" ", until="no longer a story")


@pytest.mark.sweep
def test_without_colour_only_bold_faint_italic_underline_and_reverse_are_written(
    tmp_path: Path,
) -> None:
    desk(tmp_path)
    with opened(tmp_path, NO_COLOR="1") as window:
        window.press(" ", until="no longer a story")
        window.press("/doc", until="typo")
        window.press("\r", until="? keys")
        window.press("\r", until="Enter or Esc back")
        window.press("q", until="? keys")
        window.press("\x03", until="y yes")
        window.press("y", until="Interrupted")
    codes = re.findall(rb"\x1b\[([0-9;]*)m", window.wrote)
    assert {int(code or 0) for several in codes for code in several.split(b";")} == {
        0,
        1,
        2,
        3,
        4,
        7,
    }
