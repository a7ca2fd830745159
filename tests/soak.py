"""Soak: many runs of `digest week`, each with a random fault: `python -m tests.soak --runs 500 --seed 7`.

The table of treatments says what must come of each: a run with a survivable fault ends 0 with the
bytes of a run without any; any other ends with exit code 1 or 3, and nothing half-written. What
only stories and newcomers need ends no run: it is a notice.
"""

import argparse
import contextlib
import os
import random
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

from digest.github import client, network
from digest.github.treatments import TREATMENTS
from digest.model import Person, Snapshot
from scripts.make_faults import is_survivable
from tests.bad_days import LONG, NOWHERE, SHORT, SHOWN
from tests.builders import REPOSITORY, changed_file, pull
from tests.cli import Seen, run
from tests.fetching import OLD, many, world
from tests.scripted import FakeTime
from tests.standin import Fault, Repo, StandIn, World

PEOPLE = 7
PULLS = [
    one.model_copy(update={"author": Person(login=f"made-up-{one.number % PEOPLE}")})
    for one in many(110, files=(changed_file("made-up"),))
]
CHANGESET = changed_file(".changeset/made-up.md", "added")
PULLS[:2] = [
    one.model_copy(update={"files": (CHANGESET,), "merge_commit": str(one.number) * 40})
    for one in PULLS[:2]
]
ELSEWHERE = "made-up/elsewhere"
TOLD = tuple(
    pull(number, repository=ELSEWHERE, node_id=f"PR_made_up_{number}") for number in (1, 2)
)
WORLD = World((*world(*PULLS, OLD).repos, Repo(ELSEWHERE, TOLD)))
COMMAND = (
    "week",
    "--repo",
    REPOSITORY,
    "--strict",
    *(word for one in TOLD for word in ("--highlight", one.key)),
)
WAYS = {"Listed": 500, "Searched": 0}
FOR_EVER = 999
# How many answers of an operation a run without a fault gets, where there are several.
ANSWERS = {"Listed": 2, "Searched": 2, "Files": 5}
# Without their answers a run goes on and says so, complete all the same.
NICE_TO_KNOW = ("FirstContributions", "Changesets", "Alone")
SHOWS = ("pull_requests.json", "section.md")
CLOSED = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Drawn:
    """What goes wrong in a run: a fault of a kind, in the walk by list or by search, and whether it is survivable."""

    kind: str
    way: str
    fault: Fault | None
    survivable: bool


@dataclass(frozen=True)
class Ended:
    """How a run ended: what a person saw, and the files of the edition."""

    seen: Seen
    files: Mapping[str, bytes]


def draw(seed: str) -> Drawn:
    """A fault at random, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311  # nobody is to be kept from guessing
    kind = dice.choice(sorted(TREATMENTS))
    way = dice.choice(sorted(WAYS))
    if kind in NOWHERE:
        return Drawn(kind, way, None, survivable=False)
    short = dice.random() < 2 / 3
    faults = (SHORT if short else LONG)[kind] if kind in SHORT else SHOWN[kind]
    fault = dice.choice(faults)
    stays = dice.random() < 1 / 4 and TREATMENTS[kind].raises is not None and kind != "time-out"
    survivable = is_survivable(TREATMENTS[kind]) and not stays and (kind not in SHORT or short)
    if fault.operation is None:
        # One of the answers of a run without faults.
        operation = dice.choice(["Survey", way, "Files", *NICE_TO_KNOW])
        fault = replace(
            fault, operation=operation, passes=dice.randrange(ANSWERS.get(operation, 1))
        )
    elif fault.operation in WAYS:
        way = fault.operation
    return Drawn(kind, way, replace(fault, times=FOR_EVER) if stays else fault, survivable)


def end(drawn: Drawn) -> Ended:
    """Run `digest week --strict` in an empty folder and see how it ends."""
    with tempfile.TemporaryDirectory() as name, StandIn(WORLD) as github, contextlib.chdir(name):
        Path(".git").mkdir()
        Path("digest.toml").write_text(
            f"[digest.github]\ntimeout_seconds = 1\nmax_listed = {WAYS[drawn.way]}\n",
            encoding="utf-8",
        )
        github.faults += [drawn.fault] if drawn.fault else []
        with _environment(github, drawn.kind):
            seen = run(*COMMAND)
        files = {
            str(path): path.read_bytes() for path in Path("editions").rglob("*") if path.is_file()
        }
    return Ended(seen, files)


@contextlib.contextmanager
def _environment(github: StandIn, kind: str) -> Iterator[None]:
    kept = {
        name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")
    }
    secure = github.url.replace("http:", "https:")
    url = {
        "unreachable": CLOSED,
        "unknown name": "https://made-up.invalid",
        "certificate": secure,
        "certificate file": secure,
        "bad address": "http://[::1]:9",
    }.get(kind, github.url)
    environ = kept | {"GITHUB_API_URL": url, "GH_TOKEN": github.token}
    environ |= {
        "proxy": {"http_proxy": CLOSED},
        "proxy setting": {"http_proxy": "socks5://127.0.0.1:9"},
        "certificate file": {"REQUESTS_CA_BUNDLE": "/made-up.pem"},
    }.get(kind, {"NO_PROXY": "127.0.0.1"})
    with (
        mock.patch.dict(os.environ, environ, clear=True),
        mock.patch.object(client, "Clock", side_effect=lambda: FakeTime().clock()),
        contextlib.ExitStack() as more,
    ):
        if kind == "unknown name":
            lost = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
            more.enter_context(mock.patch.object(socket, "getaddrinfo", side_effect=lost))
        if kind == "oversized":
            more.enter_context(mock.patch.object(network, "LARGEST", 10))
        yield


def mistakes(drawn: Drawn, ended: Ended, well: Ended) -> list[str]:
    """What is wrong with how a run ended, `well` being a run without a fault."""
    if drawn.survivable:
        is_same = (ended.seen.code, ended.seen.out, ended.files) == (0, well.seen.out, well.files)
        return (
            []
            if is_same
            else [
                f"should have ended as without the fault, but: {ended.seen.code} {ended.seen.err}"
            ]
        )
    is_nice = drawn.fault is not None and drawn.fault.operation in NICE_TO_KNOW
    wrong = (
        [] if ended.seen.code in ({0} if is_nice else {1, 3}) else [f"ended with {ended.seen.code}"]
    )
    if "Traceback" in ended.seen.err:
        wrong.append("showed a traceback")
    if not ended.seen.out:
        wrong += [f"wrote {name}" for name in ended.files]
        wrong += (
            [] if ended.seen.err.splitlines()[-1].startswith("digest: ") else ["does not say why"]
        )
        return wrong
    # It went on, and --strict made an exit code of what is missing.
    if ended.files.keys() != well.files.keys():
        return [*wrong, f"wrote {sorted(ended.files)}"]
    facts, section = (
        next(ended.files[path] for path in ended.files if path.endswith(name)) for name in SHOWS
    )
    snapshot = Snapshot.model_validate_json(facts)
    says = snapshot.complete == is_nice and snapshot.notices and section.decode() == ended.seen.out
    return wrong if says else [*wrong, "does not know everything and does not say so"]


def soak(runs: int, seed: int) -> Iterator[tuple[str, Drawn, list[str]]]:
    """For each run its own seed, what was drawn, and what was wrong."""
    well = {way: end(Drawn("none", way, None, survivable=True)) for way in WAYS}
    for number in range(runs):
        own = f"{seed}:{number}"
        drawn = draw(own)
        yield own, drawn, mistakes(drawn, end(drawn), well[drawn.way])


def main() -> int:
    """Print the seed, what was tried, and each run that did not end as the table says.

    Returns the exit code.
    """
    options = argparse.ArgumentParser(
        description="Run digest many times, with a random fault in each run."
    )
    options.add_argument("--runs", type=int, default=500)
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    asked = options.parse_args()
    print(f"{asked.runs} runs, seed {asked.seed}", flush=True)
    tried: Counter[tuple[str, bool]] = Counter()
    wrong = 0
    for own, drawn, found in soak(asked.runs, asked.seed):
        tried[drawn.kind, drawn.survivable] += 1
        wrong += bool(found)
        for one in found:
            print(f"{own} {drawn}: {one}", flush=True)
    for kind in TREATMENTS:
        print(f"  {kind:16} survived {tried[kind, True]:3}, ended by {tried[kind, False]:3}")
    print(
        f"{asked.runs - wrong} as the table says, {wrong} not. Again: make soak SEED={asked.seed} RUNS={asked.runs}"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
