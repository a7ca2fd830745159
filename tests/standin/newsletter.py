"""A newsletter's repository that can be written to: by a program through the API, and by a person here."""

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
    """A pull request as it stands. `head_oid` is kept when the branch is deleted."""

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
    """What a repository is, and what it lets the token do; tests change it as they go.

    `can_write_contents`, `can_write_pull_requests`: the permissions of the job.
    `can_create_pull_requests`: the setting "Allow GitHub Actions to create and approve pull
    requests". `has_drafts`: whether the plan has them. `protected`: patterns of branches that
    nobody may create or commit to. `can_label`: whether labels can be put on, `can_create_labels`
    whether one that is not among `labels` is made by the way, for which pull-requests: write has
    not been enough since May 2025. `people` are the collaborators and the teams.
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

    `writes` says in words what the API wrote, in order; what a person does here is not in it.
    """

    def __init__(self, files: Mapping[str, str | bytes] | None = None, **rules: Any) -> None:
        super().__init__(**rules)
        self.git = Git(_contents(files or {}), self.default_branch)
        self._pulls: dict[int, Pull] = {}
        self.writes: list[str] = []
        self.labelled: list[tuple[int, str]] = []

    @property
    def owner(self) -> str:
        """The account that it belongs to."""
        return self.name.partition("/")[0]

    @property
    def url(self) -> str:
        """The page of the repository."""
        return f"{self.host}/{self.name}"

    def is_protected(self, branch: str) -> bool:
        """Whether nobody may write to a branch of this name."""
        return any(fnmatchcase(branch, pattern) for pattern in self.protected)

    # What a test looks at.

    def files(self, branch: str | None = None) -> dict[str, bytes]:
        """The files of a branch, the default one if none is named."""
        return dict(self.git.at(branch or self.default_branch).files)

    def text(self, branch: str, path: str) -> str:
        """A file of a branch."""
        return self.files(branch)[path].decode("utf-8")

    def head(self, branch: str) -> str:
        """The oid of a branch's last commit."""
        return self.git.branches[branch]

    def pull(self, number: int) -> Pull:
        """A pull request as it stands, with the last commit of its branch while it is open."""
        known = self._pulls[number]
        oid = (
            self.git.branches.get(known.head, known.head_oid)
            if known.state == "open"
            else known.head_oid
        )
        return replace(known, head_oid=oid)

    @property
    def pulls(self) -> list[Pull]:
        """All pull requests, the first one first."""
        return [self.pull(number) for number in self._pulls]

    # What a person does.

    def edit(self, branch: str, path: str, text: str | bytes) -> str:
        """Commit a file; the commit's oid."""
        return self.git.commit(branch, _contents({path: text}), f"Edit {path}", PERSON).oid

    def remove(self, branch: str, path: str) -> str:
        """Commit a file's removal; the commit's oid."""
        return self.git.commit(branch, {path: None}, f"Remove {path}", PERSON).oid

    def create_branch(self, name: str, files: Mapping[str, str | bytes] | None = None) -> str:
        """Make a branch of the default one, with a commit of its own if there are files.

        The last commit's oid.
        """
        self.git.branches[name] = self.head(self.default_branch)
        if files:
            self.git.commit(name, _contents(files), "Something else", PERSON)
        return self.head(name)

    def delete_branch(self, name: str) -> None:
        """Delete a branch; GitHub closes the pull requests that come from it."""
        for pull in self.pulls:
            if pull.head == name and pull.state == "open":
                self.close(pull.number)
        del self.git.branches[name]

    def open_pull_request(
        self, head: str, title: str = "Something else", body: str = "", **facts: Any
    ) -> int:
        """Open a pull request, ready for review unless `facts` say otherwise; its number."""
        return self.opened(head=head, title=title, body=body, author=PERSON, **facts).number

    def edit_body(self, number: int, text: str, *, crlf: bool = True) -> None:
        """Rewrite a pull request's description. On the web, lines end in CRLF afterwards."""
        plain = text.replace("\r\n", "\n")
        self.changed(number, body=plain.replace("\n", "\r\n") if crlf else plain)

    def tick(self, number: int, key: str, *, crlf: bool = True) -> None:
        """Tick the box `- [ ] <!-- digest:pr=KEY -->`, or the one `- [ ] <!-- digest:KEY -->`."""
        self._box(number, key, " ", "x", crlf=crlf)

    def untick(self, number: int, key: str, *, crlf: bool = True) -> None:
        """Take a tick away."""
        self._box(number, key, "x", " ", crlf=crlf)

    def _box(self, number: int, key: str, old: str, new: str, *, crlf: bool) -> None:
        pattern = rf"(?m)^(\s*- \[){old}(\] <!-- digest:(?:pr=)?{re.escape(key)} -->)"
        body, changed = re.subn(pattern, rf"\g<1>{new}\g<2>", self.pull(number).body)
        if not changed:
            raise AssertionError(f"#{number} has no box [{old}] for {key}")
        self.edit_body(number, body, crlf=crlf)

    def close(self, number: int) -> None:
        """Close without merging."""
        self.changed(number, state="closed")

    def unlabel(self, number: int, name: str) -> None:
        """Take a label off."""
        self.changed(number, labels=tuple(one for one in self.pull(number).labels if one != name))

    def ready(self, number: int) -> None:
        """Take it out of draft."""
        self.changed(number, draft=False)

    def merge(self, number: int, *, delete_branch: bool = False) -> str:
        """Squash it onto its base; the commit's oid."""
        pull = self.pull(number)
        changes = self.git.changes(self.head(pull.base), self.head(pull.head))
        made = self.git.commit(pull.base, changes, f"{pull.title} (#{number})", PERSON)
        self.changed(number, state="closed", merged=True, merge_commit=made.oid, draft=False)
        if delete_branch:
            self.delete_branch(pull.head)
        return made.oid

    # What both do, and the API with it.

    def opened(self, **facts: Any) -> Pull:
        """Open a pull request of these facts."""
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
