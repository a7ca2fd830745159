"""The source for those who have no token: GitHub's REST API, 60 requests an hour and 10 searches a minute.

The list and the count are whole; of files and names it reads as many as the hour allows, and says what is missing.
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from digest.errors import TryLaterError
from digest.github import documents, rest, searches
from digest.github.client import GitHub
from digest.github.documents import Document
from digest.model import EarlierCount, PullRequest, Repository, Snapshot, Window
from digest.settings import Settings
from digest.sources import rest_details
from digest.sources.run import Run

PAGE = 100
# A search that ran out of time is asked once more: what it has looked through by then is quicker to find.
TRIES = 2


@dataclass
class Search:
    """What a search found. `gaps` say what it may have left out."""

    found: int
    documents: list[Document] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


class RestSource:
    """A gather.base.Source. The repositories of a run share the hour; what an earlier run read is not asked again."""

    def __init__(self, github: GitHub, settings: Settings, run: Run) -> None:
        self._github = github
        self._settings = settings
        self._run = run
        self._sharing = run.repositories

    def fetch(self, repository: str, base: str, window: Window, earlier: Sequence[Window]) -> Snapshot:
        """The snapshot of one repository's window, as gather.base.Source promises it; `earlier` stays unknown."""
        fetched_at = self._run.now()
        share, self._sharing = max(self._sharing, 1), self._sharing - 1
        facts = self._github.get(f"/repos/{repository}", repository).data
        name, branch = facts["full_name"], base or facts["default_branch"]
        search = self._search(name, searches.merged_in(name, window, branch), most=searches.SHOWN)
        unfiltered = self._found(name, window) if branch != searches.ANY_BRANCH else search.found
        self._refuse_blindness(name, max(search.found, unfiltered))
        known = branch if branch != searches.ANY_BRANCH else None
        pulls = _inside(search.documents, window, lambda found: documents.pull_request(found, name, known))
        budget = rest_details.Budget(self._github, self._settings.without_token.keep, share)
        read = rest_details.read(self._github, budget, pulls, self._settings, self._run)
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
            fetched_at=fetched_at,
            complete=not gaps,
            notices=(*_renamed(repository, name), *gaps, *self._unknown(read, earlier)),
            pull_requests=read.pulls,
            earlier_counts=tuple(EarlierCount(start=one.start, end=one.end, count=None) for one in earlier),
        )

    def _search(self, repository: str, text: str, most: int) -> Search:
        """What a search counts and its first `most` results, 100 a request."""
        found = Search(0)
        for page in range(1, max(most // PAGE, 1) + 1):
            answer = self._searched(repository, text, page, PAGE if most else 1)
            found.found = answer.data["total_count"]
            found.documents += answer.data["items"]
            if answer.data["incomplete_results"]:
                found.gaps.append("GitHub's search ran out of time, so some pull requests may be missing.")
            if len(found.documents) >= min(found.found, most) or not answer.has_next:
                break
        return found

    def _searched(self, repository: str, text: str, page: int, per_page: int) -> rest.Page:
        asked = text.removesuffix(searches.ORDER)
        for _ in range(TRIES):
            answer = self._github.get(
                "/search/issues", repository, q=asked, sort="created", order="asc", per_page=per_page, page=page
            )
            if not answer.data["incomplete_results"]:
                break
        return answer

    def _found(self, repository: str, window: Window) -> int:
        return self._search(repository, searches.merged_in(repository, window), most=0).found

    def _refuse_blindness(self, repository: str, found: int) -> None:
        """Where search finds nothing, hold it to what it must find, and that to the list. Raises TryLaterError."""
        if found or self._search(repository, searches.merged(repository), most=0).found:
            return
        closed = self._github.get(f"/repos/{repository}/pulls", repository, state="closed", per_page=PAGE).data
        if any(one["merged_at"] for one in closed):
            raise TryLaterError(
                f"GitHub's search sees nothing in {repository}, though pull requests were merged there.",
                f"Run the same command later, or with a token: {self._github.cures}.",
            )

    def _unknown(self, read: rest_details.Read, earlier: Sequence[Window]) -> list[str]:
        core = self._github.limits.get(rest.CORE)
        without_files = sum(pull.files is None for pull in read.pulls)
        things = [
            *([f"the changed files of {without_files:,} of the pull requests"] if without_files else []),
            *([f"the names of {read.nameless:,} people"] if read.nameless else []),
            *(["how many were merged in the windows before"] if earlier else []),
            "texts of changesets, and whose first contribution it is",
        ]
        allowed = f"GitHub answers {core.allowed} requests an hour without a token" if core else "There is no token"
        anew = f" (the next hour begins at {core.reset:%H:%M} UTC)" if core and read.is_short else ""
        return [
            *([f"Reading files and names broke off: {read.trouble}"] if read.trouble else []),
            f"{allowed}, so these stay unknown: {'; '.join(things)}{anew}.",
            f"To know them, run the same command with a token: {self._github.cures}.",
        ]


def _inside(
    found: Sequence[Document], window: Window, read: Callable[[Document], PullRequest]
) -> tuple[PullRequest, ...]:
    """The pull requests of the window, the oldest merge first, each once."""
    pulls = {one["number"]: read(one) for one in found if window.start <= documents.merged_at(one) < window.end}
    return tuple(sorted(pulls.values(), key=lambda pull: (pull.merged_at, pull.number)))


def _missing(found: int, listed: int) -> list[str]:
    counts = f"GitHub's search counts {found:,} merged pull requests"
    if found > searches.SHOWN:
        return [f"{counts} and shows {listed:,} of them: take a shorter window."]
    return [f"{counts}, but {listed:,} were listed: some are missing."] if found > listed else []


def _renamed(asked: str, name: str) -> list[str]:
    if asked.casefold() == name.casefold():
        return []
    return [f"{asked} is called {name} now; use that name from here on."]
