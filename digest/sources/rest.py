"""The source for those who have no token: GitHub's REST API, 60 requests an hour and 10 searches a minute.

The list and the count are whole; of files and names it reads as many as the hour allows, and says
what is missing. https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from digest.errors import TryLaterError
from digest.github import rest_documents, rest_replies, searches
from digest.github.client import GitHub
from digest.github.connection import address
from digest.github.rest_documents import Document
from digest.model import EarlierCount, PullRequest, Repository, Snapshot, Window
from digest.sources import Context, rename_notices
from digest.sources.rest_details import Budget, Details, read_details

PAGE = 100
# A search that ran out of time is asked again: what it has looked through by then is quicker to
# find.
TRIES = 2


@dataclass
class Search:
    """What a search found. `gaps` say what it may have left out."""

    found: int
    documents: list[Document] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


class RestSource:
    """A Source.

    The repositories of a run share the hour; what an earlier run read is not asked again.
    """

    snapshots = ()

    def __init__(self, github: GitHub, context: Context) -> None:
        self.host = github.host
        self._github = github
        self._context = context
        self._sharing = context.repositories
        self._known = cache(context.known)

    @property
    def origin(self) -> str:
        """What the facts cost so far: "8 requests, 4 s"."""
        return self._github.cost

    def fetch(
        self, repository: str, base: str, window: Window, earlier: Sequence[Window]
    ) -> Snapshot:
        """The snapshot of one repository's window, as Source promises it.

        `earlier` stays unknown.
        """
        self._context.watch.begin(repository)
        share, self._sharing = max(self._sharing, 1), self._sharing - 1
        facts = self._github.get(f"/repos/{repository}", repository).data
        name, branch = facts["full_name"], base or facts["default_branch"]
        search = self._search(name, searches.merged_in(name, window, branch), most=searches.SHOWN)
        unfiltered = self._found(name, window) if branch != searches.ANY_BRANCH else search.found
        self._refuse_blindness(name, max(search.found, unfiltered))
        known = branch if branch != searches.ANY_BRANCH else None
        pulls = _inside(
            search.documents, window, lambda found: rest_documents.pull_request(found, name, known)
        )
        budget = Budget(self._github, self._context.settings.without_token.keep, share)
        details = read_details(self._github, budget, pulls, self._context, self._known())
        gaps = tuple(dict.fromkeys((*search.gaps, *_missing(search.found, len(pulls)))))
        return Snapshot(
            repositories=(
                Repository(
                    name=name,
                    url=facts["html_url"],
                    default_branch=facts["default_branch"],
                    base=branch,
                    private=facts["private"],
                    listed_by="search",
                    listed_because="there is no token, and search answers without one",
                    found=search.found,
                    unfiltered=unfiltered,
                ),
            ),
            window=window,
            fetched_at=self._context.now,
            complete=not gaps,
            notices=(*rename_notices(repository, name), *gaps, *self._unknown(details, earlier)),
            pull_requests=details.pulls,
            earlier_counts=tuple(
                EarlierCount(start=one.start, end=one.end, count=None) for one in earlier
            ),
        )

    def add_story_facts(self, snapshot: Snapshot, _keys: Sequence[str]) -> Snapshot:
        """The snapshot as it is: without a token nothing more is asked for."""
        return snapshot

    def _search(self, repository: str, text: str, most: int) -> Search:
        """What a search counts and its first `most` results, 100 a request."""
        found = Search(0)
        for page in range(1, max(most // PAGE, 1) + 1):
            answer = self._searched(repository, text, page, PAGE if most else 1)
            found.found = answer.data["total_count"]
            found.documents += answer.data["items"]
            if answer.data["incomplete_results"]:
                found.gaps.append(
                    "GitHub's search ran out of time, so some pull requests may be missing."
                )
            if len(found.documents) >= min(found.found, most) or not answer.has_next:
                break
        return found

    def _searched(self, repository: str, text: str, page: int, per_page: int) -> rest_replies.Page:
        asked = text.removesuffix(searches.ORDER)
        for _ in range(TRIES):
            answer = self._github.get(
                "/search/issues",
                repository,
                q=asked,
                sort="created",
                order="asc",
                per_page=per_page,
                page=page,
            )
            if not answer.data["incomplete_results"]:
                break
        return answer

    def _found(self, repository: str, window: Window) -> int:
        return self._search(repository, searches.merged_in(repository, window), most=0).found

    def _refuse_blindness(self, repository: str, found: int) -> None:
        """Where search finds nothing, hold it to what it must find, and that to the list.

        Raises TryLaterError.
        """
        if found or self._search(repository, searches.merged(repository), most=0).found:
            return
        closed = self._github.get(
            f"/repos/{repository}/pulls", repository, state="closed", per_page=PAGE
        ).data
        if any(one["merged_at"] for one in closed):
            raise TryLaterError(
                f"GitHub's search sees nothing in {repository}, though pull requests were merged there.",
                f"Run the same command later, or with a token: {self._github.token_advice}.",
            )

    def _unknown(self, details: Details, earlier: Sequence[Window]) -> list[str]:
        core = self._github.limits.get(rest_replies.CORE)
        without_files = sum(pull.files is None for pull in details.pulls)
        things = [
            *(
                [f"the changed files of {without_files:,} of the pull requests"]
                if without_files
                else []
            ),
            *([f"the names of {details.nameless:,} people"] if details.nameless else []),
            *(["how many were merged in the windows before"] if earlier else []),
            "texts of changesets, and whose first contribution it is",
        ]
        allowed = (
            f"GitHub answers {core.allowed} requests an hour without a token"
            if core
            else "There is no token"
        )
        anew = (
            f" (the next hour begins at {core.reset:%H:%M} UTC)"
            if core and details.is_short
            else ""
        )
        return [
            *([f"Reading files and names broke off: {details.trouble}"] if details.trouble else []),
            f"{allowed}, so these stay unknown: {'; '.join(things)}{anew}.",
            f"To know them, run the same command with a token: {self._github.token_advice}.",
        ]


def open_without_token(context: Context) -> RestSource:
    """GitHub's REST API, which answers anybody."""
    return RestSource(
        GitHub(address(os.environ), None, context.settings.github, context.watch), context
    )


def _inside(
    found: Sequence[Document], window: Window, read: Callable[[Document], PullRequest]
) -> tuple[PullRequest, ...]:
    """The pull requests of the window, the oldest merge first, each once."""
    pulls = {
        one["number"]: read(one)
        for one in found
        if window.start <= rest_documents.merged_at(one) < window.end
    }
    return tuple(sorted(pulls.values(), key=lambda pull: (pull.merged_at, pull.number)))


def _missing(found: int, listed: int) -> list[str]:
    counts = f"GitHub's search counts {found:,} merged pull requests"
    if found > searches.SHOWN:
        return [f"{counts} and shows {listed:,} of them: take a shorter window."]
    return [f"{counts}, but {listed:,} were listed: some are missing."] if found > listed else []
