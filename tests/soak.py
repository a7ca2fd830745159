"""Many runs of `digest week`, each with a random fault: `python -m tests.soak --runs 500 --seed 7`.

The table of treatments gives the end of each run. With a survivable fault it exits with 0 and the
same bytes as without a fault. With any other it exits with 1 or 3 and leaves no half-written file.
A fault in facts that only stories and newcomers need becomes a notice.

After each run another one is killed before a random write, while an editor saves: `tests.kills`.
"""

import argparse
import contextlib
import os
import random
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path
from unittest import mock

from digest.github import client, network
from digest.github.treatments import TREATMENTS
from digest.model import Person, Snapshot
from scripts.make_faults import is_survivable
from tests import kills
from tests.bad_days import FOUND, LONG, NOWHERE, SHORT, SHOWN
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
HIGHLIGHTED = tuple(
    pull(number, repository=ELSEWHERE, node_id=f"PR_made_up_{number}") for number in (1, 2)
)
WORLD = World((*world(*PULLS, OLD).repos, Repo(ELSEWHERE, HIGHLIGHTED)))
COMMAND = (
    "week",
    "--repo",
    REPOSITORY,
    "--strict",
    *(word for one in HIGHLIGHTED for word in ("--highlight", one.key)),
)
WAYS = {"Listed": 500, "Searched": 0}
FOR_EVER = 999
# The number of answers of an operation in a run without a fault, if there are several.
ANSWERS = {"Listed": 2, "Searched": 2, "Files": 5}
# Without their answers a run continues with a notice, and is complete.
NICE_TO_KNOW = ("FirstContributions", "Alone")
SHOWS = ("pull_requests.json", "section.md")
CLOSED = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Drawn:
    """The fault of a run: its kind, the walk (list or search), and whether it is survivable."""

    kind: str
    way: str
    fault: Fault | None
    survivable: bool


@dataclass(frozen=True)
class Ended:
    """The end of a run: its output, and the files of the edition."""

    seen: Seen
    files: Mapping[str, bytes]


def draw(seed: str) -> Drawn:
    """Return a random fault, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311  # no secret depends on it
    kind = dice.choice(sorted(TREATMENTS))
    way = dice.choice(sorted(WAYS))
    if kind in NOWHERE:
        return Drawn(kind, way, None, survivable=False)
    short = dice.random() < 2 / 3
    faults = (SHORT if short else LONG)[kind] if kind in SHORT else SHOWN[kind]
    fault = dice.choice(faults)
    stays = dice.random() < 1 / 4 and TREATMENTS[kind].raises is not None and kind != "time-out"
    survivable = is_survivable(TREATMENTS[kind]) and not stays and (kind not in SHORT or short)
    if kind in FOUND:
        way = fault.operation if fault.operation in WAYS else way
        return Drawn(kind, way, replace(fault, times=FOR_EVER), survivable=False)
    if fault.operation is None:
        # The fault hits one of the answers that a run without faults gets.
        operation = dice.choice(["Survey", way, "Files", *NICE_TO_KNOW])
        fault = replace(
            fault, operation=operation, passes=dice.randrange(ANSWERS.get(operation, 1))
        )
    elif fault.operation in WAYS:
        way = fault.operation
    return Drawn(kind, way, replace(fault, times=FOR_EVER) if stays else fault, survivable)


def end(drawn: Drawn) -> Ended:
    """Run `digest week --strict` in an empty folder, and return how it ended."""
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
    """Return the mistakes in the end of a run; `well` is a run without a fault."""
    is_same = (ended.seen.code, ended.seen.out, ended.files) == (0, well.seen.out, well.files)
    is_nice = drawn.fault is not None and drawn.fault.operation in NICE_TO_KNOW
    # A lasting fault of one query may leave facts of single pull requests unknown, or none, as
    # another query reads them. The count is certain.
    is_nice = is_nice or (TREATMENTS[drawn.kind].retries_smaller and ended.seen.code == 0)
    if is_nice and is_same:
        # After a failure digest asks for the newcomers alone, so one fault loses nothing.
        return []
    if drawn.survivable:
        return (
            []
            if is_same
            else [
                f"should have ended as without the fault, but: {ended.seen.code} {ended.seen.err}"
            ]
        )
    if drawn.kind in FOUND:
        return found_mistakes(drawn, ended, well)
    wrong = (
        [] if ended.seen.code in ({0} if is_nice else {1, 3}) else [f"ended with {ended.seen.code}"]
    )
    if "Traceback" in ended.seen.err:
        wrong.append("showed a traceback")
    if not ended.seen.out:
        wrong += [f"wrote {name}" for name in ended.files]
        wrong += (
            [] if ended.seen.err.splitlines()[-1].startswith("digest: ") else ["gives no reason"]
        )
        return wrong
    # The run went on, and --strict turned the missing facts into an exit code.
    if ended.files.keys() != well.files.keys():
        return [*wrong, f"wrote {sorted(ended.files)}"]
    facts, section = (
        next(ended.files[path] for path in ended.files if path.endswith(name)) for name in SHOWS
    )
    snapshot = Snapshot.model_validate_json(facts)
    if is_nice and len(snapshot.pull_requests) != len(PULLS):
        wrong.append(f"found {len(snapshot.pull_requests)} pull requests")
    says = snapshot.complete == is_nice and snapshot.notices and section.decode() == ended.seen.out
    return wrong if says else [*wrong, "lacks facts without a notice"]


def found_mistakes(drawn: Drawn, ended: Ended, well: Ended) -> list[str]:
    """The mistakes in the end of a run that found something in good answers.

    It counts as many as a run without the fault and reports what it found, or it reports that it
    does not know the count. It compares the count with nothing that it does not know.
    """
    snapshot, usual = (
        Snapshot.model_validate_json(
            next(one.files[path] for path in one.files if path.endswith(SHOWS[0]))
        )
        for one in (ended, well)
    )
    is_unclear = drawn.kind == "unclear branch"
    wrong = []
    if (ended.seen.code, snapshot.complete) != ((1, False) if is_unclear else (0, True)):
        wrong.append(f"ended with {ended.seen.code}, complete is {snapshot.complete}")
    if not is_unclear and len(snapshot.pull_requests) != len(usual.pull_requests):
        wrong.append(f"counted {len(snapshot.pull_requests)}")
    if set(snapshot.notices) <= set(usual.notices):
        wrong.append("does not say what it found")
    if drawn.kind == "lagging search" and snapshot.repositories[0].search_count is not None:
        wrong.append("believes an index that is behind")
    if "No pull requests" in ended.seen.out:
        wrong.append("says that nothing was merged")
    return wrong


def soak(
    runs: int, seed: int, without: Container[str] = ()
) -> Iterator[tuple[str, Drawn, list[str]]]:
    """Yield the seed, the fault and the mistakes of each run, of the kinds that are not `without`."""
    well = {way: end(Drawn("none", way, None, survivable=True)) for way in WAYS}
    drawn_runs = ((f"{seed}:{number}", draw(f"{seed}:{number}")) for number in count())
    for own, drawn in islice((one for one in drawn_runs if one[1].kind not in without), runs):
        yield own, drawn, mistakes(drawn, end(drawn), well[drawn.way])


def main() -> int:
    """Print the seed, the faults, and each run that did not end as in the table.

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
    wrong = killed_wrong = 0
    for own, drawn, found in soak(asked.runs, asked.seed):
        tried[drawn.kind, drawn.survivable] += 1
        wrong += bool(found)
        for one in found:
            print(f"{own} {drawn}: {one}", flush=True)
        broken = kills.mistakes(own)
        killed_wrong += bool(broken)
        for one in broken:
            print(f"{own} killed: {one}", flush=True)
    for kind in TREATMENTS:
        print(f"  {kind:16} survived {tried[kind, True]:3}, ended by {tried[kind, False]:3}")
    print(
        f"{asked.runs - wrong} as the table says, {wrong} not. Again: make soak SEED={asked.seed} RUNS={asked.runs}"
    )
    print(f"{asked.runs - killed_wrong} killed runs without a loss, {killed_wrong} not.")
    return 1 if wrong or killed_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
