"""The source that reads GitHub's GraphQL API: it needs a token and knows everything."""

from collections.abc import Mapping, Sequence

from digest.errors import DigestError
from digest.github import searches
from digest.github.client import GitHub, client_with_token
from digest.model import EarlierCount, Repository, Snapshot, Window
from digest.sources import Context, listing, rename_notices, survey
from digest.sources.graphql_details import first_contributions, with_files
from digest.sources.listing import Pulls
from digest.sources.repository_fetch import RepositoryFetch, Sizes
from digest.sources.story_facts import with_story_facts
from digest.sources.survey import Survey, Way


class GraphQLSource:
    """A Source.

    The repositories of a run share the sizes of pages, so that each learns what is too heavy.
    """

    snapshots = ()

    def __init__(self, github: GitHub, context: Context) -> None:
        self.host = github.host
        self._github = github
        self._context = context
        self._sizes = Sizes()

    @property
    def origin(self) -> str:
        """What the facts cost so far: "8 requests, 4 s"."""
        return self._github.cost

    def fetch(
        self, repository: str, base: str, window: Window, earlier: Sequence[Window]
    ) -> Snapshot:
        """The snapshot of one repository's window, as Source promises it."""
        self._context.watch.begin(repository)
        fetch = RepositoryFetch(self._github, self._context.watch, repository, self._sizes)
        seen = survey.survey_repository(fetch, base, window, earlier)
        branch = base or seen.default_branch
        if not branch:
            raise DigestError(f"{seen.name} is empty: it has no branch yet, so nothing was merged.")
        found, way, because = self._find(fetch, seen, branch, window, earlier)
        pulls = sorted(found.values(), key=lambda pull: (pull.merged_at, pull.number))
        lags = _compare(fetch, searches.merged_in(seen.name, window, branch), len(pulls))
        whole = tuple(with_files(fetch, pulls))
        new = first_contributions(fetch, whole, window.start)
        gaps = tuple(dict.fromkeys(fetch.gaps))
        return Snapshot(
            repositories=(_repository(fetch, seen, branch, way, because),),
            window=window,
            fetched_at=self._context.now,
            complete=not gaps,
            notices=(
                *rename_notices(repository, seen.name),
                *_blind(fetch),
                *lags,
                *new.notices,
                *gaps,
            ),
            pull_requests=whole,
            earlier_counts=tuple(
                EarlierCount(
                    start=one.start, end=one.end, count=fetch.counts.get(f"earlier{place}")
                )
                for place, one in enumerate(earlier)
            ),
            first_contributions=new.keys,
        )

    def add_story_facts(self, snapshot: Snapshot, keys: Sequence[str]) -> Snapshot:
        """The snapshot with texts of changesets and pull requests from elsewhere, as Source promises it."""
        return with_story_facts(self._github, snapshot, self._context.settings, keys)

    def _find(
        self,
        fetch: RepositoryFetch,
        seen: Survey,
        branch: str,
        window: Window,
        earlier: Sequence[Window],
    ) -> tuple[Pulls, Way, str]:
        """The pull requests of the window, whether list or search found them, and why that was chosen."""
        list_up_to = self._context.settings.github.list_up_to
        way, because = survey.choose_way(fetch, seen, list_up_to)
        known = seen.counts.get(branch)
        fetch.counts = dict(known or {})
        if known is not None and survey.is_empty(seen, way, known):
            return {}, way, because
        unknown = (
            {}
            if known or fetch.is_blind
            else survey.count_searches(seen.name, branch, window, earlier)
        )
        if way == "list":
            return _list(fetch, branch, window, unknown), way, because
        found = listing.search_pulls(fetch, branch, window, unknown, seen.unfiltered)
        if not fetch.is_blind:
            return found, way, because
        # It saw something when it was chosen.
        fetch.counts.clear()
        way, because = survey.choose_way(fetch, seen, list_up_to)
        return _list(fetch, branch, window, {}), way, because


def open_with_token(context: Context) -> GraphQLSource | None:
    """GitHub's GraphQL API with the token that there is, None where there is none."""
    github = client_with_token(context.settings.github, context.watch)
    return GraphQLSource(github, context) if github else None


def _list(
    fetch: RepositoryFetch, branch: str, window: Window, counting: Mapping[str, str]
) -> Pulls:
    only = None if branch == searches.ANY_BRANCH else branch
    return listing.list_pulls(fetch, only, window, counting)


def _compare(fetch: RepositoryFetch, text: str, listed: int) -> list[str]:
    """Hold what was listed against what search counts: more is a gap, less is an index that lags."""
    found = fetch.counts.get("found")
    if found is not None and found > listed and fetch.wait_to_retry("counts disagree", 1):
        fetch.count({"found": text})
        found = fetch.counts["found"]
    if found is None or found == listed:
        return []
    if found < listed:
        return [
            f"GitHub's search counts {found:,} of the {listed:,} pull requests listed: its index lags behind."
        ]
    fetch.gaps.append(
        f"GitHub's search counts {found:,} merged pull requests, but {listed:,} were listed: some are missing."
    )
    return []


def _repository(
    fetch: RepositoryFetch, seen: Survey, branch: str, way: Way, because: str
) -> Repository:
    return Repository(
        name=seen.name,
        url=seen.url,
        default_branch=seen.default_branch,
        base=branch,
        private=seen.private,
        listed_by=way,
        listed_because=because,
        found=fetch.counts.get("found"),
        unfiltered=None if fetch.is_blind else seen.unfiltered,
    )


def _blind(fetch: RepositoryFetch) -> list[str]:
    if not fetch.is_blind:
        return []
    seen = f"GitHub's search sees nothing in {fetch.repository}, though {fetch.merged:,} pull requests were merged"
    return [f"{seen} there: the counts of this and earlier windows are unknown."]
