"""Reading by GraphQL with missing or wrong answers: nothing is cut silently."""

from dataclasses import replace

import pytest

from digest.errors import DigestError
from digest.github.client import GitHub, Question
from digest.github.faults import Answer
from digest.github.graphql_answers import Selected
from tests.builders import changed_file, pull
from tests.fetching import FULL, OLD, W19, fetch, many, numbers, read, world
from tests.standin import Count, Fault, StandIn

pytestmark = pytest.mark.slow


def test_a_count_above_the_list_is_incomplete() -> None:
    snapshot = fetch(world(*many(3), counts=(Count(W19.start, W19.end, 2),)))
    assert (snapshot.complete, numbers(snapshot), snapshot.repositories[0].search_count) == (
        False,
        [1, 2, 3],
        5,
    )
    assert snapshot.notices == (
        "GitHub's search counts 5 merged pull requests, but only 3 could be listed.",
    )


def test_an_empty_entry_is_a_gap() -> None:
    with StandIn(world(*many(3))) as github:
        github.faults.append(
            Fault(operation="Listed", nulls=["repository.pullRequests.nodes.1"], times=2)
        )
        snapshot = read(github).snapshot
    assert (snapshot.complete, numbers(snapshot)) == (False, [1, 3])
    assert snapshot.notices == (
        "GitHub returned one pull request without content.",
        "GitHub's search counts 3 merged pull requests, but only 2 could be listed.",
    )


@pytest.mark.parametrize(
    ("operation", "null", "max_listed"),
    [
        ("Listed", "repository.pullRequests.nodes.1", 500),
        ("Searched", "search.nodes.2", 0),
        ("Files", "nodes.0", 500),
        ("Files", "nodes.1.files", 500),
    ],
)
def test_an_empty_part_of_an_answer_is_requested_again(
    operation: str, null: str, max_listed: int
) -> None:
    with StandIn(world(*many(3), OLD)) as github:
        github.faults.append(Fault(operation=operation, nulls=[null]))
        run = read(github, max_listed=max_listed)
    assert run.snapshot == fetch(world(*many(3), OLD), max_listed=max_listed)
    assert run.watch.waits == [("GitHub's answer has empty entries.", 1.0)]


def test_a_withheld_fact_is_unknown_and_the_count_is_complete() -> None:
    path = ["repository", "pullRequests", "nodes", 0, "labels"]
    saml = {
        "type": "FORBIDDEN",
        "path": path,
        "message": "Resource protected by organization SAML enforcement.",
    }
    with StandIn(world(FULL)) as github:
        github.faults.append(
            Fault(
                operation="Listed", errors=[saml], nulls=["repository.pullRequests.nodes.0.labels"]
            )
        )
        snapshot = read(github).snapshot
    assert snapshot.pull_requests == (FULL.model_copy(update={"labels": None}),)
    assert snapshot.notices == (
        "GitHub withheld part of its answer: Resource protected by organization SAML enforcement.",
        "GitHub did not return the labels of #7.",
    )
    assert snapshot.complete


def test_a_page_without_content_is_a_gap() -> None:
    with StandIn(world(*many(3), OLD)) as github:
        github.faults.append(Fault("Listed", nulls=["repository.pullRequests.nodes"], times=2))
        snapshot = read(github).snapshot
    assert (snapshot.complete, numbers(snapshot)) == (False, [])
    assert snapshot.notices == (
        "GitHub returned a page of pull requests without content.",
        "GitHub's search counts 3 merged pull requests, but only 0 could be listed.",
    )


def test_labels_beyond_a_page_are_a_notice() -> None:
    labels = tuple(f"made up {place}" for place in range(60))
    snapshot = fetch(world(pull(1, labels=labels)))
    assert snapshot.pull_requests[0].labels == labels[:50]
    assert snapshot.notices == ("#1 has 60 labels, but GitHub returned only 50.",)
    assert snapshot.complete


@pytest.mark.parametrize(
    "null", ["nodes.0", "nodes.0.files", "nodes.0.files.nodes.1", "nodes.0.files.nodes"]
)
def test_an_incomplete_list_of_files_is_unknown(null: str) -> None:
    with StandIn(world(FULL)) as github:
        github.faults.append(Fault(operation="Files", nulls=[null], times=2))
        snapshot = read(github).snapshot
    assert snapshot.pull_requests == (FULL.model_copy(update={"files": None}),)
    assert snapshot.notices == (
        "The changed files of #7 are unknown: GitHub did not return all of them.",
    )
    assert snapshot.complete


def test_fewer_files_than_github_counts_are_unknown() -> None:
    """GitHub lists no more than 3,000 files of a pull request."""
    snapshot = fetch(world(pull(1, files=(changed_file("a"),), changed_files=2)))
    assert (snapshot.pull_requests[0].files, snapshot.complete) == (None, True)


def test_a_missing_page_of_files_makes_them_unknown() -> None:
    big = pull(1, files=tuple(changed_file(f"made-up/{place:03}") for place in range(150)))

    class Forgetful(GitHub):
        def ask(self, question: Question[Selected], about: str) -> Answer[Selected]:
            answer = super().ask(question, about)
            if "further0" not in question.query:
                return answer
            return Answer(question.shape.model_validate({"nodes": [], "further0": None}))

    snapshot = fetch(world(big), client=Forgetful)
    assert (snapshot.pull_requests[0].files, snapshot.complete) == (None, True)


@pytest.mark.sample(every=4)
@pytest.mark.parametrize("operation", ["Survey", "Listed", "Searched", "Files"])
@pytest.mark.parametrize(
    "fault", [Fault(status=502), Fault(cut=True), Fault(drop=True), Fault(body="<html>")]
)
def test_a_fault_that_is_retried_does_not_change_the_snapshot(operation: str, fault: Fault) -> None:
    max_listed = 0 if operation == "Searched" else 500
    with StandIn(world(FULL, OLD)) as github:
        github.faults.append(replace(fault, operation=operation))
        run = read(github, max_listed=max_listed)
    assert run.snapshot == fetch(world(FULL, OLD), max_listed=max_listed)
    assert [seconds for _, seconds in run.watch.waits] == [1.0]


@pytest.mark.parametrize("operation", ["Survey", "Listed", "Files"])
def test_a_limit_during_the_run_asks_to_try_later(operation: str) -> None:
    limit = {"type": "RATE_LIMITED", "message": "API rate limit exceeded"}
    with StandIn(world(FULL)) as github:
        github.faults.append(Fault(operation=operation, body={"errors": [limit]}))
        with pytest.raises(DigestError) as caught:
            read(github)
    assert (caught.value.exit_code, caught.value.message) == (
        3,
        "GitHub's rate limit is used up until 10:00:01 UTC.",
    )


def test_a_null_repository_without_an_error_is_not_found() -> None:
    with StandIn(world(FULL)) as github:
        github.faults.append(Fault(operation="Survey", nulls=["repository"]))
        with pytest.raises(DigestError, match="GitHub could not find backstage/backstage, or"):
            read(github)


@pytest.mark.parametrize(("operation", "max_listed"), [("Listed", 500), ("Searched", 0)])
@pytest.mark.parametrize("passes", [0, 1])
def test_a_page_without_the_place_of_the_next_one_ends_the_list(
    operation: str, max_listed: int, passes: int
) -> None:
    part = "repository.pullRequests" if operation == "Listed" else "search"
    with StandIn(world(*many(250))) as github:
        cut = Fault(operation, nulls=[f"{part}.pageInfo.endCursor"], passes=passes, times=99)
        github.faults.append(cut)
        run = read(github, max_listed=max_listed, max_wait_seconds=0)
    assert (len(run.snapshot.pull_requests), run.snapshot.complete) == (100 * (passes + 1), False)
    assert "place of the next page" in " ".join(run.snapshot.notices)


@pytest.mark.sample(every=3)
@pytest.mark.parametrize(
    ("operation", "part", "max_listed"),
    [
        ("Listed", "repository.pullRequests", 500),
        ("Searched", "search", 0),
        ("Files", "nodes.0.files", 500),
    ],
)
def test_a_page_that_lost_the_place_of_the_next_one_is_read_again(
    operation: str, part: str, max_listed: int
) -> None:
    count = 150 if operation == "Files" else 1
    files = tuple(changed_file(f"made-up-{number}") for number in range(count))
    there = world(*many(150, files=files), OLD)
    with StandIn(there) as github:
        github.faults.append(Fault(operation, nulls=[f"{part}.pageInfo.endCursor"]))
        run = read(github, max_listed=max_listed)
    with StandIn(there) as github:
        assert run.snapshot == read(github, max_listed=max_listed).snapshot
    assert [seconds for _, seconds in run.watch.waits] == [1]
