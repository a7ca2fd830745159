"""Parts that GitHub withholds or fails to return: each has its own sentence, and the rest is kept."""

from dataclasses import replace
from http import HTTPStatus

import pytest

from digest.errors import DigestError
from digest.sources import listing
from digest.windows import windows_before
from tests.bad_days import SHORT
from tests.composing import compose
from tests.fetching import OLD, W19, many, numbers, read, world
from tests.shipped import shipped
from tests.standin import Fault, StandIn

pytestmark = pytest.mark.slow

NOT_ACCESSIBLE = "Resource not accessible by personal access token"
DENIED = {
    "type": "FORBIDDEN",
    "path": ["repository", "defaultBranchRef"],
    "message": f"{NOT_ACCESSIBLE}.",
}
ENDS = {
    "502": (HTTPStatus.BAD_GATEWAY, {"message": "Server Error"}),
    "500": (HTTPStatus.INTERNAL_SERVER_ERROR, {}),
    "an error": (HTTPStatus.OK, {"data": None, "errors": [{"type": "INTERNAL", "message": "No"}]}),
    "503": (HTTPStatus.SERVICE_UNAVAILABLE, {}),
    "an error of a part": (
        HTTPStatus.OK,
        {
            "data": {"repository": None},
            "errors": [
                {"type": "SERVICE_UNAVAILABLE", "path": ["repository", "a"], "message": "No"}
            ],
        },
    ),
    "no data": (HTTPStatus.OK, {"data": None}),
    "a time-out": (
        HTTPStatus.OK,
        {"data": None, "errors": [{"message": "Something went wrong while executing your query."}]},
    ),
}
BRANCH = "repository.defaultBranchRef"


def _error(*faults: Fault, **wanted: object) -> DigestError:
    pulls = wanted.pop("pulls", many(3))
    with StandIn(world(*pulls, **wanted)) as github:  # type: ignore[misc]
        github.faults += faults
        with pytest.raises(DigestError) as caught:
            read(github)
    return caught.value


def test_a_withheld_branch_is_not_an_empty_repository() -> None:
    error = _error(Fault("Survey", nulls=[BRANCH], errors=[DENIED]))
    assert (error.exit_code, error.message, error.hint) == (
        1,
        f"The token may not read the branches of backstage/backstage: {NOT_ACCESSIBLE}.",
        "Give it read access to contents of that repository, or set `base` to a branch.",
    )


def test_a_repository_with_merged_pull_requests_but_no_branch_is_not_empty() -> None:
    error = _error(Fault("Survey", nulls=[BRANCH]))
    assert (error.message, error.hint) == (
        (
            "GitHub did not return the default branch of backstage/backstage, "
            "although 3 pull requests were merged there."
        ),
        'Set `base` to a branch, or to "*" for all.',
    )


def test_an_empty_repository_is_called_empty() -> None:
    error = _error(pulls=[], default_branch=None)
    assert error.message == (
        "backstage/backstage is empty. It has no branch yet, so nothing was merged."
    )


def test_a_withheld_repository_is_not_a_missing_one() -> None:
    """GitHub moves a null up to the repository if pull requests may not be null."""
    denied = DENIED | {"path": ["repository", "pullRequests"]}
    error = _error(Fault("Survey", nulls=["repository"], errors=[denied]))
    assert error.message == f"The token may not read backstage/backstage: {NOT_ACCESSIBLE}."


def test_a_missing_repository_is_not_a_withheld_one() -> None:
    error = _error(Fault("Survey", nulls=["repository"]))
    assert error.message.startswith("GitHub could not find backstage/backstage")


def test_a_withheld_branch_of_the_settings_is_not_a_missing_one() -> None:
    denied = DENIED | {"path": ["repository", "named"]}
    with StandIn(world(*many(3))) as github:
        github.faults.append(Fault("Survey", nulls=["repository.named"], errors=[denied]))
        snapshot = read(github, base="master").snapshot
    assert (numbers(snapshot), snapshot.complete) == ([1, 2, 3], True)
    assert f"GitHub withheld part of its answer: {NOT_ACCESSIBLE}." in snapshot.notices


@pytest.mark.sample(every=8)
@pytest.mark.parametrize("max_listed", [500, 0])
@pytest.mark.parametrize("end", ENDS)
def test_a_pull_request_that_always_fails_is_named_and_read_without_the_field(
    end: str, max_listed: int
) -> None:
    with StandIn(world(*many(5))) as github:
        github.broken[3] = ("author", ENDS[end])
        run = read(github, max_listed=max_listed)
    authors = {one.number: one.author is not None for one in run.snapshot.pull_requests}
    assert (authors, run.snapshot.complete) == (
        {1: True, 2: True, 3: False, 4: True, 5: True},
        True,
    )
    assert run.snapshot.notices == (
        "Some facts of #3 are unknown, because GitHub fails to return them: author.",
    )


@pytest.mark.sample(every=6)
@pytest.mark.parametrize("name", listing.FIELDS)
def test_each_field_that_fails_is_found(name: str) -> None:
    with StandIn(world(*many(2))) as github:
        github.broken[2] = (name, ENDS["502"])
        snapshot = read(github).snapshot
    assert numbers(snapshot) == [1, 2]
    assert snapshot.notices[0] == (
        "Some facts of #2 are unknown, because GitHub fails to return them: "
        f"{listing.FIELDS[name]}."
    )


@pytest.mark.sample(every=2)
@pytest.mark.parametrize("pair", ["author body", "additions deletions", "author mergeCommit"])
def test_two_fields_that_fail_are_both_found(pair: str) -> None:
    with StandIn(world(*many(2))) as github:
        github.broken[2] = (pair, ENDS["502"])
        snapshot = read(github).snapshot
    assert (numbers(snapshot), snapshot.complete) == ([1, 2], True)
    words = {listing.FIELDS[name] for name in pair.split()}
    assert set(snapshot.notices[0].partition("return them: ")[2].rstrip(".").split(", ")) == words


def test_a_failure_that_has_passed_costs_nothing() -> None:
    with StandIn(world(*many(2))) as github:
        github.faults.append(Fault("Listed", status=502, times=7))
        snapshot = read(github).snapshot
    assert (numbers(snapshot), snapshot.notices) == ([1, 2], ())


@pytest.mark.sample(every=6)
@pytest.mark.parametrize("max_listed", [500, 0])
@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("title", "#3"),
        ("url", "#3"),
        ("mergedAt", "#3"),
        ("baseRefName", "#3"),
        ("title author", "#3"),
        ("number", "one pull request"),
    ],
)
def test_a_pull_request_that_cannot_be_read_is_named_as_missing(
    name: str, called: str, max_listed: int
) -> None:
    with StandIn(world(*many(5), OLD)) as github:
        github.broken[3] = (name, ENDS["502"])
        snapshot = read(github, max_listed=max_listed, earlier=windows_before(W19)).snapshot
    assert (numbers(snapshot), snapshot.complete) == ([1, 2, 4, 5], False)
    assert f"GitHub fails to return {called}, so it is missing." in snapshot.notices
    assert compose(snapshot, shipped()).trend is None


@pytest.mark.sample(every=16)
@pytest.mark.parametrize("max_listed", [500, 0])
@pytest.mark.parametrize("lost", [[5], [5, 4], [3, 1]])
@pytest.mark.parametrize(
    ("name", "patience"),
    [
        ("id", 0),
        ("id", 120),
        ("updatedAt", 120),
        ("id updatedAt", 120),
        ("updatedAt title", 120),
    ],
)
def test_the_newest_that_cannot_be_read_is_named_as_missing(
    name: str, lost: list[int], max_listed: int, patience: int
) -> None:
    """The survey and each page of the list read its last update."""
    with StandIn(world(*many(5), OLD)) as github:
        github.broken |= dict.fromkeys(lost, (name, ENDS["502"]))
        run = read(
            github, max_listed=max_listed, max_wait_seconds=patience, earlier=windows_before(W19)
        )
    assert numbers(run.snapshot) == [number for number in range(1, 6) if number not in lost]
    assert not run.snapshot.complete
    missing = {f"GitHub fails to return #{number}, so it is missing." for number in lost}
    assert missing <= set(run.snapshot.notices)
    assert compose(run.snapshot, shipped()).trend is None
    assert sum(seconds for _, seconds in run.watch.waits) <= patience


@pytest.mark.sample(every=6)
@pytest.mark.parametrize(("patience", "base"), [(120, "master"), (0, "master"), (0, "trunk")])
@pytest.mark.parametrize("max_listed", [500, 0])
def test_several_that_cannot_be_read_share_one_patience(
    max_listed: int, patience: int, base: str
) -> None:
    """Without patience left, GitHub is asked whether it answers at all."""
    pulls, lost = [*many(40, base=base), OLD], [3, 11, 12, 30, 37]
    with StandIn(world(*pulls, default_branch=base)) as github:
        github.broken |= dict.fromkeys(lost, ("title", ENDS["502"]))
        run = read(github, max_listed=max_listed, max_wait_seconds=patience, earlier=[W19])
    assert numbers(run.snapshot) == [number for number in range(1, 41) if number not in lost]
    missing = {f"GitHub fails to return #{number}, so it is missing." for number in lost}
    assert missing <= set(run.snapshot.notices)
    assert [one.count for one in run.snapshot.earlier_counts or ()] == [40]
    assert sum(seconds for _, seconds in run.watch.waits) <= patience


def test_a_limit_during_the_search_for_one_that_fails_is_waited_for() -> None:
    with StandIn(world(*many(5), OLD)) as github:
        github.broken[3] = ("title", ENDS["502"])
        github.faults += [replace(one, passes=5) for one in SHORT["primary limit"]]
        snapshot = read(github).snapshot
    assert (numbers(snapshot), snapshot.complete) == ([1, 2, 4, 5], False)


def test_a_front_that_cannot_be_read_ends_the_run() -> None:
    """Each page of the list reads when the newest one was updated."""
    with StandIn(world(*many(2))) as github:
        github.faults += [Fault(name, status=502, times=99) for name in ("Listed", "ListedPartly")]
        with pytest.raises(DigestError, match="GitHub is having problems: it answered 502"):
            read(github)


def test_trouble_at_github_is_not_a_broken_pull_request() -> None:
    with StandIn(world(*many(2))) as github:
        github.faults += [Fault(name, status=502, times=99) for name in ("Listed", "Alive")]
        with pytest.raises(DigestError, match="GitHub is having problems: it answered 502"):
            read(github, max_wait_seconds=0)
    assert [one.operation for one in github.requests] == ["Survey", "Listed", "Alive"]
