"""The bars of the commands that talk to a newsletter's repository."""

import sys
from pathlib import Path

import pytest

from digest.output.progress import FetchingScreen
from tests.cli import run
from tests.publishing import BRANCH, MORE, TO, Place, draft, drafted, published
from tests.standin import Newsletter
from tests.test_terminal import Screen

pytestmark = pytest.mark.slow
SETTINGS = f"""
[digest.publish]
to = "{TO}"
reviewers = ["ada"]
assignees = ["grace"]
"""


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]  # noqa: ANN201
    with published(monkeypatch, tmp_path, Newsletter(name=TO, people=("ada", "grace"))) as found:
        drafted()
        with Path("digest.toml").open("a", encoding="utf-8") as file:
            file.write(SETTINGS)
        yield found


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The titles and counts that the bars of a run show."""
    seen: list[str] = []
    begin, progress = FetchingScreen.begin, FetchingScreen.progress

    def begin_and_record(screen: FetchingScreen, title: str) -> None:
        seen.append(title)
        begin(screen, title)

    def record(screen: FetchingScreen, done: int, total: int | None) -> None:
        seen.append(f"{done} of {total}")
        progress(screen, done, total)

    monkeypatch.setattr(FetchingScreen, "begin", begin_and_record)
    monkeypatch.setattr(FetchingScreen, "progress", record)
    return seen


@pytest.mark.usefixtures("place")
def test_publish_counts_its_writes(steps: list[str]) -> None:
    """The branch, the commit, the pull request, its label, a reviewer and an assignee."""
    run("publish")
    assert steps == [f"Publishing to {TO}", *(f"{number} of 6" for number in range(7))]
    steps.clear()
    run("publish")
    assert steps == []
    draft(MORE)
    run("publish")
    assert steps == [f"Publishing to {TO}", "0 of 2", "1 of 2", "2 of 2"]


@pytest.mark.usefixtures("place")
def test_a_dry_run_only_reads(steps: list[str]) -> None:
    run("publish", "--dry-run")
    assert steps == []


def test_the_drafts_of_a_newsletter_are_counted_in_pages(place: Place, steps: list[str]) -> None:
    _, newsletter = place
    run("publish")
    for _ in range(100):
        newsletter.opened(head=BRANCH, state="closed", title="", body="", author="ada")
    steps.clear()
    run("list")
    assert steps == ["1 of 2", "2 of 2"]


def test_a_spinner_is_shown_until_the_end_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Screen()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with FetchingScreen("Reading a/a") as watch:
        assert "━" not in stream.getvalue()
        watch.progress(1, 2)
    assert "━" in stream.getvalue()
    assert " 1 of 2" in stream.getvalue()
