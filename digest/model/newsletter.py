"""A newsletter's repository: an edition's branch and draft, and the changes of a run."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

BRANCHES = "digest/"
FOLDER = ".digest"

Operation = Literal["created", "updated", "unchanged", "closed", "merged", "branch-only"]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A pull request from an edition's branch: a draft, ready for review, closed, or merged."""

    number: int
    url: str
    branch: str
    state: Literal["open", "closed", "merged"]
    is_draft: bool
    body: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Blob:
    """The content of a file: git's object id, and the text, None for a binary file."""

    oid: str
    text: str | None


@dataclass(frozen=True, kw_only=True)
class Newsletter:
    """A newsletter's repository and one edition's branch in it.

    `head` is None if the branch does not exist yet. `own_commits` is the number of its commits
    that are not on the default branch. `draft` is the open pull request from the branch, or else
    the last one; `open_drafts` are those of other editions. `files` are the requested files that
    exist on the branch, or on the default branch if there is no branch; `on_default` are their
    paths on the default branch.
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
    on_default: frozenset[str] = frozenset()

    def text(self, path: str) -> str | None:
        """The text of a file; None for a binary file or if there is no such file."""
        return self.files[path].text if path in self.files else None

    def differs(self, path: str, content: bytes) -> bool:
        """Whether this content would change the file."""
        return path not in self.files or self.files[path].oid != oid(content)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The changes of a run, in this order. A run writes nothing else, and never uses force.

    `branch_at` is the commit to create the branch at. `files` are committed on top of `head`.
    `opens`: open a draft pull request. `updates_body`: update the list in the body of the open
    one. `labels`: add the label that an earlier run failed to add. `operation` is the outcome, and
    `messages` are for the user.
    """

    operation: Operation
    head: str
    branch_at: str | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    opens: bool = False
    updates_body: bool = False
    labels: bool = False
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DraftTexts:
    """The message of the commit; title, body and label ("" for none) of the pull request."""

    message: str
    title: str
    body: str
    label: str


@dataclass(frozen=True)
class Outcome:
    """The outcome of a run.

    `url` is the pull request, or a page to open one if digest is not allowed to.
    """

    operation: Operation
    number: int | None
    url: str | None
    messages: tuple[str, ...] = ()


def oid(content: bytes) -> str:
    """Git's object id of a content: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def branch_of(edition: str) -> str:
    """The branch of an edition's draft."""
    return f"{BRANCHES}{edition}"


def edition_of(branch: str) -> str | None:
    """The edition of a branch; None if it is not an edition's branch."""
    match = re.fullmatch(rf"{BRANCHES}(\d{{4}}-(?:W\d{{2}}|\d{{2}}))", branch)
    return match[1] if match else None


def data_path(edition: str, name: str) -> str:
    """The path of one of digest's own files on an edition's branch."""
    return f"{FOLDER}/{edition}/{name}"
