"""Whose pull request is a first contribution, as GitHub's search tells it."""

from dataclasses import replace

import pytest

from digest.compose.joining import narrow_snapshot
from digest.github.client import GitHub, Question
from digest.github.faults import Answer
from digest.github.graphql_answers import Selected
from digest.model import Person, PullRequest
from tests import history
from tests.builders import REPOSITORY, pull, week, window
from tests.fetching import HOUR, W19, fetch, firsts, many, read, recount, world
from tests.standin import Fault, Heavy, StandIn

GRACE = Person(login="grace", name="Grace Hopper")
NEW = pull(11, author=GRACE, merged_at=W19.start + HOUR)
AGAIN = pull(12, author=GRACE, merged_at=W19.start + 2 * HOUR)
ADAS = pull(13, merged_at=W19.start + 3 * HOUR)
ADAS_BEFORE = pull(2, merged_at=W19.start - HOUR)


def people(count: int) -> list[PullRequest]:
    """So many pull requests of as many people."""
    return [
        one.model_copy(update={"author": Person(login=f"made-up-{one.number}")})
        for one in many(count)
    ]


def keys(*pulls: PullRequest) -> tuple[str, ...]:
    return tuple(one.key for one in pulls)


def test_a_first_contribution_is_the_earliest_of_who_had_none_before() -> None:
    assert fetch(world(ADAS_BEFORE, NEW, AGAIN, ADAS)).first_contributions == keys(NEW)


def test_a_merge_into_another_branch_was_one_too() -> None:
    elsewhere = ADAS_BEFORE.model_copy(update={"base": "release", "author": GRACE})
    assert fetch(world(elsewhere, NEW)).first_contributions == ()


def test_the_last_second_before_the_window_is_before_it() -> None:
    start = ADAS_BEFORE.model_copy(update={"merged_at": W19.start, "author": GRACE})
    assert fetch(world(start, NEW)).first_contributions == keys(start)


def test_bots_and_deleted_accounts_are_not_asked_for() -> None:
    bot = pull(1, author=Person(login="dependabot[bot]", is_bot=True))
    with StandIn(world(bot, pull(2, author=None))) as github:
        run = read(github)
    assert run.operations == ["Survey", "Listed", "Files"]
    assert run.snapshot.first_contributions == ()


def test_where_search_is_blind_nobody_can_tell() -> None:
    with StandIn(world(ADAS_BEFORE, NEW, is_searchable=False)) as github:
        run = read(github)
    assert run.operations == ["Survey", "Survey", "Listed", "Files"]
    assert run.snapshot.first_contributions is None


def test_people_whom_search_does_not_see_for_a_moment_are_asked_for_again() -> None:
    with StandIn(world(ADAS_BEFORE, NEW, ADAS)) as github:
        github.faults.append(Fault("FirstContributions", blind=True))
        run = read(github)
    assert (run.snapshot.first_contributions, run.snapshot.notices) == (keys(NEW), ())
    assert [seconds for _, seconds in run.watch.waits] == [1.0]


def test_too_many_people_for_one_answer_are_asked_for_in_smaller_batches() -> None:
    there = people(40)
    with StandIn(world(*there), heavy=Heavy(searches=50)) as github:
        run = read(github)
    assert run.operations.count("FirstContributions") == 3
    assert run.snapshot.first_contributions == keys(*there)


class Hiding(GitHub):
    """Search that does not see Grace's account."""

    hidden = ("author:grace ", 'author:grace"')

    def ask(self, question: Question[Selected], about: str) -> Answer[Selected]:
        def is_hidden(alias: str) -> bool:
            lines = (line.strip() for line in question.query.splitlines())
            line = next((one for one in lines if one.startswith(f"{alias}: search")), "")
            return any(words in line for words in self.hidden)

        return recount(
            super().ask(question, about), lambda alias, count: 0 if is_hidden(alias) else count
        )


def test_a_zero_is_no_conclusion_where_search_does_not_see_the_account() -> None:
    """The control: whoever merged one in the window has at least that one."""
    snapshot = fetch(world(ADAS, NEW), client=Hiding)
    assert snapshot.first_contributions == keys(ADAS)
    assert snapshot.notices == (
        "GitHub's search does not find the authors of #11, so it is unknown whether they are new.",
    )
    assert snapshot.complete


def test_where_it_sees_none_of_the_accounts_nobody_can_tell() -> None:
    snapshot = fetch(world(NEW), client=Hiding)
    assert snapshot.first_contributions is None
    assert len(snapshot.notices) == 1


def test_when_github_does_not_answer_this_the_rest_stands() -> None:
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


@pytest.mark.parametrize(("count", "requests"), [(1, 1), (50, 1), (51, 2)])
def test_fifty_people_cost_one_request(count: int, requests: int) -> None:
    there = people(count)
    with StandIn(world(*there)) as github:
        run = read(github)
    assert run.operations.count("FirstContributions") == requests
    assert run.snapshot.first_contributions == keys(*there)


def test_no_week_of_the_history_has_more_people_than_one_request_asks_for() -> None:
    weeks: dict[str, set[str | None]] = {}
    for one in history.pull_requests():
        if one.author and not one.author.is_bot:
            weeks.setdefault(history.week_of(one.merged_at), set()).add(one.author.name)
    assert max(map(len, weeks.values())) <= 50


def test_the_first_contributions_of_a_week_are_those_of_the_history() -> None:
    asked = week("2020-W36")
    with StandIn() as github:
        found = read(github, asked).snapshot.first_contributions
    assert found == firsts(asked)
    assert len(found) > 5


def test_a_part_of_a_snapshot_keeps_the_first_contributions_inside() -> None:
    """What somebody merges on Thursday is no first contribution if they merged on Monday."""
    whole = fetch(world(AGAIN, NEW))
    later = window("2021-05-11", "2021-05-17", kind="days")
    assert narrow_snapshot(whole, later).first_contributions == ()
    assert narrow_snapshot(
        whole, window("2021-05-10", "2021-05-12", kind="days")
    ).first_contributions == keys(NEW)
    unknown = whole.model_copy(update={"first_contributions": None})
    assert narrow_snapshot(unknown, later).first_contributions is None


def test_the_repository_is_asked_by_its_present_name() -> None:
    there = replace(world(NEW), renamed={"made-up/old": REPOSITORY})
    assert fetch(there, repository="made-up/old").first_contributions == keys(NEW)
