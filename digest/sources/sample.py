"""Reads a sample of a repository from which settings are learned; it needs a token."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.github import faults, graphql_nodes
from digest.github.client import GitHub, Watch
from digest.github.queries import read_query
from digest.model import PullRequest
from digest.sources.graphql_details import with_files
from digest.sources.repository_fetch import RepositoryFetch

# Older pull requests say little about the project of today.
OLDEST = timedelta(weeks=8)


@dataclass(frozen=True)
class Sample:
    """The newest merged pull requests, oldest first, the labels, and `.github/release.yml`.

    `labels` are the names of up to 100 labels of the repository.
    """

    repository: str
    pull_requests: tuple[PullRequest, ...]
    labels: tuple[str, ...]
    release_notes: str | None


def fetch_sample(github: GitHub, watch: Watch, repository: str, base: str, now: datetime) -> Sample:
    """The sample of a repository: at most 100 pull requests of 8 weeks, in about 6 requests.

    `base` is a branch, "" for the default branch or "*" for every branch. Raises DigestError.
    """
    watch.begin(repository)
    fetch = RepositoryFetch(github, watch, repository)
    owner, name = repository.split("/")
    data = fetch.page(
        read_query("pull_request", "sample"),
        {"owner": owner, "name": name},
        {},
        lambda _: None,
        fetch.sizes.pulls,
    )
    facts = data["repository"]
    if facts is None:
        raise faults.not_found(repository)
    fetch.repository = facts["nameWithOwner"]
    branch = base or (facts["defaultBranchRef"] or {}).get("name")
    nodes = [node for node in facts["pullRequests"]["nodes"] or () if node and node["mergedAt"]]
    pulls = [graphql_nodes.pull_request(node, fetch.repository) for node in nodes]
    recent = [
        pull
        for pull in pulls
        if pull.merged_at >= now - OLDEST and (branch in ("*", None) or pull.base == branch)
    ]
    recent.sort(key=lambda pull: (pull.merged_at, pull.number))
    labels = (facts["labels"] or {}).get("nodes") or ()
    notes = (facts["notes"] or facts["otherNotes"] or {}).get("text")
    return Sample(
        fetch.repository,
        tuple(with_files(fetch, recent)),
        tuple(label["name"] for label in labels if label),
        notes,
    )
