"""Compare and write the files of `make golden`."""

import difflib
import shutil
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
CURE = "If the change is wanted: make golden"


def assert_golden(path: Path, text: str) -> None:
    """Pass if the file contains the text.

    Otherwise raise AssertionError with the difference and the command that accepts it.
    """
    _assert_equal(path.parent, {path.name: _read(path)} if path.exists() else {}, {path.name: text})


def assert_golden_folder(folder: Path, texts: Mapping[str, str]) -> None:
    """Pass if the folder contains these texts, by path, and no others.

    Otherwise raise AssertionError with the differences.
    """
    _assert_equal(folder, read(folder), texts)


def _assert_equal(folder: Path, there: Mapping[str, str], texts: Mapping[str, str]) -> None:
    if differing := differences(there, texts):
        raise AssertionError("\n".join([f"{folder.relative_to(ROOT)} differs.", *differing, CURE]))


def differences(there: Mapping[str, str], texts: Mapping[str, str]) -> list[str]:
    """Return the lines in which golden texts and today's texts differ, empty if they are equal."""
    lines: list[str] = []
    for name in sorted(there.keys() | texts.keys()):
        if (before := there.get(name)) == (after := texts.get(name)):
            continue
        changes = difflib.unified_diff(
            (before or "").splitlines(keepends=True),
            (after or "").splitlines(keepends=True),
            name,
            f"{name}, today",
        )
        # Line ends are part of a text. Unusual ones are shown.
        lines += [
            change.removesuffix("\n") if change.endswith("\n") else f"{change!r}"
            for change in changes
        ]
        lines += (
            []
            if before or after
            else [f"{name} is empty, and {'missing' if before is None else 'not made'}"]
        )
    return lines


def read(folder: Path) -> dict[str, str]:
    """Return the texts in a folder by their paths in it."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): _read(file) for file in files}


def _read(path: Path) -> str:
    # Bytes keep the line ends as they are.
    return path.read_bytes().decode("utf-8")


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """Replace a folder by one with these texts, by path."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode("utf-8"))
