"""Without a token: the list and the count are complete, other facts as far as the hour allows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from digest.errors import DigestError, TryLaterError
from digest.github import rest_replies
from digest.github.connection import token_advice
from digest.model import EarlierCount, Person, PullRequest, Snapshot
from tests import history
from tests.builders import REPOSITORY, changed_file, pull, week
from tests.fetching import (
    ELSEWHERE,
    FROM_BOT,
    FULL,
    OLD,
    W19,
    Run,
    many,
    numbers,
    read,
    read_without_token,
    world,
)
from tests.standin import Fault, StandIn, World, facts

pytestmark = pytest.mark.slow

ADVICE = token_advice("127.0.0.1")
CURE = f"To get them, run {ADVICE} without permissions."
HOUR_USED = {
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": "1621245600",
    "x-ratelimit-limit": "60",
}


def fetch(there: World, **wanted: Any) -> Snapshot:
    with StandIn(there) as github:
        return read_without_token(github, **wanted).snapshot


def unknown(*things: str, reset: str = "") -> list[str]:
    facts = "; ".join([*things, "changeset texts and first contributions"])
    return [
        f"Without a token GitHub allows 60 requests an hour, so these are unknown: {facts}.{reset}",
        CURE,
    ]


def people(count: int) -> list[PullRequest]:
    """Return pull requests of as many people, later ones larger."""
    return [
        one.model_copy(
            update={"author": Person(login=f"made-up-{one.number}", name=f"Made Up {one.number}")}
        )
        for one in many(count, files=(changed_file("a"),))
    ]


def test_edition_26_costs_at_most_45_requests() -> None:
    """The requests are for the list, the count, the files of people's ones and the names of all 32."""
    with StandIn(facts()) as github:
        run = read_without_token(github)
    assert len(run.operations) == 42
    pulls = run.snapshot.pull_requests
    assert numbers(run.snapshot) == [one.number for one in history.in_window(W19)]
    by_people = [one for one in pulls if one.author and not one.author.is_bot]
    assert all(one.files is not None and one.author and one.author.name for one in by_people)
    assert list(run.snapshot.notices) == unknown("the changed files of 11 pull requests")
    assert run.snapshot.complete


def test_a_pull_request_has_the_facts_of_search_files_and_profile() -> None:
    snapshot = fetch(world(FULL))
    untold = ("head", "merge_commit")
    assert snapshot.pull_requests == (FULL.model_copy(update=dict.fromkeys(untold)),)
    assert list(snapshot.notices) == unknown()


def test_the_missing_counts_of_earlier_windows_are_reported() -> None:
    earlier = (week("2021-W17"), week("2021-W18"))
    snapshot = fetch(world(FULL), earlier=earlier)
    assert snapshot.earlier_counts == tuple(
        EarlierCount(start=one.start, end=one.end, count=None) for one in earlier
    )
    assert list(snapshot.notices) == unknown("the counts of earlier windows")


def test_only_the_base_branch_counts_and_a_star_counts_all() -> None:
    there = world(FULL, ELSEWHERE, OLD)
    assert numbers(fetch(there)) == [7]
    assert [
        (one.search_count, one.search_count_any_base, one.base) for one in fetch(there).repositories
    ] == [(1, 2, "master")]
    assert numbers(fetch(there, base="release")) == [9]
    everything = fetch(there, base="*")
    assert numbers(everything) == [7, 9]
    assert [one.base for one in everything.pull_requests] == [None, None]


def test_the_account_shows_a_bot_and_no_request_is_spent_on_it() -> None:
    with StandIn(world(FROM_BOT)) as github:
        run = read_without_token(github)
    assert [one.author for one in run.snapshot.pull_requests] == [
        Person(login="dependabot", is_bot=True)
    ]
    assert run.operations == ["/repos/backstage/backstage", "/search/issues", "/search/issues"]


def test_a_deleted_author_is_unknown() -> None:
    assert [one.author for one in fetch(world(pull(1, author=None))).pull_requests] == [None]


def test_a_busy_week_leaves_a_part_of_the_hour_and_the_largest_get_names() -> None:
    """For 60 people, it requests the list and the count, 44 files, then the names of 10.

    5 requests of the hour stay.
    """
    with StandIn(world(*people(60))) as github:
        run = read_without_token(github)
        assert github.rest.used == {"core": 55, "search": 2}
    assert run.snapshot.complete
    assert len(run.snapshot.pull_requests) == 60
    assert list(run.snapshot.notices) == unknown(
        "the changed files of 16 pull requests",
        "the names of 50 authors",
        reset=" GitHub allows more requests from 10:00 UTC.",
    )


def test_likely_stories_are_read_first() -> None:
    some = people(60)
    some[59] = some[59].model_copy(update={"title": "Add the made-up plugin"})
    some[0] = some[0].model_copy(update={"title": "chore: fix a typo"})
    by_number = {one.number: one for one in fetch(world(*some)).pull_requests}
    assert by_number[60].files is not None
    assert by_number[1].files is None


def test_a_later_run_in_the_same_hour_still_lists_and_counts() -> None:
    with StandIn(world(*people(3))) as github:
        github.rest.answer(github.url, "/users/nobody", has_token=False)
        github.rest.used["core"] = 56
        snapshot = read_without_token(github).snapshot
    assert (numbers(snapshot), snapshot.complete) == ([1, 2, 3], True)
    assert [one.files for one in snapshot.pull_requests] == [None, None, None]


def by_key(snapshot: Snapshot) -> dict[str, PullRequest]:
    return {one.key: one for one in snapshot.pull_requests}


def test_facts_of_an_earlier_run_are_not_requested_again() -> None:
    """So a busy week is complete after a few hours, and a second run never loses facts."""
    with StandIn(world(*people(60))) as github:
        first = read_without_token(github).snapshot
        again = read_without_token(github, among={"known": lambda: by_key(first)}).snapshot
        assert again.pull_requests == first.pull_requests
        github.rest.used["core"] = 0
        later = read_without_token(github, among={"known": lambda: by_key(again)}).snapshot
    assert [one.files is None for one in later.pull_requests] == [False] * 60
    assert list(later.notices) == unknown(
        "the names of 12 authors", reset=" GitHub allows more requests from 10:00 UTC."
    )


def test_repositories_share_the_hour() -> None:
    with StandIn(world(*people(60))) as github:
        read_without_token(github, among={"repositories": 2})
        assert github.rest.used["core"] == 1 + 27


def test_more_files_than_a_page_are_read_and_too_many_are_summarized() -> None:
    large = pull(1, files=tuple(changed_file(f"a/{place:03}") for place in range(150)))
    vast = pull(2, files=tuple(changed_file(f"a/{place:03}") for place in range(301)), head="vast")
    by_number = {one.number: one for one in fetch(world(large, vast)).pull_requests}
    assert (by_number[1].files, by_number[1].additions) == (large.files, 150)
    assert (
        by_number[2].files,
        by_number[2].additions,
        by_number[2].changed_files,
        by_number[2].head,
    ) == (
        None,
        301,
        301,
        "vast",
    )


def test_an_unreadable_fact_stays_unknown_and_the_run_goes_on() -> None:
    with StandIn(world(*people(2))) as github:
        github.faults += [
            Fault(operation="/repos/backstage/backstage/pulls/1/files", status=404),
            Fault(operation="/users/made-up-2", status=404),
        ]
        pulls = read_without_token(github).snapshot.pull_requests
    assert [one.files is None for one in pulls] == [True, False]
    assert [one.author and one.author.name for one in pulls] == ["Made Up 1", None]


def test_trouble_while_reading_files_keeps_the_known_ones_and_is_reported() -> None:
    with StandIn(world(*people(2))) as github:
        github.faults += [
            Fault(operation="/repos/backstage/backstage/pulls/2/files", status=502)
        ] * 7
        snapshot = read_without_token(github).snapshot
    assert [one.files is None for one in snapshot.pull_requests] == [False, True]
    assert list(snapshot.notices) == [
        "digest could not read some files and names: GitHub is having problems: it answered 502. digest tried 7 times.",
        *unknown("the changed files of 1 pull request", "the names of 2 authors"),
    ]


@pytest.mark.parametrize("fetch_window", [read, read_without_token])
@pytest.mark.parametrize(
    "limit",
    [
        Fault(status=403, headers={"Retry-After": "5"}),
        Fault(status=503, headers={"Retry-After": "5"}),
    ],
)
def test_a_wait_that_github_names_is_counted_apart_from_other_faults(
    limit: Fault, fetch_window: Callable[[StandIn], Run]
) -> None:
    """A limit after three bare refusals is the first one."""
    with StandIn(world(FULL)) as github:
        github.faults += [Fault(status=403, times=3), limit, Fault(status=403)]
        found = fetch_window(github)
    assert numbers(found.snapshot) == [7]
    assert [seconds for _, seconds in found.watch.waits] == [1, 2, 4, 5, 8]


def fails(there: World, *faults: Fault, **wanted: Any) -> DigestError:
    with StandIn(there) as github:
        github.faults += faults
        with pytest.raises(DigestError) as caught:
            read_without_token(github, **wanted)
    return caught.value


def test_an_exhausted_hour_is_exit_3_with_its_end() -> None:
    error = fails(world(FULL), Fault(status=403, headers=HOUR_USED))
    assert (error.exit_code, error.message, error.hint) == (
        3,
        "GitHub's rate limit is used up until 10:00:01 UTC. The limit is low without a token.",
        f"Run the command again then. To raise the limit, run {ADVICE} without permissions.",
    )


def test_it_waits_for_the_next_minute_of_searches_without_a_needless_request() -> None:
    """1,000 results are ten pages.

    The eleventh search, the count for all branches, waits for the next minute.
    """
    with StandIn(world(*many(1000, author=FROM_BOT.author))) as github:
        run = read_without_token(github)
    assert run.operations.count("/search/issues") == 11
    assert run.watch.waits == [
        (
            "GitHub's rate limit is used up until 09:01:01 UTC. The limit is low without a token.",
            61.0,
        )
    ]
    assert (len(run.snapshot.pull_requests), run.snapshot.complete) == (1000, True)


def test_a_wait_beyond_the_patience_is_exit_3_with_the_time() -> None:
    error = fails(world(*many(1000, author=FROM_BOT.author)), patience=30)
    assert isinstance(error, TryLaterError)
    assert error.message.startswith("GitHub's rate limit is used up until 09:01:01 UTC.")


def test_more_than_search_shows_is_incomplete() -> None:
    snapshot = fetch(world(*many(1003, author=FROM_BOT.author)))
    assert (len(snapshot.pull_requests), snapshot.complete) == (1000, False)
    assert snapshot.notices[0] == (
        "GitHub's search counts 1,003 merged pull requests, but only 1,000 could be listed. "
        "Choose a shorter window."
    )


def searched(github: StandIn, **facts: object) -> Fault:
    """Return a search's answer with other facts in it."""
    path = "/search/issues?q=repo:backstage/backstage+is:pr+is:merged+merged:2021-05-10..2021-05-16"
    reply = github.rest.answer(github.url, path, has_token=False)
    assert isinstance(reply.body, dict)
    return Fault(operation="/search/issues", body=reply.body | facts)


def test_a_search_that_times_out_is_repeated() -> None:
    with StandIn(world(FULL)) as github:
        github.faults += [searched(github, incomplete_results=True, items=[])]
        snapshot = read_without_token(github).snapshot
    assert (numbers(snapshot), snapshot.complete) == ([7], True)


def test_a_search_that_always_times_out_is_incomplete() -> None:
    with StandIn(world(FULL)) as github:
        github.faults += [searched(github, incomplete_results=True, items=[])] * 2
        snapshot = read_without_token(github).snapshot
    assert (numbers(snapshot), snapshot.complete) == ([], False)
    assert list(snapshot.notices[:2]) == [
        "GitHub's search ran out of time, so some pull requests may be missing.",
        "GitHub's search counts 1 merged pull request, but only 0 could be listed.",
    ]


def test_a_zero_counts_only_if_search_sees_other_merges() -> None:
    with StandIn(world(OLD)) as github:
        run = read_without_token(github)
    assert (run.snapshot.pull_requests, run.snapshot.complete) == ((), True)
    assert run.operations == ["/repos/backstage/backstage", *["/search/issues"] * 3]
    assert fetch(world()).complete


def test_a_blind_search_is_not_believed() -> None:
    there = world(FULL)
    error = fails(World((replace(there.repos[0], is_searchable=False),)))
    assert (error.exit_code, error.message) == (
        3,
        f"GitHub's search finds nothing in {REPOSITORY}, although pull requests were merged there.",
    )


def test_a_renamed_repository_is_followed_and_reported(
    capfd: pytest.CaptureFixture[str],
) -> None:
    there = world(FULL)
    snapshot = fetch(World(there.repos, {"old/name": REPOSITORY}), repository="old/name")
    assert numbers(snapshot) == [7]
    assert snapshot.notices[0] == f"old/name was renamed to {REPOSITORY}. Use the new name."
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (401, "GitHub requires a token here."),
        (403, f"GitHub does not show {REPOSITORY} without a token: 403 No authentication."),
        (404, f"GitHub could not find {REPOSITORY}, or does not show it without a token."),
    ],
)
def test_a_repository_hidden_without_a_token_gets_advice(status: int, message: str) -> None:
    error = fails(world(FULL), Fault(status=status, body={"message": "No authentication"}))
    assert (error.exit_code, error.message) == (1, message)
    assert ADVICE in error.hint


@pytest.mark.parametrize(
    ("body", "words"),
    [("<html>Sign in</html>", "it is a web page"), ("[1, 2", "it is not valid JSON")],
)
def test_an_answer_without_json_is_retried_and_then_exit_3(body: str, words: str) -> None:
    error = fails(world(FULL), *[Fault(body=body)] * 7)
    assert (error.exit_code, error.message) == (
        3,
        f"GitHub's answer could not be read: {words}. digest tried 7 times.",
    )


def test_trouble_while_reading_names_keeps_the_known_ones() -> None:
    with StandIn(world(*people(2))) as github:
        github.faults += [Fault(operation="/users/made-up-2", drop=True)] * 7
        pulls = read_without_token(github).snapshot.pull_requests
    assert [one.author and one.author.name for one in pulls] == ["Made Up 1", None]


def test_progress_counts_the_visited_people() -> None:
    with StandIn(world(FROM_BOT, *people(2))) as github:
        run: Run = read_without_token(github)
    assert run.watch.steps == [(0, 2), (1, 2), (2, 2)]


def test_githubs_limits_hold_for_a_server_without_limits() -> None:
    """Without headers about a limit, it makes no more requests than GitHub allows."""
    with StandIn(world(*people(80))) as github:
        plain = github.rest.answer

        def unlimited(api: str, target: str, *, has_token: bool) -> Any:
            return replace(plain(api, target, has_token=has_token), headers={})

        github.rest.answer = unlimited  # type: ignore[method-assign]
        run = read_without_token(github)
    assert len(run.operations) == 55
    assert "Without a token these are unknown" in run.snapshot.notices[0]


def test_a_window_is_half_open() -> None:
    edges = [
        pull(1, merged_at=W19.start),
        pull(2, merged_at=W19.end - timedelta(seconds=1)),
        pull(3, merged_at=W19.end),
    ]
    assert numbers(fetch(world(*edges))) == [1, 2]


@pytest.mark.parametrize("reset", ["99999999999999", "soon", "-1e9"])
def test_a_limit_with_a_strange_reset_is_left_alone(reset: str) -> None:
    headers = {"x-ratelimit-limit": "5", "x-ratelimit-remaining": "5", "x-ratelimit-reset": reset}
    assert rest_replies.read_limits(headers) == {}
