"""Runs a job of an example workflow like GitHub Actions: the steps of action.yml with bash.

A folder replaces the checkout, which must be one of the default branch without credentials. A
script replaces the step that installs digest. It runs the digest under test, at nine o'clock on the
Monday after 2021-W19, or another program. The fake GitHub's newsletter enforces the job's
permissions. Only the expressions of the workflows and the action are supported; any other raises a
KeyError or a ValueError.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests import forks
from tests.nonetwork import sitecustomize
from tests.screen import Screen
from tests.standin import Newsletter

ROOT = Path(__file__).parents[1]
ACTION = ROOT / "action.yml"
INSTALLS = "Install digest"
OURS = "OWNER/digest@v1"
PATHS = os.pathsep.join([os.defpath, "/usr/local/bin"])
# `make wheel` sets this to the Python with the built wheel; without it, the checkout is tested.
TESTED = "TESTED_PYTHON"
DIGEST = """
from datetime import UTC, datetime
from digest import cli
from digest.editions import gather
gather.now = lambda: datetime(2021, 5, 17, 9, tzinfo=UTC)
cli.main()
"""
# The first line does not name Python, because a space in its path would break that line.
STARTER = f"""#!/bin/sh
exec "${TESTED}" """

# The options of bash for `shell: bash`.
BASH = ["--noprofile", "--norc", "-eo", "pipefail"]
BRANCH = "${{ github.event.repository.default_branch }}"


@dataclass
class Job:
    """The end of a job: its log, the outputs of the action, the step's summary.

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
    installs: str = DIGEST,
) -> Job:
    """Run the only job of an example in a folder that replaces a checkout of the newsletter.

    `context` has `github` and `inputs`. `installs` is the Python program that replaces digest.
    """
    file = ROOT / "examples" / "workflows" / workflow
    (job,) = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].values()
    if not evaluate(job.get("if", "'always'"), context):
        return Job(ran=False)
    checkout, ours = job["steps"]
    assert checkout["uses"].startswith("actions/checkout@")
    assert checkout["with"] == {"ref": BRANCH, "persist-credentials": False}
    assert ours["uses"] == OURS
    given = {name: _filled(value, context) for name, value in ours["with"].items()}
    started_by = f"{context['github']['repository']}/.github/workflows/{workflow}@refs/heads/main"
    github = {**context["github"], "workflow_ref": started_by}
    with _permissions(newsletter, job["permissions"]):
        return run_action(given, github, folder, installs=installs)


def run_action(
    given: Mapping[str, object],
    github: Mapping[str, Any],
    folder: Path,
    *,
    installs: str | None = DIGEST,
    python: str = "",
) -> Job:
    """Run the steps of action.yml with these inputs in a folder.

    Without `installs`, the step that installs digest runs too, with the program `python`.
    """
    action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    assert given.keys() <= action["inputs"].keys()
    inputs = {
        name: given.get(name) or _filled(one["default"], {"github": github})
        for name, one in action["inputs"].items()
    }
    steps: dict[str, Any] = {"python": {"outputs": {"python-path": python}}}
    context = {"github": github, "inputs": inputs, "steps": steps}
    temp = _temp(folder)
    shutil.rmtree(temp, ignore_errors=True)
    temp.mkdir()
    job = Job(ran=True)
    for step in action["runs"]["steps"]:
        if (step.get("if") == "failure()") != job.failed:
            continue
        if "uses" in step:
            assert step["uses"].startswith("actions/setup-python@")
            assert step["with"]["update-environment"] is False
        elif step["name"] == INSTALLS and installs:
            _install(temp, installs)
        else:
            _run(step, context, job, folder)
    job.outputs = {
        name: value
        for name, one in action["outputs"].items()
        if (value := str(_filled(one["value"], context)))
    }
    job.summary = (temp / "summary").read_text("utf-8")
    return job


def _run(step: Mapping[str, Any], context: dict[str, Any], job: Job, folder: Path) -> None:
    temp = _temp(folder)
    env = _environment(context, temp) | {
        name: str(_filled(value, context)) for name, value in step.get("env", {}).items()
    }
    script = temp / "step.sh"
    script.write_text(step["run"], encoding="utf-8")
    bash = shutil.which("bash", path=PATHS) or "bash"
    assert step["shell"] == "bash"
    ended = subprocess.run(
        [bash, *BASH, str(script)],
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    job.log += ended.stdout
    job.screen.show(ended.stdout)
    job.failed = job.failed or ended.returncode != 0
    outputs = parse_outputs((temp / "output").read_text("utf-8"))
    context["steps"][step.get("id", "")] = {"outputs": outputs}


def parse_outputs(written: str) -> dict[str, str]:
    """The outputs in the file of a step: `name=value`, or lines up to a word after `name<<word`."""
    outputs: dict[str, str] = {}
    lines = iter(written.split("\n")[:-1])
    for line in lines:
        if found := re.fullmatch(r"([^=<]+)<<(.+)", line):
            outputs[found[1]] = "\n".join(iter(lambda: next(lines), found[2]))
        else:
            name, sign, value = line.partition("=")
            assert sign, line
            outputs[name] = value
    return outputs


def _temp(folder: Path) -> Path:
    return folder.parent / "runner"


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
    (temp / "digest" / "bin").mkdir(parents=True)
    program = '"$(dirname "$0")/../program.py" "$@"\n'
    if text == DIGEST and TESTED not in os.environ:
        program = f"-I -S {shlex.join(forks.client())} {program}"
    for name, words in (("digest", program), ("python", '"$@"\n')):
        file = temp / "digest" / "bin" / name
        file.write_text(STARTER + words, encoding="utf-8")
        file.chmod(0o755)
    (temp / "digest" / "program.py").write_text(text, encoding="utf-8")


def _environment(context: Mapping[str, Any], temp: Path) -> dict[str, str]:
    """The variables of https://docs.github.com/actions/reference/workflows-and-actions/variables."""
    files = {
        "GITHUB_OUTPUT": "output",
        "GITHUB_STEP_SUMMARY": "summary",
        "GITHUB_EVENT_PATH": "event.json",
    }
    (temp / "summary").touch()
    (temp / "output").write_text("")  # each step has its own
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
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_API_URL": context["github"]["api_url"],
        "GITHUB_REPOSITORY": context["github"]["repository"],
        "GITHUB_WORKFLOW_REF": context["github"].get("workflow_ref", ""),
        "RUNNER_TEMP": str(temp),
    }


def _filled(value: object, context: Mapping[str, Any]) -> object:
    whole = re.fullmatch(r"\${{(.*)}}", str(value))
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
