"""Reads a sample of a repository, to learn settings from it; needs a token."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.github import graphql_nodes
from digest.github.client import GitHub, Watch
from digest.github.queries import read_query
from digest.github.survey_answers import SampleAnswer
from digest.model import PullRequest
from digest.sources.graphql_details import with_files
from digest.sources.repository_fetch import Query, RepositoryFetch

# Older pull requests show little about the current project.
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
    watch.begin(f"Reading {repository}")
    fetch = RepositoryFetch(github, watch, repository)
    query = Query(read_query("pull_request", "sample"), SampleAnswer)
    facts = fetch.page(query, fetch.variables, size=fetch.sizes.pulls).repository
    if facts is None:
        raise fetch.error_of_null()
    fetch.repository = facts.name_with_owner
    branch = base or (facts.default_branch_ref and facts.default_branch_ref.name)
    nodes = [node for node in facts.pull_requests.nodes or () if node]
    pulls = [graphql_nodes.pull_request(node, fetch.repository) for node in nodes]
    recent = [
        pull
        for pull in pulls
        if pull
        and pull.merged_at >= now - OLDEST
        and (branch in ("*", None) or pull.base == branch)
    ]
    recent.sort(key=lambda pull: (pull.merged_at, pull.number))
    labels = (facts.labels and facts.labels.nodes) or ()
    notes = facts.notes or facts.other_notes
    return Sample(
        fetch.repository,
        with_files(fetch, recent),
        tuple(label.name for label in labels if label),
        notes.text if notes else None,
    )
