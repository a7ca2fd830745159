"""More than the 1,000 results of a search: slices, counts, requests and memory."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

import pytest

from digest.github import searches
from digest.github.client import GitHub, Question
from digest.github.faults import Answer
from digest.github.graphql_answers import Selected
from digest.model import PullRequest
from digest.sources import slices
from tests.builders import pull, window
from tests.fetching import W19, numbers, read, world
from tests.standin import TOKEN, Fault, StandIn, search
from tests.standin.big import NAME, busy_month

pytestmark = pytest.mark.slow

COUNT = 5000
MEMORY = 200 * 1024 * 1024
START = W19.start
SECOND = timedelta(seconds=1)
FEW = 20


# A process starts with the memory peak of its parent, so a small process starts the run.
MEASURE = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, *sys.argv[1:]])
_, status, used = os.wait4(child.pid, 0)
print(used.ru_maxrss * 1024, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def measured(github: StandIn, folder: Path) -> int:
    """Return the most bytes that a run uses in a separate process, as the system measures them."""
    words = ["-m", "digest", "month", "--month", "2021-07", "--repo", NAME, "--json"]
    environ = dict(os.environ) | {"GITHUB_API_URL": github.url, "GH_TOKEN": TOKEN}
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        command = [sys.executable, "-c", MEASURE, *words]
        done = subprocess.run(command, env=environ, cwd=folder, stdout=out, stderr=err, check=False)
    said = (folder / "err").read_text()
    assert (done.returncode, "Waiting" in said) == (0, False)
    return int(said.split()[-1])


@pytest.mark.sweep
def test_a_busy_month_is_complete_in_few_requests_and_little_memory(
    tmp_path: Path,
) -> None:
    """A second run also reads the saved facts, and changes no file."""
    with StandIn(busy_month(COUNT)) as github:
        assert measured(github, tmp_path) < MEMORY
        requests = len(github.requests)
        printed = json.loads((tmp_path / "out").read_text())
        files = {path: path.stat().st_mtime_ns for path in (tmp_path / "editions").rglob("*")}
        assert measured(github, tmp_path) < MEMORY
    assert (printed["count"], printed["complete"], printed["notices"]) == (COUNT, True, [])
    assert sorted(one["number"] for one in printed["pull_requests"]) == list(range(1, COUNT + 1))
    assert all(len(one["files"]) == 2 for one in printed["pull_requests"])
    assert printed["repositories"][0]["search_count"] == COUNT
    assert requests <= 1.1 * (ceil(COUNT / 100) + ceil(COUNT / 25) + 1)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "editions").rglob("*")} == files


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a search show only 20 results, so that few pull requests are too many."""
    monkeypatch.setattr(search, "SHOWN", FEW)
    monkeypatch.setattr(searches, "SHOWN", FEW)
    monkeypatch.setattr(slices, "LARGEST", FEW - 2)
    monkeypatch.setattr(slices, "PART", 4)


def spread(*moments: datetime) -> tuple[PullRequest, ...]:
    """Return pull requests merged in the reverse order of their opening."""
    return tuple(
        pull(len(moments) - place, merged_at=moment) for place, moment in enumerate(moments)
    )


SECONDS = 7 * 24 * 3600
SHAPES = {
    "evenly": [START + timedelta(seconds=n * SECONDS // 100) for n in range(100)],
    "in a rush": [START + timedelta(days=3, seconds=n) for n in range(100)],
    "in two rushes": [START + timedelta(days=6 * (n % 2), seconds=n) for n in range(60)],
    "in the first second": [START] * FEW,
    "in the first and the last second": [START] * 15 + [W19.end - SECOND] * 15,
    "every second by two": [START + timedelta(seconds=n // 2) for n in range(90)],
    "just one more than a slice": [START + timedelta(hours=n) for n in range(FEW - 1)],
}


@pytest.mark.sample(every=3)
@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("shape", "base"),
    [*((shape, "") for shape in SHAPES), ("in two rushes", "*"), ("in two rushes", "trunk")],
)
def test_slices_give_each_pull_request_once_for_any_order_of_merges(shape: str, base: str) -> None:
    branch = "trunk" if base == "trunk" else "master"
    pulls = tuple(one.model_copy(update={"base": branch}) for one in spread(*SHAPES[shape]))
    with StandIn(world(*pulls, default_branch=branch)) as github:
        run = read(github, max_listed=0, base="" if base == "trunk" else base)
    assert numbers(run.snapshot) == [
        one.number for one in sorted(pulls, key=lambda one: (one.merged_at, one.number))
    ]
    assert (run.snapshot.complete, run.snapshot.notices) == (True, ())
    assert run.snapshot.repositories[0].search_count == len(pulls)
    assert run.watch.waits == []


@pytest.mark.usefixtures("small")
def test_slices_leave_no_gap_in_a_week_with_a_clock_change() -> None:
    """Stockholm skips an hour on 28 March 2021; the end of a slice is the start of the next."""
    asked = window("2021-03-22", "2021-03-29", "Europe/Stockholm")
    first = datetime(2021, 3, 21, 23, tzinfo=UTC)
    pulls = spread(*(first + timedelta(hours=n) for n in range(167)))
    with StandIn(world(*pulls)) as github:
        run = read(github, asked, max_listed=0)
    assert numbers(run.snapshot) == [one.number for one in pulls]
    assert run.snapshot.complete


@pytest.mark.usefixtures("small")
def test_more_merges_in_one_second_than_a_search_shows_are_a_gap() -> None:
    with StandIn(world(*spread(*[START] * (FEW + 5), START + timedelta(days=3)))) as github:
        run = read(github, max_listed=0)
    assert (len(run.snapshot.pull_requests), run.snapshot.complete) == (FEW + 1, False)
    assert run.snapshot.repositories[0].search_count == FEW + 6
    assert run.snapshot.notices == (
        "GitHub's search counts 26 merged pull requests, but only 21 could be listed.",
    )


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("operation", ["Counts", "Searched"])
def test_a_search_that_is_blind_for_a_moment_costs_only_a_moment(operation: str) -> None:
    """The sums of the slices are checked, and an empty one is requested again."""
    pulls = spread(*SHAPES["evenly"])
    with StandIn(world(*pulls)) as github:
        github.faults.append(Fault(operation, blind=True))
        run = read(github, max_listed=0)
    assert numbers(run.snapshot) == [one.number for one in pulls]
    assert run.snapshot.complete
    assert [seconds for _, seconds in run.watch.waits] == [1.0]


@pytest.mark.usefixtures("small")
def test_parts_that_contain_less_than_the_whole_are_counted_again() -> None:
    """The first counts of the parts date from before the last ten merges."""
    pulls = spread(*SHAPES["evenly"])

    class Late(GitHub):
        def ask(self, question: Question[Selected], about: str) -> Answer[Selected]:
            counts_first = "part0" in question.query and not self.waited
            github.world = world(*pulls[:90]) if counts_first else world(*pulls)
            self.waited = self.waited or counts_first
            return super().ask(question, about)

        waited = False

    with StandIn(world(*pulls)) as github:
        run = read(github, max_listed=0, client=Late)
    assert run.operations[:4] == ["Survey", "Counts", "Counts", "Searched"]
    assert run.watch.waits == [("GitHub's search counts more pull requests than it lists.", 1.0)]
    assert (len(run.snapshot.pull_requests), run.snapshot.complete) == (100, True)


@pytest.mark.usefixtures("small")
def test_the_slices_are_found_with_few_requests() -> None:
    """The counts of 25 parts of 100 pull requests come in one request."""
    with StandIn(world(*spread(*SHAPES["evenly"]))) as github:
        run = read(github, max_listed=0)
    assert run.operations == [
        "Survey",
        "Counts",
        *["Searched"] * 7,
        *["Files"] * 4,
        "FirstContributions",
    ]
