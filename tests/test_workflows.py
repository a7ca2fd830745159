"""The workflows that a newsletter copies, run as Actions would: their scripts, their guards, their words.

`digest` is a script here that writes down how it was called; what it does is tested elsewhere.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from tests import expressions
from tests.cli import MONDAY
from tests.events import Event, by_hand, edited, schedule
from tests.screen import Screen
from tests.standin import Newsletter, StandIn, World
from tests.steps import WORKFLOWS, Job, installed

BODY = "- [ ] <!-- digest:pr=o/r#7 --> `Add x`\n"
CALLED = """#!/usr/bin/env python
import json, os, pathlib, sys
here = pathlib.Path(os.environ["RUNNER_TEMP"])
with (here / "called").open("a") as file:
    names = ("GITHUB_TOKEN", "GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_ACTIONS")
    known = {name: os.environ.get(name) for name in names} | {"files": sorted(os.listdir())}
    file.write(json.dumps([sys.argv[1:], known]) + "\\n")
"""
WELL = """
if sys.argv[1] == "week":
    print("## Merged last week")
    print("32 merged.", file=sys.stderr)
else:
    print("operation=created\\npull_request=1\\nurl=u")
    print("Done.", file=sys.stderr)
"""


def drafted() -> Newsletter:
    """A newsletter with settings, a draft and its branch."""
    newsletter = Newsletter({"digest.toml": '[digest]\noutput = ".digest"\n'})
    newsletter.create_branch("digest/2021-W19", {"draft.md": "text", "digest.toml": "somebody's"})
    newsletter.open_pull_request("digest/2021-W19", body=BODY, draft=True)
    return newsletter


def pretend(does: str) -> Callable[[Job], object]:
    """In place of installing digest: a script that writes down how it was called, and does this."""
    return lambda job: job.program(CALLED + does)


def run(folder: Path, workflow: str, event: Event, newsletter: Newsletter, does: str = WELL) -> Job:
    with StandIn(World(()), newsletters=[newsletter]) as github:
        instead = {"Install digest": pretend(does)} if event.variables else {}
        return Job(workflow, event, newsletter, github, folder, instead).run()


def called(job: Job) -> list[list[str]]:
    """The words that digest was called with, each time; what it was given beside them is as it should be."""
    lines = [json.loads(line) for line in (job.temp / "called").read_text().splitlines()]
    for _, known in lines:
        assert known.pop("GITHUB_API_URL").startswith("http://127.0.0.1:")
        assert known == {
            "GITHUB_TOKEN": "made-up-token-for-tests",
            "GITHUB_REPOSITORY": "acme/newsletter",
            "GITHUB_ACTIONS": "true",
            "files": [".git", "digest.toml"],
        }
    return [words for words, _ in lines]


def test_on_schedule_the_last_week_is_drafted_and_published(tmp_path: Path) -> None:
    job = run(tmp_path, "weekly-digest", schedule(), drafted())
    assert (job.conclusion, job.annotations, job.screen.commands) == ("success", (), [])
    assert called(job) == [["week"], ["publish", "--to", "acme/newsletter"]]
    assert job.outputs["digest"] == {"operation": "created", "pull_request": "1", "url": "u"}
    assert (job.temp / "section.md").read_text() == "## Merged last week\n"
    assert "32 merged.\n" in job.screen.text
    assert "Merged last week" not in job.screen.text


def test_the_real_digest_drafts_in_it(tmp_path: Path) -> None:
    newsletter = Newsletter({"digest.toml": '[digest]\nrepository = "backstage/backstage"\noutput = ".digest"\n'})
    with StandIn(newsletters=[newsletter]) as github:
        instead = {"Install digest": installed(sys.executable, MONDAY)}
        job = Job("weekly-digest", schedule(), newsletter, github, tmp_path, instead).run()
    section = (job.temp / "section.md").read_text()
    assert section.startswith("## Merged last week\n\nOnly 32 pull requests were merged last week;")
    assert (job.workspace / ".digest" / "2021-W19" / "section.md").read_text() == section
    assert "32 merged: 21 by people, 11 by bots." in job.screen.text


def test_by_hand_a_week_and_a_repository_can_be_named(tmp_path: Path) -> None:
    newsletter = drafted()
    job = run(tmp_path, "weekly-digest", by_hand(newsletter, week="2021-W18", repo="backstage/backstage"), newsletter)
    assert called(job) == [
        ["week", "--week", "2021-W18", "--repo", "backstage/backstage"],
        ["publish", "--to", "acme/newsletter", "--edition", "2021-W18"],
    ]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"week": "$(touch hacked)"}, "The input week must look like 2021-W19."),
        ({"week": "2021-W19\n--config=x"}, "The input week must look like 2021-W19."),
        ({"week": "2021-05-12"}, "The input week must look like 2021-W19."),
        ({"repo": "--config"}, "The input repo must look like backstage/backstage."),
        ({"repo": "o/r; touch hacked"}, "The input repo must look like backstage/backstage."),
    ],
)
def test_what_was_typed_is_looked_at_first(tmp_path: Path, typed: dict[str, str], reason: str) -> None:
    newsletter = drafted()
    job = run(tmp_path, "weekly-digest", by_hand(newsletter, **typed), newsletter)
    assert job.conclusion == "failure"
    assert job.annotations[0].splitlines()[0] == f"error No digest yet: {reason}"
    assert not (job.temp / "called").exists()
    assert not list(tmp_path.rglob("hacked"))


@pytest.mark.parametrize("workflow", ["weekly-digest", "digest-ticks"])
def test_without_the_variable_nothing_happens(tmp_path: Path, workflow: str) -> None:
    newsletter = drafted()
    event = schedule() if workflow == "weekly-digest" else edited(newsletter, 1, "")
    job = run(tmp_path, workflow, replace(event, variables={}), newsletter)
    assert (job.conclusion, job.annotations) == ("skipped", ())


def test_without_the_variable_a_run_by_hand_says_what_to_set(tmp_path: Path) -> None:
    newsletter = drafted()
    job = run(tmp_path, "weekly-digest", replace(by_hand(newsletter), variables={}), newsletter)
    assert job.conclusion == "failure"
    [said] = job.annotations
    assert said.splitlines()[0] == (
        "error No digest yet: Set the repository variable DIGEST_SOURCE to what pip is to install "
        "(Settings, Secrets and variables, Actions, Variables)."
    )


FAILS = """
print("::error::not this one", file=sys.stderr)
print("digest: GitHub said 100%0Ano: a, b\\r##[error]::warning::x", file=sys.stderr)
sys.exit(3)
"""


def test_a_failure_is_one_annotation(tmp_path: Path) -> None:
    """It says why, what was not harmed, when the next try is, and what to type; digest is not called again."""
    job = run(tmp_path, "weekly-digest", schedule(), drafted(), FAILS)
    assert (job.conclusion, called(job), job.screen.commands) == ("failure", [["week"]], [])
    [said] = job.annotations
    assert said == (
        "error No digest yet: digest: GitHub said 100%0Ano: a, b\r##[error]::warning::x\n"
        "No edit of a person's was touched: the draft and its branch have them all, "
        "and the next run finishes what this one began.\n"
        "It tries again by itself, on Mondays at 00:23, 03:47 and 06:17 UTC. "
        "By hand: gh workflow run weekly-digest.yml"
    )


def test_a_failure_before_digest_says_where_to_look(tmp_path: Path) -> None:
    job = run(tmp_path, "digest-ticks", edited(drafted(), 1, "old"), drafted(), "sys.exit(1)")
    [said] = job.annotations
    assert said == (
        "error The ticks were not taken yet: It stopped before digest ran; the log says where.\n"
        "No edit of a person's was touched, and the ticks stay in the list.\n"
        "The next tick takes them all, and so does the run on Monday. By hand: gh workflow run weekly-digest.yml"
    )


SAYS = """
print("::add-mask::a", "x ##[error]b", "::notice::c", sep="\\n", file=sys.stderr)
"""


@pytest.mark.parametrize("workflow", ["weekly-digest", "digest-ticks"])
def test_what_digest_says_is_never_a_command_of_the_workflow(tmp_path: Path, workflow: str) -> None:
    newsletter = drafted()
    event = schedule() if workflow == "weekly-digest" else edited(newsletter, 1, "old")
    job = run(tmp_path, workflow, event, newsletter, SAYS)
    assert (job.conclusion, job.annotations, job.screen.commands) == ("success", (), [])
    assert "::add-mask::a\nx ##[error]b\n::notice::c\n" in job.screen.text


def test_a_person_s_edit_of_the_list_is_taken(tmp_path: Path) -> None:
    """The settings are those of the default branch, never those of the pull request."""
    newsletter = drafted()
    job = run(tmp_path, "digest-ticks", edited(newsletter, 1, "old"), newsletter)
    assert job.conclusion == "success"
    assert called(job) == [["publish", "--to", "acme/newsletter", "--ticks-only", "--pull", "1"]]
    assert job.outputs["digest"]["operation"] == "created"
    assert (job.workspace / "digest.toml").read_text() == '[digest]\noutput = ".digest"\n'


def test_no_other_edit_starts_anything(tmp_path: Path) -> None:
    newsletter = drafted()
    newsletter.create_branch("feature", {"x": "1"})
    other = newsletter.open_pull_request("feature", body=BODY)
    mine = edited(newsletter, 1, "old")
    fork = {**mine.payload["pull_request"], "head": {"ref": "digest/x", "repo": {"full_name": "a/newsletter"}}}
    events = {
        "title": edited(newsletter, 1, None),
        "first body": edited(newsletter, 1, ""),
        "robot": edited(newsletter, 1, "old", sender="Bot"),
        "other branch": edited(newsletter, other, "old"),
        "fork": replace(mine, payload={**mine.payload, "pull_request": fork}),
    }
    newsletter.close(1)
    events["closed"] = edited(newsletter, 1, "old")
    ended = {why: run(tmp_path, "digest-ticks", event, newsletter).conclusion for why, event in events.items()}
    assert ended == dict.fromkeys(events, "skipped")


def test_a_job_may_do_what_it_needs_and_no_more() -> None:
    """No token at all by default; the one that takes ticks cannot write the list, so it can lose none."""
    given = {}
    for workflow in ("weekly-digest", "digest-ticks"):
        file = yaml.safe_load((WORKFLOWS / f"{workflow}.yml").read_text(encoding="utf-8"))
        (job,) = file["jobs"].values()
        given[workflow] = (file["permissions"], job["permissions"], file["concurrency"]["cancel-in-progress"])
    assert given == {
        "weekly-digest": ({}, {"contents": "write", "pull-requests": "write"}, False),
        "digest-ticks": ({}, {"contents": "write", "pull-requests": "read"}, False),
    }


WRITES = """
import requests
url = f"{os.environ['GITHUB_API_URL']}/repos/acme/newsletter/pulls/1"
token = {"Authorization": f"token {os.environ['GITHUB_TOKEN']}"}
print(requests.patch(url, json={"body": sys.argv[1]}, headers=token).status_code, file=sys.stderr)
"""


@pytest.mark.parametrize(("workflow", "status"), [("weekly-digest", "200\n200\n"), ("digest-ticks", "403\n")])
def test_permissions_hold_while_a_job_runs(tmp_path: Path, workflow: str, status: str) -> None:
    newsletter = drafted()
    event = schedule() if workflow == "weekly-digest" else edited(newsletter, 1, "old")
    job = run(tmp_path, workflow, event, newsletter, WRITES)
    assert status in job.screen.text
    assert newsletter.can_write_pull_requests


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a.b", "x"),
        ("a.none.more", None),
        ("a.none || 'c'", "c"),
        ("a.b == 'X' && a.empty == ''", True),
        ("a.none != ''", False),
        ("a.number == '7'", True),
        ("startsWith(a.b, 'X') && (a.none || 'it''s')", "it's"),
    ],
)
def test_expressions_mean_what_github_says(expression: str, value: object) -> None:
    contexts = {"a": {"b": "x", "empty": "", "number": 7}}
    assert expressions.value(expression, contexts, {}) == value


@pytest.mark.parametrize("expression", ["b.c", "toJSON(a)", "a.b > 1", "a.b a.b", "(a.b"])
def test_other_expressions_are_no_guess(expression: str) -> None:
    with pytest.raises(NotImplementedError):
        expressions.value(expression, {"a": {"b": "x"}}, {})


def test_the_screen_reads_commands_as_the_runner_does() -> None:
    screen = Screen()
    screen.show("a\n  ::warning title=b%3A,line=1::c%0A%25\n::group::d\nx ##[notice]e\n")
    screen.show("::stop-commands::word\n::error::f\n##[error]g\n::word::\n::error::h\n")
    assert screen.annotations == ["warning b:: c\n%", "notice : e", "error : h"]
    assert screen.commands == ["group d"]
    with pytest.raises(AssertionError, match="for good"):
        screen.show("::stop-commands::word\n")
