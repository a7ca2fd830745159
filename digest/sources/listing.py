"""Finds the merged pull requests of a window by GraphQL's list or search, page by page.

A pull request for which GitHub fails to answer is read without the field that it fails on.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from digest.github import graphql_nodes, searches
from digest.github.client import Question
from digest.github.graphql_answers import (
    Counted,
    Front,
    ListedAnswer,
    NewestAnswer,
    PartialNode,
    PartialPage,
    PartlyListedAnswer,
    PartlySearchedAnswer,
    SearchedAnswer,
)
from digest.github.queries import read_query
from digest.github.treatments import TREATMENTS, TooHeavyError
from digest.model import PullRequest, Window
from digest.sources.repository_fetch import CONTROL, CountedAnswer, Query, RepositoryFetch
from digest.sources.slices import cut_window

# Pages of the newest pull requests that are read if the index of search is behind.
NEWEST = 5
# By number, without files. If a pull request is read twice, the last version counts.
Pulls = dict[int, PullRequest]
PartialAnswer = TypeVar("PartialAnswer", bound=Counted)
# The fields that a pull request can do without, by their variables, in words.
FIELDS: Mapping[str, str] = {
    "author": "author",
    "body": "description",
    "labels": "labels",
    "reactions": "number of reactions",
    "comments": "number of comments",
    "mergeCommit": "merge commit",
    "milestone": "milestone",
    "headRefName": "branch",
    "additions": "number of added lines",
    "deletions": "number of deleted lines",
    "changedFiles": "number of changed files",
}


def list_pulls(fetch: RepositoryFetch, window: Window, counting: Mapping[str, str]) -> Pulls:
    """The pull requests that the list has for the window, of every base.

    The request for the first page also counts the searches of `counting`. A pull request that is
    updated during the run moves to the front, perhaps before it was read. So the front is read
    again until nothing has moved.
    """
    pulls: Pulls = {}
    since, tries = window.start, 0
    while True:
        fronts: list[Front] = []
        for page, data in _pages(
            fetch,
            _listed(),
            _select_listed,
            fetch.variables,
            {} if tries else counting,
        ):
            pulls |= _merged_in(window, fetch, page)
            fronts += [data.repository.front] if data.repository else []
            if page and page[-1].updated_at < since:
                break
        if fronts[0] == fronts[-1]:
            return pulls
        tries += 1
        if not fetch.wait_to_retry("moving list", tries):
            fetch.gaps.append(
                "The list of pull requests kept changing while it was read. Some may be missing."
            )
            return pulls
        since = _moved_since(fronts[0], fronts[-1]) or window.start


def list_newest(fetch: RepositoryFetch, most: int) -> list[PullRequest]:
    """The pull requests that were updated last, at most so many."""
    pulls: list[PullRequest] = []
    for page, _ in _pages(fetch, _listed(), _select_listed, fetch.variables, {}):
        found = (graphql_nodes.pull_request(node, fetch.repository) for node in page)
        pulls += [pull for pull in found if pull]
        if len(pulls) >= most:
            break
    return pulls[:most]


def search_pulls(
    fetch: RepositoryFetch, window: Window, counting: Mapping[str, str], unfiltered: int
) -> Pulls:
    """The pull requests that search finds in the window, of every base, in slices if many.

    The request for the first page also counts the searches of `counting`. `unfiltered` is the
    count of the window.
    """
    pulls: Pulls = {}
    counted = 0
    for part, least in cut_window(fetch, window, unfiltered):
        text = searches.merged_in(fetch.repository, part)
        found_pulls, count = _search(fetch, text, part, counting, least)
        pulls |= found_pulls
        counted += count
        counting = {}
    if not counted:
        fetch.count({"unfiltered": searches.merged_in(fetch.repository, window)})
    if not fetch.is_blind:
        fetch.counts["unfiltered"] = max(fetch.counts.get("unfiltered", 0), counted)
    return pulls


def add_unsearchable(fetch: RepositoryFetch, window: Window, pulls: Pulls) -> Pulls:
    """The pull requests of a window that search found, with those that it does not know.

    The list of the newest ones is read, at most NEWEST pages of it. It is a gap if they do not
    explain everything that search does not find, or if GitHub fails to return one of them.
    """
    known = dict(pulls)
    is_whole = False
    pages = _pages(
        fetch,
        _Document(Query(read_query("pull_request", "newest"), NewestAnswer)),
        lambda data: data.repository.pull_requests if data.repository else None,
        fetch.variables,
        {},
    )
    with suppress(TooHeavyError):
        for place, (page, data) in enumerate(pages, start=1):
            known = _merged_in(window, fetch, page) | known
            listed = data.repository.pull_requests if data.repository else None
            is_last = listed is None or not listed.page_info.has_next_page
            is_whole = len(known) - len(pulls) >= fetch.unsearchable or is_last
            if is_whole or place == NEWEST:
                break
    if not is_whole:
        missing = fetch.unsearchable - (len(known) - len(pulls))
        fetch.gaps.append(
            f"GitHub's search does not find {missing:,} of the {fetch.merged:,} pull requests that "
            "were ever merged. Some may be missing."
        )
    return known


def _search(
    fetch: RepositoryFetch, text: str, window: Window, counting: Mapping[str, str], least: int
) -> tuple[Pulls, int]:
    """The pull requests that a search returns for a window, at most 1,000, and its count.

    The request for the first page also counts `counting`. The search is read again if it returns
    fewer than it counts or than `least`, because it may have moved between two pages.
    """
    pulls: Pulls = {}
    tries = 0
    while True:
        count = empty = 0
        for page, data in _pages(
            fetch,
            _Document(
                Query(read_query("pull_request", "searched"), SearchedAnswer),
                Query(read_query("partial", "searched_partly"), PartlySearchedAnswer),
            ),
            lambda data: data.search,
            {"text": text},
            {} if tries else counting,
        ):
            pulls |= _merged_in(window, fetch, page)
            count = data.search.issue_count
            empty += len(data.search.nodes or ()) - len(page)
        tries += 1
        enough = min(max(count, least), searches.SHOWN)
        if len(pulls) + empty >= enough or not fetch.wait_to_retry("counts disagree", tries):
            return pulls, count


@dataclass(frozen=True)
class _Document(Generic[CountedAnswer]):
    """The query for a page, and the one for a single pull request without some of its fields.

    `reads_front`: both read the first entry of the list.
    """

    whole: Query[CountedAnswer]
    partly: Query[CountedAnswer] | None = None
    reads_front: bool = False


def _listed() -> _Document[PartlyListedAnswer]:
    return _Document(
        Query(read_query("pull_request", "listed"), ListedAnswer),
        Query(read_query("partial", "listed_partly"), PartlyListedAnswer),
        reads_front=True,
    )


def _select_listed(data: PartlyListedAnswer) -> PartialPage | None:
    return data.repository.pull_requests if data.repository else None


def _pages(
    fetch: RepositoryFetch,
    document: _Document[CountedAnswer],
    select: Callable[[CountedAnswer], PartialPage | None],
    variables: Mapping[str, str],
    counting: Mapping[str, str],
) -> Iterator[tuple[list[PartialNode], CountedAnswer]]:
    """The nodes of each page that `select` returns without empty ones, and its data."""

    def validate(data: CountedAnswer) -> str | None:
        page = select(data)
        nodes = page.nodes if page else None
        is_whole = nodes is not None and all(node and node.merged_at for node in nodes)
        if page and page.page_info.is_lost:
            return "lost place"
        return fetch.blindness(data) or (None if is_whole else "empty entries")

    def read(after: Mapping[str, str], counted: Mapping[str, str]) -> CountedAnswer:
        front = {"front": fetch.reads_front} if document.reads_front else {}
        place, size = {**variables, **after, **front}, fetch.sizes.pulls
        try:
            return fetch.page(document.whole, place, counted, validate, size)
        except TooHeavyError:
            if document.partly is None:
                raise
            if size.now > 1:
                # No patience is left. If GitHub is alive, one pull request causes the failure.
                fetch.ask_alive()
                size.halve()
                return read(after, {})
            if data := _read_single(fetch, document, select, place):
                size.restore()
                return data
            raise

    control = {CONTROL: searches.merged(fetch.repository)} if counting else {}
    data = read({}, {**counting, **control})
    fetch.count_rest()
    after: str | None = None
    while True:
        page = select(data)
        if page is None:
            raise fetch.error_of_null()
        yield _whole_nodes(fetch, page), data
        after = _next_place(fetch, page, after)
        if after is None:
            return
        data = read({"after": after}, {})


def _read_single(
    fetch: RepositoryFetch,
    document: _Document[CountedAnswer],
    select: Callable[[CountedAnswer], PartialPage | None],
    place: Mapping[str, object],
) -> CountedAnswer | None:
    """A page of one pull request without the fields on which GitHub fails, None if it fails then.

    Each page of the list reads the front, and GitHub may fail for it alone.
    """
    if document.partly is None:
        return None
    data = read_partly(fetch, document.partly, select, place)
    if data is None and place.get("front"):
        data = read_partly(fetch, document.partly, select, {**place, "front": False})
        fetch.reads_front = data is None
    return data


def _next_place(fetch: RepositoryFetch, page: PartialPage, after: str | None) -> str | None:
    """The cursor of the next page, None at the end; a cursor that does not move on is a gap."""
    if page.page_info.has_next_page and page.page_info.end_cursor in {None, after}:
        fetch.gaps.append(TREATMENTS["lost place"].message)
        return None
    return page.page_info.next_cursor


def _whole_nodes(fetch: RepositoryFetch, page: PartialPage) -> list[PartialNode]:
    """The nodes of a page without empty ones, which are gaps."""
    if page.nodes is None:
        fetch.gaps.append("GitHub returned a page of pull requests without content.")
    nodes, lost = page.nodes or (), page.numbers or ()
    for one in lost:
        name = f"#{one.number}" if one else "one pull request"
        fetch.gaps.append(f"GitHub fails to return {name}, so it is missing.")
    whole = [node for node in nodes if node and node.merged_at]
    if count := len(nodes) - len(whole) - len(lost):
        entries = "one pull request" if count == 1 else f"{count} pull requests"
        fetch.gaps.append(f"GitHub returned {entries} without content.")
    return whole


def _merged_in(window: Window, fetch: RepositoryFetch, nodes: Sequence[PartialNode]) -> Pulls:
    # A page of nodes takes several times the memory of the model.
    pulls: Pulls = {}
    for node in nodes:
        if node.merged_at and window.start <= node.merged_at < window.end:
            fetch.notices += graphql_nodes.cuts(node)
            if pull := graphql_nodes.pull_request(node, fetch.repository):
                pulls[pull.number] = pull
    return pulls


def _moved_since(first: Front, last: Front) -> datetime | None:
    """The time back to which a list that moved must be read again; None means all of it."""
    newest = next((node for node in first.nodes or () if node), None)
    # An entry that leaves the list moves the later ones, perhaps across the end of a page.
    return newest.updated_at if newest and last.total_count >= first.total_count else None


def read_partly(
    fetch: RepositoryFetch,
    query: Query[PartialAnswer],
    select: Callable[[PartialAnswer], PartialPage | None],
    variables: Mapping[str, object],
) -> PartialAnswer | None:
    """A page of one pull request without the fields for which GitHub fails to answer.

    A notice names them. If GitHub fails for a field that digest cannot do without, the page has
    only the number, or nothing. None if GitHub fails even then.
    """

    def ask(fields: Sequence[str]) -> PartialAnswer | None:
        chosen = {name: name in fields for name in ("facts", "number", *FIELDS)}
        question = Question(query.text, query.shape, {**variables, **chosen}, is_probe=True)
        try:
            return fetch.ask(question)
        except TooHeavyError:
            return None

    data = ask(["facts"])
    if data is None:
        return ask(["number"]) or ask([])
    good, bad = ["facts"], list[str]()
    waiting = _halves([*FIELDS])
    while waiting:
        group = waiting.pop()
        if found := ask(good + group):
            good, data = good + group, found
        elif len(group) > 1:
            waiting += _halves(group)
        else:
            bad += group
    page = select(data)
    for node in (page and page.nodes) or ():
        words = ", ".join(FIELDS[name] for name in bad)
        if node and bad:
            fetch.notices.append(
                f"Some facts of #{node.number} are unknown, because GitHub fails to return them: "
                f"{words}."
            )
    return data


def _halves(fields: list[str]) -> list[list[str]]:
    """Two halves of the fields, the last one first."""
    half = len(fields) // 2
    return [fields[half:], fields[:half]]
