"""The content of the fake GitHub: repositories and their merged pull requests."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Any

from digest.model import PullRequest
from tests import history
from tests.standin import made_up

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Count:
    """A span `[start, end)` with a known number of merges but unknown pull requests."""

    start: datetime
    end: datetime
    count: int


@dataclass(frozen=True)
class Repo:
    """A repository. GitHub answers null for None in `pulls`.

    `updated_at` has last updates after the merge, `kinds` the logins other than users and bots.
    `is_searchable` is false for a repository that search does not see, as with some tokens.
    `unindexed` are numbers that the index of search does not have yet, `withheld` entries that
    GitHub leaves empty in pages, `deleted` branches that do not exist, `forked` pull
    requests from forks that were deleted. `labels` are the repository's, `texts` its files on the default branch by path. `host` is the address of its web
    page.
    """

    name: str = history.REPOSITORY
    pulls: tuple[PullRequest, ...] = ()
    default_branch: str | None = history.DEFAULT_BRANCH
    private: bool = False
    is_searchable: bool = True
    updated_at: Mapping[int, datetime] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    counts: tuple[Count, ...] = ()
    unindexed: frozenset[int] = frozenset()
    withheld: frozenset[int] = frozenset()
    deleted: frozenset[str] = frozenset()
    forked: frozenset[int] = frozenset()
    labels: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    host: str = "https://github.com"
    node_id: str | None = None

    @property
    def branches(self) -> frozenset[str]:
        """The default branch, and every base of a pull request that still exists."""
        return frozenset(
            name
            for name in (self.default_branch, *(pull.base for pull in self.pulls))
            if name and name not in self.deleted
        )

    @property
    def url(self) -> str:
        """The page of the repository."""
        return f"{self.host}/{self.name}"

    def updated(self, pull: PullRequest) -> datetime:
        """Return the time of the last update, by default the merge."""
        return self.updated_at.get(pull.number, pull.merged_at)

    def touched(self, number: int) -> "Repo":
        """Return the repository after an update of this pull request."""
        last = max((self.updated(pull) for pull in self.pulls), default=EPOCH)
        return replace(self, updated_at={**self.updated_at, number: last + timedelta(seconds=1)})

    def merged_in(
        self, start: datetime, end: datetime, author: str | None = None
    ) -> tuple[PullRequest, ...]:
        """Those merged in `[start, end)`, the oldest merge first.

        With an author only those of this account; case does not matter.
        """
        pulls, merges = self._by_author.get(author and author.lower(), ((), ()))
        return pulls[bisect_left(merges, start) : bisect_left(merges, end)]

    def newest(self, count: int) -> tuple[PullRequest, ...]:
        """So many that were merged last."""
        return self._by_author[None][0][-count:] if count else ()

    @cached_property
    def _by_author(
        self,
    ) -> Mapping[str | None, tuple[tuple[PullRequest, ...], tuple[datetime, ...]]]:
        """The oldest merge first, with the moments of the merges; None has those of all."""
        found: dict[str | None, list[PullRequest]] = {None: []}
        for pull in sorted(self.pulls, key=lambda pull: (pull.merged_at, pull.number)):
            found[None].append(pull)
            if pull.author and pull.author.login:
                found.setdefault(pull.author.login.lower(), []).append(pull)
        return {
            login: (tuple(pulls), tuple(pull.merged_at for pull in pulls))
            for login, pulls in found.items()
        }

    @cached_property
    def by_update(self) -> tuple[PullRequest, ...]:
        """All pull requests, the last update first."""
        return tuple(
            sorted(self.pulls, key=lambda pull: (self.updated(pull), pull.number), reverse=True)
        )


@dataclass(frozen=True)
class World:
    """All repositories of the fake GitHub; `renamed` maps old names to current ones."""

    repos: tuple[Repo, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)

    def repo(self, name: str) -> Repo | None:
        """Return the repository of a current or old name in any case, as on GitHub."""
        present = next(
            (new for old, new in self.renamed.items() if old.lower() == name.lower()), name
        )
        return next((repo for repo in self.repos if repo.name.lower() == present.lower()), None)

    def searchable(self, name: str) -> Repo | None:
        """Return the repository that search finds under this name, which knows no old names."""
        repo = self.repo(name)
        return repo if repo and repo.is_searchable and repo.name.lower() == name.lower() else None

    def blinded(self) -> "World":
        """Return the world with a search that finds nothing."""
        return replace(self, repos=tuple(replace(repo, is_searchable=False) for repo in self.repos))

    def lagging(self, newest: int) -> "World":
        """The same, but search does not know this many of the newest merges of each repository."""
        return replace(
            self,
            repos=tuple(
                replace(repo, unindexed=frozenset(one.number for one in repo.newest(newest)))
                for repo in self.repos
            ),
        )

    def rebased(self, name: str, *, keeps_old: bool) -> "World":
        """The same, but the default branches have another name; pull requests keep the old one."""
        return replace(
            self,
            repos=tuple(
                replace(
                    repo,
                    default_branch=name,
                    deleted=repo.deleted if keeps_old else frozenset({repo.default_branch or ""}),
                )
                for repo in self.repos
            ),
        )

    def renamed_back(self, newest: int) -> "World":
        """The same, but the default branches had another name during the newest merges."""
        return replace(
            self, repos=tuple(_renamed_back(repo, repo.newest(newest)) for repo in self.repos)
        )

    def transferred(self, owner: str) -> "World":
        """The same, but the repositories have another owner, and the old names lead to them."""
        names = {repo.name: f"{owner}/{repo.name.partition('/')[2]}" for repo in self.repos}
        repos = tuple(replace(repo, name=names[repo.name]) for repo in self.repos)
        return replace(self, repos=repos, renamed={**self.renamed, **names})

    def touched(self, number: int) -> "World":
        """Return the world after an update of this pull request."""
        return replace(self, repos=tuple(repo.touched(number) for repo in self.repos))

    @cached_property
    def answers(self) -> dict[str, dict[str, Any]]:
        """The answers to GraphQL's questions that were asked before."""
        return {}

    @cached_property
    def nodes(self) -> Mapping[str, tuple[Repo, PullRequest]]:
        """Every pull request by its node id."""
        return {pull.node_id or "": (repo, pull) for repo in self.repos for pull in repo.pulls}


def _renamed_back(repo: Repo, newest: tuple[PullRequest, ...]) -> Repo:
    numbers = {one.number for one in newest if one.base == repo.default_branch}
    pulls = tuple(
        one.model_copy(update={"base": "for-a-time"}) if one.number in numbers else one
        for one in repo.pulls
    )
    return replace(repo, pulls=pulls, deleted=repo.deleted | {"for-a-time"})


@cache
def facts() -> World:
    """Return backstage/backstage as in tests/facts; README.md lists the made-up facts."""
    pulls = tuple(made_up.whole(pull) for pull in history.pull_requests())
    return World(
        (Repo(pulls=pulls, counts=_counts_only(pulls)),), {"spotify/backstage": history.REPOSITORY}
    )


def _counts_only(pulls: tuple[PullRequest, ...]) -> tuple[Count, ...]:
    weeks_with_facts = {history.week_of(pull.merged_at) for pull in pulls}
    weeks = (
        (name, count.merged)
        for name, count in history.weekly_counts().items()
        if name not in weeks_with_facts
    )
    return tuple(
        Count(start, start + timedelta(weeks=1), count)
        for start, count in ((_monday(n), c) for n, c in weeks)
    )


def _monday(week: str) -> datetime:
    return datetime.combine(date.fromisoformat(week), time(), UTC)
