"""Replaces files of a folder together, unless another program changed one since it was read."""

import filecmp
import os
import re
import signal
import tempfile
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from types import FrameType

from digest.errors import DigestError, TryLaterError

HISTORY = ".history"
VERSIONS = 5
LOCK_SECONDS = 30
# The names that `_write_draft` gives. Later runs may not write the same picture, so they remove
# drafts by this pattern.
DRAFT = re.compile(r"\..+\.[a-z0-9_]{8}\.new")
# Windows refuses to replace a file that another program has open, such as a virus scanner for a
# moment: access denied, and a sharing violation.
OPEN_ELSEWHERE = (5, 32)
PAUSES = (0.02, 0.05, 0.1, 0.2, 0.4)
ALLOW_WRITES = "attrib -r" if os.name == "nt" else "chmod u+w"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class ChangedFileError(TryLaterError):
    """A file was saved after it was read, so nothing was written."""


def stamp(content: bytes | None) -> bytes | None:
    """A short value that differs between contents; None if there is no file."""
    return None if content is None else blake2b(content, digest_size=16).digest()


def resolve_link(path: Path, root: Path) -> Path:
    """The file behind a path. Raises DigestError if it or its folder leads out of `root`."""
    target = path.resolve()
    if not target.is_relative_to(root.resolve()):
        link = path if path.is_symlink() else path.parent
        kind = "folder" if link.is_dir() else "file"
        raise DigestError(
            f"{link} is a symbolic link to a {kind} outside {root}, so digest does not use it.",
            f"Replace the link with the {kind}.",
        )
    return target if path.is_symlink() else path


def replace_files(
    folder: Path,
    files: Mapping[str, Iterable[bytes]],
    stamps: Mapping[str, bytes | None],
    history: Collection[str] = (),
    temporary: Collection[str] = (),
) -> None:
    """Replace these files of a folder, in this order, if all `stamps` still match.

    All are written in full next to their places first. The last five versions of the files in
    `history` are kept. The files in `temporary` are removed at the end. Permissions, owners and
    byte order marks stay. Raises ChangedFileError if a file changed since it was read, and
    DigestError if the folder cannot be written; the message names the new files, if any.
    """
    if not files:
        return
    new_folders = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _lock(folder):
            targets = {name: _writable_target(folder, name) for name in files}
            _remove_leftovers(folder, targets, {*files, *stamps})
            drafts: dict[str, Path] = {}
            try:
                for name, pieces in files.items():
                    drafts[name] = _write_draft(targets[name], pieces)
                # As late as possible: a large draft takes a while to reach the disk.
                _check_unchanged(folder, stamps)
                _keep_versions(folder, [name for name in history if name in files])
                with _without_interrupts():
                    _replace(targets, drafts)
                    for name in temporary:
                        (folder / name).unlink(missing_ok=True)
            finally:
                for draft in drafts.values():
                    draft.unlink(missing_ok=True)
    except OSError as error:
        raise DigestError(
            f"{folder} cannot be written: {error.strerror or error}. Nothing was changed.",
            "Choose another folder with --output FOLDER, or --output - to write no files.",
        ) from None
    finally:
        # After a refusal they are empty; only such folders can be removed.
        for path in new_folders:
            with suppress(OSError):
                path.rmdir()


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Keep other runs of digest on this machine out of the folder."""
    # A run that writes nothing does without it.
    from filelock import FileLock, Timeout

    name = blake2b(str(folder.resolve()).encode(), digest_size=8).hexdigest()
    user = getattr(os, "getuid", int)()
    lock = FileLock(Path(tempfile.gettempdir()) / f"digest-{user}-{name}.lock")
    try:
        with lock.acquire(timeout=LOCK_SECONDS):
            yield
    except Timeout:
        raise TryLaterError(
            f"Another run of digest is writing to {folder}.", "Run the command again."
        ) from None


def _check_unchanged(folder: Path, stamps: Mapping[str, bytes | None]) -> None:
    for name, expected in stamps.items():
        path = folder / name
        if stamp(path.read_bytes() if path.is_file() else None) != expected:
            raise ChangedFileError(
                f"{path} was saved by another program while digest was working, "
                "so nothing was written.",
                "Run the command again.",
            )


def _writable_target(folder: Path, name: str) -> Path:
    target = resolve_link(folder / name, folder.parent)
    # Check the mode instead of trying to write, because root may write to any file.
    if target.exists() and not target.stat().st_mode & 0o200:
        raise DigestError(
            f"{folder / name} is read-only, so nothing was written.",
            f"To let digest write it: {ALLOW_WRITES} {folder / name}",
        )
    return target


def _write_draft(target: Path, pieces: Iterable[bytes]) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            if target.is_file() and _begins_with_mark(target):
                file.write(BYTE_ORDER_MARK)
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        _copy_permissions(target, draft)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def _begins_with_mark(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(BYTE_ORDER_MARK)) == BYTE_ORDER_MARK


def _copy_permissions(target: Path, draft: Path) -> None:
    """Give the draft the permissions and the owner of the file that it replaces."""
    if not target.exists():
        # mkstemp creates private files, but an edition gets the usual permissions.
        umask = os.umask(0)
        os.umask(umask)
        draft.chmod(0o666 & ~umask)
        return
    old = target.stat()
    if hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(draft, old.st_uid, old.st_gid)
    draft.chmod(old.st_mode & 0o7777)


def _keep_versions(folder: Path, names: Iterable[str]) -> None:
    """Copy the current files into the history; the newest has the number 1."""
    for name in names:
        path = folder / name
        if not path.is_file():
            continue
        old = resolve_link(folder / HISTORY, folder.parent)
        old.mkdir(exist_ok=True)
        versions = [old / f"{path.stem}.{number}{path.suffix}" for number in range(1, VERSIONS + 1)]
        if versions[0].is_file() and filecmp.cmp(path, versions[0], shallow=False):
            continue
        for newer, older in reversed(list(pairwise(versions))):
            if newer.is_file():
                _replace_file(newer, older)
        _write_draft(versions[0], [path.read_bytes()]).replace(versions[0])


def _replace(targets: Mapping[str, Path], drafts: Mapping[str, Path]) -> None:
    changed = [
        name
        for name, target in targets.items()
        if not (target.exists() and filecmp.cmp(drafts[name], target, shallow=False))
    ]
    for place, name in enumerate(changed):
        try:
            _replace_file(drafts[name], targets[name])
        except OSError as error:
            if place == 0:
                _explain_open_file(targets[name], error)
                raise
            raise DigestError(
                f"{targets[name]} cannot be replaced: {error.strerror or error}. "
                f"Replaced: {', '.join(changed[:place])}. "
                f"Not replaced: {', '.join(changed[place:])}.",
                "Run the command again.",
            ) from None


def _replace_file(new: Path, old: Path) -> None:
    """Replace a file. On Windows, wait up to a second for another program to close it."""
    for pause in PAUSES:
        try:
            new.replace(old)
        except PermissionError as error:
            if getattr(error, "winerror", None) not in OPEN_ELSEWHERE:
                raise
            time.sleep(pause)
        else:
            return
    new.replace(old)


def _explain_open_file(target: Path, error: OSError) -> None:
    if getattr(error, "winerror", None) in OPEN_ELSEWHERE:
        raise TryLaterError(
            f"{target} is open in another program, so nothing was written.",
            "Close it there, and run the command again.",
        ) from None


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Let Ctrl+C wait for the few milliseconds in which files are replaced."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[int] = []

    def remember(number: int, _: FrameType | None) -> None:
        pressed.append(number)

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt("Interrupted after all files were written.")


def _remove_leftovers(folder: Path, targets: Mapping[str, Path], names: Iterable[str]) -> None:
    """Remove the drafts of killed runs. Under the lock, no running process owns one."""
    folders = {folder, folder / HISTORY, *(target.parent for target in targets.values())}
    for leftover in (path for one in folders for path in one.glob(".*.new")):
        is_named = any(leftover.name.startswith(f".{name}.") for name in names)
        if is_named or DRAFT.fullmatch(leftover.name):
            leftover.unlink(missing_ok=True)
