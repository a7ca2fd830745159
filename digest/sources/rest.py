"""The source that reads GitHub's REST API without a token.

GitHub allows 60 requests an hour and 10 searches a minute. The list and the count are complete;
files and names are read as far as the limit allows.
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import quote

from digest.errors import DigestError, TryLaterError
from digest.github import rest_documents, rest_replies, searches
from digest.github.client import GitHub
from digest.github.connection import address
from digest.github.rest_documents import FoundPullRequest, RepositoryFacts
from digest.github.treatments import TREATMENTS
from digest.model import EarlierCount, PullRequest, Repository, Snapshot, Window
from digest.sources import (
    Context,
    Identity,
    blindness_message,
    missing_notice,
    rename_notices,
    with_former_names,
)
from digest.sources.base_names import SMALL_SHARE
from digest.sources.rest_details import Budget, Details, read_details

PAGE = 100
# A search that ran out of time is faster at the second try.
TRIES = 2
MOST_IDENTIFIED = 3


@dataclass
class Search:
    """The results of a search; `gaps` are notices about missing ones."""

    found: int
    pulls: list[FoundPullRequest] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


class RestSource:
    """The Source that reads the REST API.

    The repositories of a run share the hour's requests. Facts of an earlier run are not read again.
    """

    snapshots = ()

    def __init__(self, github: GitHub, context: Context) -> None:
        self.host = github.host
        self._github = github
        self._context = context
        self._sharing = context.repositories
        self._earlier_facts = cache(context.known)

    @property
    def origin(self) -> str:
        """The cost of the facts up to now: "8 requests, 4 s"."""
        return self._github.cost

    def fetch(
        self, repository: str, base: str, window: Window, earlier: Sequence[Window]
    ) -> Snapshot:
        """The snapshot of one repository's window; the counts of `earlier` are unknown."""
        self._context.watch.begin(f"Reading {repository}")
        share, self._sharing = max(self._sharing, 1), self._sharing - 1
        facts = self._github.get(f"/repos/{repository}", repository, rest_documents.repository).data
        name, branch = facts.name, base or facts.default_branch
        search = self._search(name, searches.merged_in(name, window, branch), most=searches.SHOWN)
        unfiltered = self._count(name, window) if branch != searches.ANY_BRANCH else search.found
        self._refuse_blindness(name, max(search.found, unfiltered))
        pull_base = branch if branch != searches.ANY_BRANCH else None
        pulls = _inside(search.pulls, window, lambda pull: pull.as_pull_request(name, pull_base))
        budget = Budget(self._github, self._context.settings.without_token.reserve_requests, share)
        details = read_details(self._github, budget, pulls, self._context, self._earlier_facts())
        missing = _missing(search.found, len(pulls))
        unclear = self._unclear_base(facts, branch, window, (search, unfiltered))
        gaps = tuple(dict.fromkeys((*search.gaps, *missing, *unclear)))
        return Snapshot(
            repositories=(
                with_former_names(
                    _repository(facts, branch, search.found, unfiltered), [repository]
                ),
            ),
            window=window,
            fetched_at=self._context.now,
            complete=not gaps,
            notices=(
                *rename_notices(repository, name),
                *gaps,
                *self._unknown_facts(details, earlier),
            ),
            pull_requests=details.pulls,
            earlier_counts=tuple(
                EarlierCount(start=span.start, end=span.end, count=None) for span in earlier
            ),
        )

    def identify(self, repositories: Sequence[str]) -> Mapping[str, Identity]:
        """The current names of repositories and their ids, as `Source` promises."""
        found = {}
        for name in repositories[:MOST_IDENTIFIED]:
            with suppress(DigestError):
                facts = self._github.get(f"/repos/{name}", name, rest_documents.repository).data
                if facts.node_id:
                    found[name] = Identity(facts.name, facts.node_id)
        return found

    def add_story_facts(self, snapshot: Snapshot, _keys: Sequence[str]) -> Snapshot:
        """The snapshot unchanged: these facts need a token."""
        return snapshot

    def _search(self, repository: str, text: str, most: int) -> Search:
        """The count of a search and its first `most` results, 100 for each request."""
        found = Search(0)
        for page in range(1, max(most // PAGE, 1) + 1):
            answer = self._search_page(repository, text, page, PAGE if most else 1)
            found.found = answer.data.count
            found.pulls += answer.data.pulls
            if answer.data.is_incomplete:
                found.gaps.append(
                    "GitHub's search ran out of time, so some pull requests may be missing."
                )
            if len(found.pulls) >= min(found.found, most) or not answer.has_next:
                break
        return found

    def _search_page(
        self, repository: str, text: str, page: int, per_page: int
    ) -> rest_replies.Page[rest_documents.Found]:
        query = text.removesuffix(searches.ORDER)
        for _ in range(TRIES):
            answer = self._github.get(
                "/search/issues",
                repository,
                rest_documents.search_results,
                q=query,
                sort="created",
                order="asc",
                per_page=per_page,
                page=page,
            )
            if not answer.data.is_incomplete:
                break
        return answer

    def _count(self, repository: str, window: Window) -> int:
        return self._search(repository, searches.merged_in(repository, window), most=0).found

    def _unclear_base(
        self, facts: RepositoryFacts, branch: str, window: Window, counts: tuple[Search, int]
    ) -> list[str]:
        """A gap if the base may have had another name in the window, as in base_names.py.

        Search results do not name the base, so pull requests of another name cannot be found here.
        """
        (search, unfiltered), name = counts, facts.name
        found = search.found
        if found >= unfiltered:
            return []

        def count(text: str) -> int:
            return self._search(name, text, most=0).found

        before = count(searches.merged_before(name, window.start, branch))
        other: str | None = "another branch"
        if before and 2 * found > unfiltered:
            return []
        if before and (
            SMALL_SHARE * found >= unfiltered
            or SMALL_SHARE * before >= count(searches.merged_before(name, window.start))
        ):
            other = self._lost_branch(facts, window, search.pulls)
        elif facts.default_branch != branch:
            elsewhere = count(searches.merged_in(name, window, facts.default_branch))
            other = None if 2 * elsewhere >= unfiltered - found else other
        message = TREATMENTS["unclear branch"].message
        return [message.format(old=other, base=branch)] if other else []

    def _lost_branch(
        self, facts: RepositoryFacts, window: Window, pulls: Sequence[FoundPullRequest]
    ) -> str | None:
        """The base of the last merge of the window that is not in `pulls`, if it is lost.

        A branch that still exists, or whose state is unknown because it had no such merge in the
        first page, is another branch.
        """
        known, path = {pull.number for pull in pulls}, f"/repos/{facts.name}"
        every = self._search(facts.name, searches.merged_in(facts.name, window), most=PAGE)
        others = [pull for pull in every.pulls if pull.number not in known]
        if not others:
            return None
        last = max(others, key=lambda pull: pull.merged_at)
        about, base = f"{facts.name}#{last.number}", "another branch"
        with suppress(DigestError):
            base = self._github.get(f"{path}/pulls/{last.number}", about, rest_documents.base).data
            branch = f"{path}/branches/{quote(base)}"
            name = self._github.get(branch, f"{base} of {facts.name}", rest_documents.branch).data
            # GitHub leads from the old name of a branch to the new one.
            return None if name == base else base
        return base

    def _refuse_blindness(self, repository: str, found: int) -> None:
        """Raise TryLaterError if search finds nothing at all, although the list has merges."""
        if found or self._search(repository, searches.merged(repository), most=0).found:
            return
        has_merges = self._github.get(
            f"/repos/{repository}/pulls",
            repository,
            rest_documents.merges,
            state="closed",
            per_page=PAGE,
        ).data
        if has_merges:
            raise TryLaterError(
                blindness_message(repository),
                f"Run the command again later. To use a token, run {self._github.token_advice}.",
            )

    def _unknown_facts(self, details: Details, earlier: Sequence[Window]) -> list[str]:
        core = self._github.limits.get(rest_replies.CORE)
        without_files = sum(pull.files is None for pull in details.pulls)
        facts = []
        if without_files:
            facts.append(f"the changed files of {_count_of(without_files, 'pull request')}")
        if details.nameless:
            facts.append(f"the names of {_count_of(details.nameless, 'author')}")
        if earlier:
            facts.append("the counts of earlier windows")
        facts.append("changeset texts and first contributions")
        limit = f" GitHub allows {core.allowed} requests an hour, so" if core else ""
        reset = (
            f" GitHub allows more requests from {core.reset:%H:%M} UTC."
            if core and details.is_short
            else ""
        )
        return [
            *(
                [f"digest could not read some files and names: {details.trouble}"]
                * bool(details.trouble)
            ),
            f"Without a token{limit} these are unknown: {'; '.join(facts)}.{reset}",
            f"To get them, run {self._github.token_advice} without permissions.",
        ]


def _repository(facts: RepositoryFacts, branch: str, found: int, unfiltered: int) -> Repository:
    return Repository(
        name=facts.name,
        node_id=facts.node_id,
        url=facts.url,
        default_branch=facts.default_branch,
        base=branch,
        private=facts.private,
        listed_by="search",
        listing_reason="search works without a token",
        search_count=found,
        search_count_any_base=unfiltered,
    )


def open_rest(context: Context) -> RestSource:
    """The source for GitHub's REST API, which works for every run."""
    return RestSource(
        GitHub(address(os.environ), None, context.settings.github, context.watch), context
    )


def _inside(
    found: Sequence[FoundPullRequest],
    window: Window,
    parse: Callable[[FoundPullRequest], PullRequest],
) -> tuple[PullRequest, ...]:
    """The pull requests of the window, each once, ordered by merge time."""
    pulls = {
        pull.number: parse(pull) for pull in found if window.start <= pull.merged_at < window.end
    }
    return tuple(sorted(pulls.values(), key=lambda pull: (pull.merged_at, pull.number)))


def _missing(counted: int, listed: int) -> list[str]:
    if counted > searches.SHOWN:
        return [f"{missing_notice(counted, listed)} Choose a shorter window."]
    return [missing_notice(counted, listed)] if counted > listed else []


def _count_of(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
