"""The action: its inputs, its installation, its outputs, and the lock of its packages."""

import json
import re
import sys
from pathlib import Path

import pytest
import yaml

from digest.output import actions
from scripts import lock
from tests.cli import EXAMPLE, run
from tests.publishing import TO
from tests.standin import TOKEN
from tests.steps import ACTION, OURS, ROOT, Job, parse_outputs, run_action

LOCK = lock.LOCK.read_text("utf-8")
PYPROJECT = (ROOT / "pyproject.toml").read_text("utf-8")
SHOWS = 'import sys; print(" ".join(sys.argv[1:]), file=sys.stderr)'


def act(folder: Path, **given: str) -> Job:
    (folder / "checkout").mkdir()
    event = {"pull_request": {"number": 7}} if given.pop("event", "") else {}
    github = {"repository": TO, "api_url": "", "token": TOKEN, "event": event}
    return run_action(given, github, folder / "checkout", installs=SHOWS)


def commands(job: Job) -> list[str]:
    """The commands that ran, without the lines that stop the runner's own."""
    assert not job.failed, job.log
    return job.log.splitlines()[1:-1]


@pytest.mark.unix
def test_each_input_becomes_an_option_of_the_right_command(tmp_path: Path) -> None:
    job = act(tmp_path, week="2021-W19", repo="a/b", to="c/d", path="-x {edition}.md")
    assert commands(job) == [
        "week --week 2021-W19 --repo a/b",
        "publish --edition 2021-W19 --to c/d --path -x {edition}.md",
    ]


@pytest.mark.unix
def test_ticks_are_applied_in_the_repository_of_the_event(tmp_path: Path) -> None:
    job = act(tmp_path, mode="ticks", to="c/d", week="2021-W19", event="pull_request")
    assert commands(job) == [f"publish --to {TO} --ticks-only --pull 7"]


@pytest.mark.unix
@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"mode": "Draft"}, "The input mode must be draft, ticks or text."),
        ({"to": "newsletter"}, "The input to must look like acme/newsletter."),
        ({"to": "a/b;c"}, "The input to must look like acme/newsletter."),
        ({"mode": "ticks"}, "The mode ticks works only in a workflow for the event pull_request."),
    ],
)
def test_a_wrong_input_is_refused_before_digest_runs(
    tmp_path: Path, given: dict[str, str], reason: str
) -> None:
    job = act(tmp_path, **given)
    assert (job.failed, job.log.splitlines()[0]) == (True, reason)
    assert job.screen.annotations[0].splitlines()[0].endswith(f": {reason}")


RECORDS = """#!/bin/sh
echo "$(basename "$0") $*" >> "{log}"
if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi
if [ "{fails}" ]; then case "$*" in *{fails}*) echo "refused {fails}"; exit 1;; esac; fi
"""


def install(folder: Path, fails: str = "") -> tuple[Job, list[str]]:
    """The job in which a program that records its arguments is Python and pip."""
    (folder / "checkout").mkdir()
    program, log = folder / "python3.13", folder / "log"
    program.write_text(RECORDS.format(log=log, fails=fails))
    program.chmod(0o755)
    github = {"repository": TO, "api_url": "", "token": TOKEN, "event": {}}
    job = run_action({}, github, folder / "checkout", installs=None, python=str(program))
    return job, log.read_text().splitlines()


@pytest.mark.unix
def test_the_packages_come_from_the_lock_and_digest_from_the_actions_own_commit(
    tmp_path: Path,
) -> None:
    pip = "python -m pip --quiet --disable-pip-version-check install"
    assert install(tmp_path)[1] == [
        f"python3.13 -m venv {tmp_path}/runner/digest",
        f"{pip} --require-hashes --only-binary :all: --requirement {ROOT}/requirements.txt",
        f"{pip} --no-deps --no-build-isolation --no-index {ROOT}",
    ]


@pytest.mark.unix
def test_a_package_that_does_not_fit_the_lock_stops_the_job(tmp_path: Path) -> None:
    job, log = install(tmp_path, fails="--require-hashes")
    assert (job.failed, len(log)) == (True, 2)
    assert job.screen.annotations[0].startswith("error No digest yet: refused --require-hashes\n")


def test_an_output_keeps_every_line_of_a_text(tmp_path: Path) -> None:
    text = "a=b\ncount<<EOF\nEOF\n\n``` c"
    values = {"section": text, "url": None, "count": 0, "operation": ""}
    actions.write_outputs({"GITHUB_OUTPUT": str(tmp_path / "out")}, values)
    assert parse_outputs((tmp_path / "out").read_text("utf-8")) == {"section": text, "count": "0"}


def test_without_the_files_of_a_step_nothing_is_written(empty_folder: Path) -> None:
    before = sorted(empty_folder.iterdir())
    actions.write_outputs({}, {"count": 1})
    actions.write_summary({}, "text", 1, number=0, points=[])
    assert sorted(empty_folder.iterdir()) == before


def test_without_a_section_there_are_no_outputs_about_it() -> None:
    assert actions.section_outputs("", 2, 0) == {}


def test_a_drafted_digest_on_stdin_becomes_outputs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = run("week", "--from", EXAMPLE, "--output", "-", "--json").out
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "out"))
    with (tmp_path / "digest.json").open("w+", encoding="utf-8") as file:
        file.write(digest)
        file.seek(0)
        monkeypatch.setattr(sys, "stdin", file)
        actions.main()
    assert parse_outputs((tmp_path / "out").read_text("utf-8")) == {
        "section": json.loads(digest)["section"].rstrip(),
        "count": "32",
        "open-points": "2",
    }


def test_a_newsletter_owns_at_most_thirty_lines_of_each_workflow() -> None:
    files = sorted((ROOT / "examples" / "workflows").iterdir())
    lines = {file.name: len(file.read_text("utf-8").splitlines()) for file in files}
    assert lines.keys() == {"digest-ticks.yml", "weekly-digest.yml"}
    assert max(lines.values()) <= 30


def test_every_used_action_is_pinned_by_its_commit() -> None:
    """Only the action of this repository, which has no address yet, is not."""
    folders = (".github/workflows", "examples/workflows")
    files = [ACTION, *(file for folder in folders for file in (ROOT / folder).glob("*.yml"))]
    texts = "\n".join(file.read_text("utf-8") for file in files)
    used = re.findall(r"^ *(?:- )?uses: (.*)", texts, re.MULTILINE)
    assert used.count(OURS) == 2
    pinned = re.compile(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./( # .*)?")
    assert [one for one in used if one != OURS and not pinned.fullmatch(one)] == []


def test_every_input_and_output_is_explained() -> None:
    parsed = yaml.safe_load(ACTION.read_text("utf-8"))
    page = (ROOT / "docs" / "automation.md").read_text("utf-8")
    for kind in ("inputs", "outputs"):
        assert all(one["description"] for one in parsed[kind].values())
        assert [name for name in parsed[kind] if f"\n| `{name}` |" not in page] == []


def test_the_lock_fits_pyproject_toml() -> None:
    """It has only names, versions and hashes, and no address."""
    assert lock.misfits(LOCK, PYPROJECT) == [], "To renew the lock: make lock"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('"rich>=14.3"', '"rich>=14.4"', "new in pyproject.toml: rich>=14.4"),
        ('"rich>=14.3",', "", "no longer in pyproject.toml: rich>=14.3"),
        ('"rich>=14.3"', '"rich>=999"', "rich>=999 is locked at "),
        ('"rich>=14.3"', '"rich>=14.3", "made-up"', "made-up is locked at no version"),
        ('"hatchling>=1.26"', '"hatchling>=999"', "hatchling>=999 is locked at "),
    ],
)
def test_a_lock_that_does_not_fit_is_found(old: str, new: str, found: str) -> None:
    misfits = lock.misfits(LOCK, PYPROJECT.replace(old, new, 1))
    assert [one for one in misfits if one.startswith(found)]


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example.com/simple",
        "rich @ https://packages.example.com/rich.whl",
        "rich",
        "    --hash=md5:" + "0" * 32,
        "rich==15.0.0",
    ],
)
def test_a_lock_has_no_line_without_a_version_and_a_hash(line: str) -> None:
    assert lock.misfits(f"{LOCK}{line}\n", PYPROJECT) == [f"not a package or a hash: {line}"]
    assert lock.misfits(f"{LOCK}rich==15.0.0 \\\n", PYPROJECT) == [
        "without a hash: rich==15.0.0 \\"
    ]


def test_the_starting_folder_is_never_searched_for_modules() -> None:
    """A newsletter may have a folder named digest."""
    runs = [
        step.get("run", "") for step in yaml.safe_load(ACTION.read_text("utf-8"))["runs"]["steps"]
    ]
    started = re.findall(r'bin/python" (\S+) -m digest', "\n".join(runs))
    assert started == ["-P"]
