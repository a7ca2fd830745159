"""The source that reads GitHub's GraphQL API. It needs a token and knows all facts."""

from collections.abc import Mapping, Sequence

from digest.github import searches
from digest.github.client import GitHub, client_with_token
from digest.model import EarlierCount, Repository, Snapshot, Window
from digest.sources import Context, blindness_message, listing, missing_notice, rename_notices
from digest.sources.graphql_details import first_contributions, with_files
from digest.sources.listing import Pulls
from digest.sources.repository_fetch import RepositoryFetch, Sizes
from digest.sources.story_facts import with_story_facts
from digest.sources.survey import (
    Survey,
    Way,
    choose_way,
    count_searches,
    is_empty,
    survey_repository,
)


class GraphQLSource:
    """The Source that reads GraphQL; the repositories of a run share the sizes of pages."""

    snapshots = ()

    def __init__(self, github: GitHub, context: Context) -> None:
        self.host = github.host
        self._github = github
        self._context = context
        self._sizes = Sizes()

    @property
    def origin(self) -> str:
        """The cost of the facts up to now: "8 requests, 4 s"."""
        return self._github.cost

    def fetch(
        self, repository: str, base: str, window: Window, earlier: Sequence[Window]
    ) -> Snapshot:
        """The snapshot of one repository's window, as Source promises it."""
        self._context.watch.begin(repository)
        fetch = RepositoryFetch(self._github, self._context.watch, repository, self._sizes)
        survey = survey_repository(fetch, base, window, earlier)
        branch = base or survey.default_branch or ""
        found, way, because = self._find(fetch, survey, branch, window, earlier)
        pulls = sorted(found.values(), key=lambda pull: (pull.merged_at, pull.number))
        lags = _compare(fetch, searches.merged_in(survey.name, window, branch), len(pulls))
        whole = tuple(with_files(fetch, pulls))
        new = first_contributions(fetch, whole, window.start)
        gaps = tuple(dict.fromkeys(fetch.gaps))
        return Snapshot(
            repositories=(_repository(fetch, survey, branch, way, because),),
            window=window,
            fetched_at=self._context.now,
            complete=not gaps,
            notices=(
                *rename_notices(repository, survey.name),
                *_blind(fetch),
                *lags,
                *new.notices,
                *dict.fromkeys(fetch.notices),
                *gaps,
            ),
            pull_requests=whole,
            earlier_counts=tuple(
                EarlierCount(
                    start=span.start, end=span.end, count=fetch.counts.get(f"earlier{place}")
                )
                for place, span in enumerate(earlier)
            ),
            first_contributions=new.keys,
        )

    def add_story_facts(self, snapshot: Snapshot, keys: Sequence[str]) -> Snapshot:
        """The snapshot with the facts for stories, as Source promises it."""
        return with_story_facts(self._github, snapshot, self._context.settings, keys)

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
        fetch.counts = dict(counts or {})
        if counts is not None and is_empty(survey, way, counts):
            return {}, way, because
        searches_to_count = (
            {} if counts or fetch.is_blind else count_searches(survey.name, branch, window, earlier)
        )
        if way == "list":
            return _list(fetch, branch, window, searches_to_count), way, because
        found = listing.search_pulls(fetch, branch, window, searches_to_count, survey.unfiltered)
        if not fetch.is_blind:
            return found, way, because
        # Search has become blind since the survey, so the list is used instead.
        fetch.counts.clear()
        way, because = choose_way(fetch, survey, list_up_to)
        return _list(fetch, branch, window, {}), way, because


def open_with_token(context: Context) -> GraphQLSource | None:
    """The source for GitHub's GraphQL API, None without a token."""
    github = client_with_token(context.settings.github, context.watch)
    return GraphQLSource(github, context) if github else None


def _list(
    fetch: RepositoryFetch, branch: str, window: Window, counting: Mapping[str, str]
) -> Pulls:
    only = None if branch == searches.ANY_BRANCH else branch
    return listing.list_pulls(fetch, only, window, counting)


def _compare(fetch: RepositoryFetch, text: str, listed: int) -> list[str]:
    """Compare the list with the count of search: more is a gap, less means an old index."""
    found = fetch.counts.get("found")
    if found is not None and found > listed and fetch.wait_to_retry("counts disagree", 1):
        fetch.count({"found": text})
        found = fetch.counts["found"]
    if found is None or found == listed:
        return []
    if found < listed:
        lag = f"GitHub's search counts only {found:,} of the {listed:,} pull requests listed, "
        return [f"{lag}because its index is behind."]
    fetch.gaps.append(missing_notice(found, listed))
    return []


def _repository(
    fetch: RepositoryFetch, survey: Survey, branch: str, way: Way, because: str
) -> Repository:
    return Repository(
        name=survey.name,
        url=survey.url,
        default_branch=survey.default_branch,
        base=branch,
        private=survey.private,
        listed_by=way,
        listing_reason=because,
        search_count=fetch.counts.get("found"),
        search_count_any_base=None if fetch.is_blind else survey.unfiltered,
    )


def _blind(fetch: RepositoryFetch) -> list[str]:
    if not fetch.is_blind:
        return []
    message = blindness_message(fetch.repository, f"{fetch.merged:,} ")
    return [f"{message} The counts of this and of earlier windows are unknown."]
