"""No text from outside can control the terminal, in any part of the facts."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digest.model import Person
from digest.output import terminal
from digest.output.progress import FetchingScreen
from tests.builders import changed_file, pull, repository, snapshot
from tests.cli import run
from tests.composing import compose
from tests.shipped import preset, shipped

STEERING = "\x1b]0;title\x07\x1b[31m\u202e"
FORBIDDEN = set(STEERING) - set("]0;title[31m")
PULLS = (
    pull(
        1,
        title=f"Add{STEERING} the doors",
        author=Person(
            login=f"ada{STEERING}", name=f"Ada{STEERING} Lovelace", company=f"@bells{STEERING}"
        ),
        files=(changed_file(f"plugins/do{STEERING}ors/package.json", "added", 1200),),
        labels=(f"label{STEERING}",),
        body=f"This{STEERING} is what a person wrote of the doors.",
        head=f"head{STEERING}",
        milestone=f"milestone{STEERING}",
    ),
    pull(
        2,
        title=f"Doors {STEERING}",
        author=Person(name=STEERING),
        files=(changed_file(f"plugins/be{STEERING}ll/a"),),
    ),
    pull(
        3,
        title=STEERING,
        author=None,
        body=STEERING,
        files=(changed_file(f"packages/{STEERING}/a"),),
    ),
    *(
        pull(
            number,
            title=f"Windows {STEERING}{number}",
            author=Person(name=f"Bo{STEERING}"),
            body=f"Glass{STEERING}.",
        )
        for number in range(4, 12)
    ),
)
HOSTILE = snapshot(*PULLS, notices=(f"One\nof several lines.{STEERING}",), complete=False)


def steers(*texts: str) -> set[str]:
    return FORBIDDEN & set("".join(texts))


def test_no_text_of_a_snapshot_reaches_the_terminal_raw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("facts.json").write_text(HOSTILE.model_dump_json(), encoding="utf-8")
    seen = run("week", "--from", "facts.json", "--output", "-")
    assert seen.code == 0
    assert steers(seen.out, seen.err) == set()
    assert "\nOne\nof several lines." in seen.err


def _names(of: str) -> Callable[[dict[str, Any]], None]:
    def put(facts: dict[str, Any]) -> None:
        facts["repositories"][0][of] = STEERING
        for one in facts["pull_requests"]:
            one["repository"] = facts["repositories"][0]["name"]

    return put


def _sets(table: str, of: str) -> Callable[[dict[str, Any]], None]:
    def put(facts: dict[str, Any]) -> None:
        facts[table][of] = STEERING

    return put


@pytest.mark.parametrize(
    "put",
    [
        *(
            _names(of)
            for of in ("name", "url", "base", "default_branch", "listed_by", "listing_reason")
        ),
        *(_sets("window", of) for of in ("start", "zone", "kind")),
        lambda facts: facts.update(schema_version=STEERING),
        lambda facts: facts.update({STEERING: STEERING}),
        lambda facts: facts["pull_requests"][0].update({STEERING: STEERING}),
    ],
)
def test_no_word_of_a_refused_snapshot_reaches_the_terminal_raw(
    put: Callable[[dict[str, Any]], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    facts = json.loads(snapshot(pull(1)).model_dump_json())
    put(facts)
    Path("facts.json").write_text(json.dumps(facts), encoding="utf-8")
    seen = run("week", "--from", "facts.json")
    assert steers(seen.out, seen.err) == set()


def test_no_typed_word_reaches_the_terminal_raw() -> None:
    seen = run("week", "--from", f"{STEERING}.json", "--repo", f"a{STEERING}")
    assert (seen.code, steers(seen.err)) == (2, set())


def test_each_line_of_the_screen_is_cleaned_by_itself(tmp_path: Path) -> None:
    """The screen does not rely on compose, which cleans some names already."""
    digest = compose(HOSTILE, shipped(), None)
    stories = [
        story.__class__(**{**story.__dict__, "heading": STEERING, "reasons": (STEERING,)})
        for story in digest.stories
    ]
    groups = [
        group.__class__(**{**group.__dict__, "name": f"x{STEERING}"}) for group in digest.groups
    ]
    repositories = (repository(f"a{STEERING}"),)
    dirty = digest.__class__(
        **{
            **digest.__dict__,
            "stories": tuple(stories),
            "groups": tuple(groups),
            "repositories": repositories,
        }
    )
    lines = [
        *terminal.summary(dirty, f"from {STEERING}", shipped()),
        *terminal.next_steps("", [STEERING], tmp_path / STEERING),
        terminal.hint(STEERING),
    ]
    assert [line.plain for line in lines if steers(line.plain)] == []


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_and_the_waits_are_cleaned(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = _Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with FetchingScreen("octo\x07\u202e/cat") as watch:
        watch.progress(1, 2)
        watch.waiting("Trouble\x07\u202e.", 1)
    assert "octo/cat" in stream.getvalue()
    assert {"\x07", "\u202e"} & set(stream.getvalue()) == set()


def test_a_folder_name_in_a_story_is_plain_too() -> None:
    files = (changed_file(f"plugins/be{STEERING}ll/package.json", "added", 9),)
    sentence = pull(
        1,
        title="It rings whenever anybody stands before the door and wants to come in now",
        files=files,
    )
    (story,) = compose(snapshot(sentence), shipped(), None).stories
    assert story.heading == "Be]0;title[31mll plugin"


def test_a_name_captured_from_a_path_becomes_plain_words() -> None:
    digest = compose(HOSTILE, preset("backstage"), None)
    assert "Be]0;title[31mll" in [group.name for group in digest.groups]
    assert (
        steers(
            *(group.name for group in digest.groups), *(story.heading for story in digest.stories)
        )
        == set()
    )
