"""Walks GitHub's pages: the list of merged pull requests, a search for them, and their files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from digest.api.client import GitHub, Watch
from digest.api.queries import read
from digest.gather import answers, searches
from digest.gather.answers import Node
from digest.model import ChangedFile, PullRequest

LISTED = read("pull_request", "listed")
SEARCHED = read("pull_request", "searched")
FILES = read("files")
# Files of more pull requests at once make a page too heavy for GitHub.
FILES_OF = 25


@dataclass
class Reading:
    """One repository being read. `gaps` say what is missing, `counts` what the counting searches found."""

    github: GitHub
    watch: Watch
    repository: str
    gaps: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def ask(self, query: str, **variables: object) -> Mapping[str, Any]:
        """The data of an answer; what GitHub withheld of it is a gap."""
        answer = self.github.ask(query, variables, self.repository)
        self.gaps += [f"GitHub withheld a part of its answer: {words}." for words in answer.withheld]
        return answer.data


def listed(reading: Reading, branch: str | None, start: datetime, counting: Mapping[str, str]) -> list[Node]:
    """The merged pull requests that were updated at `start` or later, of one branch or (None) of all.

    The first page carries the searches of `counting` along.
    """
    owner, name = reading.repository.split("/")
    variables = {"owner": owner, "name": name} | ({"base": branch} if branch else {})
    nodes: list[Node] = []
    for page in _pages(reading, LISTED, counting, variables, ("repository", "pullRequests")):
        nodes += page
        if page and answers.moment(page[-1]["updatedAt"]) < start:
            break
    return nodes


def searched(reading: Reading, text: str, counting: Mapping[str, str]) -> list[Node]:
    """The pull requests that a search shows, at most 1,000; its first page carries `counting` along."""
    return [node for page in _pages(reading, SEARCHED, counting, {"text": text}, ("search",)) for node in page]


def with_files(reading: Reading, pulls: Sequence[PullRequest]) -> Iterator[PullRequest]:
    """Each pull request with its files; where GitHub does not give all of them, they are None and a gap."""
    reading.watch.progress(0, len(pulls))
    for first in range(0, len(pulls), FILES_OF):
        batch = pulls[first : first + FILES_OF]
        nodes = reading.ask(FILES, ids=[pull.node_id for pull in batch])["nodes"]
        given = {node["id"]: node["files"] for node in nodes if node}
        for pull in batch:
            yield pull.model_copy(update={"files": _files(reading, pull, given.get(pull.node_id))})
        reading.watch.progress(first + len(batch), len(pulls))


def _pages(
    reading: Reading, query: str, counting: Mapping[str, str], variables: Mapping[str, str], path: tuple[str, ...]
) -> Iterator[list[Node]]:
    """The nodes of each page of the connection at `path`, without those that GitHub left empty."""
    data = reading.ask(searches.with_counts(query, counting), **variables)
    reading.counts.update({alias: data[alias]["issueCount"] for alias in counting})
    while True:
        connection: Any = data
        for name in path:
            connection = connection[name]
        nodes = connection["nodes"] or []
        whole = [node for node in nodes if node and node.get("mergedAt")]
        if len(whole) < len(nodes):
            reading.gaps.append(f"GitHub left {len(nodes) - len(whole)} of the pull requests in its answer empty.")
        yield whole
        if not connection["pageInfo"]["hasNextPage"]:
            return
        data = reading.ask(query, **variables, after=connection["pageInfo"]["endCursor"])


def _files(reading: Reading, pull: PullRequest, connection: Node | None) -> tuple[ChangedFile, ...] | None:
    nodes: list[Node] = []
    while connection is not None:
        nodes += [node for node in connection["nodes"] or () if node]
        if not connection["pageInfo"]["hasNextPage"]:
            break
        after = connection["pageInfo"]["endCursor"]
        (more,) = reading.ask(FILES, ids=[pull.node_id], after=after)["nodes"]
        connection = more and more["files"]
    # A list that was cut is no list of the files: a rule could be wrong about them.
    if connection is None or len(nodes) < max(connection["totalCount"], pull.changed_files or 0):
        reading.gaps.append(f"GitHub does not give all files of #{pull.number}, so they are unknown.")
        return None
    return tuple(answers.changed_file(node) for node in nodes)
