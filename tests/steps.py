"""Runs a job of a workflow like GitHub Actions: its `run:` steps with bash and Actions' variables.

A folder replaces the checkout, which must be one of the default branch without credentials; other
`uses:` steps do nothing. A script replaces the step that installs digest. It runs the digest under
test, at nine o'clock on the Monday after 2021-W19, or another program. The stand-in's newsletter
enforces the job's permissions. Only the expressions of the two workflows are supported; any other
raises a KeyError or a ValueError.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.nonetwork import sitecustomize
from tests.screen import Screen
from tests.standin import Newsletter

ROOT = Path(__file__).parents[1]
INSTALLS = "Install digest"
PATHS = os.pathsep.join([os.defpath, "/usr/local/bin"])
# `make wheel` sets this to the Python with the built wheel; without it, the checkout is tested.
TESTED = "TESTED_PYTHON"
DIGEST = """
from datetime import UTC, datetime
from digest import cli
from digest.editions import draft
draft.now = lambda: datetime(2021, 5, 17, 9, tzinfo=UTC)
cli.main()
"""
# The first line does not name Python, because a space in its path would break that line.
STARTER = f"""#!/bin/sh
exec "${TESTED}" "$(dirname "$0")/../program.py" "$@"
"""

# The options of bash for `shell: bash`, and for steps without a shell, which lack pipefail.
SHELLS = {"bash": ["--noprofile", "--norc", "-eo", "pipefail"], None: ["-e"]}
BRANCH = "${{ github.event.repository.default_branch }}"


@dataclass
class Job:
    """The end of a job: its log, its outputs, the step's summary.

    `ran` is False if its `if:` was false. `screen` has the annotations and other commands that the
    runner reads in the log.
    """

    ran: bool
    failed: bool = False
    log: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    screen: Screen = field(default_factory=Screen)


def run(
    workflow: str,
    context: Mapping[str, Any],
    folder: Path,
    newsletter: Newsletter,
    *,
    installs: str | None = DIGEST,
) -> Job:
    """Run the only job of a workflow in a folder that replaces a checkout of the newsletter.

    `context` has `github`, `vars` and `inputs`. `installs` is the Python program that replaces
    digest, None to run the step that installs digest.
    """
    parsed = yaml.safe_load((ROOT / ".github" / "workflows" / workflow).read_text(encoding="utf-8"))
    (job,) = parsed["jobs"].values()
    if not evaluate(job["if"], context):
        return Job(ran=False)
    temp = _temp(folder)
    shutil.rmtree(temp, ignore_errors=True)
    temp.mkdir()
    job_result = Job(ran=True)
    shell = parsed.get("defaults", {}).get("run", {}).get("shell")
    with _permissions(newsletter, job["permissions"]):
        for step in job["steps"]:
            if (step.get("if") == "failure()") != job_result.failed:
                continue
            if "uses" in step:
                _use(step)
            elif step.get("name") == INSTALLS and installs:
                _install(temp, installs)
            else:
                _run(step, step.get("shell", shell), context, job_result, folder)
    job_result.outputs = dict(
        line.split("=", 1) for line in (temp / "output").read_text("utf-8").splitlines()
    )
    job_result.summary = (temp / "summary").read_text("utf-8")
    return job_result


def _run(
    step: Mapping[str, Any],
    shell: str | None,
    context: Mapping[str, Any],
    job_result: Job,
    folder: Path,
) -> None:
    temp = _temp(folder)
    env = _environment(context, temp) | {
        name: str(_filled(value, context)) for name, value in step.get("env", {}).items()
    }
    script = temp / "step.sh"
    script.write_text(step["run"], encoding="utf-8")
    bash = shutil.which("bash", path=PATHS) or "bash"
    started = [bash, *SHELLS[shell], str(script)]
    ended = subprocess.run(
        started,
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    job_result.log += ended.stdout
    job_result.screen.show(ended.stdout)
    job_result.failed = job_result.failed or ended.returncode != 0


def _temp(folder: Path) -> Path:
    return folder.parent / "runner"


def _use(step: Mapping[str, Any]) -> None:
    action, given = step["uses"].partition("@")[0], step["with"]
    if action == "actions/checkout":
        assert given == {"ref": BRANCH, "persist-credentials": False}
    else:
        assert action == "actions/setup-python"


@contextmanager
def _permissions(newsletter: Newsletter, given: Mapping[str, str]) -> Iterator[None]:
    """The newsletter allows the token what both the job and the newsletter itself allow."""
    rules = {
        "can_write_contents": given.get("contents") == "write",
        "can_write_pull_requests": given.get("pull-requests") == "write",
        "can_create_labels": given.get("issues") == "write",
    }
    before = {name: getattr(newsletter, name) for name in rules}
    for name, allowed in rules.items():
        setattr(newsletter, name, allowed and before[name])
    try:
        yield
    finally:
        for name, allowed in before.items():
            setattr(newsletter, name, allowed)


def _install(temp: Path, text: str) -> None:
    starter = temp / "digest" / "bin" / "digest"
    starter.parent.mkdir(parents=True)
    starter.write_text(STARTER, encoding="utf-8")
    starter.chmod(0o755)
    (temp / "digest" / "program.py").write_text(text, encoding="utf-8")


def _environment(context: Mapping[str, Any], temp: Path) -> dict[str, str]:
    """The variables of https://docs.github.com/actions/reference/workflows-and-actions/variables."""
    files = {
        "GITHUB_OUTPUT": "output",
        "GITHUB_STEP_SUMMARY": "summary",
        "GITHUB_EVENT_PATH": "event.json",
    }
    for name in files.values():
        (temp / name).touch()
    (temp / "event.json").write_text(json.dumps(context["github"]["event"]), encoding="utf-8")
    kept = ("HOME", "NO_PROXY", "no_proxy", "HTTPS_PROXY", "https_proxy")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        **{name: str(temp / path) for name, path in files.items()},
        "PATH": PATHS,
        "PYTHONPATH": sitecustomize.HERE if TESTED in os.environ else os.environ["PYTHONPATH"],
        TESTED: os.environ.get(TESTED, sys.executable),
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": context["github"]["api_url"],
        "GITHUB_REPOSITORY": context["github"]["repository"],
        "RUNNER_TEMP": str(temp),
    }


def _filled(value: str, context: Mapping[str, Any]) -> object:
    whole = re.fullmatch(r"\${{(.*)}}", value)
    return evaluate(whole[1], context) if whole else value


def evaluate(expression: str, context: Mapping[str, Any]) -> Any:
    """The value of an expression of Actions.

    It may contain `&&`, `||`, `==`, `!=`, startsWith, quoted texts and contexts.
    """
    expression = expression.strip()
    for sign, ends in (("||", bool), ("&&", lambda value: not value)):
        first, *rest = expression.split(sign, 1)
        if rest:
            value = evaluate(first, context)
            return value if ends(value) else evaluate(rest[0], context)
    for sign in ("==", "!="):
        first, *rest = expression.split(sign, 1)
        if rest:
            return (evaluate(first, context) == evaluate(rest[0], context)) == (sign == "==")
    if called := re.fullmatch(r"startsWith\((.*), (.*)\)", expression):
        return str(evaluate(called[1], context)).startswith(evaluate(called[2], context))
    if quoted := re.fullmatch(r"'([^']*)'", expression):
        return quoted[1]
    value = context
    for part in expression.split("."):
        # As in Actions, missing facts of an event are empty. A missing context is a mistake.
        value = value[part] if value is context else (value or {}).get(part, "")
    return value
