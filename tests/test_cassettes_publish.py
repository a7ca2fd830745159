"""The dialogue of `digest publish`, replayed without a network: it asks and writes what was recorded, no more."""

import json

import pytest

from digest.github.connection import GITHUB
from tests.recorded_publish import DIALOGUES, Dialogue, speak
from tests.recording import CASSETTES, Readable, cassettes

BY = pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
WRITES = {
    "new": ["POST /git/refs", "commit", "POST /pulls", "POST /issues/1/labels"],
    "unchanged": [],
    "ticked": ["commit"],
    "ticked-and-scheduled": ["commit", "PATCH /pulls/1"],
}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for the other cassettes: vcrpy would look for the proxy's address in them."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "api.github.com,127.0.0.1")


@BY
def test_a_dialogue_is_what_was_recorded(dialogue: Dialogue) -> None:
    with cassettes("publish").use_cassette(dialogue.name) as cassette:
        assert speak(dialogue, GITHUB).operation == dialogue.operation
        assert cassette.all_played


@BY
def test_only_these_writes_are_in_it_each_once(dialogue: Dialogue) -> None:
    text = (CASSETTES / "publish" / f"{dialogue.name}.yaml").read_text("utf-8")
    written = []
    for one in Readable.deserialize(text)["interactions"]:
        request = one["request"]
        path = request["uri"].removeprefix(f"{GITHUB}/repos/acme/newsletter")
        if path.endswith("/graphql"):
            written += ["commit"] if "createCommitOnBranch" in json.loads(request["body"])["query"] else []
        elif request["method"] != "GET":
            written.append(f"{request['method']} {path}")
    assert written == WRITES[dialogue.name]
