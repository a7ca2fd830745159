"""Commits and branches of a writable repository; the same steps give the same oids."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

BINARY_BYTES = 8000
SIMILAR = 0.5


@dataclass(frozen=True)
class Commit:
    """A commit with all of its files; `links` are the paths of those that are symbolic links."""

    oid: str
    parents: tuple[str, ...]
    files: Mapping[str, bytes]
    message: str
    author: str
    links: frozenset[str] = frozenset()


class Git:
    """`branches` have the oid of their last commit, `blobs` the contents of files by git's oids."""

    def __init__(self, files: Mapping[str, bytes], default_branch: str) -> None:
        self.default_branch = default_branch
        self.branches: dict[str, str] = {}
        self.commits: dict[str, Commit] = {}
        self.blobs: dict[str, bytes] = {}
        self.branches[default_branch] = self._store(files, (), "Begin", "editor")

    def find(self, name: str) -> Commit | None:
        """Return the commit of an oid, a branch, refs/heads/… or HEAD."""
        branch = self.default_branch if name == "HEAD" else name.removeprefix("refs/heads/")
        return self.commits.get(self.branches.get(branch, name))

    def at(self, branch: str) -> Commit:
        """Return the last commit of a branch; raises KeyError for an unknown branch."""
        return self.commits[self.branches[branch]]

    def commit(
        self,
        branch: str,
        changes: Mapping[str, bytes | None],
        message: str,
        author: str,
        *,
        as_links: bool = False,
    ) -> Commit:
        """Put a commit on a branch; None deletes a file. A link's content is its target."""
        head = self.at(branch)
        files = {
            path: content
            for path, content in {**head.files, **changes}.items()
            if content is not None
        }
        links = head.links - changes.keys() | frozenset(changes if as_links else ())
        self.branches[branch] = self._store(files, (head.oid,), message, author, links)
        return self.at(branch)

    def compare(self, base: str, head: str) -> tuple[int, int]:
        """Return how many commits the oid `head` is ahead of the oid `base`, and how many behind."""
        here, there = self._history(base), self._history(head)
        return len(there - here), len(here - there)

    def changes(self, base: str, head: str) -> dict[str, bytes | None]:
        """Return the changes of the oid `head` since it left the history of the oid `base`."""
        shared = self._history(base)
        parted = head
        while parted not in shared:
            parted = self.commits[parted].parents[0]
        before, after = self.commits[parted].files, self.commits[head].files
        paths = before.keys() | after.keys()
        return {
            path: after.get(path) for path in sorted(paths) if before.get(path) != after.get(path)
        }

    def log(self, head: str) -> list[Commit]:
        """The commits that lead to `head`, an oid or a branch, the newest first."""
        commit, found = self.find(head), []
        while commit:
            found.append(commit)
            commit = self.commits[commit.parents[0]] if commit.parents else None
        return found

    def renames(self, base: str, head: str) -> dict[str, str]:
        """The old path of each file that was renamed on the way to `head`, as git detects it."""
        before, after = self.commits[base].files, self.commits[head].files
        gone = [path for path in sorted(before) if path not in after]
        new = [path for path in sorted(after) if path not in before]
        scores = sorted(
            ((similarity(before[old], after[path]), path, old) for old in gone for path in new),
            reverse=True,
        )
        found: dict[str, str] = {}
        for score, path, old in scores:
            if score >= SIMILAR and path not in found and old not in found.values():
                found[path] = old
        return found

    def _history(self, oid: str) -> set[str]:
        found: set[str] = set()
        waiting = [oid]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.commits[one].parents
        return found

    def _store(
        self,
        files: Mapping[str, bytes],
        parents: tuple[str, ...],
        message: str,
        author: str,
        links: frozenset[str] = frozenset(),
    ) -> str:
        oids = {path: blob_oid(content) for path, content in sorted(files.items())}
        self.blobs |= {oids[path]: content for path, content in files.items()}
        # The number of commits replaces the time, which differs from run to run.
        content = repr((len(self.commits), oids, parents, message, author))
        oid = hashlib.sha1(content.encode(), usedforsecurity=False).hexdigest()
        self.commits[oid] = Commit(oid, parents, dict(files), message, author, links)
        return oid


def blob_oid(content: bytes) -> str:
    """Return the oid that git gives a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def similarity(before: bytes, after: bytes) -> float:
    """How much of two files is the same, by lines, as git measures a rename."""
    if before == after:
        return 1.0
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    same = sum(len(line) for line in old if line in new)
    return same / max(len(before), len(after), 1)


def is_binary(content: bytes) -> bool:
    """Return whether git calls it binary: a NUL is among the first bytes."""
    return b"\0" in content[:BINARY_BYTES]
