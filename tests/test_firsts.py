"""First contributions according to GitHub's search."""

from dataclasses import replace

import pytest

from digest.compose.joining import narrow_snapshot
from digest.github.client import GitHub, Question
from digest.github.faults import Answer
from digest.github.graphql_answers import Selected
from digest.model import Person, PullRequest, Snapshot
from tests import history
from tests.builders import REPOSITORY, changed_file, pull, week, window
from tests.fetching import HOUR, W19, Run, fetch, firsts, many, read, recount, world
from tests.standin import Fault, Heavy, StandIn

pytestmark = pytest.mark.slow

GRACE = Person(login="grace", name="Grace Hopper")
NEW = pull(11, author=GRACE, merged_at=W19.start + HOUR)
AGAIN = pull(12, author=GRACE, merged_at=W19.start + 2 * HOUR)
ADAS = pull(13, merged_at=W19.start + 3 * HOUR)
ADAS_BEFORE = pull(2, merged_at=W19.start - HOUR)


def people(count: int) -> list[PullRequest]:
    """Return `count` pull requests by as many people."""
    return [
        one.model_copy(update={"author": Person(login=f"made-up-{one.number}")})
        for one in many(count)
    ]


def keys(*pulls: PullRequest) -> tuple[str, ...]:
    return tuple(one.key for one in pulls)


def test_a_first_contribution_is_the_earliest_of_a_person_without_earlier_ones() -> None:
    assert fetch(world(ADAS_BEFORE, NEW, AGAIN, ADAS)).first_contributions == keys(NEW)


def test_an_earlier_merge_into_another_branch_counts() -> None:
    elsewhere = ADAS_BEFORE.model_copy(update={"base": "release", "author": GRACE})
    assert fetch(world(elsewhere, NEW)).first_contributions == ()


def test_the_last_second_before_the_window_is_earlier() -> None:
    start = ADAS_BEFORE.model_copy(update={"merged_at": W19.start, "author": GRACE})
    assert fetch(world(start, NEW)).first_contributions == keys(start)


def test_there_is_no_search_for_bots_and_deleted_accounts() -> None:
    bot = pull(1, author=Person(login="dependabot[bot]", is_bot=True))
    with StandIn(world(bot, pull(2, author=None))) as github:
        run = read(github)
    assert run.operations == ["Survey", "Listed", "Files"]
    assert run.snapshot.first_contributions == ()


def test_first_contributions_are_unknown_if_search_is_blind() -> None:
    with StandIn(world(ADAS_BEFORE, NEW, is_searchable=False)) as github:
        run = read(github)
    assert run.operations == ["Survey", "Survey", "Listed", "Files"]
    assert run.snapshot.first_contributions is None


def test_people_whom_search_misses_for_a_moment_are_searched_again() -> None:
    with StandIn(world(ADAS_BEFORE, NEW, ADAS)) as github:
        github.faults.append(Fault("FirstContributions", blind=True))
        run = read(github)
    assert (run.snapshot.first_contributions, run.snapshot.notices) == (keys(NEW), ())
    assert [seconds for _, seconds in run.watch.waits] == [1.0]


def test_too_many_people_for_one_answer_are_searched_in_smaller_batches() -> None:
    there = people(40)
    with StandIn(world(*there), heavy=Heavy(searches=50)) as github:
        run = read(github)
    assert run.operations.count("FirstContributions") == 3
    assert run.snapshot.first_contributions == keys(*there)


class Hiding(GitHub):
    """A search that does not see Grace's account."""

    hidden = ("author:grace ", 'author:grace"')

    def ask(self, question: Question[Selected], about: str) -> Answer[Selected]:
        def is_hidden(alias: str) -> bool:
            lines = (line.strip() for line in question.query.splitlines())
            line = next((one for one in lines if one.startswith(f"{alias}: search")), "")
            return any(words in line for words in self.hidden)

        return recount(
            super().ask(question, about), lambda alias, count: 0 if is_hidden(alias) else count
        )


def test_a_zero_proves_nothing_if_search_does_not_see_the_account() -> None:
    """The control: an author of a merge in the window has at least that one."""
    snapshot = fetch(world(ADAS, NEW), client=Hiding)
    assert snapshot.first_contributions == keys(ADAS)
    assert snapshot.notices == (
        "GitHub's search does not find the authors of #11, so it is unknown whether they are new.",
    )
    assert snapshot.complete


def test_first_contributions_are_unknown_if_search_sees_none_of_the_accounts() -> None:
    snapshot = fetch(world(NEW), client=Hiding)
    assert snapshot.first_contributions is None
    assert len(snapshot.notices) == 1


def test_without_an_answer_about_people_the_rest_stays() -> None:
    error = {"type": "FORBIDDEN", "path": ["before0"], "message": "Made up for tests."}
    with StandIn(world(NEW, ADAS)) as github:
        github.faults.append(
            Fault(operation="FirstContributions", errors=[error], nulls=["before0"])
        )
        snapshot = read(github).snapshot
    assert (snapshot.first_contributions, snapshot.complete) == (None, True)
    assert len(snapshot.pull_requests) == 2
    (notice,) = snapshot.notices
    assert notice.startswith("First contributions are unknown: ")


ADDS = pull(
    14,
    author=GRACE,
    merged_at=W19.start + HOUR,
    files=(changed_file(".changeset/made-up.md", "added"),),
    merge_commit="1" * 40,
)
SHARED = ["Survey", "Listed", "Files", "FirstContributions"]


def stories(github: StandIn) -> tuple[Run, Snapshot, list[str | None]]:
    """Read a window and the facts for stories; returns the operations too."""
    run = read(github)
    whole = run.source.add_story_facts(run.snapshot, [])
    return run, whole, [one.operation for one in github.requests]


def test_first_contributions_and_changesets_share_one_request() -> None:
    with StandIn(world(ADAS_BEFORE, ADDS, ADAS)) as github:
        run, whole, operations = stories(github)
    assert operations == SHARED
    assert run.snapshot.pull_requests == (ADDS, ADAS)
    assert whole.first_contributions == keys(ADDS)
    (changeset,) = whole.pull_requests[0].changesets or ()
    assert changeset.summary == "Made up for tests: the summary of the changeset of number 14."


FORBIDDEN = {"type": "FORBIDDEN", "message": "Made up for tests."}
ALONE = {
    "too heavy": Fault(
        "FirstContributions", body={"errors": [{"type": "RESOURCE_LIMITS_EXCEEDED", "message": ""}]}
    ),
    "502": Fault("FirstContributions", status=502),
    "refused": Fault(
        "FirstContributions", errors=[{**FORBIDDEN, "path": ["texts"]}], nulls=["texts"]
    ),
}


@pytest.mark.parametrize("end", ALONE)
def test_the_changesets_get_a_request_if_they_cannot_share_one(end: str) -> None:
    with StandIn(world(ADAS_BEFORE, ADDS, ADAS)) as github:
        expected = stories(github)[1]
    with StandIn(world(ADAS_BEFORE, ADDS, ADAS)) as github:
        github.faults.append(ALONE[end])
        _, whole, operations = stories(github)
    assert operations == [*SHARED, "FirstContributions", "Changesets"]
    assert whole == expected


def test_a_withheld_changeset_keeps_first_contributions_and_is_named_once() -> None:
    error = {**FORBIDDEN, "path": ["texts", "f0"]}
    again = {**FORBIDDEN, "path": ["f0", "object"]}
    with StandIn(world(ADAS_BEFORE, ADDS, ADAS)) as github:
        github.faults += [
            Fault("FirstContributions", errors=[error], nulls=["texts.f0"]),
            Fault("Changesets", errors=[again], nulls=["f0.object"]),
        ]
        _, whole, operations = stories(github)
    assert operations == [*SHARED, "Changesets"]
    assert whole.first_contributions == keys(ADDS)
    assert whole.pull_requests[0].changesets is None
    assert whole.notices == ("Changesets of backstage/backstage are unknown: Made up for tests.",)


@pytest.mark.parametrize(("count", "requests"), [(1, 1), (50, 1), (51, 2)])
def test_fifty_people_cost_one_request(count: int, requests: int) -> None:
    there = people(count)
    with StandIn(world(*there)) as github:
        run = read(github)
    assert run.operations.count("FirstContributions") == requests
    assert run.snapshot.first_contributions == keys(*there)


def test_one_request_is_enough_for_the_people_of_any_week_in_the_history() -> None:
    weeks: dict[str, set[str | None]] = {}
    for one in history.pull_requests():
        if one.author and not one.author.is_bot:
            weeks.setdefault(history.week_of(one.merged_at), set()).add(one.author.name)
    assert max(map(len, weeks.values())) <= 50


def test_the_first_contributions_of_a_week_equal_the_history() -> None:
    asked = week("2020-W36")
    with StandIn() as github:
        found = read(github, asked).snapshot.first_contributions
    assert found == firsts(asked)
    assert len(found) > 5


def test_a_part_of_a_snapshot_keeps_its_first_contributions() -> None:
    """A merge on Thursday is not a first contribution after one on Monday."""
    whole = fetch(world(AGAIN, NEW))
    later = window("2021-05-11", "2021-05-17", kind="days")
    assert narrow_snapshot(whole, later).first_contributions == ()
    assert narrow_snapshot(
        whole, window("2021-05-10", "2021-05-12", kind="days")
    ).first_contributions == keys(NEW)
    unknown = whole.model_copy(update={"first_contributions": None})
    assert narrow_snapshot(unknown, later).first_contributions is None


def test_searches_use_the_present_name_of_the_repository() -> None:
    there = replace(world(NEW), renamed={"made-up/old": REPOSITORY})
    assert fetch(there, repository="made-up/old").first_contributions == keys(NEW)
