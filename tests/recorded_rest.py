"""The cases of the REST API that are recorded: what is read in each, without a token."""

from datetime import UTC, datetime

from digest.github.client import GitHub
from digest.github.connection import address
from digest.model import Snapshot
from digest.sources import Context
from digest.sources.rest import RestSource
from tests.builders import FETCHED_AT
from tests.recorded import Case, before
from tests.scripted import FakeTime, FakeWatch
from tests.shipped import shipped
from tests.standin import Fault, StandIn, facts

NEXT_HOUR = datetime(2021, 5, 17, 10, tzinfo=UTC)
USED_UP = Fault(
    status=403,
    headers={
        "x-ratelimit-limit": "60",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": str(int(NEXT_HOUR.timestamp())),
        "x-ratelimit-resource": "core",
    },
    body={"message": "API rate limit exceeded for 192.0.2.1."},
)
CASES = (
    Case("edition-26", "2021-W19"),
    Case("empty-week", "2020-W07"),
    Case("renamed-repository", "2020-W07", repository="spotify/backstage"),
    Case("unknown-repository", "2021-W19", repository="made-up/unknown"),
    Case("hour-used-up", "2021-W19", fault=USED_UP),
)


def fetch(case: Case, api: str) -> Snapshot:
    """Read a case from the API at the URL `api`, as `digest week` would without a token. Raises what that raises."""
    settings = shipped()
    watch = FakeWatch()
    github = GitHub(address({"GITHUB_API_URL": api}), None, settings.github, watch, FakeTime().clock())
    source = RestSource(github, Context(settings, watch, FETCHED_AT))
    return source.fetch(case.repository, "", case.window, before(case.window))


def standin(case: Case) -> StandIn:
    """A stand-in with the case's fault."""
    github = StandIn(facts())
    github.faults += [case.fault] if case.fault else []
    return github
