"""digest beside other ways to the same list, against the stand-in: `python -m bench.peers --write docs/benchmarks.md`.

That page tells what it shows.
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
# Where each size begins; the window ends with the day on which it is reached.
BEGINS = {32: date(2021, 5, 10), 100: date(2020, 9, 1), 1300: date(2020, 5, 1)}
HERE = Path(__file__).parents[1]
HEADER = """\
| pull requests | program | requests | bytes | seconds | complete | with files | with names | of itself it |
| ---: | --- | ---: | ---: | ---: | --- | ---: | ---: | --- |"""


@dataclass(frozen=True)
class Job:
    """So many pull requests, merged from the first to the last day, both included."""

    size: int
    first: date
    last: date


@dataclass(frozen=True)
class Known:
    """What a program knew in the end: pull requests, with files, with a person's name.

    Whether it said it has all.
    """

    listed: int
    files: int
    names: int
    claims: str


@dataclass(frozen=True)
class Program:
    """A program: its command, and how to read what it knew from its output and its file."""

    name: str
    command: Callable[[Job], Sequence[str]]
    read: Callable[[str, str], Known]


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


def _read_digest(out: str, _: str) -> Known:
    told = json.loads(out)
    pulls = told["pull_requests"]
    return Known(
        len(pulls),
        sum(pull["files"] is not None for pull in pulls),
        sum(bool(pull["author"] and pull["author"]["name"]) for pull in pulls),
        "complete" if told["complete"] else "says what is missing",
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


def _read_loop(out: str, _: str) -> Known:
    return Known(**json.loads(out), claims="says nothing")


def _activity(job: Job) -> Sequence[str]:
    span = ["--since", job.first.isoformat(), "--until", (job.last + timedelta(days=1)).isoformat()]
    return ["github-activity", history.REPOSITORY, *span, "--kind", "pr", "--output", "activity.md"]


def _read_activity(_: str, written: str) -> Known:
    return Known(len(set(re.findall(r"\[#(\d+)\]", written))), 0, 0, "says nothing")


def _gh(fields: str) -> Callable[[Job], Sequence[str]]:
    def command(job: Job) -> Sequence[str]:
        search = f"merged:{job.first}..{job.last} base:{history.DEFAULT_BRANCH}"
        asked = ["--state", "merged", "--search", search, "--limit", "5000", "--json", fields]
        return ["gh", "pr", "list", "--repo", history.REPOSITORY, *asked]

    return command


def _read_gh(out: str, _: str) -> Known:
    pulls = json.loads(out)
    files = sum(bool(pull.get("files")) for pull in pulls)
    return Known(
        len(pulls), files, sum(bool(pull["author"].get("name")) for pull in pulls), "says nothing"
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
    """Run every program that is there for every size, and print a table.

    Nothing here can fail a build.
    The table is written only once it is whole.
    """
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=SIZES, choices=SIZES)
    options.add_argument(
        "--limit", type=float, default=120, help="seconds after which a program is stopped"
    )
    options.add_argument("--programs", nargs="+", default=[program.name for program in PROGRAMS])
    options.add_argument(
        "--write", type=Path, metavar="PAGE", help="a page to put the table into, between its marks"
    )
    asked = options.parse_args()
    before = asked.write.read_text(encoding="utf-8") if asked.write else None
    lines = [HEADER]
    print(HEADER, flush=True)
    for size in asked.sizes:
        for program in (program for program in PROGRAMS if program.name in asked.programs):
            lines.append(f"| {size:,} | {program.name} | {_measured(program, size, asked.limit)} |")
            print(lines[-1], flush=True)
    measured = page.measured(_path())
    print(f"\n{measured}")
    if before is not None:
        asked.write.write_text(page.filled(before, "\n".join(lines), measured), encoding="utf-8")
    return 0


def _measured(program: Program, size: int, limit: float) -> str:
    """The row of one program."""
    job, world = _filled(size)
    with tempfile.TemporaryDirectory() as name, SlowStandIn(world) as github:
        folder = Path(name)
        github.rest.now = lambda: datetime.now(UTC)
        with Front(github.upstream, folder) as front:
            environment = _environment(folder, front, has_token="no token" not in program.name)
            command = list(program.command(job))
            if shutil.which(command[0], path=environment["PATH"]) is None:
                return "– | – | – | – | – | – | not installed"
            started = time.perf_counter()
            try:
                said, known = _run(program, command, folder, environment, limit)
            except subprocess.TimeoutExpired:
                said, known = (
                    f"stopped after {limit:.0f} s at {len(github.requests):,} requests",
                    None,
                )
            seconds = time.perf_counter() - started
        github.complaints.clear()
        told = (
            f"{_complete(known, size)} | {known.files:,} | {known.names:,}"
            if known
            else "no | – | –"
        )
        return f"{len(github.requests):,} | {front.sent + front.received:,} | {seconds:.1f} | {told} | {said}"


def _complete(known: Known, size: int) -> str:
    return "yes" if known.listed == size else f"no, {known.listed:,}"


def _run(
    program: Program,
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    limit: float,
) -> tuple[str, Known | None]:
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
        last = (done.stderr.strip().splitlines() or ["without a word"])[-1]
        return f"fails: {' '.join(last.split())[:80]}", None
    written = folder / "activity.md"
    known = program.read(
        done.stdout, written.read_text(encoding="utf-8") if written.exists() else ""
    )
    return known.claims, known


def _environment(folder: Path, front: Front, *, has_token: bool) -> dict[str, str]:
    """Only what a program needs, so that no account or setting of this machine is used."""
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
    """Where programs are looked for: those that were brought for the comparison come first."""
    places = [
        os.environ.get("BENCH_PATH", ""),
        str(Path(sys.executable).parent),
        os.environ["PATH"],
    ]
    return os.pathsep.join(filter(None, places))


def _filled(size: int) -> tuple[Job, World]:
    """The history with exactly so many pull requests in the window: later ones of its last day are left out."""
    (repo,) = facts().repos
    start = datetime.combine(BEGINS[size], datetime.min.time(), UTC)
    inside = repo.merged_in(start, datetime.max.replace(tzinfo=UTC))[:size]
    last = inside[-1].merged_at.date()
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), UTC)
    beyond = {pull.number for pull in repo.merged_in(start, end)} - {pull.number for pull in inside}
    kept = tuple(pull for pull in repo.pulls if pull.number not in beyond)
    # Weeks that are known as counts only would be complained about.
    return Job(size, BEGINS[size], last), World((replace(repo, pulls=kept, counts=()),))


if __name__ == "__main__":
    raise SystemExit(main())
