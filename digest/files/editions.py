"""Reads and writes an edition's folder.

Nothing is lost, and nothing is half-written.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from digest.compose.areas import main_path
from digest.compose.blocks import split_blocks
from digest.compose.keys import RepositoryNames, names_of
from digest.errors import DigestError, UsageError
from digest.files.replacement import replace_files, resolve_link, stamp
from digest.model import Repository, Snapshot, Window, facts
from digest.model.edition_files import FACTS, MARKS, RENDERED, SECTION, WORKSHEET, EditionTexts

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
    """A saved edition: its folder, and the window and repositories of its facts.

    `ids` are the node ids of the repositories, None where they are unknown, and `former_names`
    their old names. `complete`: its count is certain.
    """

    folder: Path
    window: Window
    repositories: tuple[str, ...]
    ids: tuple[str | None, ...] = ()
    former_names: tuple[tuple[str, ...], ...] = ()
    complete: bool = True

    @property
    def titles(self) -> Mapping[str, str]:
        """The titles of its pull requests, by `owner/name#n`.

        Empty where the facts cannot be read.
        """
        return {key: title for key, title, _ in self._facts[1]}

    @property
    def main_paths(self) -> Mapping[str, str]:
        """The path of code that each of its pull requests changed most, where there is one."""
        return {key: path for key, _, path in self._facts[1] if path}

    @property
    def areas(self) -> Mapping[str, tuple[str, ...]]:
        """The globs of the areas that were learned for it, by repository."""
        return {one.name: one.areas for one in self._facts[0] if one.areas}

    @cached_property
    def _facts(self) -> tuple[Sequence[Repository], Sequence[tuple[str, str, str | None]]]:
        document = _bytes(self.folder / FACTS) or b""
        with suppress(ValidationError):
            header, pulls = facts.parse_pull_requests(
                document, lambda pull: (pull.key, pull.title, main_path(pull))
            )
            return header.repositories, pulls
        return (), ()

    @property
    def marks(self) -> str | None:
        """The text of its marks, None where it has none."""
        return _read(self.folder / MARKS)

    @property
    def section(self) -> str | None:
        """Its section, None where it has none or it cannot be read."""
        with suppress(DigestError):
            return _read(self.folder / SECTION)
        return None

    @property
    def identified(self) -> Iterator[tuple[str, str | None]]:
        """The name and the id of each repository."""
        return zip_longest(self.repositories, self.ids)

    def is_of(self, names: RepositoryNames) -> bool:
        """Whether these are its repositories, by id, by name in any case, or by an old name."""
        return {names.identify(*one) for one in self.identified} == set(names.names)


def find_editions(output: Path) -> tuple[Edition, ...]:
    """The editions in an output folder, oldest window first.

    Other folders are skipped.
    """
    found = [edition for path in output.glob(f"*/{FACTS}") if (edition := _edition(path))]
    return tuple(sorted(found, key=lambda edition: (edition.window.end, edition.window.start)))


def edition_before(
    editions: Sequence[Edition], snapshot: Snapshot, names: RepositoryNames | None = None
) -> Edition | None:
    """The last edition of the same repositories that began before the snapshot's window.

    Months follow months, and weeks follow weeks or days.
    """
    names = names or names_of(snapshot.repositories)
    monthly = snapshot.window.kind == "month"
    earlier = [
        edition
        for edition in editions
        if edition.window.start < snapshot.window.start
        and (edition.window.kind == "month") == monthly
        and edition.is_of(names)
    ]
    return earlier[-1] if earlier else None


def read_texts(
    folder: Path, snapshot: Snapshot, names: RepositoryNames | None = None
) -> EditionTexts:
    """The texts of an edition's files; none where the edition is new.

    `names` are those of the snapshot's repositories, with their old ones. Raises UsageError when
    the folder holds other repositories, DigestError when
    it cannot be read.
    """
    there = _edition(folder / FACTS)
    names = names or names_of(snapshot.repositories)
    if there and not there.is_of(names):
        raise UsageError(
            f"{folder} has the edition of {' and '.join(there.repositories)}, "
            f"not of {' and '.join(sorted(names.names))}.",
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


def refuse_links(output: Path, settings: Path | None) -> None:
    """Raise DigestError for a link among the settings and what is read of all editions."""
    _refuse_links(*filter(None, [settings]))
    for path in sorted(output.glob(f"*/{FACTS}")):
        _refuse_links(path.parent, path, path.parent / MARKS)


def refuse_edition_links(folder: Path) -> None:
    """Raise DigestError for a link among the files of an edition that are read or written."""
    published = folder / PUBLISHED
    texts = [folder / name for name in (FACTS, *TEXTS, PENDING)]
    pictures = [path for path in folder.glob("*") if path.suffix.lower() in PICTURES]
    _refuse_links(
        folder, *texts, published, published / MARKS, published / SECTION, *sorted(pictures)
    )


def _refuse_links(*paths: Path) -> None:
    for path in paths:
        if path.is_symlink():
            raise DigestError(
                f"{path} is a symbolic link. digest does not publish links, so it published "
                "nothing.",
                "Replace the link with the file.",
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
    # Where a killed run left the merge base here, its own file is older.
    stale = {RENDERED} if (folder / PENDING).exists() else set()
    changed = [
        name
        for name, text in latest.items()
        if text is not None and (text != old[name] or name in stale)
    ]
    if SECTION in changed and RENDERED in changed:
        # A run that is killed between the two leaves this for the next one.
        files[PENDING] = [(new.rendered or "").encode()]
    files |= {name: [(latest[name] or "").encode()] for name in changed}
    if snapshot:
        files[FACTS] = (piece.encode() for piece in _facts(snapshot))
    history = [MARKS] if before.section == before.rendered else [MARKS, SECTION]
    replace_files(folder, files, before.stamps, history, temporary=[PENDING])


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
        repositories = [Repository.model_validate(one) for one in facts["repositories"]]
        return Edition(
            path.parent,
            Window.model_validate(facts["window"]),
            tuple(one.name for one in repositories),
            tuple(one.node_id for one in repositories),
            tuple(one.former_names for one in repositories),
            complete=facts.get("complete") is not False,
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
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
