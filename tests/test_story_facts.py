"""Facts that only the pull requests of stories need."""

import re
from dataclasses import replace

import pytest

from digest.errors import DigestError
from digest.github.client import GitHub
from digest.github.connection import address
from digest.model import Changeset
from digest.settings import GitHub as GitHubSettings
from digest.sources import story_facts
from tests.bad_days import SHOWN
from tests.builders import changed_file, pull, snapshot
from tests.fetching import FULL, OLD, world
from tests.scripted import FakeTime, FakeWatch
from tests.standin import TOKEN, Fault, StandIn

ADDS = (
    changed_file(".changeset/quick-door.md", "added"),
    changed_file(".changeset/README.md", "added"),
)
WITH = pull(11, files=ADDS, merge_commit="1" * 40)
WITHOUT = pull(12, files=(changed_file(".changeset/old.md", "removed"),), merge_commit="2" * 40)


HEAVY = [*SHOWN["too heavy"], *SHOWN["server error"]]
FOUR = tuple(
    pull(number, files=ADDS[:1], merge_commit=str(number) * 40, node_id=f"PR_made_up_{number}")
    for number in (1, 2, 3, 4)
)


def client(github: StandIn, patience: int = 120) -> GitHub:
    settings = GitHubSettings(
        timeout_seconds=5, max_wait_seconds=patience, max_listed=500, write_pause_seconds=0
    )
    return GitHub(
        address({"GITHUB_API_URL": github.url}), TOKEN, settings, FakeWatch(), FakeTime().clock()
    )


def test_the_changesets_of_the_named_pull_requests_cost_one_request() -> None:
    facts = snapshot(WITH, WITHOUT, FULL)
    with StandIn(world(WITH, WITHOUT, FULL)) as github:
        result = story_facts.with_changesets(client(github), facts, [WITH.key, WITHOUT.key])
    expected = Changeset(
        path=".changeset/quick-door.md",
        bumps={"@backstage/made-up": "minor"},
        summary="Made up for tests: the summary of the changeset of number 11.",
    )
    assert [one.changesets for one in result.pull_requests] == [None, (expected,), ()]
    assert len(github.requests) == 1


def test_without_an_added_changeset_there_is_no_request() -> None:
    with StandIn(world(WITHOUT)) as github:
        result = story_facts.with_changesets(client(github), snapshot(WITHOUT), [WITHOUT.key])
    assert result.pull_requests[0].changesets == ()
    assert github.requests == []


def test_a_withheld_text_stays_unknown() -> None:
    elsewhere = pull(13, files=ADDS[:1], merge_commit="3" * 40)
    no_files = pull(14, files=None, merge_commit="4" * 40)
    with StandIn(world(WITH)) as github:
        result = story_facts.with_changesets(
            client(github), snapshot(elsewhere, no_files), [elsewhere.key, no_files.key]
        )
    assert [one.changesets for one in result.pull_requests] == [None, None]


def test_a_text_without_front_matter_is_all_summary() -> None:
    assert story_facts.parse_changeset("x.md", "Made up\r\n") == Changeset(
        path="x.md", bumps={}, summary="Made up"
    )


def test_single_pull_requests_are_fetched_in_one_request_and_unknown_ones_left_out() -> None:
    with StandIn(world(FULL, OLD)) as github:
        found = story_facts.single_pull_requests(
            client(github), [FULL.key, "backstage/backstage#999", OLD.key]
        )
    assert [one.key for one in found.pulls] == [FULL.key, OLD.key]
    assert found.pulls[0] == FULL.model_copy(update={"files": None})
    assert len(github.requests) == 1


def test_no_story_costs_no_request() -> None:
    with StandIn(world(FULL)) as github:
        assert story_facts.single_pull_requests(
            client(github), []
        ) == story_facts.SinglePullRequests(())
    assert github.requests == []


def asked(github: StandIn) -> list[int]:
    """Return how many texts or pull requests each request has, 0 for the lightest question."""
    return [len(re.findall(r"(?m)^  f\d+:", request.body["query"])) for request in github.requests]


@pytest.mark.parametrize("fault", HEAVY)
def test_texts_that_are_too_heavy_together_are_requested_in_halves(fault: Fault) -> None:
    keys = [one.key for one in FOUR]
    with StandIn(world(*FOUR)) as github:
        well = story_facts.with_changesets(client(github), snapshot(*FOUR), keys)
        github.faults.append(replace(fault, operation="Changesets"))
        result = story_facts.with_changesets(client(github), snapshot(*FOUR), keys)
    assert result == well
    assert all(one.changesets for one in well.pull_requests)
    assert asked(github) == [4, 4, 2, 2]


@pytest.mark.parametrize("fault", SHOWN["too heavy"])
def test_a_text_that_is_too_heavy_alone_is_named_and_the_others_stay(fault: Fault) -> None:
    with StandIn(world(*FOUR)) as github:
        github.faults += [
            replace(fault, operation="Changesets"),
            replace(fault, operation="Changesets", passes=1),
        ]
        github.faults.append(replace(fault, operation="Changesets"))
        result = story_facts.with_changesets(
            client(github), snapshot(*FOUR), [one.key for one in FOUR]
        )
    assert asked(github) == [4, 2, 2, 1, 0, 1]
    assert [bool(one.changesets) for one in result.pull_requests] == [True, True, False, True]
    assert result.pull_requests[2].changesets is None
    assert result.notices == (
        ".changeset/quick-door.md of backstage/backstage#3 is unknown: it was too much for GitHub.",
    )


@pytest.mark.parametrize("fault", HEAVY)
def test_pull_requests_that_are_too_heavy_together_are_requested_in_halves(
    fault: Fault,
) -> None:
    with StandIn(world(*FOUR)) as github:
        github.faults.append(replace(fault, operation="Alone"))
        found = story_facts.single_pull_requests(client(github), [one.key for one in FOUR])
    assert ([one.number for one in found.pulls], found.failed) == ([1, 2, 3, 4], ())
    assert asked(github) == [4, 2, 2]


@pytest.mark.parametrize("fault", HEAVY)
def test_a_pull_request_that_stays_too_heavy_is_named(fault: Fault) -> None:
    with StandIn(world(*FOUR)) as github:
        github.faults.append(replace(fault, operation="Alone", times=20))
        found = story_facts.single_pull_requests(client(github), [FOUR[0].key])
    assert found.pulls == ()
    assert [(error.exit_code, error.message) for error in found.failed] == [
        (3, "backstage/backstage#1 was too much for GitHub.")
    ]


def test_without_patience_texts_that_fail_together_ask_to_try_later() -> None:
    """The too heavy text is still unknown, so none is named."""
    with StandIn(world(*FOUR)) as github:
        github.faults.append(Fault("Alone", status=502, times=99))
        with pytest.raises(DigestError) as caught:
            story_facts.single_pull_requests(client(github, patience=0), [one.key for one in FOUR])
    assert (caught.value.exit_code, asked(github)) == (3, [4])


def test_trouble_at_github_is_not_a_heavy_text() -> None:
    with StandIn(world(*FOUR)) as github:
        github.faults.append(Fault(status=502, times=99))
        with pytest.raises(DigestError) as caught:
            story_facts.single_pull_requests(client(github), [FOUR[0].key])
    assert caught.value.exit_code == 3


def test_an_unknown_repository_does_not_affect_the_others() -> None:
    with StandIn(world(*FOUR)) as github:
        keys = [FOUR[0].key, "mis/spelt#1", FOUR[1].key, "mis/spelt#2"]
        found = story_facts.single_pull_requests(client(github), keys)
    assert [one.number for one in found.pulls] == [1, 2]
    assert [error.message for error in found.failed] == [
        "GitHub could not find mis/spelt, or the token may not read it."
    ]
    assert asked(github) == [4]
