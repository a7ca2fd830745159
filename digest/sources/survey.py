"""The first look at a repository: how it is to be listed, and what search counts in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from digest.errors import UsageError
from digest.github import faults, graphql_nodes, searches
from digest.github.queries import read_query
from digest.model import Window, same_name
from digest.sources.repository_fetch import Data, RepositoryFetch

Way = Literal["list", "search"]
# What the counting searches found, by alias: "found" in the window, "earlier0" in the first one
# before.
Counts = Mapping[str, int]

SURVEY = read_query("survey")
# The counts need the base, and the default branch comes with the first answer only: these two are
# counted on trust.
USUAL_BRANCHES = ("main", "master")


@dataclass(frozen=True)
class Survey:
    """What decides how a repository is listed, and its counts by branch, none where search is blind.

    `is_quiet`: nothing was updated since the start.
    """

    name: str
    url: str
    private: bool
    default_branch: str | None
    is_quiet: bool
    updated: int
    unfiltered: int
    counts: Mapping[str, Counts]


def survey_repository(
    fetch: RepositoryFetch, base: str, window: Window, earlier: Sequence[Window]
) -> Survey:
    """The survey of a repository.

    One that was renamed is looked at again, since search knows new names only.
    """
    branches = (base,) if base else USUAL_BRANCHES
    while True:
        asked = fetch.repository
        owner, name = asked.split("/")
        carried = {
            f"{alias}_of{place}": text
            for place, branch in enumerate(branches)
            for alias, text in count_searches(asked, branch, window, earlier).items()
        }
        variables = {
            "owner": owner,
            "name": name,
            "branch": f"refs/heads/{base}",
            "isNamed": base not in ("", searches.ANY_BRANCH),
            "merged": searches.merged(asked),
            "updated": searches.updated_since(asked, window.start),
            "unfiltered": searches.merged_in(asked, window),
        }
        data = fetch.page(SURVEY, variables, carried, partial(_blindness, asked))
        facts = data["repository"]
        if facts is None:
            raise faults.not_found(asked)
        if facts.get("named", "unasked") is None and facts["defaultBranchRef"]:
            raise _no_branch(facts, base)
        fetch.repository = facts["nameWithOwner"]
        if same_name(asked, fetch.repository):
            fetch.merged = facts["pullRequests"]["totalCount"]
            fetch.is_blind = _blindness(asked, data) is not None
            fetch.count_rest()
            return _as_survey(fetch, data, branches, window)


def _no_branch(facts: Data, base: str) -> UsageError:
    default = facts["defaultBranchRef"]["name"]
    return UsageError(
        f"{facts['nameWithOwner']} has no branch {base!r}; its default branch is {default!r}.",
        'The setting `base` names the branch that counts: "" is the default branch, "*" counts all.',
    )


def _blindness(asked: str, data: Data) -> str | None:
    """The flaw of a search that sees nothing of a repository in which the list counts merges."""
    facts = data["repository"]
    # Of an old name search knows nothing, which says nothing.
    is_there = (
        facts and facts["pullRequests"]["totalCount"] and same_name(asked, facts["nameWithOwner"])
    )
    return "blind search" if is_there and data["merged"]["issueCount"] == 0 else None


def _as_survey(
    fetch: RepositoryFetch, data: Data, branches: Sequence[str], window: Window
) -> Survey:
    facts = data["repository"]
    newest = [
        graphql_nodes.moment(node["updatedAt"])
        for node in facts["pullRequests"]["nodes"] or ()
        if node
    ]
    counts = {branch: _counts(fetch, place) for place, branch in enumerate(branches)}
    return Survey(
        name=facts["nameWithOwner"],
        url=facts["url"],
        private=facts["isPrivate"],
        default_branch=facts["defaultBranchRef"] and facts["defaultBranchRef"]["name"],
        is_quiet=fetch.merged == 0 or (bool(newest) and newest[0] < window.start),
        updated=data["updated"]["issueCount"],
        unfiltered=data["unfiltered"]["issueCount"],
        counts={} if fetch.is_blind else counts,
    )


def _counts(fetch: RepositoryFetch, place: int) -> Counts:
    suffix = f"_of{place}"
    return {
        alias.removesuffix(suffix): count
        for alias, count in fetch.counts.items()
        if alias.endswith(suffix)
    }


def choose_way(fetch: RepositoryFetch, seen: Survey, list_up_to: int) -> tuple[Way, str]:
    """Choose list or search by how much the list holds since the window's start, and say why."""
    if fetch.is_blind:
        return "list", "GitHub's search sees no pull request of this repository"
    what = "merged pull request was" if seen.updated == 1 else "merged pull requests were"
    updated = f"{seen.updated:,} {what} updated since the window's start"
    if seen.updated <= list_up_to:
        return "list", f"{updated}, at most {list_up_to:,} are walked"
    return "search", f"{updated}, more than the {list_up_to:,} that are walked"


def is_empty(seen: Survey, chosen: Way, counts: Counts) -> bool:
    """Whether nothing can be there to walk: the list ends before the window, or a search that sees counts nothing."""
    return seen.is_quiet or (chosen == "search" and counts["found"] == seen.unfiltered == 0)


def count_searches(
    repository: str, branch: str, window: Window, earlier: Sequence[Window]
) -> dict[str, str]:
    """The searches that are counted, by alias: the window's own and those of the earlier ones."""
    windows = {"found": window} | {f"earlier{place}": one for place, one in enumerate(earlier)}
    return {alias: searches.merged_in(repository, one, branch) for alias, one in windows.items()}
