"""Reads and writes an edition's folder and saved snapshots.

Nothing is lost, and nothing is half-written.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from digest.compose.blocks import split_blocks
from digest.compose.keys import RepositoryNames
from digest.errors import DigestError, UsageError, explain_validation_error
from digest.files.replacement import replace_files, resolve_link, stamp
from digest.model import SNAPSHOT_SCHEMA, PullRequest, Snapshot, Window, facts
from digest.model.edition_files import (
    FACTS,
    MARKS,
    RENDERED,
    SECTION,
    WORKSHEET,
    EditionTexts,
    SavedFacts,
    fingerprint,
)

PUBLISHED = "published"
HEAD_FILE = "head"
# The render of a section that is being replaced, until it is the merge base.
PENDING = ".rendered.md"
TEXTS = (MARKS, SECTION, RENDERED, WORKSHEET)
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
            return dict(facts.parse_pull_requests(document, lambda pull: (pull.key, pull.title))[1])
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


def find_editions(output: Path) -> tuple[Edition, ...]:
    """The editions in an output folder, oldest window first.

    Other folders are skipped.
    """
    found = [edition for path in output.glob(f"*/{FACTS}") if (edition := _edition(path))]
    return tuple(sorted(found, key=lambda edition: (edition.window.end, edition.window.start)))


def edition_before(editions: Sequence[Edition], snapshot: Snapshot) -> Edition | None:
    """The last edition of the same repositories that began before the snapshot's window.

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


def read_texts(folder: Path, snapshot: Snapshot) -> EditionTexts:
    """The texts of an edition's files; none where the edition is new.

    Raises UsageError when the folder holds other repositories than the snapshot's, DigestError when
    it cannot be read.
    """
    there = _edition(folder / FACTS)
    names = {repository.name for repository in snapshot.repositories}
    if there and not there.is_of(names):
        raise UsageError(
            f"{folder} holds the edition of {' and '.join(there.repositories)}, "
            f"not of {' and '.join(sorted(names))}.",
            "Use another folder for this one: --output FOLDER.",
        )
    contents = {name: _bytes(folder / name) for name in (FACTS, *TEXTS)}
    texts = {name: _decode(contents[name], folder / name) for name in TEXTS}
    return EditionTexts(
        facts=contents[FACTS],
        marks=texts[MARKS],
        section=texts[SECTION],
        rendered=_merge_base(folder, texts[SECTION], texts[RENDERED]),
        worksheet=texts[WORKSHEET],
        stamps={name: stamp(content) for name, content in contents.items()},
    )


def _merge_base(folder: Path, section: str | None, rendered: str | None) -> str | None:
    """The render that the section was merged with, also where a run was killed in between."""
    pending = _read(folder / PENDING)
    if pending is None or section is None:
        return rendered
    blocks = [block.normalized for block in split_blocks(section)]
    bases = [rendered or "", pending]
    known = [{block.normalized for block in split_blocks(base)} for base in bases]
    shared = [sum(block in words for block in blocks) for words in known]
    return pending if shared[1] > shared[0] else rendered


def picture_names(folder: Path) -> frozenset[str]:
    """The names of the pictures in an edition's folder."""
    return frozenset(
        path.name for path in folder.glob("*") if path.suffix.lower() in PICTURES and path.is_file()
    )


def read_pictures(folder: Path) -> Mapping[str, bytes]:
    """The pictures of an edition, by their names. Raises DigestError when one cannot be read."""
    found = sorted(picture_names(folder))
    return {name: content for name in found if (content := read_picture(folder, name)) is not None}


def read_picture(folder: Path, name: str) -> bytes | None:
    """A picture of an edition, empty where a folder has its name.

    None where nothing has that name.
    Raises DigestError when it cannot be read.
    """
    path = folder / name
    return b"" if os.path.lexists(path) and not path.is_file() else _bytes(path)


def read_published(folder: Path) -> EditionTexts:
    """The marks and the section of an edition as they were when it was published from this folder.

    None before that.
    """
    return EditionTexts(
        marks=_read(folder / PUBLISHED / MARKS), section=_read(folder / PUBLISHED / SECTION)
    )


def published_head(folder: Path) -> str | None:
    """The last commit of the branch when the edition was published from this folder.

    None before that.
    """
    return (_read(folder / PUBLISHED / HEAD_FILE) or "").strip() or None


def save_published(folder: Path, published_texts: EditionTexts, head: str = "") -> None:
    """Keep what was published of an edition, so that later changes can be recognised.

    `head` is the branch's last commit, with which a draft that changed can be recognised.
    """
    texts = {MARKS: published_texts.marks, SECTION: published_texts.section}
    files = {name: [text.encode()] for name, text in texts.items() if text is not None}
    if head:
        files[HEAD_FILE] = [f"{head}\n".encode()]
    replace_files(folder / PUBLISHED, files, {})


def write_edition(
    folder: Path,
    before: EditionTexts,
    new: EditionTexts,
    pictures: Mapping[str, bytes],
    snapshot: Snapshot | None,
) -> None:
    """Replace the files of an edition that change; `snapshot` None: its facts do not change.

    The order makes a killed run harmless: pictures, so that no text shows one that is missing,
    then decisions, the section, the merge base of the next run, and the facts last, since they
    say what was decided on. Raises ChangedFileError where a file was saved after it was read, and
    DigestError where the folder cannot be written.
    """
    files: dict[str, Iterable[bytes]] = {name: [content] for name, content in pictures.items()}
    old, latest = _texts_by_name(before), _texts_by_name(new)
    changed = [name for name, text in latest.items() if text is not None and text != old[name]]
    if SECTION in changed and RENDERED in changed:
        # A run that is killed between the two leaves this for the next one.
        files[PENDING] = [(new.rendered or "").encode()]
    files |= {name: [(latest[name] or "").encode()] for name in changed}
    if snapshot:
        files[FACTS] = (piece.encode() for piece in _facts(snapshot))
    history = [MARKS] if before.section == before.rendered else [MARKS, SECTION]
    replace_files(folder, files, before.stamps, history)
    (folder / PENDING).unlink(missing_ok=True)


def _texts_by_name(texts: EditionTexts) -> dict[str, str | None]:
    return {
        MARKS: texts.marks,
        SECTION: texts.section,
        RENDERED: texts.rendered,
        WORKSHEET: texts.worksheet,
    }


def facts_text(snapshot: Snapshot) -> str:
    """The facts as the edition's folder has them."""
    return "".join(_facts(snapshot))


def _facts(snapshot: Snapshot) -> Iterator[str]:
    without = snapshot.model_copy(update={"pull_requests": ()})
    return facts.snapshot_chunks(without.model_dump_json(indent=2), snapshot.pull_requests)


def _edition(path: Path) -> Edition | None:
    try:
        facts: Any = json.loads(_head(path))
        names = tuple(repository["name"] for repository in facts["repositories"])
        return Edition(path.parent, Window.model_validate(facts["window"]), names)
    except (OSError, ValueError, KeyError, TypeError, ValidationError, RecursionError):
        return None


def _head(path: Path) -> str:
    """The facts of an edition without its pull requests, which may be thousands."""
    with path.open(encoding="utf-8") as file:
        begun = file.read(HEAD)
        head, listed, _ = begun.partition('\n  "pull_requests": [')
        return f"{head.rstrip().removesuffix(',')}}}" if listed else begun + file.read()


def _read(path: Path) -> str | None:
    return _decode(_bytes(path), path)


def _decode(content: bytes | None, path: Path) -> str | None:
    try:
        return None if content is None else content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(path, "it is not UTF-8 text") from None


def _bytes(path: Path) -> bytes | None:
    try:
        return resolve_link(path, path.parents[1]).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error.strerror or error) from None


def _unreadable(path: Path, reason: object) -> DigestError:
    return DigestError(f"{path} cannot be read: {reason}.", "Nothing was changed.")


HINT = "--from takes a pull_requests.json that digest saved."


def read_snapshot(file: str) -> Snapshot:
    """The snapshot saved in `file`, "-" for standard input.

    Raises UsageError when it cannot be read, is not a snapshot, or has another schema version.
    """
    return parse_snapshot_file(read_document(file), "Standard input" if file == "-" else file)


def read_document(file: str) -> bytes:
    """The content of `file`, "-" for standard input. Raises UsageError."""
    name = "Standard input" if file == "-" else file
    if file == "-" and sys.stdin is None:
        raise UsageError(
            "Standard input is closed.", "Send a snapshot into it, or name its file: --from FILE."
        )
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except FileNotFoundError:
        raise UsageError(f"There is no file {file}.", HINT) from None
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.") from None


def parse_snapshot_file(document: bytes, name: str) -> Snapshot:
    """The snapshot in a document; `name` says in errors where it came from. Raises UsageError."""
    try:
        snapshot = facts.parse_snapshot(document)
    except ValidationError as error:
        raise _refusal(document, name, error) from None
    if "schema_version" not in snapshot.model_fields_set:
        raise _no_snapshot(name)
    return snapshot


def _refusal(document: bytes, name: str, error: ValidationError) -> UsageError:
    """Why a document is not a snapshot, in the most general terms that help."""
    try:
        raw: Any = json.loads(document.decode())
    except UnicodeDecodeError:
        return UsageError(f"{name} is not UTF-8 text, so it is not a snapshot.")
    except RecursionError:
        return UsageError(f"{name} is nested too deeply to be a snapshot of digest.", HINT)
    except ValueError as broken:
        return UsageError(f"{name} is not JSON: {broken}.", HINT)
    if not isinstance(raw, dict) or "schema_version" not in raw:
        return _no_snapshot(name)
    if raw["schema_version"] != SNAPSHOT_SCHEMA:
        version = raw["schema_version"]
        is_newer = isinstance(version, int) and version > SNAPSHOT_SCHEMA
        return UsageError(
            f"{name} is a snapshot of version {version!r}; "
            f"this digest reads version {SNAPSHOT_SCHEMA}.",
            "Update digest, or fetch the window again." if is_newer else "Fetch the window again.",
        )
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    colon = ":" if first["type"] == "value_error" and where else ""
    says = f"{where}{colon} {explain_validation_error(first)}"
    return UsageError(f"{name} is not a snapshot of digest: {says.strip()}.", HINT)


def _no_snapshot(name: str) -> UsageError:
    return UsageError(f"{name} is JSON, but not a snapshot of digest.", HINT)


def summarize_facts(document: bytes | None, unread: RepositoryNames) -> SavedFacts | None:
    """A summary of the facts in a document; None where there is none or it cannot be read.

    The pull requests of the `unread` repositories are kept whole.
    """
    if document is None:
        return None
    with suppress(ValidationError):
        header, pulls = facts.parse_pull_requests(
            document, lambda pull: (pull.key, fingerprint(pull), _kept(pull, unread))
        )
        fingerprints = {key: print_ for key, print_, _ in pulls}
        return SavedFacts(header, fingerprints, tuple(pull for *_, pull in pulls if pull))
    return None


def _kept(pull: PullRequest, unread: RepositoryNames) -> PullRequest | None:
    # Its present name is unknown this time, so it goes by the name that was asked for.
    name = unread.resolve(pull.repository)
    return pull.model_copy(update={"repository": name}) if name in unread.names else None
