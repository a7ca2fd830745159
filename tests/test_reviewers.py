"""Reviewers and assignees of a draft: asked once, when it is opened."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import run
from tests.publishing import TO, Place, draft, operation, publish, published
from tests.standin import Newsletter

pytestmark = pytest.mark.slow

SETTINGS = """
[digest.publish]
reviewers = ["ada", "@acme/editors", "grace"]
assignees = "ada"
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    newsletter = Newsletter(name=TO, people=("ada", "editors"))
    with published(monkeypatch, tmp_path, newsletter) as found:
        with Path("digest.toml").open("a", encoding="utf-8") as file:
            file.write(SETTINGS)
        draft()
        yield found


def asked(place: Place) -> list[str]:
    return [one for one in place[1].writes if one.startswith(("review", "assign"))]


def test_they_are_asked_when_the_draft_is_opened_and_never_again(place: Place) -> None:
    assert operation(publish()) == "created"
    assert asked(place) == ["review #1 ada", "review #1 editors", "assign #1 ada"]
    run("mark", "5551")
    assert operation(publish()) == "updated"
    assert len(asked(place)) == 3


def test_a_failure_is_a_notice(place: Place) -> None:
    result = publish()
    assert operation(result) == "created"
    notices = [line for line in result.err.splitlines() if "could not" in line]
    assert len(notices) == 1
    assert notices[0].startswith("digest could not ask for a review: grace. ")


def test_a_person_without_access_is_named(place: Place) -> None:
    place[1].people = ("editors", "grace")
    result = publish()
    assert asked(place) == ["review #1 grace", "review #1 editors"]
    assert (
        "digest could not assign: ada. This person has no access to the repository.\n" in result.err
    )


def test_a_dry_run_names_them(place: Place) -> None:
    plan = publish("--dry-run").out.splitlines()
    assert "Would ask for a review: ada, acme/editors, grace" in plan
    assert "Would assign: ada" in plan
    assert asked(place) == []


@pytest.mark.parametrize("line", ['reviewers = ["a b"]', 'assignees = ["acme/editors"]'])
def test_a_name_that_cannot_be_one_is_an_error(place: Place, line: str) -> None:
    Path("digest.toml").write_text(f"[digest.publish]\n{line}\n")
    result = publish()
    assert (result.code, result.out) == (2, "")
    assert "must be logins" in result.err
