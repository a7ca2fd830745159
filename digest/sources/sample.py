"""Reads a sample of a repository, to learn settings from it; needs a token."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.github import graphql_nodes
from digest.github.client import GitHub, Watch
from digest.github.queries import read_query
from digest.github.survey_answers import SampleAnswer, SampleRepository
from digest.github.treatments import TooHeavyError
from digest.model import PullRequest
from digest.sources import listing
from digest.sources.graphql_details import with_files
from digest.sources.repository_fetch import Query, RepositoryFetch

# Older pull requests show little about the current project.
OLDEST = timedelta(weeks=8)


@dataclass(frozen=True)
class Sample:
    """The newest merged pull requests, oldest first, the labels, and `.github/release.yml`.

    `labels` are the names of up to 100 labels of the repository. `gaps` are notices about pull
    requests that GitHub fails to return.
    """

    repository: str
    pull_requests: tuple[PullRequest, ...]
    labels: tuple[str, ...]
    release_notes: str | None
    gaps: tuple[str, ...] = ()


def fetch_sample(github: GitHub, watch: Watch, repository: str, base: str, now: datetime) -> Sample:
    """The sample of a repository: at most 100 pull requests of 8 weeks, in about 6 requests.

    `base` is a branch, "" for the default branch or "*" for every branch. Raises DigestError.
    """
    watch.begin(f"Reading {repository}")
    fetch = RepositoryFetch(github, watch, repository)
    facts, pulls = _ask(fetch)
    branch = base or (facts.default_branch_ref and facts.default_branch_ref.name)
    recent = [
        pull
        for pull in pulls
        if pull.merged_at >= now - OLDEST and (branch in ("*", None) or pull.base == branch)
    ]
    recent.sort(key=lambda pull: (pull.merged_at, pull.number))
    labels = (facts.labels and facts.labels.nodes) or ()
    notes = facts.notes or facts.other_notes
    return Sample(
        fetch.repository,
        with_files(fetch, recent),
        tuple(label.name for label in labels if label),
        notes.text if notes else None,
        tuple(dict.fromkeys(fetch.gaps)),
    )


def _ask(fetch: RepositoryFetch) -> tuple[SampleRepository, list[PullRequest]]:
    """The repository and its newest pull requests, without those for which GitHub fails."""
    most = fetch.sizes.pulls.now
    try:
        facts = _ask_repository(fetch, pulls=True)
    except TooHeavyError:
        facts = _ask_repository(fetch, pulls=False)
    if facts.pull_requests is None or fetch.sizes.pulls.now < most:
        return facts, listing.list_newest(fetch, most)
    nodes = [node for node in facts.pull_requests.nodes or () if node]
    found = (graphql_nodes.pull_request(node, fetch.repository) for node in nodes)
    return facts, [pull for pull in found if pull]


def _ask_repository(fetch: RepositoryFetch, *, pulls: bool) -> SampleRepository:
    query = Query(read_query("pull_request", "sample"), SampleAnswer)
    variables = {**fetch.variables, "pulls": pulls}
    facts = fetch.page(query, variables, size=fetch.sizes.pulls).repository
    if facts is None:
        raise fetch.error_of_null()
    fetch.repository = facts.name_with_owner
    return facts
