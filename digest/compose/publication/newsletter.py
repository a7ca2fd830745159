"""A newsletter's repository as it stands: its branches, the drafts on them, and the files that matter."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A pull request from an edition's branch, whatever became of it."""

    number: int
    url: str
    branch: str
    state: Literal["open", "closed", "merged"]
    is_draft: bool
    body: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Blob:
    """A file's content: git's name for it, and its text, None where it is none."""

    oid: str
    text: str | None


@dataclass(frozen=True, kw_only=True)
class Newsletter:
    """A newsletter's repository and one edition's branch in it; `head` None: there is no such branch yet.

    `own_commits` is how many the branch has that the default branch has not, `draft` the open pull request from it,
    else the last one; `open_drafts` are those of other editions. `files` are those of the branch that were asked for
    and are there, of the default branch where the other is not there.
    """

    repository: str
    url: str
    default_branch: str
    default_head: str
    branch: str
    head: str | None
    own_commits: int = 0
    draft: Draft | None = None
    open_drafts: tuple[Draft, ...] = ()
    files: Mapping[str, Blob] = field(default_factory=dict)
    of_default: frozenset[str] = frozenset()

    def text(self, path: str) -> str | None:
        """The text of a file, None where it is none or is not there."""
        return self.files[path].text if path in self.files else None

    def differs(self, path: str, content: bytes) -> bool:
        """Whether a file would change."""
        return path not in self.files or self.files[path].oid != oid(content)


def oid(content: bytes) -> str:
    """Git's name for a file's content: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
