"""Reads files and names by the REST API, one pull request and one person at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from digest.compose.candidates import rank_by_title
from digest.errors import DigestError, TryLaterError
from digest.github import rest_documents, rest_replies
from digest.github.client import GitHub
from digest.model import ChangedFile, Person, PullRequest
from digest.sources import Context

PAGE = 100
# A longer list of files would use too many requests; its sums need only one.
MOST_FILES = 300
# GitHub's limit, for a server that reports none.
USUAL_LIMIT = 60
# These facts do not change after a merge.
LASTING = ("files", "additions", "deletions", "changed_files", "head", "merge_commit", "changesets")


@dataclass(frozen=True)
class Details:
    """The pull requests with their details.

    `nameless` is the number of people whose names were not read. `is_short`: there were too few
    requests. `trouble` is the message of the error that stopped the reading.
    """

    pulls: tuple[PullRequest, ...]
    nameless: int
    is_short: bool
    trouble: str | None


class Budget:
    """One repository's share of the remaining requests, without a reserve of `keep`."""

    def __init__(self, github: GitHub, keep: int, share: int) -> None:
        self._github = github
        self._floor = keep
        self._floor = keep + (self._left() - keep) * (share - 1) // share

    def allows(self, requests: int = 1, reserve: int = 0) -> bool:
        """Whether this many requests may be sent, with `reserve` more left for later."""
        return self._left() - requests - reserve >= self._floor

    def _left(self) -> int:
        core = self._github.limits.get(rest_replies.CORE)
        return core.remaining if core else USUAL_LIMIT - self._github.requests


def read_details(
    github: GitHub,
    budget: Budget,
    pulls: Sequence[PullRequest],
    context: Context,
    before: Mapping[str, PullRequest],
) -> Details:
    """The pull requests with files, best candidates first, then with names of authors.

    `before` has the facts of an earlier run by key, which are kept. If GitHub has problems or the
    limit is used up, the remaining facts are unknown.
    """
    settings, watch = context.settings, context.watch
    details = {pull.number: _with_earlier_facts(pull, before.get(pull.key)) for pull in pulls}
    people = {
        pull.author.login or "": pull.author
        for pull in details.values()
        if pull.author and pull.author.name
    }
    is_short, trouble = False, None
    candidates = rank_by_title(pulls, settings)
    watch.progress(0, len(candidates))
    try:
        for done, pull in enumerate(candidates, 1):
            if details[pull.number].additions is not None:
                continue
            if not budget.allows(reserve=settings.without_token.name_requests):
                is_short = True
                break
            details[pull.number] = _with_files(github, budget, pull)
            watch.progress(done, len(candidates))
        for login in _logins(details[pull.number] for pull in candidates):
            if login in people:
                continue
            if not budget.allows():
                is_short = True
                break
            people[login] = _person(github, login)
    except TryLaterError as error:
        trouble = error.message
    whole = tuple(_named(details[pull.number], people) for pull in pulls)
    return Details(whole, len(set(_logins(candidates)) - set(people)), is_short, trouble)


def _with_earlier_facts(pull: PullRequest, before: PullRequest | None) -> PullRequest:
    """The pull request with lasting facts of an earlier run, and the name of the same author."""
    if before is None:
        return pull
    facts: dict[str, object] = {name: getattr(before, name) for name in LASTING}
    if pull.author and before.author and pull.author.login == before.author.login:
        facts["author"] = before.author
    return pull.model_copy(update=facts)


def _with_files(github: GitHub, budget: Budget, pull: PullRequest) -> PullRequest:
    """The pull request with its files, or only their sums if there are too many."""
    path = f"/repos/{pull.repository}/pulls/{pull.number}"
    try:
        files, whole = _files(github, budget, path, pull.repository)
        if whole:
            return pull.model_copy(update=rest_documents.sum_files(files))
        found = github.get(path, pull.repository, rest_documents.details)
        return pull.model_copy(update=found.data)
    except TryLaterError:
        raise
    except DigestError:
        return pull


def _files(
    github: GitHub, budget: Budget, path: str, about: str
) -> tuple[tuple[ChangedFile | None, ...], bool]:
    """The changed files, and whether these are all."""
    files: tuple[ChangedFile | None, ...] = ()
    for page in range(1, MOST_FILES // PAGE + 1):
        # Keep one request for the sums.
        if page > 1 and not budget.allows(2):
            break
        answer = github.get(
            f"{path}/files", about, rest_documents.changed_files, per_page=PAGE, page=page
        )
        files += answer.data
        if not answer.has_next:
            return files, True
    return files, False


def _logins(pulls: Iterable[PullRequest]) -> list[str]:
    """The authors, each once, ordered by most added lines."""
    by_size = sorted(pulls, key=lambda pull: -(pull.additions or 0))
    return list(
        dict.fromkeys(pull.author.login for pull in by_size if pull.author and pull.author.login)
    )


def _person(github: GitHub, login: str) -> Person:
    try:
        person = github.get(f"/users/{quote(login)}", login, rest_documents.person).data
    except TryLaterError:
        raise
    except DigestError:
        person = None
    return person or Person(login=login)


def _named(pull: PullRequest, people: dict[str, Person]) -> PullRequest:
    login = pull.author.login if pull.author else None
    return pull.model_copy(update={"author": people[login]}) if login in people else pull
