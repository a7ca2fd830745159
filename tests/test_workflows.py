"""The workflows that a newsletter copies, run step by step against the stand-in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import key
from tests.publishing import BRANCH, PAGE, SETTINGS, TO
from tests.standin import TOKEN, Newsletter, StandIn
from tests.steps import DIGEST, Job, evaluate, run


class Place:
    """A newsletter on GitHub, and a checkout of its default branch."""

    def __init__(self, github: StandIn, there: Newsletter, folder: Path) -> None:
        self.github, self.there, self.folder = github, there, folder
        self.variables = {"DIGEST_SOURCE": "digest"}

    def context(self, name: str, event: dict[str, Any], **inputs: str) -> dict[str, Any]:
        pull = event.get("pull_request", {})
        facts = {
            "event_name": name,
            "event": {"repository": {"default_branch": "main"}, **event},
            "repository": TO,
            "api_url": self.github.url,
            "token": TOKEN,
            "head_ref": pull.get("head", {}).get("ref", ""),
        }
        return {
            "github": facts,
            "vars": self.variables,
            "inputs": {"week": "", "repo": "", **inputs},
        }

    def monday(self, name: str = "schedule", **inputs: str) -> Job:
        installs = DIGEST if self.variables["DIGEST_SOURCE"] else None
        return run(
            "weekly-digest.yml",
            self.context(name, {}, **inputs),
            self.folder,
            self.there,
            installs=installs,
        )

    def edited(self, number: int = 1, **more: Any) -> Job:
        pull = self.there.pull(number)
        facts = {"ref": pull.head, "repo": {"full_name": TO}}
        event = {
            "action": "edited",
            "changes": {"body": {"from": "before"}},
            "sender": {"type": "User"},
            "pull_request": {"number": number, "state": pull.state, "head": facts},
        }
        return run(
            "digest-ticks.yml",
            self.context("pull_request", {**event, **more}),
            self.folder,
            self.there,
        )


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    folder = tmp_path / "checkout"
    folder.mkdir()
    settings = SETTINGS.replace("[digest]\n", '[digest]\noutput = ".digest"\n')
    (folder / "digest.toml").write_text(settings, encoding="utf-8")
    there = Newsletter({"digest.toml": settings}, name=TO)
    with StandIn(newsletters=(there,)) as github:
        yield Place(github, there, folder)


def test_from_monday_morning_to_a_draft_that_keeps_what_people_do(place: Place) -> None:
    there = place.there
    first = place.monday()
    assert not first.failed, first.log
    assert first.outputs == {
        "operation": "created",
        "pull_request": "1",
        "url": f"https://github.com/{TO}/pull/1",
    }
    assert there.pull(1).draft
    assert "32 pull requests were merged" in there.text(BRANCH, PAGE)
    assert f"```markdown\n{there.text(BRANCH, PAGE)}```" in first.summary
    # What digest says is text: a title in it is no command.
    start, said = (first.log.index(mark) for mark in ("::stop-commands::", "By group"))
    word = first.log[start:].split("::stop-commands::", 1)[1].splitlines()[0]
    assert start < said < first.log.rindex(f"::{word}::")

    # A person edits the text and ticks one more, unticks another.
    text = there.text(BRANCH, PAGE)
    there.edit(
        BRANCH,
        PAGE,
        text.replace("TODO: in one sentence, what can readers do with it?", "My sentence.", 1),
    )
    there.tick(1, key(5551))
    there.untick(1, key(5392))
    ticks = place.edited()
    assert (ticks.failed, ticks.outputs["operation"]) == (False, "updated"), ticks.log
    after = there.text(BRANCH, PAGE)
    assert "My sentence." in after
    assert ("5551" in after, "/pull/5392" in after) == (True, False)

    # The later crons: the list is brought up to date once, then there is nothing to do.
    assert not place.monday().failed
    written = list(there.writes)
    third = place.monday()
    assert (third.failed, third.outputs["operation"]) == (False, "unchanged"), third.log
    assert there.writes == written
    assert there.text(BRANCH, PAGE) == after
    body = there.pull(1).body
    assert f"- [x] <!-- digest:pr={key(5551)} -->" in body
    assert f"- [ ] <!-- digest:pr={key(5392)} -->" in body


def test_by_hand_for_a_week_and_a_repository(place: Place) -> None:
    seen = place.monday("workflow_dispatch", week="2021-W02", repo="backstage/backstage")
    assert (seen.failed, seen.outputs["operation"]) == (False, "created"), seen.log
    assert "digest/2021-W02" in place.there.git.branches


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"week": '2021-W19"; touch x'}, "The input week must look like 2021-W19."),
        ({"repo": "$(touch x)/y"}, "The input repo must look like backstage/backstage."),
    ],
)
def test_what_is_typed_by_hand_never_becomes_a_command(
    place: Place, inputs: dict[str, str], says: str
) -> None:
    seen = place.monday("workflow_dispatch", **inputs)
    assert seen.failed
    assert f"::error title=No digest yet::{says}%0A" in seen.log
    assert not list(place.folder.rglob("x"))


def test_an_empty_week_fails_the_run_unless_that_is_allowed(place: Place) -> None:
    """A failure is one annotation that says why, what is safe, and what to type."""
    seen = place.monday("workflow_dispatch", week="2020-W07")
    assert seen.failed
    (note,) = [line for line in seen.log.splitlines() if line.startswith("::error")]
    reason, harm, following = note.removeprefix("::error title=No digest yet::").split("%0A")
    assert reason.startswith("digest: Nothing was merged in 2020-W07")
    assert harm.startswith("All edits are safe")
    assert following.endswith("By hand: gh workflow run weekly-digest.yml")
    assert place.there.writes == []
    with (place.folder / "digest.toml").open("a") as settings:
        settings.write("[digest.publish]\nallow_empty = true\n")
    assert not place.monday("workflow_dispatch", week="2020-W07").failed


def test_without_the_variable_it_says_what_to_set_and_does_nothing_on_its_own(place: Place) -> None:
    place.variables = {"DIGEST_SOURCE": ""}
    assert not place.monday().ran
    seen = place.monday("workflow_dispatch")
    assert seen.failed
    assert "::error title=No digest yet::Set the repository variable DIGEST_SOURCE" in seen.log


@pytest.mark.parametrize(
    "more",
    [
        {"sender": {"type": "Bot"}},
        {"changes": {"title": {"from": "x"}}},
        {
            "pull_request": {
                "number": 1,
                "state": "closed",
                "head": {"ref": BRANCH, "repo": {"full_name": TO}},
            }
        },
        {
            "pull_request": {
                "number": 1,
                "state": "open",
                "head": {"ref": "feature", "repo": {"full_name": TO}},
            }
        },
        {
            "pull_request": {
                "number": 1,
                "state": "open",
                "head": {"ref": BRANCH, "repo": {"full_name": "evil/fork"}},
            }
        },
    ],
    ids=["a bot", "another edit", "closed", "another branch", "a fork"],
)
def test_only_a_persons_edit_of_the_list_of_an_open_draft_is_listened_to(
    place: Place, more: dict[str, Any]
) -> None:
    place.there.create_branch(BRANCH, {"x": "y"})
    place.there.open_pull_request(BRANCH)
    assert not place.edited(**more).ran


def test_an_expression_that_nobody_knows_is_no_silent_no() -> None:
    with pytest.raises(KeyError):
        evaluate("github.x == secrets.y", {"github": {}})
