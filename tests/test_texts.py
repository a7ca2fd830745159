"""What only the told pull requests need."""

from digest.api.address import address
from digest.api.client import GitHub
from digest.gather import texts
from digest.model import Changeset
from digest.settings import GitHub as GitHubSettings
from tests.builders import changed_file, pull, snapshot
from tests.fetching import FULL, OLD, world
from tests.scripted import FakeTime, FakeWatch
from tests.standin import TOKEN, StandIn

ADDS = (changed_file(".changeset/quick-door.md", "added"), changed_file(".changeset/README.md", "added"))
WITH = pull(11, files=ADDS, merge_commit="1" * 40)
WITHOUT = pull(12, files=(changed_file(".changeset/old.md", "removed"),), merge_commit="2" * 40)


def client(github: StandIn) -> GitHub:
    settings = GitHubSettings(timeout=5, patience=1, list_up_to=500, between_writes=0)
    return GitHub(address({"GITHUB_API_URL": github.url}), TOKEN, settings, FakeWatch(), FakeTime().clock())


def test_the_changesets_of_the_named_pull_requests_cost_one_request() -> None:
    facts = snapshot(WITH, WITHOUT, FULL)
    with StandIn(world(WITH, WITHOUT, FULL)) as github:
        told = texts.with_changesets(client(github), facts, [WITH.key, WITHOUT.key])
    expected = Changeset(
        path=".changeset/quick-door.md",
        bumps={"@backstage/made-up": "minor"},
        summary="Made up for tests: the summary of the changeset of number 11.",
    )
    assert [one.changesets for one in told.pull_requests] == [None, (expected,), ()]
    assert len(github.requests) == 1


def test_where_no_changeset_was_added_nothing_is_asked() -> None:
    with StandIn(world(WITHOUT)) as github:
        told = texts.with_changesets(client(github), snapshot(WITHOUT), [WITHOUT.key])
    assert told.pull_requests[0].changesets == ()
    assert github.requests == []


def test_what_github_does_not_give_stays_unknown() -> None:
    elsewhere = pull(13, files=ADDS[:1], merge_commit="3" * 40)
    no_files = pull(14, files=None, merge_commit="4" * 40)
    with StandIn(world(WITH)) as github:
        told = texts.with_changesets(client(github), snapshot(elsewhere, no_files), [elsewhere.key, no_files.key])
    assert [one.changesets for one in told.pull_requests] == [None, None]


def test_a_text_without_front_matter_is_all_summary() -> None:
    assert texts._changeset("x.md", "Made up\r\n") == Changeset(path="x.md", bumps={}, summary="Made up")  # noqa: SLF001


def test_single_pull_requests_are_fetched_in_one_request_and_unknown_ones_left_out() -> None:
    with StandIn(world(FULL, OLD)) as github:
        found = texts.alone(client(github), [FULL.key, "backstage/backstage#999", OLD.key])
    assert [one.key for one in found] == [FULL.key, OLD.key]
    assert found[0] == FULL.model_copy(update={"files": None})
    assert len(github.requests) == 1


def test_nothing_named_costs_nothing() -> None:
    with StandIn(world(FULL)) as github:
        assert texts.alone(client(github), []) == ()
    assert github.requests == []
