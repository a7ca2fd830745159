"""The source that reads GitHub's GraphQL API. It needs a token and knows all facts."""

from collections.abc import Mapping, Sequence

from digest.errors import DigestError
from digest.github import searches
from digest.github.client import GitHub, client_with_token
from digest.github.treatments import TREATMENTS
from digest.model import EarlierCount, PullRequest, Repository, Snapshot, Window
from digest.sources import (
    Context,
    Identity,
    blindness_message,
    listing,
    missing_notice,
    rename_notices,
    with_former_names,
)
from digest.sources.base_names import BaseNames, Spans, earlier_counts, find_names
from digest.sources.base_returns import find_returns
from digest.sources.graphql_details import FirstContributions, first_contributions, with_files
from digest.sources.listing import Pulls
from digest.sources.repository_fetch import RepositoryFetch, Sizes
from digest.sources.story_facts import Blob, candidate_blobs, identify, with_story_facts
from digest.sources.survey import (
    Survey,
    Way,
    choose_way,
    count_searches,
    is_empty,
    survey_repository,
)

LAGGING = TREATMENTS["lagging search"].message


class GraphQLSource:
    """The Source that reads GraphQL; the repositories of a run share the sizes of pages."""

    snapshots = ()

    def __init__(self, github: GitHub, context: Context) -> None:
        self.host = github.host
        self._github = github
        self._context = context
        self._sizes = Sizes()
        self._texts: dict[Blob, str | None] = {}

    @property
    def origin(self) -> str:
        """The cost of the facts up to now: "8 requests, 4 s"."""
        return self._github.cost

    def fetch(
        self, repository: str, base: str, window: Window, earlier: Sequence[Window]
    ) -> Snapshot:
        """The snapshot of one repository's window, as Source promises it."""
        self._context.watch.begin(f"Reading {repository}")
        fetch = RepositoryFetch(self._github, self._context.watch, repository, self._sizes)
        survey = survey_repository(fetch, base, window, earlier)
        branch = base or survey.default_branch or ""
        found, way, because = self._find(fetch, survey, branch, window, earlier)
        listed = sorted(found.values(), key=lambda pull: (pull.merged_at, pull.number))
        spans = Spans(window, earlier, listed)
        names = find_names(fetch, survey, branch, spans)
        names = find_returns(fetch, survey, names, spans)
        pulls = names.select(listed)
        fetch.gaps += names.gaps
        counted, lags = _compare(fetch, names, window, len(pulls))
        whole = with_files(fetch, pulls)
        # The counts of an index that is behind are too low, those of people too.
        new = FirstContributions(None) if lags else self._first_contributions(fetch, whole, window)
        gaps = tuple(dict.fromkeys(fetch.gaps))
        counts = [None for _ in earlier] if lags else earlier_counts(names, earlier)
        return Snapshot(
            repositories=(
                with_former_names(
                    _repository(fetch, survey, branch, (way, because), None if lags else counted),
                    [repository],
                ),
            ),
            window=window,
            fetched_at=self._context.now,
            complete=not gaps,
            notices=(
                *rename_notices(repository, survey.name),
                *_blind(fetch),
                *lags,
                *names.notices,
                *new.notices,
                *dict.fromkeys(fetch.notices),
                *gaps,
            ),
            pull_requests=whole,
            earlier_counts=tuple(
                EarlierCount(start=span.start, end=span.end, count=count)
                for span, count in zip(earlier, counts, strict=True)
            ),
            first_contributions=new.keys,
        )

    def identify(self, repositories: Sequence[str]) -> Mapping[str, Identity]:
        """The current names of repositories and their ids, as `Source` promises."""
        try:
            return identify(self._github, repositories)
        except DigestError:
            return {}

    def add_story_facts(self, snapshot: Snapshot, keys: Sequence[str]) -> Snapshot:
        """The snapshot with the facts for stories, as Source promises it."""
        return with_story_facts(self._github, snapshot, self._context.settings, keys, self._texts)

    def _first_contributions(
        self, fetch: RepositoryFetch, pulls: Sequence[PullRequest], window: Window
    ) -> FirstContributions:
        """First contributions; the same request reads the texts that `add_story_facts` needs."""
        blobs = candidate_blobs(pulls, self._context.settings)
        new = first_contributions(fetch, pulls, window.start, blobs)
        self._texts |= new.texts
        return new

    def _find(
        self,
        fetch: RepositoryFetch,
        survey: Survey,
        branch: str,
        window: Window,
        earlier: Sequence[Window],
    ) -> tuple[Pulls, Way, str]:
        """The pull requests of the window, the way they were found, and why it was chosen."""
        list_up_to = self._context.settings.github.max_listed
        way, because = choose_way(fetch, survey, list_up_to)
        counts = survey.counts.get(branch)
        fetch.counts = {**(counts or {}), "unfiltered": survey.unfiltered}
        if counts is not None and is_empty(fetch, survey, way):
            return {}, way, because
        searches_to_count = (
            {} if counts or fetch.is_blind else count_searches(survey.name, branch, window, earlier)
        )
        if way == "list":
            return listing.list_pulls(fetch, window, searches_to_count), way, because
        found = listing.search_pulls(fetch, window, searches_to_count, survey.unfiltered)
        if not fetch.is_blind:
            if fetch.unsearchable:
                found = listing.add_unsearchable(fetch, window, found)
            return found, way, because
        # Search has become blind since the survey, so the list is used instead.
        fetch.counts.clear()
        way, because = choose_way(fetch, survey, list_up_to)
        return listing.list_pulls(fetch, window, {}), way, because


def open_with_token(context: Context) -> GraphQLSource | None:
    """The source for GitHub's GraphQL API, None without a token."""
    github = client_with_token(context.settings.github, context.watch)
    return GraphQLSource(github, context) if github else None


def _compare(
    fetch: RepositoryFetch, names: BaseNames, window: Window, listed: int
) -> tuple[int | None, list[str]]:
    """The count of search, and notices if its index is behind.

    A count above the list is a gap, one below it means that the index is behind.
    """
    found = names.found
    # Time has passed since the count, unless the index is behind.
    is_old = found is not None and found < listed and not fetch.unsearchable
    is_more = found is not None and found > listed
    if is_old or (is_more and fetch.wait_to_retry("counts disagree", 1)):
        found = _count_names(fetch, names, window)
    if fetch.is_blind or found is None:
        return None, []
    if found > listed:
        fetch.gaps.append(missing_notice(found, listed))
    if found < listed:
        return found, [LAGGING.format(found=found, listed=listed, listed_by="listed")]
    if fetch.unsearchable:
        known = fetch.merged - fetch.unsearchable
        ever = "that were ever merged"
        return found, [LAGGING.format(found=known, listed=fetch.merged, listed_by=ever)]
    return found, []


def _count_names(fetch: RepositoryFetch, names: BaseNames, window: Window) -> int | None:
    counting = {
        f"found{place}": searches.merged_in(fetch.repository, window, name)
        for place, name in enumerate(names.names)
    }
    fetch.count(counting)
    counts = [fetch.counts.pop(alias, None) for alias in counting]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) and not fetch.is_blind else None


def _repository(
    fetch: RepositoryFetch,
    survey: Survey,
    branch: str,
    listed_by: tuple[Way, str],
    found: int | None,
) -> Repository:
    way, because = listed_by
    return Repository(
        name=survey.name,
        node_id=survey.node_id,
        url=survey.url,
        default_branch=survey.default_branch,
        base=branch,
        private=survey.private,
        listed_by=way,
        listing_reason=because,
        search_count=found,
        search_count_any_base=None if found is None else fetch.counts.get("unfiltered"),
    )


def _blind(fetch: RepositoryFetch) -> list[str]:
    if not fetch.is_blind:
        return []
    message = blindness_message(fetch.repository, f"{fetch.merged:,} ")
    return [f"{message} The counts of this and of earlier windows are unknown."]
