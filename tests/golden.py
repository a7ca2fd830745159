"""The files that `make golden` writes: how tests compare them, and how their makers write them."""

import difflib
import shutil
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
CURE = "If the change is wanted: make golden"


def assert_golden(path: Path, text: str) -> None:
    """Pass where the file holds the text.

    Otherwise show the difference, and how to take it over.
    """
    _assert_equal(path.parent, {path.name: _read(path)} if path.exists() else {}, {path.name: text})


def assert_golden_folder(folder: Path, texts: Mapping[str, str]) -> None:
    """Pass where the folder holds these texts, by path, and no others.

    Otherwise show how they differ.
    """
    _assert_equal(folder, read(folder), texts)


def _assert_equal(folder: Path, there: Mapping[str, str], texts: Mapping[str, str]) -> None:
    if differing := differences(there, texts):
        raise AssertionError("\n".join([f"{folder.relative_to(ROOT)} differs.", *differing, CURE]))


def differences(there: Mapping[str, str], texts: Mapping[str, str]) -> list[str]:
    """How the golden texts differ from the texts of today, line by line.

    Empty where both are equal.
    """
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
        # The ends of lines are part of a text, and are shown where they are unusual.
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
    """The texts in a folder, by their paths in it."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): _read(file) for file in files}


def _read(path: Path) -> str:
    # As bytes: a newline stays as it is.
    return path.read_bytes().decode("utf-8")


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """Make a folder hold these texts, by path, and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode("utf-8"))
