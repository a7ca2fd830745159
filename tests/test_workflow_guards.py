"""Guarantees of the workflows for any output of digest: permissions, safe texts, one annotation."""

from pathlib import Path

import pytest

from tests.publishing import BRANCH, TO
from tests.screen import Screen
from tests.standin import TOKEN, Newsletter, StandIn, World
from tests.steps import Job, run

pytestmark = [pytest.mark.slow, pytest.mark.unix]

BOTH = ("weekly-digest.yml", "digest-ticks.yml")
# The beginning of the programs that replace digest.
PROGRAM = "import os, sys\n"


def ran(folder: Path, workflow: str, program: str, *, inputs: dict[str, str] | None = None) -> Job:
    newsletter = Newsletter({"digest.toml": ""}, name=TO)
    newsletter.create_branch(BRANCH, {"a": "b"})
    newsletter.open_pull_request(BRANCH, draft=True)
    pull = {"number": 1, "state": "open", "head": {"ref": BRANCH, "repo": {"full_name": TO}}}
    event = {"pull_request": pull, "changes": {"body": {"from": "old"}}, "sender": {"type": "User"}}
    checkout = folder / "checkout"
    checkout.mkdir()
    with StandIn(World(()), newsletters=(newsletter,)) as github:
        facts = {
            "event_name": "made up",
            "event": event,
            "repository": TO,
            "token": TOKEN,
            "head_ref": BRANCH,
        }
        context = {
            "github": facts | {"api_url": github.url},
            "inputs": {"week": "", "repo": "", **(inputs or {})},
        }
        return run(workflow, context, checkout, newsletter, installs=PROGRAM + program)


def test_digest_gets_only_the_inputs_as_options(tmp_path: Path) -> None:
    program = 'print(sys.argv[1:], sorted(n for n in os.environ if "TOKEN" in n), file=sys.stderr)'
    job = ran(tmp_path, "weekly-digest.yml", program, inputs={"week": "2021-W18", "repo": "o/r"})
    assert job.log.splitlines()[1:-1] == [
        "['week', '--week', '2021-W18', '--repo', 'o/r'] ['GITHUB_TOKEN']",
        "['publish', '--edition', '2021-W18'] ['GITHUB_TOKEN']",
    ]


@pytest.mark.parametrize("workflow", BOTH)
def test_digests_output_is_never_a_workflow_command(tmp_path: Path, workflow: str) -> None:
    """A title may look like a command in both forms; after digest, commands count again."""
    text = "::add-mask::a\n x ##[error]b\n::notice::c\n::stop-commands::d\n"
    job = ran(tmp_path, workflow, f"sys.stderr.write({text!r})")
    assert (job.failed, job.screen.annotations, job.screen.commands) == (False, [], [])
    assert text in job.log


FAILS = 'print("::error::x\\ndigest: GitHub answered 100%0Ano: a, b\\r##[error]::warning::c", file=sys.stderr); sys.exit(3)'


def test_a_failure_is_one_annotation_with_the_exact_reason(tmp_path: Path) -> None:
    job = ran(tmp_path, "digest-ticks.yml", FAILS)
    [text] = job.screen.annotations
    assert text == (
        "error Ticks not applied yet: digest: GitHub answered 100%0Ano: a, b\r##[error]::warning::c\n"
        "All edits are safe, and the ticks stay in the list.\n"
        "The next tick and the next run of the weekly workflow apply them all."
    )
    assert (job.failed, job.screen.commands) == (True, [])


@pytest.mark.parametrize("workflow", BOTH)
def test_a_failure_without_output_names_the_log(tmp_path: Path, workflow: str) -> None:
    job = ran(tmp_path, workflow, "sys.exit(1)")
    [text] = job.screen.annotations
    assert text.splitlines()[0].endswith(": The job failed before digest ran; see the log.")


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


@pytest.mark.sample(every=2)
@pytest.mark.parametrize(
    ("workflow", "seen"),
    [
        # 422: the job may create a branch, but the commit does not exist. A new label needs issues:
        # write, which neither job has.
        ("weekly-digest.yml", ["body 200", "label 403", "branch 422"] * 2),
        ("digest-ticks.yml", ["body 403", "label 403", "branch 422"]),
    ],
)
def test_a_job_has_only_the_permissions_that_it_needs(
    tmp_path: Path, workflow: str, seen: list[str]
) -> None:
    """The job that applies ticks cannot write the list, so it loses no tick and starts no job."""
    assert ran(tmp_path, workflow, WRITES).log.splitlines()[1:-1] == seen


def test_the_screen_reads_commands_like_the_runner() -> None:
    screen = Screen()
    screen.show("a\n  ::warning title=b%3A,line=1::c%0A%25\n::group::d\nx ##[notice]e\n")
    screen.show("::stop-commands::word\n::error::f\n##[error]g\n::word::\n::error::h\n")
    assert screen.annotations == ["warning b:: c\n%", "notice : e", "error : h"]
    assert screen.commands == ["group d"]
    with pytest.raises(AssertionError, match="for good"):
        screen.show("::stop-commands::word\n")
