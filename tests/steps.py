"""Runs a job of a workflow as GitHub Actions would, as far as ours need it, with the stand-in for GitHub.

The scripts are taken out of the YAML and run by bash, with the environment that Actions sets and an event file. Not
from the YAML: checkout is a copy of the newsletter's branch, setup-python is the Python of the tests, and `instead`
says what happens in place of a step, such as the one that installs digest. The job's `permissions` hold: they become
what the newsletter lets the token do.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import yaml  # type: ignore[import-untyped]

from tests import expressions
from tests.events import Event
from tests.screen import Screen
from tests.standin import TOKEN, Newsletter, StandIn

WORKFLOWS = Path(__file__).parents[1] / ".github" / "workflows"
# What a script may start beside Python; found here, before a test hides the rest.
PROGRAMS = {name: shutil.which(name) for name in ("bash", "tail", "tee")}
SHELLS = {
    "bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail"),
    None: ("bash", "-e"),
}
FILES = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")


@dataclass
class Job:
    """A job while it runs, and how it went. `instead`: what happens in place of the step of this name."""

    workflow: str
    event: Event
    newsletter: Newsletter
    github: StandIn
    folder: Path
    instead: Mapping[str, Callable[["Job"], object]] = field(default_factory=dict)
    conclusion: Literal["success", "failure", "skipped"] = "success"
    screen: Screen = field(default_factory=Screen)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    summary: str = ""

    @property
    def workspace(self) -> Path:
        """Where the newsletter is checked out."""
        return self.folder / "workspace"

    @property
    def temp(self) -> Path:
        """RUNNER_TEMP."""
        return self.folder / "temp"

    @property
    def annotations(self) -> tuple[str, ...]:
        """What the run's page shows, as "error title: message"."""
        return tuple(self.screen.annotations)

    def program(self, text: str) -> None:
        """Put a program where the workflow looks for digest."""
        file = self.temp / "digest" / "bin" / "digest"
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755)

    def run(self) -> "Job":
        """Run all steps, up to the first that fails and those that are for failures."""
        file = yaml.safe_load((WORKFLOWS / f"{self.workflow}.yml").read_text(encoding="utf-8"))
        ((name, job),) = file["jobs"].items()
        if not expressions.holds(job.get("if", "success()"), self._contexts(), failed=False):
            self.conclusion = "skipped"
            return self
        for folder in (self.workspace, self.temp):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        with _permissions(self.newsletter, job.get("permissions", file["permissions"])):
            for step in job["steps"]:
                shell = step.get("shell", file.get("defaults", {}).get("run", {}).get("shell"))
                condition = str(step.get("if", "success()"))
                if expressions.holds(condition, self._contexts(), self.conclusion == "failure"):
                    self._step(name, step, shell)
        return self

    def _step(self, job: str, step: Mapping[str, Any], shell: str | None) -> None:
        if replaced := self.instead.get(step.get("name", "")):
            replaced(self)
        elif "uses" in step:
            self._use(step["uses"].partition("@")[0], step.get("with", {}))
        elif self._script(job, step, shell):
            self.conclusion = "failure"

    def _use(self, action: str, given: Mapping[str, Any]) -> None:
        if action == "actions/setup-python":
            return
        if action != "actions/checkout" or given.get("persist-credentials") is not False:
            raise NotImplementedError(f"{action} with {given}")
        # Without a branch it would be the one that the event is about, which for pull requests is other people's code.
        ref = expressions.fill(given.get("ref", ""), self._contexts()) or self.newsletter.default_branch
        if self.event.name == "pull_request" and "ref" not in given:
            raise NotImplementedError("a checkout of a pull request's code")
        (self.workspace / ".git").mkdir()
        for path, content in self.newsletter.git.commits[self.newsletter.head(ref)].files.items():
            (self.workspace / path).parent.mkdir(parents=True, exist_ok=True)
            (self.workspace / path).write_bytes(content)

    def _script(self, job: str, step: Mapping[str, Any], shell: str | None) -> int:
        files = {name: self.folder / name.lower() for name in FILES}
        for file in files.values():
            file.write_text("")
        script = self.folder / "script.sh"
        script.write_text(step["run"], encoding="utf-8")
        given = {name: expressions.fill(str(text), self._contexts()) for name, text in step.get("env", {}).items()}
        ran = subprocess.run(
            [*SHELLS[shell], str(script)],
            cwd=self.workspace,
            env={**os.environ, **self._environment(job), **{name: str(file) for name, file in files.items()}, **given},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.screen.show(ran.stdout)
        self.outputs[step.get("id", "")] = dict(_outputs(files["GITHUB_OUTPUT"]))
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        if files["GITHUB_ENV"].read_text():
            raise NotImplementedError("a step that sets the environment of later ones")
        return ran.returncode

    def _contexts(self) -> Mapping[str, Any]:
        pull = self.event.payload.get("pull_request", {})
        github = {
            "event": self.event.payload,
            "event_name": self.event.name,
            "repository": self.newsletter.name,
            "head_ref": pull.get("head", {}).get("ref", ""),
            "token": TOKEN,
        }
        steps = {name: {"outputs": told} for name, told in self.outputs.items()}
        return {"github": github, "vars": self.event.variables, "inputs": self.event.inputs, "steps": steps}

    def _environment(self, job: str) -> Mapping[str, str]:
        path = self.folder / "programs"
        path.mkdir(exist_ok=True)
        for name, found in PROGRAMS.items():
            if found and not (path / name).exists():
                (path / name).symlink_to(found)
        event = self.folder / "event.json"
        event.write_text(json.dumps(self.event.payload), encoding="utf-8")
        return {
            "PATH": os.pathsep.join([str(path), str(Path(sys.executable).parent)]),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "editor",
            "GITHUB_API_URL": self.github.url,
            "GITHUB_EVENT_NAME": self.event.name,
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_GRAPHQL_URL": f"{self.github.url}/graphql",
            "GITHUB_JOB": job,
            "GITHUB_REPOSITORY": self.newsletter.name,
            "GITHUB_REPOSITORY_OWNER": self.newsletter.owner,
            "GITHUB_RUN_ID": "1",
            "GITHUB_SERVER_URL": self.newsletter.host,
            "GITHUB_WORKFLOW": self.workflow,
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": str(self.temp),
        }


def installed(python: str, now: datetime) -> Callable[[Job], object]:
    """In place of installing digest: the one of this Python, `now` being the present moment."""
    lines = (
        f"#!{python}",
        "from datetime import datetime",
        "from digest import commands",
        "from digest.commands import draft",
        f'draft.now = lambda: datetime.fromisoformat("{now.isoformat()}")',
        "commands.main()\n",
    )

    def install(job: Job) -> None:
        job.program("\n".join(lines))

    return install


def _outputs(file: Path) -> Iterator[tuple[str, str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        name, sign, told = line.partition("=")
        if not sign:
            raise NotImplementedError(f"the output {line!r}")
        yield name, told


@contextmanager
def _permissions(newsletter: Newsletter, given: Mapping[str, str]) -> Iterator[None]:
    """The repository lets the token do what the job may, and no more."""
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
