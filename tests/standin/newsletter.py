"""A newsletter's repository: programs write to it through the API, tests as a person."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Literal

from tests.standin.git import Git

PERSON = "editor"
ROBOT = "github-actions[bot]"
State = Literal["open", "closed"]


@dataclass(frozen=True)
class Pull:
    """The state of a pull request. `head_oid` survives the deletion of the branch."""

    number: int
    title: str
    body: str
    head: str
    base: str
    head_oid: str
    author: str
    draft: bool = False
    state: State = "open"
    merged: bool = False
    merge_commit: str | None = None
    labels: tuple[str, ...] = ()
    url: str = ""


@dataclass
class Rules:
    """The settings of a repository and the rights of the token; tests may change them.

    `can_write_contents`, `can_write_pull_requests`: the permissions of the job.
    `can_create_pull_requests`: the setting "Allow GitHub Actions to create and approve pull
    requests". `has_drafts`: whether the plan includes drafts. `protected`: patterns of branches
    that the token may not create or commit to. `can_label`: whether it may add labels.
    `can_create_labels`: whether it may create a label that is missing from `labels`; since May
    2025, this needs more than pull-requests: write. `people` are the collaborators and the teams.
    """

    name: str = "acme/newsletter"
    default_branch: str = "main"
    private: bool = False
    host: str = "https://github.com"
    can_write_contents: bool = True
    can_write_pull_requests: bool = True
    can_create_pull_requests: bool = True
    has_drafts: bool = True
    protected: Sequence[str] = ()
    can_label: bool = True
    can_create_labels: bool = True
    labels: list[str] = field(default_factory=list)
    people: Sequence[str] = ()


class Newsletter(Rules):
    """The repository.

    `writes` describes the writes of the API in order, without the edits of a person.
    """

    def __init__(self, files: Mapping[str, str | bytes] | None = None, **rules: Any) -> None:
        super().__init__(**rules)
        self.git = Git(_contents(files or {}), self.default_branch)
        self._pulls: dict[int, Pull] = {}
        self.writes: list[str] = []
        self.labelled: list[tuple[int, str]] = []

    @property
    def owner(self) -> str:
        """The account that owns it."""
        return self.name.partition("/")[0]

    @property
    def url(self) -> str:
        """The page of the repository."""
        return f"{self.host}/{self.name}"

    def is_protected(self, branch: str) -> bool:
        """Return whether a pattern protects a branch of this name."""
        return any(fnmatchcase(branch, pattern) for pattern in self.protected)

    # Tests read these.

    def files(self, branch: str | None = None) -> dict[str, bytes]:
        """Return the files of a branch, by default the default branch."""
        return dict(self.git.at(branch or self.default_branch).files)

    def text(self, branch: str, path: str) -> str:
        """Return the text of a file on a branch."""
        return self.files(branch)[path].decode("utf-8")

    def head(self, branch: str) -> str:
        """Return the oid of a branch's last commit."""
        return self.git.branches[branch]

    def pull(self, number: int) -> Pull:
        """Return a pull request; while it is open, `head_oid` follows its branch."""
        known = self._pulls[number]
        oid = (
            self.git.branches.get(known.head, known.head_oid)
            if known.state == "open"
            else known.head_oid
        )
        return replace(known, head_oid=oid)

    @property
    def pulls(self) -> list[Pull]:
        """All pull requests, oldest first."""
        return [self.pull(number) for number in self._pulls]

    # A person does these.

    def edit(self, branch: str, path: str, text: str | bytes) -> str:
        """Commit a file, and return the commit's oid."""
        return self.git.commit(branch, _contents({path: text}), f"Edit {path}", PERSON).oid

    def link(self, branch: str, path: str, target: str) -> str:
        """Commit a symbolic link in place of a file or folder, and return the commit's oid."""
        inside = [one for one in self.files(branch) if one.startswith(f"{path}/")]
        for one in inside:
            self.remove(branch, one)
        changes = {path: target.encode()}
        return self.git.commit(branch, changes, f"Link {path}", PERSON, as_links=True).oid

    def move(
        self, branch: str, moves: Mapping[str, str], texts: Mapping[str, str] | None = None
    ) -> str:
        """Commit renames, from old paths to new ones, with new texts by path; the commit's oid."""
        files = self.files(branch)
        changes: dict[str, bytes | None] = dict.fromkeys(moves)
        changes |= {new: files[old] for old, new in moves.items()}
        changes |= _contents(texts or {})
        return self.git.commit(branch, changes, "Move files", PERSON).oid

    def remove(self, branch: str, path: str) -> str:
        """Commit the removal of a file, and return the commit's oid."""
        return self.git.commit(branch, {path: None}, f"Remove {path}", PERSON).oid

    def create_branch(self, name: str, files: Mapping[str, str | bytes] | None = None) -> str:
        """Create a branch from the default one and commit the files; return its last oid."""
        self.git.branches[name] = self.head(self.default_branch)
        if files:
            self.git.commit(name, _contents(files), "Something else", PERSON)
        return self.head(name)

    def delete_branch(self, name: str) -> None:
        """Delete a branch and, like GitHub, close its pull requests."""
        for pull in self.pulls:
            if pull.head == name and pull.state == "open":
                self.close(pull.number)
        del self.git.branches[name]

    def open_pull_request(
        self, head: str, title: str = "Something else", body: str = "", **facts: Any
    ) -> int:
        """Open a pull request, by default ready for review, and return its number."""
        return self.opened(head=head, title=title, body=body, author=PERSON, **facts).number

    def edit_body(self, number: int, text: str, *, crlf: bool = True) -> None:
        """Rewrite a pull request's description. The web editor ends lines with CRLF."""
        plain = text.replace("\r\n", "\n")
        self.changed(number, body=plain.replace("\n", "\r\n") if crlf else plain)

    def tick(self, number: int, key: str, *, crlf: bool = True) -> None:
        """Tick the box `- [ ] <!-- digest:pr=KEY -->`, or the one `- [ ] <!-- digest:KEY -->`."""
        self._box(number, key, " ", "x", crlf=crlf)

    def untick(self, number: int, key: str, *, crlf: bool = True) -> None:
        """Untick a box."""
        self._box(number, key, "x", " ", crlf=crlf)

    def _box(self, number: int, key: str, old: str, new: str, *, crlf: bool) -> None:
        pattern = rf"(?m)^(\s*- \[){old}(\] <!-- digest:(?:pr=)?{re.escape(key)} -->)"
        body, changed = re.subn(pattern, rf"\g<1>{new}\g<2>", self.pull(number).body)
        if not changed:
            raise AssertionError(f"#{number} has no box [{old}] for {key}")
        self.edit_body(number, body, crlf=crlf)

    def close(self, number: int) -> None:
        """Close a pull request without a merge."""
        self.changed(number, state="closed")

    def unlabel(self, number: int, name: str) -> None:
        """Remove a label."""
        self.changed(number, labels=tuple(one for one in self.pull(number).labels if one != name))

    def ready(self, number: int) -> None:
        """Mark a draft as ready for review."""
        self.changed(number, draft=False)

    def merge(self, number: int, *, delete_branch: bool = False) -> str:
        """Squash a pull request onto its base, and return the commit's oid."""
        pull = self.pull(number)
        changes = self.git.changes(self.head(pull.base), self.head(pull.head))
        made = self.git.commit(pull.base, changes, f"{pull.title} (#{number})", PERSON)
        self.changed(number, state="closed", merged=True, merge_commit=made.oid, draft=False)
        if delete_branch:
            self.delete_branch(pull.head)
        return made.oid

    # Both a person and the API do these.

    def opened(self, **facts: Any) -> Pull:
        """Open a pull request with these facts."""
        number = len(self._pulls) + 1
        usual: dict[str, Any] = {
            "base": self.default_branch,
            "number": number,
            "url": f"{self.url}/pull/{number}",
        }
        self._pulls[number] = Pull(**usual | {"head_oid": self.head(facts["head"])} | facts)
        return self._pulls[number]

    def changed(self, number: int, **facts: Any) -> Pull:
        """Change a pull request."""
        self._pulls[number] = replace(self.pull(number), **facts)
        return self._pulls[number]


def _contents(files: Mapping[str, str | bytes]) -> dict[str, bytes]:
    return {
        path: text.encode("utf-8") if isinstance(text, str) else text
        for path, text in files.items()
    }
