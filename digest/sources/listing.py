"""Finds the merged pull requests of a window by GraphQL: by the list, or by search, page by page.

A window whose search would show only a part of what it counts is cut into slices that are shown
whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import Any

from digest.github import graphql_nodes, searches
from digest.github.graphql_nodes import Node
from digest.github.queries import read_query
from digest.model import PullRequest, Window
from digest.sources.repository_fetch import CONTROL, Data, RepositoryFetch

LISTED = read_query("pull_request", "listed")
SEARCHED = read_query("pull_request", "searched")
# A slice stays below the 1,000 that a search shows, since it may grow until it is read.
LARGEST = 900
# Parts as small as a page join to full slices; more of them in one request would be too heavy.
PART = 100
PARTS = 30
SECOND = timedelta(seconds=1)
# By number: one that comes twice is kept as it came last. Their files are not there yet.
Pulls = dict[int, PullRequest]


def list_pulls(
    fetch: RepositoryFetch, branch: str | None, window: Window, counting: Mapping[str, str]
) -> Pulls:
    """The list's pull requests that were merged in the window, into one branch or (None) into any.

    The first page carries the searches of `counting` along. What is updated during the walk leaves
    its place for the front, perhaps before it was read; so the front is read again until nothing
    has moved.
    """
    owner, name = fetch.repository.split("/")
    variables = {"owner": owner, "name": name} | ({"base": branch} if branch else {})
    pulls: Pulls = {}
    since, tries = window.start, 0
    while True:
        fronts = []
        for page, data in _pages(
            fetch, LISTED, ("repository", "pullRequests"), variables, {} if tries else counting
        ):
            pulls |= _merged_in(window, fetch, page)
            fronts.append(data["repository"]["front"])
            if page and graphql_nodes.moment(page[-1]["updatedAt"]) < since:
                break
        if fronts[0] == fronts[-1]:
            return pulls
        tries += 1
        if not fetch.wait_to_retry("moving list", tries):
            fetch.gaps.append(
                "The list of pull requests moved whenever it was read: some may be missing."
            )
            return pulls
        since = _moved_since(fronts[0], fronts[-1]) or window.start


def search_pulls(
    fetch: RepositoryFetch,
    branch: str,
    window: Window,
    counting: Mapping[str, str],
    unfiltered: int,
) -> Pulls:
    """What search finds in the window, in slices where it would not show all of it.

    The first page carries the searches of `counting` along. `unfiltered` were merged into any
    branch.
    """
    # Into any branch no fewer were merged, so what is small there need not be counted first.
    if counting and unfiltered > LARGEST:
        fetch.count(counting)
        counting = {}
    pulls: Pulls = {}
    counted = 0
    found = fetch.counts.get("found")
    for part, least in _sliced(fetch, branch, window, found or 0):
        text = searches.merged_in(fetch.repository, part, branch)
        some, count = _search(fetch, text, part, counting, least)
        pulls |= some
        counted += count
    if not counted:
        fetch.count({"found": searches.merged_in(fetch.repository, window, branch)})
    if not fetch.is_blind:
        fetch.counts["found"] = max(fetch.counts.get("found", 0), counted)
    return pulls


def _search(
    fetch: RepositoryFetch, text: str, window: Window, counting: Mapping[str, str], least: int
) -> tuple[Pulls, int]:
    """The pull requests that a search for a window shows, at most 1,000, and how many it counts.

    Its first page carries `counting` along. A search that gives fewer than it counts, or than the
    `least` that were counted before, because it moved between two pages, is read again.
    """
    pulls: Pulls = {}
    tries = 0
    while True:
        count = empty = 0
        for page, data in _pages(
            fetch, SEARCHED, ("search",), {"text": text}, {} if tries else counting
        ):
            pulls |= _merged_in(window, fetch, page)
            count = data["search"]["issueCount"]
            empty += sum(not _is_whole(node) for node in data["search"]["nodes"] or ())
        tries += 1
        enough = min(max(count, least), searches.SHOWN)
        if len(pulls) + empty >= enough or not fetch.wait_to_retry("counts disagree", tries):
            return pulls, count


def _pages(
    fetch: RepositoryFetch,
    query: str,
    path: Sequence[str],
    variables: Mapping[str, str],
    counting: Mapping[str, str],
) -> Iterator[tuple[list[Node], Data]]:
    """The nodes of each page of the connection at `path`, without those that GitHub left empty, and the page's data."""

    def validate(data: Data) -> str | None:
        nodes = _at(data, path)["nodes"] or ()
        return fetch.blindness(data) or (None if all(map(_is_whole, nodes)) else "empty entries")

    control = {CONTROL: searches.merged(fetch.repository)} if counting else {}
    data = fetch.page(query, variables, {**counting, **control}, validate, fetch.sizes.pulls)
    fetch.count_rest()
    while True:
        connection = _at(data, path)
        nodes = connection["nodes"] or []
        whole = [node for node in nodes if _is_whole(node)]
        if len(whole) < len(nodes):
            fetch.gaps.append(
                f"GitHub left {len(nodes) - len(whole)} of the pull requests in its answer empty."
            )
        yield whole, data
        if not connection["pageInfo"]["hasNextPage"]:
            return
        after = {"after": connection["pageInfo"]["endCursor"]}
        data = fetch.page(query, {**variables, **after}, {}, validate, fetch.sizes.pulls)


def _merged_in(window: Window, fetch: RepositoryFetch, nodes: Sequence[Node]) -> Pulls:
    # Turned into the model at once: a page of nodes takes several times the memory.
    inside = [
        node
        for node in nodes
        if window.start <= graphql_nodes.moment(node["mergedAt"]) < window.end
    ]
    fetch.gaps += [cut for node in inside for cut in graphql_nodes.cuts(node)]
    return {node["number"]: graphql_nodes.pull_request(node, fetch.repository) for node in inside}


def _at(data: Data, path: Sequence[str]) -> Any:
    connection: Any = data
    for name in path:
        connection = connection[name]
    return connection


def _is_whole(node: Node | None) -> bool:
    return bool(node and node.get("mergedAt"))


def _moved_since(first: Node, last: Node) -> datetime | None:
    """From when on a list must be read again that moved between two looks at its front.

    None: all of it.
    """
    newest = next((node for node in first["nodes"] or () if node), None)
    # What left the list drew all others behind it forward, perhaps across a page's end.
    return (
        graphql_nodes.moment(newest["updatedAt"])
        if newest and last["totalCount"] >= first["totalCount"]
        else None
    )


def _sliced(
    fetch: RepositoryFetch, branch: str, window: Window, count: int
) -> Iterator[tuple[Window, int]]:
    """The window in slices, the oldest first, none of which holds more than a search shows, and what each holds.

    `count` is what search counts in the window. How to cut is known from the counts of its parts,
    which are asked for all at once. A single second is never cut.
    """
    if count <= LARGEST or window.end - window.start <= SECOND:
        yield window, count
        return
    parts = _parts(window, min(ceil(count / PART), PARTS))
    counts = _counts_of(fetch, branch, parts, count)
    for first, end, held in _joined(counts):
        part = parts[first].model_copy(update={"end": parts[end - 1].end})
        yield from _sliced(fetch, branch, part, held)


def _parts(window: Window, parts: int) -> list[Window]:
    """The window in parts of whole seconds; fewer where it has fewer seconds."""
    # In UTC, where every day has as many hours.
    start, end = window.start.astimezone(UTC), window.end.astimezone(UTC)
    seconds = int((end - start).total_seconds())
    parts = max(min(parts, seconds), 1)
    ends = [start + timedelta(seconds=seconds * place // parts) for place in range(parts + 1)]
    return [window.model_copy(update={"start": one, "end": other}) for one, other in pairwise(ends)]


def _counts_of(
    fetch: RepositoryFetch, branch: str, parts: Sequence[Window], whole: int
) -> list[int]:
    """What search counts in each part; counted again when they hold less than the whole."""
    counting = {
        f"part{place}": searches.merged_in(fetch.repository, part, branch)
        for place, part in enumerate(parts)
    }
    tries = 0
    while True:
        fetch.count(counting)
        counts = [fetch.counts.pop(alias, 0) for alias in counting]
        tries += 1
        if sum(counts) >= whole or not fetch.wait_to_retry("counts disagree", tries):
            return counts


def _joined(counts: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Neighbours that fit into one slice: the first, the one after the last, and how many they hold."""
    first = held = 0
    for place, count in enumerate(counts):
        if place > first and held + count > LARGEST:
            yield first, place, held
            first, held = place, 0
        held += count
    yield first, len(counts), held
