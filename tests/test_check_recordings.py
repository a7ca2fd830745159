"""The comparison that the recording workflow runs: it finds what GitHub answers otherwise."""

import json
import shutil
from pathlib import Path

import pytest

from scripts import check_recordings
from scripts.check_recordings import replay_differences, schema_differences
from tests.recorded import WEEKS
from tests.recording import CASSETTES, Readable

CASE = next(case for case in WEEKS if case.name == "graphql/renamed-repository")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the cassettes that a test may spoil."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "api.github.com,127.0.0.1")
    shutil.copytree(CASSETTES, tmp_path / "cassettes")
    return tmp_path / "cassettes"


def test_the_kept_cassettes_have_no_differences(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check_recordings, "WEEKS", (CASE,))
    assert check_recordings.main(folder) == 0
    assert capsys.readouterr().out == (
        "| cassette | server | answers | differences |\n| --- | --- | --- | --- |\n"
        f"| `{CASE.name}` | digest stand-in | {len(interactions(folder))} | 0 |\n\n"
    )


def interactions(folder: Path) -> list[object]:
    text = (folder / f"{CASE.name}.yaml").read_text("utf-8")
    found: list[object] = Readable.deserialize(text)["interactions"]
    return found


def test_an_answer_that_the_schema_does_not_allow_is_found() -> None:
    request = {"query": "query { rateLimit { cost } }", "variables": {}}
    answer = {"data": {"rateLimit": {"cost": "one"}}}
    one = {
        "request": {"uri": "https://api.github.com/graphql", "body": json.dumps(request)},
        "response": {"body": {"string": json.dumps(answer)}},
    }
    assert len(list(schema_differences([one]))) == 1
    one["response"]["body"]["string"] = json.dumps({"data": {"rateLimit": {"cost": 1}}})  # type: ignore[index]
    assert list(schema_differences([one])) == []


def test_an_answer_that_digest_cannot_read_is_found(folder: Path) -> None:
    file = folder / f"{CASE.name}.yaml"
    file.write_text(file.read_text("utf-8").replace("nameWithOwner", "fullName"), "utf-8")
    assert list(replay_differences(CASE, folder)) != []


def test_a_recording_without_its_last_answer_is_found(folder: Path) -> None:
    file = folder / f"{CASE.name}.yaml"
    text = file.read_text("utf-8")
    file.write_text(text[: text.rindex("\n- request:") + 1], "utf-8")
    assert len(list(replay_differences(CASE, folder))) == 1
