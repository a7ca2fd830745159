"""Small worlds, and functions that read a window of one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from digest.github.client import GitHub
from digest.github.connection import address
from digest.github.faults import Answer
from digest.github.graphql_answers import Counted, SearchCount, Selected
from digest.model import Person, PullRequest, Snapshot, Window
from digest.settings import GitHub as GitHubSettings
from digest.sources import Context, Source
from digest.sources.graphql import GraphQLSource
from digest.sources.rest import RestSource
from tests.builders import FETCHED_AT, REPOSITORY, changed_file, pull, week
from tests.scripted import FakeTime, FakeWatch
from tests.shipped import shipped
from tests.standin import TOKEN, Repo, StandIn, World, facts

HOUR = timedelta(hours=1)
W19 = week("2021-W19")

FULL = pull(
    7,
    title="Add a made-up plugin",
    author=Person(login="ada", name="Ada Lovelace", company="@made-up"),
    labels=("plugin", "made up"),
    milestone="1.0",
    files=(changed_file("plugins/a/package.json", "added", 5), changed_file("b", "removed", 0, 3)),
    body="Made up for tests.",
    comments=3,
    reactions=2,
    merge_commit="0123456789012345678901234567890123456789",
)
FROM_BOT = pull(
    8, author=Person(login="dependabot[bot]", is_bot=True), merged_at=FULL.merged_at - HOUR
)
ELSEWHERE = pull(9, base="release")
OLD = pull(900, merged_at=W19.start - HOUR)


def world(*pulls: PullRequest, **facts: Any) -> World:
    """Return a world with one repository."""
    return World((Repo(pulls=pulls, **facts),))


def many(count: int, **facts: Any) -> list[PullRequest]:
    """Return `count` pull requests, merged one a minute from Monday on."""
    return [
        pull(number, merged_at=W19.start + timedelta(minutes=number), **facts)
        for number in range(1, count + 1)
    ]


def numbers(snapshot: Snapshot) -> list[int]:
    return [one.number for one in snapshot.pull_requests]


def firsts(asked: Window) -> tuple[str, ...]:
    """Return the keys of the window's first contributions in the history, without bots."""
    (repo,) = facts().repos
    first: dict[str, PullRequest] = {}
    for one in repo.merged_in(datetime.min.replace(tzinfo=UTC), asked.end):
        if one.author and one.author.login and not one.author.is_bot:
            first.setdefault(one.author.login, one)
    return tuple(one.key for one in first.values() if one.merged_at >= asked.start)


@dataclass
class Run:
    """The snapshot of a window, the requests for it, the waits, and the source."""

    snapshot: Snapshot
    operations: list[str | None]
    watch: FakeWatch
    source: Source


def read(github: StandIn, asked: Window = W19, client: type[GitHub] = GitHub, **wanted: Any) -> Run:
    """Read a window from the fake GitHub.

    `options` may name settings, another repository, base and earlier windows.
    """
    usual_settings = {
        "timeout_seconds": 5,
        "max_wait_seconds": 120,
        "max_listed": 500,
        "write_pause_seconds": 0,
    }
    settings = GitHubSettings(
        **{name: wanted.pop(name, value) for name, value in usual_settings.items()}
    )
    watch = FakeWatch()
    where = address({"GITHUB_API_URL": github.url})
    reader = client(where, TOKEN, settings, watch, FakeTime().clock())
    usual: dict[str, Any] = {"repository": REPOSITORY, "base": "", "window": asked, "earlier": ()}
    context = Context(shipped().model_copy(update={"github": settings}), watch, FETCHED_AT)
    source = GraphQLSource(reader, context)
    snapshot = source.fetch(**(usual | wanted))
    assert reader.requests == len(github.requests)
    return Run(snapshot, [request.operation for request in github.requests], watch, source)


def read_without_token(
    github: StandIn,
    asked: Window = W19,
    patience: int = 120,
    among: Mapping[str, Any] | None = None,
    **wanted: Any,
) -> Run:
    """Read a window without a token; fake GitHub and reader share one clock."""
    settings = shipped().model_copy(
        update={
            "github": GitHubSettings(
                timeout_seconds=5, max_wait_seconds=patience, max_listed=500, write_pause_seconds=0
            )
        }
    )
    watch, time = FakeWatch(), FakeTime()
    github.rest.now = time.clock().now
    reader = GitHub(
        address({"GITHUB_API_URL": github.url}), None, settings.github, watch, time.clock()
    )
    usual: dict[str, Any] = {"repository": REPOSITORY, "base": "", "window": asked, "earlier": ()}
    source = RestSource(reader, Context(settings, watch, FETCHED_AT, **(among or {})))
    snapshot = source.fetch(**(usual | wanted))
    return Run(snapshot, [request.operation for request in github.requests], watch, source)


def recount(answer: Answer[Selected], change: Callable[[str, int], int]) -> Answer[Selected]:
    """The answer with other counts of searches; `change` gets each alias and its count."""
    if not isinstance(answer.data, Counted):
        return answer
    data = answer.data.model_copy(deep=True)
    for alias, found in data.__pydantic_extra__.items():
        data.__pydantic_extra__[alias] = SearchCount.model_validate(
            {"issueCount": change(alias, found.issue_count)}
        )
    return replace(answer, data=data)


def fetch(there: World, asked: Window = W19, **how: Any) -> Snapshot:
    """Return the snapshot of a window."""
    with StandIn(there) as github:
        return read(github, asked, **how).snapshot
