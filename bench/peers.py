"""Compares digest with other programs that list pull requests. All ask the same fake GitHub.

`python -m bench.peers --write docs/benchmarks.md` writes the page that explains it.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bench import page
from bench.front import Front
from bench.standin import SlowStandIn
from tests import history
from tests.standin import TOKEN, World, facts

SIZES = (32, 100, 1300)
# The first day for each size. The window ends with the day that reaches the size.
BEGINS = {32: date(2021, 5, 10), 100: date(2020, 9, 1), 1300: date(2020, 5, 1)}
# A run of less than QUICK seconds is repeated, because a machine is not equally fast all the time.
QUICK = 10
RUNS = 3
HERE = Path(__file__).parents[1]
HEADER = """\
| pull requests | program | requests | bytes | seconds | own seconds | complete | with files | with names | its own report |
| ---: | --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | --- |"""


@dataclass(frozen=True)
class Job:
    """A number of pull requests, merged from the first to the last day, both included."""

    size: int
    first: date
    last: date


@dataclass(frozen=True)
class Result:
    """A program's pull requests, those with files, those with a person's name, and its report."""

    listed: int
    files: int
    names: int
    report: str


@dataclass(frozen=True)
class Run:
    """The seconds of a run, those without the fake GitHub's, and its row in the table."""

    seconds: float
    own: float
    row: str


@dataclass(frozen=True)
class Program:
    """A program: its command, and the parser of its output and its file."""

    name: str
    command: Callable[[Job], Sequence[str]]
    read: Callable[[str, str], Result]


def _digest(job: Job) -> Sequence[str]:
    span = ["--since", job.first.isoformat(), "--until", job.last.isoformat()]
    return [
        sys.executable,
        "-m",
        "digest",
        "week",
        "--repo",
        history.REPOSITORY,
        *span,
        "--json",
        "--output",
        "-",
    ]


def _read_digest(out: str, _: str) -> Result:
    document = json.loads(out)
    pulls = document["pull_requests"]
    return Result(
        len(pulls),
        sum(pull["files"] is not None for pull in pulls),
        sum(bool(pull["author"] and pull["author"]["name"]) for pull in pulls),
        "complete" if document["complete"] else "reports what is missing",
    )


def _loop(job: Job) -> Sequence[str]:
    return [
        sys.executable,
        "-m",
        "bench.loop",
        history.REPOSITORY,
        job.first.isoformat(),
        job.last.isoformat(),
    ]


def _read_loop(out: str, _: str) -> Result:
    return Result(**json.loads(out), report="none")


def _activity(job: Job) -> Sequence[str]:
    span = ["--since", job.first.isoformat(), "--until", (job.last + timedelta(days=1)).isoformat()]
    return ["github-activity", history.REPOSITORY, *span, "--kind", "pr", "--output", "activity.md"]


def _read_activity(_: str, written: str) -> Result:
    return Result(len(set(re.findall(r"\[#(\d+)\]", written))), 0, 0, "none")


def _gh(fields: str) -> Callable[[Job], Sequence[str]]:
    def command(job: Job) -> Sequence[str]:
        search = f"merged:{job.first}..{job.last} base:{history.DEFAULT_BRANCH}"
        options = ["--state", "merged", "--search", search, "--limit", "5000", "--json", fields]
        return ["gh", "pr", "list", "--repo", history.REPOSITORY, *options]

    return command


def _read_gh(out: str, _: str) -> Result:
    pulls = json.loads(out)
    files = sum(bool(pull.get("files")) for pull in pulls)
    return Result(
        len(pulls), files, sum(bool(pull["author"].get("name")) for pull in pulls), "none"
    )


PROGRAMS = (
    Program("digest", _digest, _read_digest),
    Program("digest, no token", _digest, _read_digest),
    Program("PyGithub loop", _loop, _read_loop),
    Program("github-activity", _activity, _read_activity),
    Program("gh, with files", _gh("number,title,author,mergedAt,files"), _read_gh),
    Program("gh, without files", _gh("number,title,author,mergedAt"), _read_gh),
)


def main() -> int:
    """Run every installed program for every size, print a table, and write it once it is whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, choices=SIZES)
    parser.add_argument(
        "--limit", type=float, default=120, help="seconds after which a program is stopped"
    )
    parser.add_argument("--programs", nargs="+", default=[program.name for program in PROGRAMS])
    parser.add_argument(
        "--write", type=Path, metavar="PAGE", help="the page to write the table into"
    )
    options = parser.parse_args()
    before = options.write.read_text(encoding="utf-8") if options.write else None
    lines = [HEADER]
    print(HEADER, flush=True)
    for size in options.sizes:
        for program in (program for program in PROGRAMS if program.name in options.programs):
            lines.append(f"| {size:,} | {program.name} | {_best(program, size, options.limit)} |")
            print(lines[-1], flush=True)
    description = page.describe_run(_path())
    print(f"\n{description}")
    if before is not None:
        options.write.write_text(
            page.fill_page(before, "\n".join(lines), description), encoding="utf-8"
        )
    return 0


def _best(program: Program, size: int, limit: float) -> str:
    """The row of one program, from the run with the least own time."""
    runs = [_measure(program, size, limit)]
    while len(runs) < RUNS and runs[0].seconds < QUICK:
        runs.append(_measure(program, size, limit))
    return min(runs, key=lambda run: run.own).row


def _measure(program: Program, size: int, limit: float) -> Run:
    job, world = _world_of(size)
    with tempfile.TemporaryDirectory() as name, SlowStandIn(world) as github:
        folder = Path(name)
        github.rest.now = lambda: datetime.now(UTC)
        with Front(github.upstream, folder) as front:
            environment = _environment(folder, front, has_token="no token" not in program.name)
            command = list(program.command(job))
            if shutil.which(command[0], path=environment["PATH"]) is None:
                return Run(QUICK, 0, "– | – | – | – | – | – | – | not installed")
            started = time.perf_counter()
            try:
                report, result = _read_run(program, command, folder, environment, limit)
            except subprocess.TimeoutExpired:
                report, result = (
                    f"stopped after {limit:.0f} s at {len(github.requests):,} requests",
                    None,
                )
            seconds = time.perf_counter() - started
        github.complaints.clear()
        figures = (
            f"{_complete(result, size)} | {result.files:,} | {result.names:,}"
            if result
            else "no | – | –"
        )
        own = max(seconds - github.busy, 0.0)
        traffic = f"{len(github.requests):,} | {front.sent + front.received:,}"
        row = f"{traffic} | {seconds:.1f} | {own:.1f} | {figures} | {report}"
        return Run(seconds, own, row)


def _complete(result: Result, size: int) -> str:
    return "yes" if result.listed == size else f"no, {result.listed:,}"


def _read_run(
    program: Program,
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    limit: float,
) -> tuple[str, Result | None]:
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["without a message"])[-1]
        return f"fails: {' '.join(last.split())[:80]}", None
    written = folder / "activity.md"
    result = program.read(
        done.stdout, written.read_text(encoding="utf-8") if written.exists() else ""
    )
    return result.report, result


def _environment(folder: Path, front: Front, *, has_token: bool) -> dict[str, str]:
    """The variables that a program needs, without accounts and settings of this machine."""
    authority = str(front.authority)
    token = {"GH_TOKEN": TOKEN, "GITHUB_TOKEN": TOKEN, "GITHUB_ACCESS_TOKEN": TOKEN}
    return {
        "PATH": _path(),
        "HOME": str(folder),
        "GH_CONFIG_DIR": str(folder),
        "GH_NO_UPDATE_NOTIFIER": "1",
        "PYTHONPATH": str(HERE),
        "HTTPS_PROXY": front.address,
        "SSL_CERT_FILE": authority,
        "REQUESTS_CA_BUNDLE": authority,
    } | (token if has_token else {})


def _path() -> str:
    """The search path, with the programs installed for the comparison first."""
    places = [
        os.environ.get("BENCH_PATH", ""),
        str(Path(sys.executable).parent),
        os.environ["PATH"],
    ]
    return os.pathsep.join(filter(None, places))


def _world_of(size: int) -> tuple[Job, World]:
    """The history with exactly `size` pull requests in the window."""
    (repo,) = facts().repos
    start = datetime.combine(BEGINS[size], datetime.min.time(), UTC)
    inside = repo.merged_in(start, datetime.max.replace(tzinfo=UTC))[:size]
    last = inside[-1].merged_at.date()
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), UTC)
    beyond = {pull.number for pull in repo.merged_in(start, end)} - {pull.number for pull in inside}
    kept = tuple(pull for pull in repo.pulls if pull.number not in beyond)
    # Without the weeks for which only counts are known.
    return Job(size, BEGINS[size], last), World((replace(repo, pulls=kept, counts=()),))


if __name__ == "__main__":
    raise SystemExit(main())
