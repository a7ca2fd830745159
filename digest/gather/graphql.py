"""The source that reads GitHub's GraphQL API: it needs a token and knows everything."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from digest.api import faults
from digest.api.client import GitHub, Watch
from digest.api.queries import read
from digest.errors import DigestError, UsageError
from digest.gather import answers, pages, searches
from digest.gather.answers import Node
from digest.gather.firsts import Firsts, firsts
from digest.gather.pages import Reading
from digest.model import EarlierCount, PullRequest, Repository, Snapshot, Window
from digest.settings import GitHub as GitHubSettings

Way = Literal["list", "search"]
# What the counting searches found, by alias: "found" in the window, "earlier0" in the first one before.
Counts = Mapping[str, int]

SURVEY = read("survey")
# The counts need the base, and the default branch comes with the first answer only: these two are counted on trust.
USUAL_BRANCHES = ("main", "master")


@dataclass(frozen=True)
class Survey:
    """What decides how a repository is listed, and its counts by branch.

    `is_blind`: search does not see it, so its zeros mean nothing. `is_quiet`: nothing was updated since the start.
    """

    name: str
    url: str
    private: bool
    default_branch: str | None
    merged: int
    is_blind: bool
    is_quiet: bool
    updated: int
    unfiltered: int
    counts: Mapping[str, Counts]


class GraphQLSource:
    """A gather.base.Source; `now` gives the moment that a snapshot is stamped with."""

    def __init__(self, github: GitHub, settings: GitHubSettings, now: Callable[[], datetime], watch: Watch) -> None:
        self._github = github
        self._settings = settings
        self._now = now
        self._watch = watch

    def fetch(self, repository: str, base: str, window: Window, earlier: Sequence[Window]) -> Snapshot:
        """The snapshot of one repository's window, as gather.base.Source promises it."""
        fetched_at = self._now()
        reading = Reading(self._github, self._watch, repository)
        survey = _survey(reading, base, window, earlier)
        branch = base or survey.default_branch
        if not branch:
            raise DigestError(f"{survey.name} is empty: it has no branch yet, so nothing was merged.")
        way, because = _way(survey, self._settings.list_up_to)
        known = survey.counts.get(branch)
        reading.counts.update(known or {})
        counting = {} if known or survey.is_blind else _counting(survey.name, branch, window, earlier)
        empty = known is not None and _is_empty(survey, way, known)
        pulls = [] if empty else _merged(reading, way, branch, window, counting)
        lags = _compared(reading, way, len(pulls))
        whole = tuple(pages.with_files(reading, pulls))
        # Last, so that what was found stands even if GitHub does not answer this.
        new = Firsts(None) if survey.is_blind else firsts(reading, whole, window.start)
        gaps = tuple(dict.fromkeys(reading.gaps))
        return Snapshot(
            repositories=(_repository(survey, branch, way, because, reading.counts.get("found")),),
            window=window,
            fetched_at=fetched_at,
            complete=not gaps,
            notices=(*_renamed(repository, survey.name), *_blind(survey), *lags, *new.notices, *gaps),
            pull_requests=whole,
            earlier_counts=tuple(
                EarlierCount(start=one.start, end=one.end, count=reading.counts.get(f"earlier{place}"))
                for place, one in enumerate(earlier)
            ),
            first_contributions=new.keys,
        )


def _survey(reading: Reading, base: str, window: Window, earlier: Sequence[Window]) -> Survey:
    """Look at the repository; one that was renamed is looked at again, since search knows new names only."""
    branches = (base,) if base else USUAL_BRANCHES
    while True:
        owner, name = reading.repository.split("/")
        counting = {
            f"{alias}_of{place}": text
            for place, branch in enumerate(branches)
            for alias, text in _counting(reading.repository, branch, window, earlier).items()
        }
        data = reading.ask(
            searches.with_counts(SURVEY, counting),
            owner=owner,
            name=name,
            branch=f"refs/heads/{base}",
            isNamed=base not in ("", searches.ANY_BRANCH),
            merged=searches.merged(reading.repository),
            updated=searches.updated_since(reading.repository, window.start),
            unfiltered=searches.merged_in(reading.repository, window),
        )
        facts = data["repository"]
        if facts is None:
            raise faults.not_found(reading.repository)
        if facts.get("named", "unasked") is None and facts["defaultBranchRef"]:
            raise _no_branch(facts, base)
        asked, reading.repository = reading.repository, facts["nameWithOwner"]
        if asked.casefold() == reading.repository.casefold():
            return _as_survey(data, branches, window)


def _no_branch(facts: Node, base: str) -> UsageError:
    default = facts["defaultBranchRef"]["name"]
    return UsageError(
        f"{facts['nameWithOwner']} has no branch {base!r}; its default branch is {default!r}.",
        'The setting `base` names the branch that counts: "" is the default branch, "*" counts all.',
    )


def _as_survey(data: Node, branches: Sequence[str], window: Window) -> Survey:
    facts = data["repository"]
    merged = facts["pullRequests"]["totalCount"]
    newest = [answers.moment(node["updatedAt"]) for node in facts["pullRequests"]["nodes"] or () if node]
    is_blind = merged > 0 and data["merged"]["issueCount"] == 0
    return Survey(
        name=facts["nameWithOwner"],
        url=facts["url"],
        private=facts["isPrivate"],
        default_branch=facts["defaultBranchRef"] and facts["defaultBranchRef"]["name"],
        merged=merged,
        is_blind=is_blind,
        is_quiet=merged == 0 or (bool(newest) and newest[0] < window.start),
        updated=data["updated"]["issueCount"],
        unfiltered=data["unfiltered"]["issueCount"],
        counts={} if is_blind else {branch: _counts(data, place) for place, branch in enumerate(branches)},
    )


def _counts(data: Node, place: int) -> Counts:
    suffix = f"_of{place}"
    return {alias.removesuffix(suffix): found["issueCount"] for alias, found in data.items() if alias.endswith(suffix)}


def _way(survey: Survey, list_up_to: int) -> tuple[Way, str]:
    """Choose list or search by how much the list holds since the window's start, and say why."""
    if survey.is_blind:
        return "list", "GitHub's search sees no pull request of this repository"
    what = "merged pull request was" if survey.updated == 1 else "merged pull requests were"
    updated = f"{survey.updated:,} {what} updated since the window's start"
    if survey.updated <= list_up_to:
        return "list", f"{updated}, at most {list_up_to:,} are walked"
    return "search", f"{updated}, more than the {list_up_to:,} that are walked"


def _is_empty(survey: Survey, way: Way, counts: Counts) -> bool:
    """Whether nothing can be there to walk: the list ends before the window, or a search that sees counts nothing."""
    return survey.is_quiet or (way == "search" and counts["found"] == survey.unfiltered == 0)


def _counting(repository: str, branch: str, window: Window, earlier: Sequence[Window]) -> dict[str, str]:
    """The searches that are counted, by alias: the window's own and those of the earlier ones."""
    windows = {"found": window} | {f"earlier{place}": one for place, one in enumerate(earlier)}
    return {alias: searches.merged_in(repository, one, branch) for alias, one in windows.items()}


def _merged(reading: Reading, way: Way, branch: str, window: Window, counting: Mapping[str, str]) -> list[PullRequest]:
    """The pull requests of the window, the oldest merge first, each once; their files are not there yet."""
    if way == "search":
        nodes = pages.searched(reading, searches.merged_in(reading.repository, window, branch), counting)
    else:
        only = None if branch == searches.ANY_BRANCH else branch
        nodes = pages.listed(reading, only, window.start, counting)
    # A pull request that is updated during the walk comes twice; the later one is the newer.
    inside = {node["number"]: node for node in nodes if window.start <= answers.moment(node["mergedAt"]) < window.end}
    reading.gaps += [cut for node in inside.values() for cut in answers.cuts(node)]
    pulls = [answers.pull_request(node, reading.repository) for node in inside.values()]
    return sorted(pulls, key=lambda pull: (pull.merged_at, pull.number))


def _compared(reading: Reading, way: Way, listed: int) -> list[str]:
    """Hold what was listed against what search counts: more is a gap, less is an index that lags."""
    found = reading.counts.get("found")
    if found is None or found == listed:
        return []
    if found < listed:
        return [f"GitHub's search counts {found:,} of the {listed:,} pull requests listed: its index lags behind."]
    cut = way == "search" and found > searches.SHOWN
    reading.gaps.append(
        f"GitHub's search counts {found:,} merged pull requests and shows {listed:,} of them: take a shorter window."
        if cut
        else f"GitHub's search counts {found:,} merged pull requests, but {listed:,} were listed: some are missing."
    )
    return []


def _repository(survey: Survey, branch: str, way: Way, because: str, found: int | None) -> Repository:
    return Repository(
        name=survey.name,
        url=survey.url,
        default_branch=survey.default_branch,
        base=branch,
        private=survey.private,
        listed_by=way,
        listed_because=because,
        found=found,
        unfiltered=None if survey.is_blind else survey.unfiltered,
    )


def _renamed(asked: str, name: str) -> list[str]:
    if asked.casefold() == name.casefold():
        return []
    return [f"{asked} is called {name} now; use that name from here on."]


def _blind(survey: Survey) -> list[str]:
    if not survey.is_blind:
        return []
    there = f"though {survey.merged:,} pull requests were merged there"
    return [
        f"GitHub's search sees nothing in {survey.name}, {there}: the counts of this and earlier windows are unknown."
    ]
