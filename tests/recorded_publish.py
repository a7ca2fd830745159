"""The dialogues of `digest publish` that are recorded: what stood there, and what is asked and written."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from digest.files.editions import Contents
from digest.github.client import GitHub
from digest.github.connection import address
from digest.github.newsletter_writer import Done
from digest.publishing import running
from digest.publishing.at import At
from digest.publishing.sides import Local
from tests.publishing import TO, WEEK
from tests.scripted import FakeTime, FakeWatch
from tests.shipped import shipped
from tests.standin import TOKEN, Newsletter, StandIn

EDITION = "2021-W19"
LOCAL = Local(WEEK, Contents(), Contents())


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


def speak(dialogue: Dialogue, api: str) -> Done:
    """Publish the made-up edition as the dialogue says."""
    settings = shipped()
    github = GitHub(address({"GITHUB_API_URL": api}), TOKEN, settings.github, FakeWatch(), FakeTime().clock())
    nowhere = Path("no such folder")
    at = At(github, TO, settings.publish.path, settings, nowhere, nowhere)
    _, done = running.carried_out(at, EDITION, None if dialogue.ticks_only else LOCAL)
    return done


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
