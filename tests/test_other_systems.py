"""Windows and macOS, as far as a fake can show them: open files, drives, editors, zones, consoles.

No test here needs another system; CI runs the whole suite on each.
"""

import io
import os
import signal
import sys
import time
import zoneinfo
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pytest

from digest.editions import editor, pick
from digest.editions.request import Request
from digest.errors import TryLaterError
from digest.files import replacement, settings_files
from digest.files.replacement import replace_files
from digest.output import streams
from digest.windows.days import find_zone

SHARING_VIOLATION = 32


class OpenFile:
    """`Path.replace` on Windows while another program has the target open, for this many tries."""

    def __init__(self, tries: int, code: int = SHARING_VIOLATION) -> None:
        self.tries, self.code, self.replace = tries, code, Path.replace

    def __call__(self, new: Path, old: Path) -> Path:
        if self.tries:
            self.tries -= 1
            error = PermissionError(13, "Permission denied")
            error.winerror = self.code  # type: ignore[attr-defined]
            raise error
        return self.replace(new, old)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, none of which takes time."""
    made: list[float] = []
    monkeypatch.setattr(time, "sleep", made.append)
    return made


def replace_with(opened: Callable[..., Path], folder: Path) -> None:
    (folder / "section.md").write_bytes(b"old\n")
    stamp = replacement.stamp(b"old\n")
    # Only a function becomes a method.
    with mock.patch.object(Path, "replace", lambda *paths: opened(*paths)):  # noqa: PLW0108
        replace_files(folder, {"section.md": [b"new\n"]}, {"section.md": stamp})


def test_a_file_that_is_open_for_a_moment_is_replaced(tmp_path: Path, pauses: list[float]) -> None:
    replace_with(OpenFile(tries=3), tmp_path)
    assert (tmp_path / "section.md").read_bytes() == b"new\n"
    assert pauses == list(replacement.PAUSES[:3])


def test_a_file_that_stays_open_is_named_and_unchanged(tmp_path: Path, pauses: list[float]) -> None:
    with pytest.raises(TryLaterError) as raised:
        replace_with(OpenFile(tries=99), tmp_path)
    assert raised.value.message == (
        f"{tmp_path / 'section.md'} is open in another program, so nothing was written."
    )
    assert [path.name for path in tmp_path.iterdir()] == ["section.md"]
    assert (tmp_path / "section.md").read_bytes() == b"old\n"
    assert sum(pauses) < 1


def test_another_refusal_is_final(tmp_path: Path, pauses: list[float]) -> None:
    with pytest.raises(Exception, match="cannot be written: Permission denied"):
        replace_with(OpenFile(tries=1, code=19), tmp_path)
    assert pauses == []


def test_a_folder_on_another_drive_keeps_its_path() -> None:
    with mock.patch.object(os.path, "relpath", side_effect=ValueError("another drive")):
        assert settings_files.relative(Path("D:/news")) == Path("D:/news")
    assert settings_files.relative(Path.cwd() / "news") == Path("news")


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("notepad", ["notepad"]),
        (r"C:\Windows\notepad.exe", [r"C:\Windows\notepad.exe"]),
        (
            r'"C:\Program Files\VS Code\code.exe" --wait',
            [r"C:\Program Files\VS Code\code.exe", "--wait"],
        ),
        ('"', []),
    ],
)
def test_an_editors_path_on_windows_keeps_its_backslashes(
    named: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor, "IS_WINDOWS", True)
    monkeypatch.setenv("EDITOR", named)
    monkeypatch.delenv("VISUAL", raising=False)
    assert editor._words(named) == words  # noqa: SLF001  # starting it needs Windows


def test_without_sighup_a_closed_terminal_has_the_code_of_sigterm(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delattr(signal, "SIGHUP", raising=False)
    picker = mock.Mock()
    picker.run.return_value = "SIGHUP"
    picker.keep.return_value = None
    assert pick._run_picker(picker, mock.Mock(), Request()) == 128 + signal.SIGTERM  # noqa: SLF001
    assert (
        capsys.readouterr().err == "digest: SIGHUP ended digest pick. Your decisions are saved.\n"
    )


@pytest.fixture
def _no_system_zones() -> Iterator[None]:
    """A system without zones, as Windows is."""
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath()
    zoneinfo.ZoneInfo.clear_cache()


@pytest.mark.usefixtures("_no_system_zones")
def test_zones_are_known_without_those_of_the_system() -> None:
    assert find_zone("Europe/Stockholm").key == "Europe/Stockholm"
    with pytest.raises(Exception, match="not a known time zone") as raised:
        find_zone("Europe/Stokholm")
    assert "Europe/Stockholm" in str(getattr(raised.value, "hint", ""))


@pytest.mark.parametrize("page", ["cp1252", "cp437", "ascii"])
def test_a_console_with_an_old_code_page_gets_utf_8(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=page))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding=page))
    streams.prepare()
    sys.stdout.write("10–16 May · Łukasz 🎉")
    sys.stdout.flush()
    assert raw.getvalue().decode("utf-8") == "10–16 May · Łukasz 🎉"


def test_a_locks_name_is_a_file_name_everywhere(tmp_path: Path) -> None:
    with mock.patch("filelock.FileLock") as lock, replacement._lock(tmp_path):  # noqa: SLF001
        pass
    name = lock.call_args.args[0].name
    assert name.startswith("digest-")
    assert not set(name) & set('<>:"/\\|?*')
