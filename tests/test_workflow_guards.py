"""What must hold in the workflows whatever digest does: permissions, other people's words, one annotation."""

from pathlib import Path

import pytest

from tests.publishing import BRANCH, TO
from tests.screen import Screen
from tests.standin import TOKEN, Newsletter, StandIn, World
from tests.steps import Job, run

BOTH = ("weekly-digest.yml", "digest-ticks.yml")
# In place of digest: a program that has these words on stderr, or does what it says.
PROGRAM = "import os, sys\n"


def ran(folder: Path, workflow: str, program: str, *, inputs: dict[str, str] | None = None) -> Job:
    there = Newsletter({"digest.toml": ""}, name=TO)
    there.create_branch(BRANCH, {"a": "b"})
    there.open_pull_request(BRANCH, draft=True)
    pull = {"number": 1, "state": "open", "head": {"ref": BRANCH, "repo": {"full_name": TO}}}
    event = {"pull_request": pull, "changes": {"body": {"from": "old"}}, "sender": {"type": "User"}}
    checkout = folder / "checkout"
    checkout.mkdir()
    with StandIn(World(()), newsletters=(there,)) as github:
        facts = {
            "event_name": "made up",
            "event": event,
            "repository": TO,
            "token": TOKEN,
            "head_ref": BRANCH,
        }
        context = {
            "github": facts | {"api_url": github.url},
            "vars": {"DIGEST_SOURCE": "made-up-source"},
            "inputs": {"week": "", "repo": "", **(inputs or {})},
        }
        return run(workflow, context, checkout, there, installs=PROGRAM + program)


def test_digest_is_called_with_what_was_typed_and_nothing_else(tmp_path: Path) -> None:
    program = 'print(sys.argv[1:], sorted(n for n in os.environ if "TOKEN" in n), file=sys.stderr)'
    job = ran(tmp_path, "weekly-digest.yml", program, inputs={"week": "2021-W18", "repo": "o/r"})
    assert job.log.splitlines()[1:-1] == [
        "['week', '--week', '2021-W18', '--repo', 'o/r'] ['GITHUB_TOKEN']",
        f"['publish', '--to', '{TO}', '--edition', '2021-W18'] ['GITHUB_TOKEN']",
    ]


@pytest.mark.parametrize("workflow", BOTH)
def test_what_digest_says_is_never_a_command_of_the_workflow(tmp_path: Path, workflow: str) -> None:
    """A title may look like a command in either form; once digest is done, commands count again."""
    said = "::add-mask::a\n x ##[error]b\n::notice::c\n::stop-commands::d\n"
    job = ran(tmp_path, workflow, f"sys.stderr.write({said!r})")
    assert (job.failed, job.screen.annotations, job.screen.commands) == (False, [], [])
    assert said in job.log


FAILS = 'print("::error::x\\ndigest: GitHub said 100%0Ano: a, b\\r##[error]::warning::c", file=sys.stderr); sys.exit(3)'


def test_a_failure_is_one_annotation_with_the_reason_as_it_was_said(tmp_path: Path) -> None:
    job = ran(tmp_path, "digest-ticks.yml", FAILS)
    [said] = job.screen.annotations
    assert said == (
        "error The ticks are still waiting: digest: GitHub said 100%0Ano: a, b\r##[error]::warning::c\n"
        "All edits are safe, and the ticks stay in the list.\n"
        "The next tick or the run on Monday handles them all. By hand: gh workflow run weekly-digest.yml"
    )
    assert (job.failed, job.screen.commands) == (True, [])


@pytest.mark.parametrize("workflow", BOTH)
def test_a_failure_without_a_word_says_where_to_look(tmp_path: Path, workflow: str) -> None:
    job = ran(tmp_path, workflow, "sys.exit(1)")
    [said] = job.screen.annotations
    assert said.splitlines()[0].endswith(": It stopped before digest ran; see the log.")


WRITES = f"""
import requests
api, token = os.environ["GITHUB_API_URL"] + "/repos/{TO}", {{"Authorization": "token " + os.environ["GITHUB_TOKEN"]}}
wanted = {{
    "body": ("PATCH", "/pulls/1", {{"body": "x"}}),
    "label": ("POST", "/issues/1/labels", {{"labels": ["new"]}}),
    "branch": ("POST", "/git/refs", {{"ref": "refs/heads/" + sys.argv[1], "sha": "0" * 40}}),
}}
for name, (method, path, body) in wanted.items():
    print(name, requests.request(method, api + path, json=body, headers=token).status_code, file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("workflow", "seen"),
    [
        # 422: it may, but there is no such commit. A new label takes issues: write, which neither
        # has.
        ("weekly-digest.yml", ["body 200", "label 403", "branch 422"] * 2),
        ("digest-ticks.yml", ["body 403", "label 403", "branch 422"]),
    ],
)
def test_a_job_may_write_what_it_must_and_no_more(
    tmp_path: Path, workflow: str, seen: list[str]
) -> None:
    """The job that takes ticks cannot write the list, so it loses none and starts no run of its own."""
    assert ran(tmp_path, workflow, WRITES).log.splitlines()[1:-1] == seen


def test_the_screen_reads_commands_as_the_runner_does() -> None:
    screen = Screen()
    screen.show("a\n  ::warning title=b%3A,line=1::c%0A%25\n::group::d\nx ##[notice]e\n")
    screen.show("::stop-commands::word\n::error::f\n##[error]g\n::word::\n::error::h\n")
    assert screen.annotations == ["warning b:: c\n%", "notice : e", "error : h"]
    assert screen.commands == ["group d"]
    with pytest.raises(AssertionError, match="for good"):
        screen.show("::stop-commands::word\n")
