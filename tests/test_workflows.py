"""The workflows that a newsletter copies: each step runs against the fake GitHub."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import key
from tests.publishing import BRANCH, PAGE, SETTINGS, TO
from tests.standin import TOKEN, Newsletter, StandIn
from tests.steps import Job, evaluate, run, run_action

pytestmark = [pytest.mark.slow, pytest.mark.unix]


class Place:
    """A newsletter on GitHub, and a checkout of its default branch."""

    def __init__(self, github: StandIn, newsletter: Newsletter, folder: Path) -> None:
        self.github, self.newsletter, self.folder = github, newsletter, folder

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
        return {"github": facts, "inputs": {"week": "", "repo": "", **inputs}}

    def monday(self, name: str = "schedule", **inputs: str) -> Job:
        context = self.context(name, {}, **inputs)
        return run("weekly-digest.yml", context, self.folder, self.newsletter)

    def edited(self, number: int = 1, **more: Any) -> Job:
        pull = self.newsletter.pull(number)
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
            self.newsletter,
        )


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    folder = tmp_path / "checkout"
    folder.mkdir()
    settings = SETTINGS.replace("[digest]\n", '[digest]\noutput = ".digest"\n')
    (folder / "digest.toml").write_text(settings, encoding="utf-8")
    newsletter = Newsletter({"digest.toml": settings}, name=TO)
    with StandIn(newsletters=(newsletter,)) as github:
        yield Place(github, newsletter, folder)


def test_monday_morning_opens_a_draft_that_keeps_the_work_of_people(place: Place) -> None:
    newsletter = place.newsletter
    first = place.monday()
    assert not first.failed, first.log
    section = newsletter.text(BRANCH, PAGE)
    url = f"https://github.com/{TO}/pull/1"
    assert first.outputs == {
        "operation": "created",
        "pull-request": "1",
        "url": url,
        "section": section.rstrip(),
        "count": "32",
        "open-points": "4",
    }
    assert newsletter.pull(1).draft
    assert "32 pull requests were merged" in section
    facts = f"[The draft]({url}) · 32 merged · 4 open points"
    assert first.summary.startswith(f"{facts}\n\n- [line 7](https://github.com/{TO}/blob/")
    assert first.summary.endswith(f"\n\n```markdown\n{section}```\n")
    # The runner reads digest's output as text, even a title that looks like a command.
    start, title = (first.log.index(mark) for mark in ("::stop-commands::", "In the section"))
    word = first.log[start:].split("::stop-commands::", 1)[1].splitlines()[0]
    assert start < title < first.log.rindex(f"::{word}::")

    # A person edits the text, ticks one box and unticks another.
    text = newsletter.text(BRANCH, PAGE)
    newsletter.edit(
        BRANCH,
        PAGE,
        text.replace("TODO: in one sentence, what can readers do with it?", "My sentence.", 1),
    )
    newsletter.tick(1, key(5551))
    newsletter.untick(1, key(5392))
    ticks = place.edited()
    assert (ticks.failed, ticks.outputs["operation"]) == (False, "updated"), ticks.log
    after = newsletter.text(BRANCH, PAGE)
    assert "My sentence." in after
    assert ticks.outputs["section"] == after.rstrip()
    assert ("5551" in after, "/pull/5392" in after) == (True, False)

    # The later crons: the first one updates the list, the next one writes nothing.
    assert not place.monday().failed
    written = list(newsletter.writes)
    third = place.monday()
    assert (third.failed, third.outputs["operation"]) == (False, "unchanged"), third.log
    assert newsletter.writes == written
    assert newsletter.text(BRANCH, PAGE) == after
    body = newsletter.pull(1).body
    assert f"- [x] <!-- digest:pr={key(5551)} -->" in body
    assert f"- [ ] <!-- digest:pr={key(5392)} -->" in body

    # A closed draft stays closed, and the job has no section to show.
    newsletter.close(1)
    last = place.monday()
    assert (last.failed, last.summary) == (False, "")
    assert last.outputs == {"operation": "closed", "pull-request": "1", "url": url}


def test_a_run_by_hand_takes_a_week_and_a_repository(place: Place) -> None:
    job = place.monday("workflow_dispatch", week="2021-W02", repo="backstage/backstage")
    assert (job.failed, job.outputs["operation"]) == (False, "created"), job.log
    assert "digest/2021-W02" in place.newsletter.git.branches


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"week": '2021-W19"; touch x'}, "The input week must look like 2021-W19."),
        ({"repo": "$(touch x)/y"}, "The input repo must look like backstage/backstage."),
    ],
)
def test_inputs_never_become_commands(place: Place, inputs: dict[str, str], reason: str) -> None:
    job = place.monday("workflow_dispatch", **inputs)
    assert job.failed
    assert f"::error title=No digest yet::{reason}%0A" in job.log
    assert not list(place.folder.rglob("x"))


def test_an_empty_week_fails_the_run_unless_the_settings_allow_it(place: Place) -> None:
    """A failure is one annotation with the reason, the harm and the next command."""
    job = place.monday("workflow_dispatch", week="2020-W07")
    assert job.failed
    (note,) = [line for line in job.log.splitlines() if line.startswith("::error")]
    reason, harm, following = note.removeprefix("::error title=No digest yet::").split("%0A")
    assert reason.startswith("digest: Nothing was merged in 2020-W07")
    assert harm.startswith("All edits are safe in the draft and its branch.")
    assert following.endswith("To run it now: gh workflow run weekly-digest.yml")
    assert place.newsletter.writes == []
    with (place.folder / "digest.toml").open("a") as settings:
        settings.write("[digest.publish]\nallow_empty = true\n")
    assert not place.monday("workflow_dispatch", week="2020-W07").failed


def test_mode_text_writes_nothing_to_github(place: Place) -> None:
    facts = place.context("push", {})["github"]
    job = run_action({"mode": "text", "week": "2021-W19"}, facts, place.folder)
    assert not job.failed, job.log
    section = (place.folder / ".digest" / "2021-W19" / "section.md").read_text("utf-8")
    assert job.outputs == {"section": section.rstrip(), "count": "32", "open-points": "4"}
    assert job.summary.startswith("32 merged · 4 open points\n\n- line 7, line 13: `")
    assert job.summary.endswith(f"\n\n```markdown\n{section}```\n")
    assert place.newsletter.writes == []


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
def test_only_a_persons_edit_of_an_open_draft_starts_the_job(
    place: Place, more: dict[str, Any]
) -> None:
    place.newsletter.create_branch(BRANCH, {"x": "y"})
    place.newsletter.open_pull_request(BRANCH)
    assert not place.edited(**more).ran


def test_an_unknown_expression_fails() -> None:
    with pytest.raises(KeyError):
        evaluate("github.x == secrets.y", {"github": {}})
