"""Parts that GitHub withholds or fails to return: each has its own sentence, and the rest is kept."""

from http import HTTPStatus

import pytest

from digest.errors import DigestError
from digest.sources import listing
from tests.fetching import many, numbers, read, world
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


def test_two_fields_that_fail_cost_all_facts_of_that_pull_request_only() -> None:
    with StandIn(world(*many(2))) as github:
        github.broken[2] = ("author", ENDS["502"])
        github.faults.append(Fault("ListedPartly", status=502, passes=1, times=9))
        snapshot = read(github).snapshot
    assert numbers(snapshot) == [1, 2]
    assert snapshot.notices[0].endswith(f"{', '.join(listing.FIELDS.values())}.")


def test_a_pull_request_that_fails_altogether_ends_the_run() -> None:
    with StandIn(world(*many(2))) as github:
        github.broken[2] = ("title", ENDS["502"])
        with pytest.raises(DigestError, match="GitHub is having problems: it answered 502"):
            read(github)
