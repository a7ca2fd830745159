"""REST documents about a newsletter's repository as typed values; pure."""

import base64
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from digest.github.rest_documents import (
    OtherShapeError,
    complete_object,
    label_names,
    make_object,
    need,
    need_list,
    need_object,
    pull_request_object,
    raw_fields,
    refusing_requester,
    text_of,
)
from digest.model.newsletter import Draft

if TYPE_CHECKING:
    from github.Issue import Issue
    from github.PullRequest import PullRequest


@dataclass(frozen=True)
class ListedDraft:
    """A pull request of a newsletter, and the repository of its branch; None if that is gone."""

    draft: Draft
    head_repository: str | None


@dataclass(frozen=True)
class BranchCommit:
    """A commit of a branch."""

    sha: str
    message: str


@dataclass(frozen=True)
class BranchFile:
    """A file that differs between two commits, and its path before it was renamed."""

    path: str
    status: str
    previous_path: str | None


@dataclass(frozen=True)
class OpenedDraft:
    """A new pull request."""

    number: int
    url: str


def draft(document: Any) -> ListedDraft:
    """A pull request of a newsletter. A server without drafts does not mention them."""
    pull = pull_request_object(document)
    head = need(pull.head, "head")
    state: Literal["open", "closed", "merged"] = "open" if pull.state == "open" else "closed"
    if pull.merged_at:
        state = "merged"
    elif pull.state not in {"open", "closed"}:
        raise OtherShapeError(f"state is {pull.state!r}")
    return ListedDraft(
        Draft(
            number=need(pull.number, "number"),
            url=need(pull.html_url, "html_url"),
            branch=need(head.ref, "head.ref"),
            state=state,
            is_draft=bool(pull.draft),
            body=pull.body or "",
            labels=label_names(pull),
            head=head.sha or "",
        ),
        text_of(raw_fields(head.repo), "full_name"),
    )


def drafts(document: Any) -> tuple[ListedDraft, ...]:
    """A list of pull requests of a newsletter."""
    return tuple(map(draft, need_list(document)))


def opened_draft(pull: "PullRequest") -> OpenedDraft:
    """The pull request that a write opened."""
    return OpenedDraft(need(pull.number, "number"), need(pull.html_url, "html_url"))


def commits(document: Any) -> tuple[BranchCommit, ...]:
    """The commits of a list."""
    from github.Commit import Commit

    found = (complete_object(Commit, commit) for commit in need_list(document))
    return tuple(
        BranchCommit(need(commit.sha, "sha"), text_of(raw_fields(commit.commit), "message") or "")
        for commit in found
    )


def compared_files(document: Any) -> tuple[BranchFile, ...]:
    """The files of a comparison; none if the server does not return them."""
    from github.File import File

    listed = need_list(need_object(document).get("files") or [], "files")
    files = (make_object(partial(File, refusing_requester(), {}, file), file) for file in listed)
    return tuple(
        BranchFile(
            path=need(file.filename, "filename"),
            status=need(file.status, "status"),
            previous_path=file.previous_filename,
        )
        for file in files
    )


def added_labels(document: Any) -> tuple[str, ...]:
    """The labels that a list of events adds."""
    from github.IssueEvent import IssueEvent

    events = (complete_object(IssueEvent, event) for event in need_list(document))
    labels = (raw_fields(event.label) for event in events if event.event == "labeled")
    return tuple(name for label in labels if (name := text_of(label, "name")))


def assignees(issue: "Issue") -> tuple[str, ...]:
    """The logins of the people that an issue is assigned to, as far as they are returned."""
    people = map(raw_fields, issue.assignees or ())
    return tuple(login for one in people if (login := text_of(one, "login")))


def blob(document: Any) -> bytes:
    """The content of a file."""
    from github.GitBlob import GitBlob

    content = need(complete_object(GitBlob, document).content, "content")
    try:
        return base64.b64decode(content)
    except ValueError:
        raise OtherShapeError("content is not Base64") from None
