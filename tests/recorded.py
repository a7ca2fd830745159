"""The cases that are recorded: what is read in each, and how."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from digest.github.client import GitHub
from digest.github.connection import address
from digest.model import Snapshot, Window
from digest.sources import Context
from digest.sources.graphql import GraphQLSource
from tests.builders import FETCHED_AT, REPOSITORY, week
from tests.scripted import FakeTime, FakeWatch
from tests.shipped import shipped
from tests.standin import TOKEN, Fault, StandIn, World, facts

FORBIDDEN = Fault(
    errors=[
        {
            "type": "FORBIDDEN",
            "path": ["repository"],
            "message": "Resource not accessible by personal access token",
        }
    ],
    nulls=["repository"],
)


@dataclass(frozen=True)
class Case:
    """One cassette: a week of a repository. `fault` spoils the first answer, so only the stand-in can give it."""

    name: str
    week: str
    repository: str = REPOSITORY
    list_up_to: int | None = None
    fault: Fault | None = None

    @property
    def window(self) -> Window:
        """The week that is read."""
        return week(self.week)


CASES = (
    Case("edition-26", "2021-W19"),
    Case("edition-26-by-search", "2021-W19", list_up_to=0),
    Case("empty-week", "2020-W07"),
    Case("busy-week", "2020-W36"),
    Case("renamed-repository", "2020-W07", repository="spotify/backstage"),
    Case("unknown-repository", "2021-W19", repository="made-up/unknown"),
    Case("no-rights", "2021-W19", fault=FORBIDDEN),
)


def fetch(case: Case, api: str, token: str = TOKEN) -> Snapshot:
    """Read a case from the API at the URL `api`, as `digest week` would. Raises what the source raises."""
    settings = shipped()
    if case.list_up_to is not None:
        github_settings = settings.github.model_copy(update={"list_up_to": case.list_up_to})
        settings = settings.model_copy(update={"github": github_settings})
    watch = FakeWatch()
    github = GitHub(address({"GITHUB_API_URL": api}), token, settings.github, watch, FakeTime().clock())
    source = GraphQLSource(github, Context(settings, watch, FETCHED_AT))
    return source.fetch(case.repository, "", case.window, before(case.window))


def before(window: Window, weeks: int = 12) -> Sequence[Window]:
    """The weeks before, the oldest first."""
    return tuple(
        window.model_copy(update={end: getattr(window, end) - timedelta(weeks=back) for end in ("start", "end")})
        for back in range(weeks, 0, -1)
    )


def standin(case: Case, world: World | None = None) -> StandIn:
    """A stand-in with the case's fault."""
    github = StandIn(world or facts())
    github.faults += [case.fault] if case.fault else []
    return github
