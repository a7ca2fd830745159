"""Values for a newsletter's repository: the branch and draft of an edition, and new commits."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

BRANCHES = "digest/"
FOLDER = ".digest"

Operation = Literal[
    "created", "updated", "unchanged", "closed", "merged", "branch-only", "page-missing"
]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A pull request from an edition's branch, in any state; `head` is its last commit."""

    number: int
    url: str
    branch: str
    state: Literal["open", "closed", "merged"]
    is_draft: bool
    body: str
    labels: tuple[str, ...] = ()
    head: str = ""


@dataclass(frozen=True)
class Blob:
    """A file's content: its git object id, and its text, None if it is not text."""

    oid: str
    text: str | None


@dataclass(frozen=True, kw_only=True)
class Newsletter:
    """A newsletter's repository and one edition's branch in it.

    `head` is None if the branch does not exist yet. `own_commits` is the number of commits that
    only this branch has; None if unknown. `draft` is the open pull request from the branch, else
    the last one; `open_drafts` are those of other editions. `files` are the requested files that
    exist, from the branch or, without one, from the default branch; `on_default` are the paths that
    exist there.
    """

    repository: str
    url: str
    default_branch: str
    default_head: str
    branch: str
    head: str | None
    own_commits: int | None = 0
    draft: Draft | None = None
    open_drafts: tuple[Draft, ...] = ()
    files: Mapping[str, Blob] = field(default_factory=dict)
    on_default: frozenset[str] = frozenset()

    def text(self, path: str) -> str | None:
        """The text of a file; None if it is not text or does not exist."""
        return self.files[path].text if path in self.files else None

    def differs(self, path: str, content: bytes) -> bool:
        """Whether a file would change."""
        return path not in self.files or self.files[path].oid != oid(content)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All writes of a run, in this order; none uses force.

    `branch_at` is the commit to create the branch at. `files` are committed on top of `head`, if
    there are any. `opens`: open a draft pull request. `updates_body`: update the list in the body
    of the open one. `labels`: add the label that an earlier run failed to add. `operation` is the
    name of the outcome, and `messages` are for the person.
    """

    operation: Operation
    head: str
    branch_at: str | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    opens: bool = False
    updates_body: bool = False
    labels: bool = False
    messages: tuple[str, ...] = ()

    def count_writes(self, texts: "DraftTexts") -> int:
        """The number of writes if GitHub refuses none."""
        people = (*texts.reviewers, *texts.assignees)
        opened = 1 + bool(texts.label) + len(people) if self.opens else 0
        others = (self.branch_at, self.files, self.updates_body, self.labels)
        return opened + sum(map(bool, others))


@dataclass(frozen=True, kw_only=True)
class DraftTexts:
    """The commit's message, and the pull request's title, body and label ("" for none).

    digest adds `reviewers` and `assignees` when it opens the pull request. A reviewer with "/" is a
    team.
    """

    message: str
    title: str
    body: str
    label: str
    reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """The result of a run.

    `url` is the page of the pull request, or the page to open one if digest may not. `head` is the
    branch's last commit.
    """

    operation: Operation
    number: int | None
    url: str | None
    messages: tuple[str, ...] = ()
    head: str = ""


def oid(content: bytes) -> str:
    """Git's object id for a content: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def branch_of(edition: str) -> str:
    """The branch of an edition's draft."""
    return f"{BRANCHES}{edition}"


def edition_of(branch: str) -> str | None:
    """The edition that a branch belongs to; None for a branch of another kind."""
    found = re.fullmatch(rf"{BRANCHES}(\d{{4}}-(?:W\d{{2}}|\d{{2}}))", branch)
    return found[1] if found else None


def commit_title(edition: str) -> str:
    """The beginning of the message of every commit by digest to an edition's branch."""
    return f"Digest of {edition}:"


def data_path(edition: str, name: str) -> str:
    """The path of one of digest's own files on an edition's branch."""
    return f"{FOLDER}/{edition}/{name}"
