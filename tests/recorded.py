"""The recorded cases: weeks that `digest week` drafts, and the steps of `digest publish`."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

from digest.github import client
from digest.github.client import GitHub
from digest.github.connection import address
from digest.model import Snapshot, Window
from digest.model.edition_files import FACTS, EditionTexts
from digest.publishing.join import LocalEdition
from digest.publishing.paths import PublishPaths
from digest.publishing.publish import publish_edition
from digest.publishing.sides import PublishTarget
from digest.sources import Context
from digest.sources.graphql import GraphQLSource
from tests.builders import FETCHED_AT, REPOSITORY, snapshot, week
from tests.cli import Seen, run
from tests.publishing import CACHE, RELEASES, SHORTCUTS, TO
from tests.scripted import FakeTime, FakeWatch
from tests.shipped import shipped
from tests.standin import TOKEN, Fault, Newsletter, StandIn

# A draft has two stories, and a third can be ticked.
EDITION = snapshot(RELEASES, SHORTCUTS, CACHE)
NEXT_HOUR = datetime(2021, 5, 17, 10, tzinfo=UTC)
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


@dataclass(frozen=True)
class Drafted:
    """The output of `digest week --json` and the facts that it saved, None if it saved none."""

    seen: Seen
    facts: Snapshot | None


@dataclass(frozen=True)
class Case:
    """One cassette: a week of a repository.

    `fault` spoils the first answer, so only the fake GitHub can give it.
    """

    name: str
    week: str
    repository: str = REPOSITORY
    max_listed: int | None = None
    has_token: bool = True
    fault: Fault | None = None

    @property
    def window(self) -> Window:
        """The window of the case."""
        return week(self.week)

    @contextmanager
    def standin(self) -> Iterator[StandIn]:
        """Serve the fake GitHub with the public history, as the case needs it."""
        with StandIn() as github:
            github.faults += [self.fault] if self.fault else []
            yield github

    def play(self, api: str, token: str = TOKEN) -> Drafted:
        """Draft the week from the API at the URL `api` as a person does, in a new folder."""
        known = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GH_", "GITHUB_"))
        }
        # Without PATH, the program gh is not found and gives no token.
        known |= {"GITHUB_API_URL": api, "PATH": ""} | (
            {"GH_TOKEN": token} if self.has_token else {}
        )
        with (
            tempfile.TemporaryDirectory() as folder,
            chdir(folder),
            mock.patch.dict(os.environ, known, clear=True),
            mock.patch.object(client, "Clock", return_value=FakeTime().clock()),
        ):
            walked = "" if self.max_listed is None else f"github.max_listed = {self.max_listed}\n"
            Path("digest.toml").write_text(f"[digest]\n{walked}", encoding="utf-8")
            seen = run(
                "week", "--repo", self.repository, "--week", self.week, "--no-pictures", "--json"
            )
            saved = Path("editions", self.week, FACTS)
            return Drafted(
                seen, Snapshot.model_validate_json(saved.read_bytes()) if saved.exists() else None
            )


@dataclass(frozen=True)
class Dialogue:
    """One cassette: whether the edition is published, the ticked box, whether only ticks count."""

    name: str
    operation: str
    published: bool = True
    ticked: str | None = None
    ticks_only: bool = False

    @contextmanager
    def standin(self) -> Iterator[StandIn]:
        """Serve the fake GitHub as it is when the dialogue begins."""
        there = Newsletter(name=TO)
        with StandIn(newsletters=(there,)) as github:
            if self.published:
                DIALOGUES[0].play(github.url)
            if self.ticked:
                there.tick(1, self.ticked)
            yield github

    def play(self, api: str, token: str = TOKEN) -> str:
        """Publish the made-up edition, and return the operation."""
        settings = shipped()
        github = GitHub(
            address({"GITHUB_API_URL": api}),
            token,
            settings.github,
            FakeWatch(),
            FakeTime().clock(),
        )
        nowhere = Path("no such folder")
        paths = PublishPaths(settings.publish.path, settings)
        target = PublishTarget(github, TO, paths, (), nowhere)
        local = None if self.ticks_only else LocalEdition(EDITION, EditionTexts(), EditionTexts())
        return publish_edition(target, "2021-W19", local)[1].operation


WEEKS = (
    Case("graphql/edition-26", "2021-W19"),
    Case("graphql/edition-26-by-search", "2021-W19", max_listed=0),
    Case("graphql/renamed-repository", "2020-W07", repository="spotify/backstage"),
    Case("graphql/unknown-repository", "2021-W19", repository="made-up/unknown"),
    Case("graphql/no-rights", "2021-W19", fault=FORBIDDEN),
    Case("rest/edition-26", "2021-W19", has_token=False),
    Case("rest/renamed-repository", "2020-W07", repository="spotify/backstage", has_token=False),
    Case("rest/unknown-repository", "2021-W19", repository="made-up/unknown", has_token=False),
    Case("rest/hour-used-up", "2021-W19", has_token=False, fault=USED_UP),
)
DIALOGUES = (
    Dialogue("publish/new", "created", published=False),
    Dialogue("publish/ticked", "updated", ticked="backstage/backstage#5551", ticks_only=True),
    Dialogue("publish/ticked-and-scheduled", "updated", ticked="backstage/backstage#5551"),
)


def fetch(case: Case, api: str, token: str = TOKEN) -> Snapshot:
    """Return the facts of a week from the source alone; raises the source's errors."""
    settings = shipped()
    watch = FakeWatch()
    github = GitHub(
        address({"GITHUB_API_URL": api}), token, settings.github, watch, FakeTime().clock()
    )
    source = GraphQLSource(github, Context(settings, watch, FETCHED_AT))
    return source.fetch(case.repository, "", case.window, before(case.window))


def before(window: Window, weeks: int = 12) -> Sequence[Window]:
    """Return the weeks before a window, oldest first."""
    return tuple(
        window.model_copy(
            update={end: getattr(window, end) - timedelta(weeks=back) for end in ("start", "end")}
        )
        for back in range(weeks, 0, -1)
    )
