"""`digest render --copy`: by a program, through the terminal, or one clear line."""

import base64
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.errors import DigestError
from digest.output import clipboard
from tests.cli import EXAMPLE, run

TEXT = "## Merged\n\nŁukasz & co\n"
OSC = f"\x1b]52;c;{base64.b64encode(TEXT.encode()).decode()}\x07"
Program = Callable[..., Path]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Makes a program that keeps what it reads, with its options, in a file of its name."""

    def make(name: str, code: int = 0) -> Path:
        path, kept = tmp_path / "bin" / name, tmp_path / name
        path.parent.mkdir(exist_ok=True)
        # A line #! cannot name an interpreter in a folder with a space.
        script = (
            "import sys\n"
            f"open({str(kept)!r}, 'wb').write(sys.stdin.buffer.read())\n"
            f"open({str(kept)!r} + '.args', 'w').write(' '.join(sys.argv[1:]))\nsys.exit({code})\n"
        )
        kept.with_name(f"{name}.py").write_text(script)
        words = shlex.join([sys.executable, str(kept.with_name(f"{name}.py"))])
        path.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        path.chmod(0o755)
        return kept

    return make


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in place of the terminal."""
    path = tmp_path / "tty"
    path.touch()
    monkeypatch.setattr(clipboard, "TERMINAL", path)
    return path


@pytest.mark.parametrize(
    ("name", "environ", "args"),
    [
        ("pbcopy", {}, ""),
        ("wl-copy", {"WAYLAND_DISPLAY": "wayland-0"}, ""),
        ("xclip", {"DISPLAY": ":0"}, "-selection clipboard"),
        ("xsel", {"DISPLAY": ":0"}, "--clipboard --input"),
        ("tmux", {"TMUX": "socket", "SSH_TTY": "/dev/pts/1"}, "load-buffer -w -"),
    ],
)
def test_a_program_of_the_platform_takes_the_text(
    terminal: Path, program: Program, name: str, environ: dict[str, str], args: str
) -> None:
    kept = program(name)
    path = {"PATH": str(kept.parent / "bin"), "TERM": "xterm"}
    assert clipboard.copy(TEXT, environ | path, "darwin" if name == "pbcopy" else "linux") == name
    assert kept.read_text("utf-8") == TEXT
    assert kept.with_name(f"{name}.args").read_text() == args
    assert terminal.read_bytes() == b""


def test_windows_takes_utf_16(tmp_path: Path, program: Program) -> None:
    kept = program("clip.exe")
    environ = {"PATH": str(tmp_path / "bin"), "WSL_DISTRO_NAME": "Debian"}
    assert clipboard.copy(TEXT, environ, "linux") == "clip.exe"
    assert kept.read_bytes().decode("utf-16") == TEXT


def test_over_ssh_the_terminal_takes_the_text(
    tmp_path: Path, terminal: Path, program: Program
) -> None:
    program("xclip")
    environ = {
        "PATH": str(tmp_path / "bin"),
        "DISPLAY": ":0",
        "SSH_CONNECTION": "1",
        "TERM": "xterm",
    }
    assert clipboard.copy(TEXT, environ, "linux") == "the terminal (OSC 52), if it allows that"
    assert terminal.read_text() == OSC


def test_a_program_that_fails_leaves_the_text_to_the_terminal(
    tmp_path: Path, terminal: Path, program: Program
) -> None:
    program("wl-copy", code=1)
    environ = {"PATH": str(tmp_path / "bin"), "WAYLAND_DISPLAY": "x", "TERM": "xterm"}
    clipboard.copy(TEXT, environ, "linux")
    assert terminal.read_text() == OSC


def test_tmux_and_screen_pass_the_sequence_on(terminal: Path) -> None:
    clipboard.copy(TEXT, {"TMUX": "x", "TERM": "tmux-256color"}, "linux")
    assert terminal.read_text() == "\x1bPtmux;" + OSC.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    clipboard.copy(TEXT, {"STY": "x", "TERM": "screen"}, "linux")
    assert terminal.read_text() == f"\x1bP{OSC}\x1b\\"


@pytest.mark.parametrize("environ", [{}, {"TERM": "dumb"}, {"TERM": "xterm"}])
def test_without_any_clipboard_there_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]
) -> None:
    monkeypatch.setattr(clipboard, "TERMINAL", tmp_path / "gone" / "tty")
    with pytest.raises(DigestError) as raised:
        clipboard.copy(TEXT, {"PATH": ""} | environ, "linux")
    assert raised.value.message.startswith("No clipboard is available. ")
    assert raised.value.hint == "Run the same command without --copy, and copy its output."


def test_a_text_that_a_terminal_would_cut_is_refused(terminal: Path) -> None:
    with pytest.raises(DigestError, match="too long"):
        clipboard.copy("x" * 60_000, {"TERM": "xterm"}, "linux")
    assert terminal.read_bytes() == b""


def test_copy_prints_the_way_and_not_the_text(
    empty_folder: Path, terminal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    monkeypatch.delenv("TMUX", raising=False)
    run("week", "--from", EXAMPLE)
    for words, kind, begin in (((), "text", "## "), (("--format", "html"), "HTML", "<h2>")):
        seen = run("render", "--copy", *words)
        assert (seen.code, seen.out) == (0, "")
        way = "the terminal (OSC 52), if it allows that"
        assert seen.err.splitlines()[0] == f"The {kind} of 2021-W19 was copied by {way}."
        sent = terminal.read_text().removeprefix("\x1b]52;c;").removesuffix("\x07")
        assert base64.b64decode(sent).decode().startswith(f"{begin}Merged last week")


def test_copy_without_a_clipboard_fails_with_one_line(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "TERMINAL", empty_folder / "gone" / "tty")
    run("week", "--from", EXAMPLE)
    seen = run("render", "--copy")
    assert (seen.code, seen.out, seen.err.count("\n")) == (1, "", 1)
