"""The REST API's documents as typed values, read through PyGithub's objects; pure.

PyGithub checks the types of the fields that are read. A missing optional field becomes None, never
a guess. The objects send no requests, except a write that is asked for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from digest.model import STATUS, ChangedFile, Person, PullRequest
from digest.model.facts import LONGEST_NAME, LONGEST_TITLE

if TYPE_CHECKING:
    from github.GithubObject import CompletableGithubObject, GithubObject
    from github.Issue import Issue
    from github.NamedUser import NamedUser
    from github.PullRequest import PullRequest as PullRequestObject
    from github.Repository import Repository
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
# Sends a verb, a path and a content, and returns the document of the answer.
Send = Callable[[str, str, Any], Any]
Whole = TypeVar("Whole", bound="CompletableGithubObject")


class OtherShapeError(Exception):
    """A document has no such field, or a field of another type."""


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


@cache
def refusing_requester() -> "Requester":
    """A requester that refuses requests. PyGithub would send one for each missing field."""
    return gated_requester(_refuse)


def _refuse(verb: str, url: str, _: Any) -> Any:
    raise OtherShapeError(f"a field is missing that {verb} {url} would have")


def gated_requester(send: Send) -> "Requester":
    """A requester that leaves its writes to `send`, and refuses to read."""
    from github import Github
    from github.Requester import Requester

    class Gate(Requester):
        def requestJsonAndCheck(  # noqa: N802
            self, verb: str, url: str, *_: object, **content: Any
        ) -> tuple[dict[str, Any], Any]:
            return {}, (_refuse if verb == "GET" else send)(verb, url, content.get("input"))

    # A lazy object does not read itself first.
    return Gate(**Github(retry=None, lazy=True).requester.kwargs)


def write_to(name: str, send: Send, do: Callable[["Repository"], Value]) -> Value:
    """The result of `do` with a repository whose writes `send` sends. Raises OtherShapeError."""
    from github.Repository import Repository

    repository = Repository(gated_requester(send), url=f"/repos/{name}")
    return read_document(lambda _: make_object(lambda: do(repository), {}), None)


def read_document(read: Callable[[Any], Value], document: Any) -> Value:
    """The values that `read` makes of a document. Raises OtherShapeError."""
    from github import BadAttributeException, GithubException

    try:
        return read(document)
    except BadAttributeException as error:
        raise OtherShapeError(f"a field has the value {str(error.actual_value)[:40]!r}") from None
    except GithubException:
        raise OtherShapeError("a field is missing") from None


def complete_object(kind: type[Whole], document: Any) -> Whole:
    """An object that takes a missing field as None instead of asking for it."""
    return make_object(lambda: kind(refusing_requester(), {}, document, completed=True), document)


def make_object(make: Callable[[], Value], document: Any) -> Value:
    """An object of PyGithub from a document. Raises OtherShapeError."""
    need_object(document)
    try:
        return make()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise OtherShapeError(str(error)) from None


def need(value: Value | None, name: str) -> Value:
    """A value that may not be missing. Raises OtherShapeError."""
    if value is None:
        raise OtherShapeError(f"{name} is missing")
    return value


def need_object(document: Any) -> dict[str, Any]:
    """A document that must be an object. Raises OtherShapeError."""
    if not isinstance(document, dict):
        raise OtherShapeError("it is not an object")
    return document


def need_list(document: Any, name: str = "it") -> list[Any]:
    """A document that must be a list. Raises OtherShapeError."""
    if not isinstance(document, list):
        raise OtherShapeError(f"{name} is not a list")
    return document


def repository(document: Any) -> RepositoryFacts:
    """A repository."""
    from github.Repository import Repository

    found = complete_object(Repository, document)
    return RepositoryFacts(
        name=need(found.full_name, "full_name"),
        url=need(found.html_url, "html_url"),
        default_branch=need(found.default_branch, "default_branch"),
        private=need(found.private, "private"),
        node_id=found.node_id,
    )


def search_results(document: Any) -> Found:
    """A page of the results of a search for merged pull requests."""
    count = need_object(document).get("total_count")
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise OtherShapeError("total_count is missing or not a count")
    items = need_list(document.get("items"), "items")
    return Found(count, document.get("incomplete_results") is True, tuple(map(_found, items)))


def _found(document: Any) -> FoundPullRequest:
    from github.Issue import Issue

    found = complete_object(Issue, document)
    merged_at = need(found.pull_request, "pull_request").merged_at
    return FoundPullRequest(
        number=need(found.number, "number"),
        merged_at=_in_utc(need(merged_at, "pull_request.merged_at")),
        title=need(found.title, "title")[:LONGEST_TITLE],
        url=need(found.html_url, "html_url"),
        node_id=need(text_of(document, "node_id"), "node_id"),
        author=_account(found.user),
        labels=label_names(found),
        milestone=text_of(raw_fields(found.milestone), "title") or "",
        body=found.body or "",
        comments=need(found.comments, "comments"),
        reactions=_reactions(found),
    )


def _reactions(found: "Issue") -> int | None:
    count = (found.reactions or {}).get("total_count")
    return count if isinstance(count, int) else None


def text_of(document: Mapping[str, Any], name: str) -> str | None:
    """The text of a field, None if it is missing or not a text."""
    value = document.get(name)
    return value if isinstance(value, str) else None


def label_names(found: "Issue | PullRequestObject") -> tuple[str, ...]:
    """The names of the labels. Raises OtherShapeError."""
    return tuple(need(label.name, "labels.name") for label in need(found.labels, "labels"))


def details(document: Any) -> dict[str, object]:
    """The facts that a pull request's document adds to the search result."""
    pull = pull_request_object(document)
    return {
        "base": need(pull.base, "base").ref,
        "head": need(pull.head, "head").ref,
        "additions": pull.additions,
        "deletions": pull.deletions,
        "changed_files": pull.changed_files,
        "merge_commit": pull.merge_commit_sha,
    }


def base(document: Any) -> str:
    """The branch that a pull request was merged into."""
    return need(need(pull_request_object(document).base, "base").ref, "base.ref")


def branch(document: Any) -> str:
    """The name of a branch."""
    return need(text_of(need_object(document), "name"), "name")


def changed_files(document: Any) -> tuple[ChangedFile | None, ...]:
    """A page of the changed files of a pull request; None for each file that is unchanged."""
    return tuple(map(_changed_file, need_list(document)))


def _changed_file(document: Any) -> ChangedFile | None:
    from github.File import File

    file = make_object(lambda: File(refusing_requester(), {}, document), document)
    status = need(file.status, "status")
    if status == "unchanged":
        return None
    return ChangedFile(
        path=need(file.filename, "filename"),
        status=STATUSES.get(status, "changed"),
        additions=need(file.additions, "additions"),
        deletions=need(file.deletions, "deletions"),
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

    return _account(complete_object(NamedUser, document))


def _account(account: "NamedUser | None") -> Person | None:
    if account is None:
        return None
    fields = raw_fields(account)
    login = need(text_of(fields, "login"), "login")
    if login == GHOST:
        return None
    is_bot = fields.get("type") == "Bot"
    return Person(
        login=login.removesuffix(BOT) if is_bot else login,
        name=(text_of(fields, "name") or "")[:LONGEST_NAME] or None,
        company=(text_of(fields, "company") or "")[:LONGEST_NAME] or None,
        is_bot=is_bot,
    )


def merges(document: Any) -> bool:
    """Whether any pull request of a list was merged."""
    return any(pull_request_object(pull).merged_at for pull in need_list(document))


def pull_request_object(document: Any) -> "PullRequestObject":
    """A pull request as an object of PyGithub. Raises OtherShapeError."""
    from github.PullRequest import PullRequest as PullRequestObject

    return complete_object(PullRequestObject, document)


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def raw_fields(found: "GithubObject | None") -> Mapping[str, Any]:
    """The fields of an object inside another one, as they were sent; empty if there are none."""
    fields: Mapping[str, Any] = {} if found is None else found._rawData  # noqa: SLF001
    return fields
