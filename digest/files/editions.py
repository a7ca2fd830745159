"""The edition's folder on disk: reads it, and writes it so that nothing is lost and nothing is half-written."""

import filecmp
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from digest.errors import DigestError, UsageError
from digest.model import Snapshot, Window, snapshot_json
from digest.model.edition_files import FACTS, MARKS, RENDERED, SECTION, WORKSHEET, EditionTexts

PUBLISHED = "published"
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
# Characters within which digest's own files come to their pull requests.
HEAD = 100_000


@dataclass(frozen=True)
class Edition:
    """A saved edition: its folder, and the window and repositories of its facts."""

    folder: Path
    window: Window
    repositories: tuple[str, ...]

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """The titles of its pull requests, by `owner/name#n`.

        None where the facts cannot be read.
        """
        document = _bytes(self.folder / FACTS) or b""
        with suppress(ValidationError):
            return dict(
                snapshot_json.parse_pull_requests(document, lambda pull: (pull.key, pull.title))[1]
            )
        return {}

    @property
    def marks(self) -> str | None:
        """The text of its marks, None where it has none."""
        return _read(self.folder / MARKS)

    def is_of(self, names: Iterable[str]) -> bool:
        """Whether these are its repositories; GitHub's names hold in any case."""
        return {name.casefold() for name in names} == {
            name.casefold() for name in self.repositories
        }


def saved(output: Path) -> tuple[Edition, ...]:
    """The editions in an output folder, oldest window first.

    Folders that are no edition are passed over.
    """
    found = [edition for path in output.glob(f"*/{FACTS}") if (edition := _edition(path))]
    return tuple(sorted(found, key=lambda edition: (edition.window.end, edition.window.start)))


def before(editions: Sequence[Edition], snapshot: Snapshot) -> Edition | None:
    """The last one of these editions that is of the same repositories and began before the snapshot's window.

    Months follow months, and weeks follow weeks or days.
    """
    names = [repository.name for repository in snapshot.repositories]
    monthly = snapshot.window.kind == "month"
    earlier = [
        edition
        for edition in editions
        if edition.window.start < snapshot.window.start
        and (edition.window.kind == "month") == monthly
        and edition.is_of(names)
    ]
    return earlier[-1] if earlier else None


def contents(folder: Path, snapshot: Snapshot) -> EditionTexts:
    """The texts of an edition's files; none where the edition is new.

    Raises UsageError when the folder holds other repositories than the snapshot's, DigestError when
    it cannot be read.
    """
    there = _edition(folder / FACTS)
    names = {repository.name for repository in snapshot.repositories}
    if there and not there.is_of(names):
        raise UsageError(
            f"{folder} holds the edition of {' and '.join(there.repositories)}, not of {' and '.join(sorted(names))}.",
            "Give this one a place of its own with --output FOLDER.",
        )
    return EditionTexts(
        facts=_bytes(folder / FACTS),
        marks=_read(folder / MARKS),
        section=_read(folder / SECTION),
        rendered=_read(folder / RENDERED),
        worksheet=_read(folder / WORKSHEET),
    )


def names_of_pictures(folder: Path) -> frozenset[str]:
    """The names of the pictures that stand in an edition's folder."""
    return frozenset(
        path.name for path in folder.glob("*") if path.suffix.lower() in PICTURES and path.is_file()
    )


def pictures(folder: Path) -> Mapping[str, bytes]:
    """The pictures of an edition, by their names. Raises DigestError when one cannot be read."""
    found = sorted(names_of_pictures(folder))
    return {name: content for name in found if (content := picture(folder, name)) is not None}


def picture(folder: Path, name: str) -> bytes | None:
    """A picture of an edition, empty where what has its name is no file.

    None where nothing has that name.
    Raises DigestError when it cannot be read.
    """
    path = folder / name
    return b"" if os.path.lexists(path) and not path.is_file() else _bytes(path)


def published(folder: Path) -> EditionTexts:
    """The marks and the section of an edition as they were when it was published from this folder.

    None before that.
    """
    return EditionTexts(
        marks=_read(folder / PUBLISHED / MARKS), section=_read(folder / PUBLISHED / SECTION)
    )


def remember(folder: Path, there: EditionTexts) -> None:
    """Keep what was published of an edition, so that the next publishing knows what was changed here since."""
    kept = {MARKS: there.marks, SECTION: there.section}
    _replace_all(
        folder / PUBLISHED,
        {name: [text.encode()] for name, text in kept.items() if text is not None},
    )


def write(
    folder: Path,
    there: EditionTexts,
    new: EditionTexts,
    pictures: Mapping[str, bytes],
    snapshot: Snapshot | None,
) -> None:
    """Replace the files of an edition that change; `snapshot` None: its facts do not change.

    Pictures come first, so that no text shows one that is missing, and the section before what was
    rendered, so that a crash in between loses no word. Raises DigestError where the folder cannot
    be written.
    """
    texts = {
        MARKS: new.marks if new.marks != there.marks else None,
        SECTION: new.section if new.section != there.section else None,
        RENDERED: new.rendered if new.rendered != there.rendered else None,
        WORKSHEET: new.worksheet if new.worksheet != there.worksheet else None,
    }
    files: dict[str, Iterable[bytes]] = {name: [content] for name, content in pictures.items()}
    if snapshot:
        files[FACTS] = (piece.encode() for piece in _facts(snapshot))
    _replace_all(
        folder, files | {name: [text.encode()] for name, text in texts.items() if text is not None}
    )


def facts_text(snapshot: Snapshot) -> str:
    """The facts as the edition's folder has them."""
    return "".join(_facts(snapshot))


def _facts(snapshot: Snapshot) -> Iterator[str]:
    without = snapshot.model_copy(update={"pull_requests": ()})
    return snapshot_json.snapshot_chunks(without.model_dump_json(indent=2), snapshot.pull_requests)


def _edition(path: Path) -> Edition | None:
    try:
        facts: Any = json.loads(_head(path))
        names = tuple(repository["name"] for repository in facts["repositories"])
        return Edition(path.parent, Window.model_validate(facts["window"]), names)
    except (OSError, ValueError, KeyError, TypeError, ValidationError, RecursionError):
        return None


def _head(path: Path) -> str:
    """The facts of an edition without its pull requests, which may be thousands: a look around needs none of them."""
    with path.open(encoding="utf-8") as file:
        begun = file.read(HEAD)
        head, listed, _ = begun.partition('\n  "pull_requests": [')
        return f"{head.rstrip().removesuffix(',')}}}" if listed else begun + file.read()


def _read(path: Path) -> str | None:
    try:
        there = _bytes(path)
        return None if there is None else there.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(path, "it is not UTF-8 text") from None


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error.strerror or error) from None


def _unreadable(path: Path, reason: object) -> DigestError:
    return DigestError(f"{path} cannot be read: {reason}.", "Nothing was changed.")


def _replace_all(folder: Path, files: Mapping[str, Iterable[bytes]]) -> None:
    """Replace files one by one, after all of them were written in full beside their places."""
    waiting: dict[Path, Path] = {}
    try:
        if files:
            folder.mkdir(parents=True, exist_ok=True)
        for name, pieces in files.items():
            waiting[folder / name] = _write_beside(folder / name, pieces)
        for path, full in waiting.items():
            if not (path.exists() and filecmp.cmp(full, path, shallow=False)):
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


def _write_beside(path: Path, pieces: Iterable[bytes]) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
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
