"""What the stand-in is filled with: repositories and their merged pull requests."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property

from digest.model import PullRequest
from tests import history
from tests.standin import made_up

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Count:
    """A span `[start, end)` of which only the number of merged pull requests is known."""

    start: datetime
    end: datetime
    count: int


@dataclass(frozen=True)
class Repo:
    """A repository. `pulls` are whole: what is None in them, GitHub answers with null.

    `updated_at` tells when a pull request was last updated, if not at its merge; `kinds` which
    logins are neither users nor bots; `labels` are the repository's, `texts` its files on the default
    branch by path; `is_searchable` false makes search blind, as it is to some
    tokens. `host` is where people see it.
    """

    name: str = history.REPOSITORY
    pulls: tuple[PullRequest, ...] = ()
    default_branch: str | None = history.DEFAULT_BRANCH
    private: bool = False
    is_searchable: bool = True
    updated_at: Mapping[int, datetime] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    counts: tuple[Count, ...] = ()
    labels: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    host: str = "https://github.com"

    @property
    def branches(self) -> frozenset[str]:
        """The default branch, and every one that something was merged into."""
        return frozenset(
            name for name in (self.default_branch, *(pull.base for pull in self.pulls)) if name
        )

    @property
    def url(self) -> str:
        """The page of the repository."""
        return f"{self.host}/{self.name}"

    def updated(self, pull: PullRequest) -> datetime:
        """When it was last updated: a merge is an update."""
        return self.updated_at.get(pull.number, pull.merged_at)

    def touched(self, number: int) -> "Repo":
        """The same after one more update."""
        last = max((self.updated(pull) for pull in self.pulls), default=EPOCH)
        return replace(self, updated_at={**self.updated_at, number: last + timedelta(seconds=1)})

    def merged_in(self, start: datetime, end: datetime) -> tuple[PullRequest, ...]:
        """Those merged in `[start, end)`, the oldest merge first."""
        return self._by_merge[bisect_left(self._merges, start) : bisect_left(self._merges, end)]

    @cached_property
    def _by_merge(self) -> tuple[PullRequest, ...]:
        return tuple(sorted(self.pulls, key=lambda pull: (pull.merged_at, pull.number)))

    @cached_property
    def _merges(self) -> tuple[datetime, ...]:
        return tuple(pull.merged_at for pull in self._by_merge)

    def by_author(self, login: str) -> tuple[PullRequest, ...]:
        """Those of an account, the oldest merge first; case does not matter."""
        return self._by_author.get(login.lower(), ())

    @cached_property
    def _by_author(self) -> Mapping[str, tuple[PullRequest, ...]]:
        found: dict[str, list[PullRequest]] = {}
        for pull in self._by_merge:
            if pull.author and pull.author.login:
                found.setdefault(pull.author.login.lower(), []).append(pull)
        return {login: tuple(pulls) for login, pulls in found.items()}

    @cached_property
    def by_update(self) -> tuple[PullRequest, ...]:
        """The last updated first."""
        return tuple(
            sorted(self.pulls, key=lambda pull: (self.updated(pull), pull.number), reverse=True)
        )


@dataclass(frozen=True)
class World:
    """All repositories of the stand-in; `renamed` leads from an old name to the present one."""

    repos: tuple[Repo, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)

    def repo(self, name: str) -> Repo | None:
        """The repository of this name, old names included; case does not matter, as on GitHub."""
        present = next(
            (new for old, new in self.renamed.items() if old.lower() == name.lower()), name
        )
        return next((repo for repo in self.repos if repo.name.lower() == present.lower()), None)

    def searchable(self, name: str) -> Repo | None:
        """The repository that search finds under this name; search knows no old names."""
        repo = self.repo(name)
        return repo if repo and repo.is_searchable and repo.name.lower() == name.lower() else None

    def blinded(self) -> "World":
        """The same, but search sees nothing of it."""
        return replace(self, repos=tuple(replace(repo, is_searchable=False) for repo in self.repos))

    def touched(self, number: int) -> "World":
        """The same a second after the last update, which was one of this pull request."""
        return replace(self, repos=tuple(repo.touched(number) for repo in self.repos))

    @cached_property
    def nodes(self) -> Mapping[str, tuple[Repo, PullRequest]]:
        """Every pull request by its node id."""
        return {pull.node_id or "": (repo, pull) for repo in self.repos for pull in repo.pulls}


@cache
def facts() -> World:
    """backstage/backstage as tests/facts has it.

    What they do not tell is made up, see README.md.
    """
    pulls = tuple(made_up.whole(pull) for pull in history.pull_requests())
    return World(
        (Repo(pulls=pulls, counts=_counts_only(pulls)),), {"spotify/backstage": history.REPOSITORY}
    )


def _counts_only(pulls: tuple[PullRequest, ...]) -> tuple[Count, ...]:
    told = {history.week_of(pull.merged_at) for pull in pulls}
    weeks = (
        (name, count.merged) for name, count in history.weekly_counts().items() if name not in told
    )
    return tuple(
        Count(start, start + timedelta(weeks=1), count)
        for start, count in ((_monday(n), c) for n, c in weeks)
    )


def _monday(week: str) -> datetime:
    return datetime.combine(date.fromisoformat(week), time(), UTC)
