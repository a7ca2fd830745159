"""Too heavy pages: halved for the rest of the run; a single one that stays too heavy is named."""

from typing import Any

import pytest

from digest.errors import DigestError
from tests.builders import changed_file, pull, week
from tests.fetching import FULL, OLD, Run, fetch, many, numbers, read, world
from tests.standin import Fault, Heavy, StandIn

pytestmark = pytest.mark.slow

EXCEEDED = {
    "type": "RESOURCE_LIMITS_EXCEEDED",
    "path": ["nodes"],
    "message": "Resource limits exceeded.",
}
WENT_WRONG = {
    "message": "Something went wrong while executing your query. This may be the result of a timeout."
}
ENDS = {
    "502": Fault(status=502),
    "504": Fault(status=504, body="<html>"),
    "a time-out": Fault(delay=30.0),
    "limits with partial data": Fault(errors=[EXCEEDED]),
    "limits without data": Fault(body={"data": None, "errors": [EXCEEDED]}),
    "something went wrong": Fault(body={"data": None, "errors": [WENT_WRONG]}),
}
BEFORE = [week(f"2021-W{number:02}") for number in range(7, 19)]
SIXTY = many(60, files=(changed_file("a"),))


def asked(github: StandIn, operation: str) -> list[int]:
    """Return the size of each request of an operation."""
    variables: list[Any] = [one.variables for one in github.requests if one.operation == operation]
    return [len(one["ids"]) if "ids" in one else one["first"] for one in variables]


def walk(heavy: Heavy, pulls: list[Any] = SIXTY, **how: Any) -> tuple[Run, StandIn]:
    with StandIn(world(*pulls, OLD), heavy=heavy) as github:
        return read(github, earlier=BEFORE, **how), github


@pytest.mark.sample(every=4)
@pytest.mark.parametrize("end", [one for one in ENDS if one != "a time-out"])
def test_a_too_heavy_page_of_files_is_halved_for_the_rest_of_the_run(end: str) -> None:
    run, github = walk(Heavy(files=700, ends=(ENDS[end],)))
    assert asked(github, "Files") == [25, 12, *[6] * 10]
    assert run.snapshot == fetch(world(*SIXTY, OLD), earlier=BEFORE)
    pauses = [seconds for _, seconds in run.watch.waits]
    assert pauses == ([] if end.startswith("limits") else [1.0, 2.0])


@pytest.mark.sample(every=2)
@pytest.mark.parametrize(("way", "max_listed"), [("Listed", 500), ("Searched", 0)])
@pytest.mark.parametrize("end", ["502", "limits with partial data"])
def test_a_page_of_the_list_or_of_a_search_is_halved_too(
    way: str, max_listed: int, end: str
) -> None:
    run, github = walk(Heavy(pulls=30, ends=(ENDS[end],)), max_listed=max_listed)
    assert asked(github, way) == [100, 50, 25, 25, 25]
    assert run.snapshot == fetch(world(*SIXTY, OLD), earlier=BEFORE, max_listed=max_listed)


def test_a_page_that_does_not_answer_in_time_is_halved() -> None:
    run, github = walk(Heavy(files=2000, ends=(Fault(delay=1.2),)), many(30), timeout_seconds=1)
    assert asked(github, "Files") == [25, 12, 12, 6]
    assert run.watch.waits == [("127.0.0.1 did not answer in time.", 1.0)]
    assert (len(run.snapshot.pull_requests), run.snapshot.complete) == (30, True)


@pytest.mark.sample(every=2)
@pytest.mark.parametrize("end", ["502", "504", "limits with partial data", "something went wrong"])
def test_a_pull_request_that_stays_too_heavy_is_named_and_loses_its_files(end: str) -> None:
    run, _ = walk(Heavy(weighing={3: 9999}, ends=(ENDS[end],)), SIXTY[:8])
    assert [one.number for one in run.snapshot.pull_requests if one.files is None] == [3]
    assert numbers(run.snapshot) == list(range(1, 9))
    assert run.snapshot.notices == (
        "The changed files of #3 are unknown: they were too much for GitHub.",
    )
    assert run.snapshot.complete
    assert run.operations.count("Alive") == 1


def test_a_pull_request_with_too_heavy_further_files_loses_its_files() -> None:
    big = pull(1, files=tuple(changed_file(f"made-up/{place:03}") for place in range(150)))
    with StandIn(world(big, FULL)) as github:
        github.faults.append(Fault("Files", passes=1, times=99, body={"errors": [EXCEEDED]}))
        run = read(github)
    assert [one.files is None for one in run.snapshot.pull_requests] == [True, False]
    assert run.snapshot.notices == (
        "The changed files of #1 are unknown: they were too much for GitHub.",
    )


def test_several_too_heavy_ones_share_one_patience() -> None:
    """Without patience left, the next ones are named at once; GitHub answers the rest."""
    lost = [1, 2, 4, 6, 7, 8, 9]
    heavy = Heavy(weighing=dict.fromkeys(lost, 9999), ends=(Fault(status=502),))
    run, _ = walk(heavy, SIXTY[:10])
    assert [one.number for one in run.snapshot.pull_requests if one.files is None] == lost
    assert sum(seconds for _, seconds in run.watch.waits) <= 120
    assert run.snapshot.notices == (
        (
            "The changed files of #1, #2, #4, #6, #7 and 2 more are unknown: "
            "they were too much for GitHub."
        ),
    )


def test_without_patience_a_failing_page_asks_to_try_later() -> None:
    """The too heavy pull request is still unknown, so none is named."""
    with (
        StandIn(world(*many(60)), heavy=Heavy(files=700)) as github,
        pytest.raises(DigestError) as caught,
    ):
        read(github, max_wait_seconds=0)
    assert (caught.value.exit_code, caught.value.message) == (
        3,
        "GitHub is having problems: it answered 502.",
    )
    assert asked(github, "Files") == [25]


def test_trouble_at_github_is_not_a_heavy_page() -> None:
    """GitHub answers nothing, not even the lightest request, so the error asks to try later."""
    with StandIn(world(*many(60))) as github:
        github.faults.append(Fault("Files", status=502, times=99))
        github.faults.append(Fault("Alive", status=502, times=99))
        with pytest.raises(DigestError) as caught:
            read(github)
    assert (caught.value.exit_code, caught.value.message) == (
        3,
        "GitHub is having problems: it answered 502. digest tried 6 times.",
    )


def test_a_list_with_too_heavy_single_entries_asks_to_try_later() -> None:
    with StandIn(world(FULL)) as github:
        for operation in ("Listed", "ListedPartly"):
            github.faults.append(Fault(operation, times=99, body={"errors": [EXCEEDED]}))
        with pytest.raises(DigestError) as caught:
            read(github)
    assert (caught.value.exit_code, caught.value.message) == (
        3,
        (
            "A page of pull requests was too much for GitHub: Resource limits exceeded. digest tried 7 times."
        ),
    )
    assert asked(github, "Listed") == [100, 50, 25, 12, 6, 3, 1]


@pytest.mark.sample(every=2)
@pytest.mark.parametrize("base", ["master", "trunk"])
def test_too_heavy_counts_get_a_separate_request(base: str) -> None:
    """They belong to the first request, or to the first page for an unusual branch."""
    pulls = [one.model_copy(update={"base": base}) for one in (*many(3), OLD)]
    there = world(*pulls, default_branch=base)
    with StandIn(
        there, heavy=Heavy(searches=8, ends=(ENDS["limits with partial data"],))
    ) as github:
        run = read(github, earlier=BEFORE)
    assert run.snapshot == fetch(there, earlier=BEFORE)
    assert (
        run.snapshot.complete,
        run.snapshot.earlier_counts and run.snapshot.earlier_counts[-1].count,
    ) == (True, 1)
    assert run.watch.waits == []
