"""The dialogues of `digest publish` that are recorded: what stood there, and what is asked and written."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from digest.github.address import address
from digest.github.client import GitHub
from digest.model.edition_files import EditionTexts
from digest.model.newsletter import Outcome
from digest.publishing.draft import PublishTarget
from digest.publishing.join import LocalEdition
from digest.publishing.paths import PublishPaths
from digest.publishing.publish import publish_edition
from tests.publishing import TO, WEEK
from tests.scripted import FakeTime, FakeWatch
from tests.shipped import shipped
from tests.standin import TOKEN, Newsletter, StandIn

EDITION = "2021-W19"
LOCAL = LocalEdition(WEEK, EditionTexts(), EditionTexts())


@dataclass(frozen=True)
class Dialogue:
    """One cassette: whether the edition was there before, which box was ticked, whether only ticks are taken."""

    name: str
    operation: str
    published: bool = True
    ticked: str | None = None
    ticks_only: bool = False


DIALOGUES = (
    Dialogue("new", "created", published=False),
    Dialogue("unchanged", "unchanged"),
    Dialogue("ticked", "updated", ticked="backstage/backstage#5551", ticks_only=True),
    Dialogue("ticked-and-scheduled", "updated", ticked="backstage/backstage#5551"),
)


def speak(dialogue: Dialogue, api: str) -> Outcome:
    """Publish the made-up edition as the dialogue says."""
    settings = shipped()
    github = GitHub(address({"GITHUB_API_URL": api}), TOKEN, settings.github, FakeWatch(), FakeTime().clock())
    nowhere = Path("no such folder")
    paths = PublishPaths(settings.publish.path, settings)
    target = PublishTarget(github, TO, paths, nowhere, nowhere)
    _, outcome = publish_edition(target, EDITION, None if dialogue.ticks_only else LOCAL)
    return outcome


@contextmanager
def before(dialogue: Dialogue) -> Iterator[StandIn]:
    """The stand-in as it is when a dialogue begins."""
    there = Newsletter(name=TO)
    with StandIn(newsletters=(there,)) as github:
        if dialogue.published:
            speak(DIALOGUES[0], github.url)
        if dialogue.ticked:
            there.tick(1, dialogue.ticked)
        yield github
