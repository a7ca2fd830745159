"""A text of GitHub that was cut inside an emoji: no file can hold half of it."""

import json
from pathlib import Path

import pytest

from digest.model import Person
from tests.builders import REPOSITORY
from tests.cli import run
from tests.fetching import many, world
from tests.standin import TOKEN, StandIn, server

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("empty_folder")]
CUT = "Add a door \ud83d"
WHOLE = "Add a window 😀"


class Escaped:
    """Writes JSON with escapes, as servers do that are not GitHub's."""

    loads = staticmethod(json.loads)

    @staticmethod
    def dumps(document: object, **_: object) -> str:
        return json.dumps(document)


@pytest.mark.parametrize("token", [TOKEN, ""])
def test_half_a_character_is_replaced(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "json", Escaped)
    person = Person(login="ada", name=CUT, company=CUT)
    first, *_, last = many(3, title=CUT, body=CUT, labels=(CUT,), head=CUT, author=person)
    pulls = [first, last.model_copy(update={"title": WHOLE})]
    with StandIn(world(*pulls)) as github:
        monkeypatch.setenv("GITHUB_API_URL", github.url)
        if token:
            monkeypatch.setenv("GH_TOKEN", token)
        seen = run("week", "--repo", REPOSITORY, "--no-pictures", "--highlight", "1")
    assert seen.code == 0, seen.err
    (path,) = Path("editions").glob("*/pull_requests.json")
    titles = [one["title"] for one in json.loads(path.read_text("utf-8"))["pull_requests"]]
    assert titles == ["Add a door \ufffd", WHOLE]
