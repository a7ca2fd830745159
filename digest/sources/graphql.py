"""The source that reads GitHub's GraphQL API: it needs a token and knows everything."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from digest.errors import DigestError
from digest.github import searches
from digest.github.client import GitHub, Watch
from digest.model import EarlierCount, Repository, Snapshot, Window
from digest.settings import GitHub as GitHubSettings
from digest.sources import pages, slices, survey
from digest.sources.first_contributions import firsts
from digest.sources.pages import Pulls
from digest.sources.reading import Reading, Sizes
from digest.sources.survey import Survey, Way


class GraphQLSource:
    """A gather.base.Source; `now` gives the moment that a snapshot is stamped with."""

    def __init__(self, github: GitHub, settings: GitHubSettings, now: Callable[[], datetime], watch: Watch) -> None:
        self._github = github
        self._settings = settings
        self._now = now
        self._watch = watch
        self._sizes = Sizes()

    def fetch(self, repository: str, base: str, window: Window, earlier: Sequence[Window]) -> Snapshot:
        """The snapshot of one repository's window, as gather.base.Source promises it."""
        fetched_at = self._now()
        reading = Reading(self._github, self._watch, repository, self._sizes)
        seen = survey.survey(reading, base, window, earlier)
        branch = base or seen.default_branch
        if not branch:
            raise DigestError(f"{seen.name} is empty: it has no branch yet, so nothing was merged.")
        way, because = survey.way(reading, seen, self._settings.list_up_to)
        known = seen.counts.get(branch)
        reading.counts = dict(known or {})
        if known is not None and survey.is_empty(seen, way, known):
            found: Pulls = {}
        else:
            unknown = {} if known or reading.is_blind else survey.counting(seen.name, branch, window, earlier)
            find = _listed if way == "list" else _searched
            found = find(reading, seen, branch, window, unknown)
            if way == "search" and reading.is_blind:
                # It saw something when it was chosen.
                reading.counts.clear()
                way, because = survey.way(reading, seen, self._settings.list_up_to)
                found = _listed(reading, seen, branch, window, {})
        pulls = sorted(found.values(), key=lambda pull: (pull.merged_at, pull.number))
        lags = _compared(reading, searches.merged_in(seen.name, window, branch), len(pulls))
        whole = tuple(pages.with_files(reading, pulls))
        new = firsts(reading, whole, window.start)
        gaps = tuple(dict.fromkeys(reading.gaps))
        return Snapshot(
            repositories=(_repository(reading, seen, branch, way, because),),
            window=window,
            fetched_at=fetched_at,
            complete=not gaps,
            notices=(*_renamed(repository, seen.name), *_blind(reading), *lags, *new.notices, *gaps),
            pull_requests=whole,
            earlier_counts=tuple(
                EarlierCount(start=one.start, end=one.end, count=reading.counts.get(f"earlier{place}"))
                for place, one in enumerate(earlier)
            ),
            first_contributions=new.keys,
        )


def _listed(reading: Reading, _seen: Survey, branch: str, window: Window, counting: Mapping[str, str]) -> Pulls:
    """What the list holds that was updated since the window's start."""
    only = None if branch == searches.ANY_BRANCH else branch
    return pages.listed(reading, only, window, counting)


def _searched(reading: Reading, seen: Survey, branch: str, window: Window, counting: Mapping[str, str]) -> Pulls:
    """What search finds in the window, in slices where it would not show all of it."""
    # Into any branch no fewer were merged, so what is small there need not be counted first.
    if counting and seen.unfiltered > slices.LARGEST:
        reading.count(counting)
        counting = {}
    pulls: Pulls = {}
    counted = 0
    found = reading.counts.get("found")
    for part, least in slices.sliced(reading, branch, window, found or 0):
        text = searches.merged_in(reading.repository, part, branch)
        some, count = pages.searched(reading, text, part, counting, least)
        pulls |= some
        counted += count
    if not counted:
        reading.count({"found": searches.merged_in(reading.repository, window, branch)})
    if not reading.is_blind:
        reading.counts["found"] = max(reading.counts.get("found", 0), counted)
    return pulls


def _compared(reading: Reading, text: str, listed: int) -> list[str]:
    """Hold what was listed against what search counts: more is a gap, less is an index that lags."""
    found = reading.counts.get("found")
    if found is not None and found > listed and reading.again("counts disagree", 1):
        reading.count({"found": text})
        found = reading.counts["found"]
    if found is None or found == listed:
        return []
    if found < listed:
        return [f"GitHub's search counts {found:,} of the {listed:,} pull requests listed: its index lags behind."]
    reading.gaps.append(
        f"GitHub's search counts {found:,} merged pull requests, but {listed:,} were listed: some are missing."
    )
    return []


def _repository(reading: Reading, seen: Survey, branch: str, way: Way, because: str) -> Repository:
    return Repository(
        name=seen.name,
        url=seen.url,
        default_branch=seen.default_branch,
        base=branch,
        private=seen.private,
        listed_by=way,
        listed_because=because,
        found=reading.counts.get("found"),
        unfiltered=None if reading.is_blind else seen.unfiltered,
    )


def _renamed(asked: str, name: str) -> list[str]:
    return [] if survey.is_same(asked, name) else [f"{asked} is called {name} now; use that name from here on."]


def _blind(reading: Reading) -> list[str]:
    if not reading.is_blind:
        return []
    seen = f"GitHub's search sees nothing in {reading.repository}, though {reading.merged:,} pull requests were merged"
    return [f"{seen} there: the counts of this and earlier windows are unknown."]
