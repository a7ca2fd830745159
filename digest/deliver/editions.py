"""The edition's folder on disk: reads it, and writes it so that nothing is lost and nothing is half-written."""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from digest.errors import DigestError, UsageError
from digest.model import Snapshot, Window

FACTS = "pull_requests.json"
SECTION = "section.md"
RENDERED = "rendered.md"
ASIDE = "section.new.md"


@dataclass(frozen=True)
class Edition:
    """A saved edition: its folder, and the window and repositories of its facts."""

    folder: Path
    window: Window
    repositories: tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """What a run left in an edition's folder: the resulting section, and what happened to its file.

    `aside` is the file that holds the new text where a person edited `section`; `replaced` is the
    window that the folder held before, where it was another one.
    """

    section: Path
    text: str
    aside: Path | None
    replaced: Window | None


def saved(output: Path) -> tuple[Edition, ...]:
    """The editions in an output folder, oldest window first; folders that are no edition are passed over."""
    found = [edition for path in output.glob(f"*/{FACTS}") if (edition := _edition(path))]
    return tuple(sorted(found, key=lambda edition: (edition.window.end, edition.window.start)))


def before(editions: Sequence[Edition], folder: Path, snapshot: Snapshot) -> Edition | None:
    """The last edition of the same repositories that began before the snapshot's window, `folder` left out.

    Months follow months, and weeks follow weeks or days.
    """
    names = {repository.name for repository in snapshot.repositories}
    monthly = snapshot.window.kind == "month"
    earlier = [
        edition
        for edition in editions
        if edition.window.start < snapshot.window.start
        and edition.folder != folder
        and (edition.window.kind == "month") == monthly
        and set(edition.repositories) == names
    ]
    return earlier[-1] if earlier else None


def write(folder: Path, snapshot: Snapshot, text: str) -> Written:
    """Write an edition's facts and section; a section that a person edited stays, the new text goes beside it.

    Files whose content would not change are not touched. Raises UsageError when the folder holds
    other repositories, DigestError when it cannot be written; then nothing has changed.
    """
    old = _read(folder / FACTS)
    there = _edition(folder / FACTS) if old is not None else None
    names = {repository.name for repository in snapshot.repositories}
    if there and set(there.repositories) != names:
        raise UsageError(
            f"{folder} holds the edition of {' and '.join(there.repositories)}, not of {' and '.join(sorted(names))}.",
            "Give this one a place of its own with --output FOLDER.",
        )
    current, base = _read(folder / SECTION), _read(folder / RENDERED)
    edited = current is not None and _words(current) not in {_words(base), _words(text)}
    files: dict[str, str] = {}
    if not edited:
        files = {SECTION: text, RENDERED: text}
    elif _words(base) != _words(text):
        files = {ASIDE: text}
    if old is None or not _same_facts(old, snapshot) or (current, base) != (text, text):
        files[FACTS] = snapshot.model_dump_json(indent=2) + "\n"
    _replace_all(folder, files)
    return Written(
        section=folder / SECTION,
        text=current if edited and current is not None else text,
        aside=folder / ASIDE if ASIDE in files else None,
        replaced=there.window if there and there.window != snapshot.window else None,
    )


def _edition(path: Path) -> Edition | None:
    try:
        facts: Any = json.loads(path.read_text(encoding="utf-8"))
        names = tuple(repository["name"] for repository in facts["repositories"])
        return Edition(path.parent, Window.model_validate(facts["window"]), names)
    except (OSError, ValueError, KeyError, TypeError, ValidationError, RecursionError):
        return None


def _same_facts(old: str, snapshot: Snapshot) -> bool:
    with suppress(ValidationError):
        return Snapshot.model_validate_json(old).model_copy(update={"fetched_at": snapshot.fetched_at}) == snapshot
    return False


def _words(text: str | None) -> tuple[str, ...] | None:
    # Line ends and trailing spaces are an editor program's doing, not a person's words.
    return None if text is None else tuple(line.rstrip() for line in text.rstrip().splitlines())


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise DigestError(f"{path} cannot be read: {reason}.", "Nothing was changed.") from None


def _replace_all(folder: Path, files: Mapping[str, str]) -> None:
    """Replace files one by one, after all of them were written in full beside their places."""
    waiting: dict[Path, Path] = {}
    try:
        if files:
            folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            if _read(folder / name) != text:
                waiting[folder / name] = _write_beside(folder / name, text)
        for path, full in waiting.items():
            full.replace(path)
    except OSError as error:
        reason = error.strerror or error
        raise DigestError(
            f"{folder} cannot be written: {reason}.",
            "Nothing was changed. Choose another place with --output FOLDER, or --output - to write no files.",
        ) from None
    finally:
        for full in waiting.values():
            full.unlink(missing_ok=True)


def _write_beside(path: Path, text: str) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files for one person only; an edition is shared like any other text.
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
