"""Walks GitHub's pages: the list of merged pull requests, a search for them, and their files."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from digest.github import answers, searches
from digest.github.answers import Node
from digest.github.client import Question
from digest.github.queries import read
from digest.github.treatments import TooHeavyError
from digest.model import ChangedFile, PullRequest, Window
from digest.sources.reading import CONTROL, Data, Reading

LISTED = read("pull_request", "listed")
SEARCHED = read("pull_request", "searched")
FILES = read("files")
ALIVE = read("alive")
TOO_HEAVY: Node = {}
# By number: one that comes twice is kept as it came last. Their files are not there yet.
Pulls = dict[int, PullRequest]


def listed(reading: Reading, branch: str | None, window: Window, counting: Mapping[str, str]) -> Pulls:
    """The list's pull requests that were merged in the window, into one branch or (None) into any.

    The first page carries the searches of `counting` along. What is updated during the walk leaves its place for
    the front, perhaps before it was read; so the front is read again until nothing has moved.
    """
    owner, name = reading.repository.split("/")
    variables = {"owner": owner, "name": name} | ({"base": branch} if branch else {})
    pulls: Pulls = {}
    since, tries = window.start, 0
    while True:
        fronts = []
        for page, data in _pages(reading, LISTED, ("repository", "pullRequests"), variables, {} if tries else counting):
            pulls |= _merged_in(window, reading, page)
            fronts.append(data["repository"]["front"])
            if page and answers.moment(page[-1]["updatedAt"]) < since:
                break
        if fronts[0] == fronts[-1]:
            return pulls
        tries += 1
        if not reading.again("moving list", tries):
            reading.gaps.append("The list of pull requests moved whenever it was read: some may be missing.")
            return pulls
        since = _moved_since(fronts[0], fronts[-1]) or window.start


def searched(reading: Reading, text: str, window: Window, counting: Mapping[str, str], least: int) -> tuple[Pulls, int]:
    """The pull requests that a search for a window shows, at most 1,000, and how many it counts.

    Its first page carries `counting` along. A search that gives fewer than it counts, or than the `least` that were
    counted before, because it moved between two pages, is read once more.
    """
    pulls: Pulls = {}
    tries = 0
    while True:
        count = empty = 0
        for page, data in _pages(reading, SEARCHED, ("search",), {"text": text}, {} if tries else counting):
            pulls |= _merged_in(window, reading, page)
            count = data["search"]["issueCount"]
            empty += sum(not _is_whole(node) for node in data["search"]["nodes"] or ())
        tries += 1
        enough = min(max(count, least), searches.SHOWN)
        if len(pulls) + empty >= enough or not reading.again("counts disagree", tries):
            return pulls, count


def with_files(reading: Reading, pulls: Sequence[PullRequest]) -> Iterator[PullRequest]:
    """Each pull request with its files; where GitHub does not give all of them, they are None and a gap."""
    done = 0
    reading.watch.progress(done, len(pulls))
    while done < len(pulls):
        given = _page_of_files(reading, pulls[done:])
        for pull in pulls[done : done + len(given)]:
            yield pull.model_copy(update={"files": _files(reading, pull, given[pull.number])})
        done += len(given)
        reading.watch.progress(done, len(pulls))


def _pages(
    reading: Reading, query: str, path: Sequence[str], variables: Mapping[str, str], counting: Mapping[str, str]
) -> Iterator[tuple[list[Node], Data]]:
    """The nodes of each page of the connection at `path`, without those that GitHub left empty, and the page's data."""

    def flaw(data: Data) -> str | None:
        nodes = _at(data, path)["nodes"] or ()
        return reading.blindness(data) or (None if all(map(_is_whole, nodes)) else "empty entries")

    control = {CONTROL: searches.merged(reading.repository)} if counting else {}
    data = reading.page(query, variables, {**counting, **control}, flaw, reading.sizes.pulls)
    reading.count_rest()
    while True:
        connection = _at(data, path)
        nodes = connection["nodes"] or []
        whole = [node for node in nodes if _is_whole(node)]
        if len(whole) < len(nodes):
            reading.gaps.append(f"GitHub left {len(nodes) - len(whole)} of the pull requests in its answer empty.")
        yield whole, data
        if not connection["pageInfo"]["hasNextPage"]:
            return
        after = {"after": connection["pageInfo"]["endCursor"]}
        data = reading.page(query, {**variables, **after}, {}, flaw, reading.sizes.pulls)


def _merged_in(window: Window, reading: Reading, nodes: Sequence[Node]) -> Pulls:
    # Turned into the model at once: a page of nodes takes several times the memory.
    inside = [node for node in nodes if window.start <= answers.moment(node["mergedAt"]) < window.end]
    reading.gaps += [cut for node in inside for cut in answers.cuts(node)]
    return {node["number"]: answers.pull_request(node, reading.repository) for node in inside}


def _at(data: Data, path: Sequence[str]) -> Any:
    connection: Any = data
    for name in path:
        connection = connection[name]
    return connection


def _is_whole(node: Node | None) -> bool:
    return bool(node and node.get("mergedAt"))


def _moved_since(first: Node, last: Node) -> datetime | None:
    """From when on a list must be read again that moved between two looks at its front; None: all of it."""
    newest = next((node for node in first["nodes"] or () if node), None)
    # What left the list drew all others behind it forward, perhaps across a page's end.
    return answers.moment(newest["updatedAt"]) if newest and last["totalCount"] >= first["totalCount"] else None


def _page_of_files(
    reading: Reading, pulls: Sequence[PullRequest], after: str | None = None
) -> Mapping[int, Node | None]:
    """The connection of files of the first few of `pulls`, by number; None for one that GitHub does not give.

    TOO_HEAVY stands for that of a single pull request which GitHub fails to answer while it answers other questions.
    """
    size = reading.sizes.files_of

    def question() -> Question:
        variables: dict[str, Any] = {"ids": [pull.node_id for pull in pulls[: size.now]]}
        return Question(FILES, variables | ({"after": after} if after else {}), lighter, _has_empty_files)

    def lighter() -> Question | None:
        return question() if size.halve(len(pulls)) else None

    try:
        nodes = reading.ask(question())["nodes"]
    except TooHeavyError:
        if min(size.now, len(pulls)) > 1:
            raise
        reading.ask(Question(ALIVE))
        reading.gaps.append(f"The files of #{pulls[0].number} are too heavy for GitHub to answer, so they are unknown.")
        return {pulls[0].number: TOO_HEAVY}
    given = {node["id"]: node["files"] for node in nodes if node}
    return {pull.number: given.get(pull.node_id) for pull in pulls[: size.now]}


def _has_empty_files(data: Data) -> str | None:
    connections = [node and node["files"] for node in data["nodes"]]
    whole = all(connection and all(connection["nodes"] or ()) for connection in connections)
    return None if whole else "empty entries"


def _files(reading: Reading, pull: PullRequest, connection: Node | None) -> tuple[ChangedFile, ...] | None:
    nodes: list[Node] = []
    while connection:
        nodes += [node for node in connection["nodes"] or () if node]
        if not connection["pageInfo"]["hasNextPage"]:
            break
        connection = _page_of_files(reading, [pull], connection["pageInfo"]["endCursor"])[pull.number]
    if connection is TOO_HEAVY:
        return None
    # A list that was cut is no list of the files: a rule could be wrong about them.
    if connection is None or len(nodes) < max(connection["totalCount"], pull.changed_files or 0):
        reading.gaps.append(f"GitHub does not give all files of #{pull.number}, so they are unknown.")
        return None
    return tuple(answers.changed_file(node) for node in nodes)
