"""The REST API's documents as typed values, read through PyGithub's objects; pure.

PyGithub checks the types of the fields that are read. A missing optional field becomes None, never
a guess, and the objects send no requests of their own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from digest.model import STATUS, ChangedFile, Person, PullRequest
from digest.model.facts import LONGEST_NAME, LONGEST_TITLE
from digest.model.newsletter import Draft

if TYPE_CHECKING:
    from github.GithubObject import CompletableGithubObject, GithubObject
    from github.Issue import Issue
    from github.NamedUser import NamedUser
    from github.PullRequest import PullRequest as PullRequestObject
    from github.Requester import Requester

# The REST API names this account as the author of every deleted one.
GHOST = "ghost"
BOT = "[bot]"
STATUSES: Mapping[str, STATUS] = {
    "added": "added",
    "modified": "modified",
    "removed": "removed",
    "renamed": "renamed",
    "copied": "copied",
}
Value = TypeVar("Value")
Whole = TypeVar("Whole", bound="CompletableGithubObject")


class OtherShapeError(Exception):
    """A document lacks a field, or has one of another type."""


@dataclass(frozen=True)
class RepositoryFacts:
    """A repository."""

    name: str
    url: str
    default_branch: str
    private: bool
    node_id: str | None


@dataclass(frozen=True)
class FoundPullRequest:
    """A pull request of a search result: without files, lines, branches and people's names."""

    number: int
    merged_at: datetime
    title: str
    url: str
    node_id: str
    author: Person | None
    labels: tuple[str, ...]
    milestone: str
    body: str
    comments: int
    reactions: int | None

    def as_pull_request(self, repository: str, base: str | None) -> PullRequest:
        """The pull request of `repository`, merged into `base`."""
        return PullRequest(repository=repository, base=base, **vars(self))


@dataclass(frozen=True)
class Found:
    """A page of the results of a search, and the count of all."""

    count: int
    is_incomplete: bool
    pulls: tuple[FoundPullRequest, ...]


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


@cache
def _gate() -> "Requester":
    """A requester that refuses requests: a field that is missing must not become a hidden one."""
    from github import Github
    from github.Requester import Requester

    class Gate(Requester):
        def requestJsonAndCheck(  # noqa: N802
            self, verb: str, url: str, *_: object, **__: object
        ) -> tuple[dict[str, Any], Any]:
            raise OtherShapeError(f"a field is missing that {verb} {url} would have")

    return Gate(**Github(retry=None).requester.kwargs)


def read_document(read: Callable[[Any], Value], document: Any) -> Value:
    """The values that `read` makes of a document. Raises OtherShapeError."""
    from github import BadAttributeException, GithubException

    try:
        return read(document)
    except BadAttributeException as error:
        raise OtherShapeError(f"a field has the value {str(error.actual_value)[:40]!r}") from None
    except GithubException:
        raise OtherShapeError("a field is missing") from None


def _complete(kind: type[Whole], document: Any) -> Whole:
    """An object that takes a missing field as None instead of asking for it."""
    return _made(lambda: kind(_gate(), {}, document, completed=True), document)


def _made(make: Callable[[], Value], document: Any) -> Value:
    if not isinstance(document, dict):
        raise OtherShapeError("it is not an object")
    try:
        return make()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise OtherShapeError(str(error)) from None


def _need(value: Value | None, name: str) -> Value:
    if value is None:
        raise OtherShapeError(f"{name} is missing")
    return value


def _list(document: Any, name: str = "it") -> list[Any]:
    if not isinstance(document, list):
        raise OtherShapeError(f"{name} is not a list")
    return document


def repository(document: Any) -> RepositoryFacts:
    """A repository."""
    from github.Repository import Repository

    found = _complete(Repository, document)
    return RepositoryFacts(
        name=_need(found.full_name, "full_name"),
        url=_need(found.html_url, "html_url"),
        default_branch=_need(found.default_branch, "default_branch"),
        private=_need(found.private, "private"),
        node_id=found.node_id,
    )


def search_results(document: Any) -> Found:
    """A page of the results of a search for merged pull requests."""
    if not isinstance(document, dict):
        raise OtherShapeError("it is not an object")
    count = document.get("total_count")
    if not isinstance(count, int):
        raise OtherShapeError("total_count is missing")
    items = _list(document.get("items"), "items")
    return Found(count, document.get("incomplete_results") is True, tuple(map(_found, items)))


def _found(document: Any) -> FoundPullRequest:
    from github.Issue import Issue

    found = _complete(Issue, document)
    merged_at = _need(found.pull_request, "pull_request").merged_at
    return FoundPullRequest(
        number=_need(found.number, "number"),
        merged_at=_in_utc(_need(merged_at, "pull_request.merged_at")),
        title=_need(found.title, "title")[:LONGEST_TITLE],
        url=_need(found.html_url, "html_url"),
        node_id=_need(_text(document, "node_id"), "node_id"),
        author=_account(found.user),
        labels=_labels(found),
        milestone=_text(_raw(found.milestone), "title") or "",
        body=found.body or "",
        comments=_need(found.comments, "comments"),
        reactions=_reactions(found),
    )


def _reactions(found: "Issue") -> int | None:
    count = (found.reactions or {}).get("total_count")
    return count if isinstance(count, int) else None


def _text(document: Mapping[str, Any], name: str) -> str | None:
    value = document.get(name)
    return value if isinstance(value, str) else None


def _labels(found: "Issue | PullRequestObject") -> tuple[str, ...]:
    return tuple(_need(label.name, "labels.name") for label in _need(found.labels, "labels"))


def details(document: Any) -> dict[str, object]:
    """The facts that a pull request's document adds to the search result."""
    pull = _pull_request(document)
    return {
        "base": _need(pull.base, "base").ref,
        "head": _need(pull.head, "head").ref,
        "additions": pull.additions,
        "deletions": pull.deletions,
        "changed_files": pull.changed_files,
        "merge_commit": pull.merge_commit_sha,
    }


def changed_files(document: Any) -> tuple[ChangedFile | None, ...]:
    """A page of the changed files of a pull request; None for each file that is unchanged."""
    return tuple(map(_changed_file, _list(document)))


def _changed_file(document: Any) -> ChangedFile | None:
    from github.File import File

    file = _made(lambda: File(_gate(), {}, document), document)
    status = _need(file.status, "status")
    if status == "unchanged":
        return None
    return ChangedFile(
        path=_need(file.filename, "filename"),
        status=STATUSES.get(status, "changed"),
        additions=_need(file.additions, "additions"),
        deletions=_need(file.deletions, "deletions"),
    )


def sum_files(files: tuple[ChangedFile | None, ...]) -> dict[str, object]:
    """All changed files of a pull request, and their sums."""
    changed = tuple(file for file in files if file)
    return {
        "files": changed,
        "additions": sum(file.additions for file in changed),
        "deletions": sum(file.deletions for file in changed),
        "changed_files": len(files),
    }


def person(document: Any) -> Person | None:
    """An account's own document, which has the name and company."""
    from github.NamedUser import NamedUser

    return _account(_complete(NamedUser, document))


def _account(account: "NamedUser | None") -> Person | None:
    if account is None:
        return None
    fields = _raw(account)
    login = _need(_text(fields, "login"), "login")
    if login == GHOST:
        return None
    is_bot = fields.get("type") == "Bot"
    return Person(
        login=login.removesuffix(BOT) if is_bot else login,
        name=(_text(fields, "name") or "")[:LONGEST_NAME] or None,
        company=(_text(fields, "company") or "")[:LONGEST_NAME] or None,
        is_bot=is_bot,
    )


def merges(document: Any) -> bool:
    """Whether any pull request of a list was merged."""
    return any(_pull_request(pull).merged_at for pull in _list(document))


def draft(document: Any) -> ListedDraft:
    """A pull request of a newsletter. A server without drafts does not mention them."""
    pull = _pull_request(document)
    head = _need(pull.head, "head")
    state: Literal["open", "closed", "merged"] = "open" if pull.state == "open" else "closed"
    if pull.merged_at:
        state = "merged"
    elif pull.state not in {"open", "closed"}:
        raise OtherShapeError(f"state is {pull.state!r}")
    return ListedDraft(
        Draft(
            number=_need(pull.number, "number"),
            url=_need(pull.html_url, "html_url"),
            branch=_need(head.ref, "head.ref"),
            state=state,
            is_draft=bool(pull.draft),
            body=pull.body or "",
            labels=_labels(pull),
        ),
        _text(_raw(head.repo), "full_name"),
    )


def drafts(document: Any) -> tuple[ListedDraft, ...]:
    """A list of pull requests of a newsletter."""
    return tuple(map(draft, _list(document)))


def opened_draft(document: Any) -> OpenedDraft:
    """The pull request that a write opened."""
    pull = _pull_request(document)
    return OpenedDraft(_need(pull.number, "number"), _need(pull.html_url, "html_url"))


def commits(document: Any) -> tuple[BranchCommit, ...]:
    """The commits of a list."""
    from github.Commit import Commit

    found = (_complete(Commit, commit) for commit in _list(document))
    return tuple(
        BranchCommit(_need(commit.sha, "sha"), _text(_raw(commit.commit), "message") or "")
        for commit in found
    )


def compared_files(document: Any) -> tuple[BranchFile, ...]:
    """The files of a comparison; none if the server does not return them."""
    from github.File import File

    if not isinstance(document, dict):
        raise OtherShapeError("it is not an object")
    files = (_made(partial(File, _gate(), {}, file), file) for file in document.get("files") or ())
    return tuple(
        BranchFile(
            path=_need(file.filename, "filename"),
            status=_need(file.status, "status"),
            previous_path=file.previous_filename,
        )
        for file in files
    )


def added_labels(document: Any) -> tuple[str, ...]:
    """The labels that a list of events adds."""
    from github.IssueEvent import IssueEvent

    events = (_complete(IssueEvent, event) for event in _list(document))
    labels = (_raw(event.label) for event in events if event.event == "labeled")
    return tuple(name for label in labels if (name := _text(label, "name")))


def assignees(document: Any) -> tuple[str, ...]:
    """The logins of the people that an issue is assigned to, as far as they are returned."""
    if not isinstance(document, dict):
        raise OtherShapeError("it is not an object")
    people = document.get("assignees") or ()
    return tuple(
        login for one in people if isinstance(one, dict) and (login := _text(one, "login"))
    )


def written(document: Any) -> None:
    """The answer to a write that needs no answer, as long as it is one."""
    if not isinstance(document, dict | list):
        raise OtherShapeError("it is not an object")


def blob(document: Any) -> str:
    """The content of a file in Base64."""
    from github.GitBlob import GitBlob

    return _need(_complete(GitBlob, document).content, "content")


def _pull_request(document: Any) -> "PullRequestObject":
    from github.PullRequest import PullRequest as PullRequestObject

    return _complete(PullRequestObject, document)


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _raw(found: "GithubObject | None") -> Mapping[str, Any]:
    """The fields of an object inside another one, as they were sent; empty for none."""
    fields: Mapping[str, Any] = {} if found is None else found._rawData  # noqa: SLF001
    return fields
