"""Runs a job of a workflow as GitHub Actions does: its `run:` steps with bash, and the environment that Actions sets.

`uses:` steps are left out: the folder stands for the checkout, which must be one of the default
branch that keeps no credentials. The step that installs digest is replaced by a script that runs
the digest under test, at nine o'clock on the Monday after 2021-W19, or by another script. The job's
permissions hold on the stand-in's newsletter. Expressions are understood as far as the two
workflows use them; anything else is a KeyError or a ValueError.
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
# `make wheel` names the Python that has the built wheel; without it the checkout is under test.
TESTED = "TESTED_PYTHON"
DIGEST = """
from datetime import UTC, datetime
from digest import cli
from digest.editions import draft
draft.now = lambda: datetime(2021, 5, 17, 9, tzinfo=UTC)
cli.main()
"""
# Not a Python of its own in the first line: a folder with a space in its name would end it.
STARTER = f"""#!/bin/sh
exec "${TESTED}" "$(dirname "$0")/../program.py" "$@"
"""

# What Actions starts for `shell: bash`, and where a step names none: without pipefail.
SHELLS = {"bash": ["--noprofile", "--norc", "-eo", "pipefail"], None: ["-e"]}
BRANCH = "${{ github.event.repository.default_branch }}"


@dataclass
class Job:
    """How a job ended: what it printed, its outputs, the step's summary.

    `ran` is False where its `if:` said no.
    `screen` is what the runner takes out of what was printed: annotations and other commands.
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
    there: Newsletter,
    *,
    installs: str | None = DIGEST,
) -> Job:
    """Run the one job of a workflow in a folder that stands for a checkout of the newsletter `there`.

    `context` has `github`, `vars`, `inputs`; `installs` is the Python program that stands for
    digest, None where the step that installs it runs as it is.
    """
    parsed = yaml.safe_load((ROOT / ".github" / "workflows" / workflow).read_text(encoding="utf-8"))
    (job,) = parsed["jobs"].values()
    if not evaluate(job["if"], context):
        return Job(ran=False)
    temp = _temp(folder)
    shutil.rmtree(temp, ignore_errors=True)
    temp.mkdir()
    done = Job(ran=True)
    shell = parsed.get("defaults", {}).get("run", {}).get("shell")
    with _permissions(there, job["permissions"]):
        for step in job["steps"]:
            if (step.get("if") == "failure()") != done.failed:
                continue
            if "uses" in step:
                _use(step)
            elif step.get("name") == INSTALLS and installs:
                _install(temp, installs)
            else:
                _run(step, step.get("shell", shell), context, done, folder)
    done.outputs = dict(
        line.split("=", 1) for line in (temp / "output").read_text("utf-8").splitlines()
    )
    done.summary = (temp / "summary").read_text("utf-8")
    return done


def _run(
    step: Mapping[str, Any], shell: str | None, context: Mapping[str, Any], done: Job, folder: Path
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
    done.log += ended.stdout
    done.screen.show(ended.stdout)
    done.failed = done.failed or ended.returncode != 0


def _temp(folder: Path) -> Path:
    return folder.parent / "runner"


def _use(step: Mapping[str, Any]) -> None:
    action, given = step["uses"].partition("@")[0], step["with"]
    if action == "actions/checkout":
        assert given == {"ref": BRANCH, "persist-credentials": False}
    else:
        assert action == "actions/setup-python"


@contextmanager
def _permissions(there: Newsletter, given: Mapping[str, str]) -> Iterator[None]:
    """The newsletter lets the token do what the job may, and no more than it lets it do anyway."""
    rules = {
        "can_write_contents": given.get("contents") == "write",
        "can_write_pull_requests": given.get("pull-requests") == "write",
        "can_create_labels": given.get("issues") == "write",
    }
    before = {name: getattr(there, name) for name in rules}
    for name, allowed in rules.items():
        setattr(there, name, allowed and before[name])
    try:
        yield
    finally:
        for name, allowed in before.items():
            setattr(there, name, allowed)


def _install(temp: Path, text: str) -> None:
    starter = temp / "digest" / "bin" / "digest"
    starter.parent.mkdir(parents=True)
    starter.write_text(STARTER, encoding="utf-8")
    starter.chmod(0o755)
    (temp / "digest" / "program.py").write_text(text, encoding="utf-8")


def _environment(context: Mapping[str, Any], temp: Path) -> dict[str, str]:
    """What Actions sets: https://docs.github.com/actions/reference/workflows-and-actions/variables."""
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
    """The value of an expression of Actions, with `&&`, `||`, `==`, `!=`, startsWith, texts in quotes, and contexts."""
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
        # What an event does not have is empty, as in Actions; a context that nobody gave is a
        # mistake.
        value = value[part] if value is context else (value or {}).get(part, "")
    return value
