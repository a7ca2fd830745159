"""Reads and writes an edition's folder.

A failure loses no file and leaves none half-written.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from digest.compose.areas import main_path
from digest.compose.blocks import split_blocks
from digest.compose.keys import RepositoryNames, names_of
from digest.errors import DigestError, UsageError
from digest.files.replacement import HISTORY, replace_files, resolve_link, stamp
from digest.model import Repository, Snapshot, Window, facts
from digest.model.edition_files import FACTS, MARKS, RENDERED, SECTION, WORKSHEET, EditionTexts

PUBLISHED = "published"
HEAD_FILE = "head"
# The new render while the section is replaced; then it becomes the merge base.
PENDING = ".rendered.md"
TEXTS = (MARKS, SECTION, RENDERED, WORKSHEET)
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
# The facts before the pull requests are within this many characters in files by digest.
HEAD = 100_000


@dataclass(frozen=True)
class Edition:
    """A saved edition: its folder, and the window and repositories of its facts.

    `ids` are the node ids of the repositories, None if they are unknown, and `former_names` their
    old names. `complete` is true if its count is certain. `covered` are the pull requests that it
    covers, by the settings that decide this, as far as the run has computed them.
    """

    folder: Path
    window: Window
    repositories: tuple[str, ...]
    ids: tuple[str | None, ...] = ()
    former_names: tuple[tuple[str, ...], ...] = ()
    complete: bool = True
    covered: dict[object, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def titles(self) -> Mapping[str, str]:
        """The titles of its pull requests, by `owner/name#n`; empty if the facts cannot be read."""
        return {key: title for key, title, _ in self._facts[1]}

    @property
    def main_paths(self) -> Mapping[str, str]:
        """The path of code that each pull request changed most, if any."""
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
        """The text of its marks; None without a marks file."""
        return _read(self.folder / MARKS)

    @property
    def section(self) -> str | None:
        """The text of its section; None if it has none or it cannot be read."""
        with suppress(DigestError):
            return _read(self.folder / SECTION)
        return None

    @property
    def rendered(self) -> str | None:
        """The section as digest last wrote it; None if it has none or it cannot be read."""
        with suppress(DigestError):
            return _read(self.folder / RENDERED)
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
    """The texts of an edition's files; all None for a new edition.

    `names` are the names of the snapshot's repositories, with old names. Raises UsageError if the
    folder has an edition of other repositories, and DigestError if a file cannot be read.
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
    """The render that the section was merged with, even after a killed run."""
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
    """A picture of an edition; None if there is no such file, and empty if a folder has this name.

    Raises DigestError if it cannot be read.
    """
    path = folder / name
    return b"" if os.path.lexists(path) and not path.is_file() else _bytes(path)


def read_published(folder: Path) -> EditionTexts:
    """The marks and the section that this folder last published; None before the first publish."""
    return EditionTexts(
        marks=_read(folder / PUBLISHED / MARKS), section=_read(folder / PUBLISHED / SECTION)
    )


def refuse_links(output: Path, settings: Path | None) -> None:
    """Raise DigestError if the settings, the folder or an edition's facts are a symbolic link."""
    _refuse_links(*filter(None, [settings]), output)
    for path in sorted(output.glob(f"*/{FACTS}")):
        _refuse_links(path.parent, path, path.parent / MARKS)


def refuse_edition_links(folder: Path) -> None:
    """Raise DigestError if a file of an edition that digest reads or writes is a symbolic link."""
    published = folder / PUBLISHED
    texts = [folder / name for name in (FACTS, *TEXTS, PENDING, HISTORY)]
    copies = [published, *(published / name for name in (MARKS, SECTION, HEAD_FILE))]
    pictures = [path for path in folder.glob("*") if path.suffix.lower() in PICTURES]
    _refuse_links(folder, *texts, *copies, *sorted(pictures))


def _refuse_links(*paths: Path) -> None:
    for path in paths:
        if path.is_symlink():
            raise DigestError(
                f"{path} is a symbolic link. digest does not publish links, so it published "
                "nothing.",
                "Replace the link with the file.",
            )


def published_head(folder: Path) -> str | None:
    """The branch's last commit at the last publish from this folder; None before the first."""
    return (_read(folder / PUBLISHED / HEAD_FILE) or "").strip() or None


def save_published(folder: Path, published_texts: EditionTexts, head: str = "") -> None:
    """Keep what was published of an edition, so that later changes can be recognised.

    `head` is the branch's last commit: if the draft has another one, it changed.
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
    """Replace the changed files of an edition. A `snapshot` of None keeps the facts.

    The order makes a killed run harmless: first the pictures, because a text must not show a
    missing one, then the decisions, the section and the next merge base. The facts are last,
    because they show which pull requests were decided on. Raises ChangedFileError if a file was
    saved after it was read, and DigestError if the folder cannot be written.
    """
    files: dict[str, Iterable[bytes]] = {name: [content] for name, content in pictures.items()}
    old, latest = _texts_by_name(before), _texts_by_name(new)
    # If a killed run left PENDING, rendered.md is older than it.
    stale = {RENDERED} if (folder / PENDING).exists() else set()
    changed = [
        name
        for name, text in latest.items()
        if text is not None and (text != old[name] or name in stale)
    ]
    if SECTION in changed and RENDERED in changed:
        # If the run is killed between the two files, the next run finds the merge base here.
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
    """The facts in the form that the edition's folder has."""
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
