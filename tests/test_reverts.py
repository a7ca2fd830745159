"""Which pull requests of a window revert others: by number, by commit, by title."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.compose.candidates import rank_candidates
from digest.compose.reverts import reverted_pairs
from digest.model import PullRequest
from tests.builders import pull, snapshot
from tests.composing import compose
from tests.fetching import W19
from tests.shipped import shipped

FACTS = Path(__file__).parent / "facts" / "reverts.jsonl"
SHA = "95d0ecd0a4b4d2b0f7fdbc5e2bbf4c1a7ef0c9d1"
OTHER = "0123456789abcdef0123456789abcdef01234567"


def at(minute: int) -> datetime:
    return W19.start + timedelta(minutes=minute)


def change(number: int, title: str, **facts: Any) -> PullRequest:
    return pull(number, **({"title": title, "merged_at": at(number), "additions": 9} | facts))


def pairs(*pulls: PullRequest) -> list[tuple[int, int]]:
    return [(reverted.number, revert.number) for reverted, revert in reverted_pairs(pulls)]


ORIGINAL = change(1, "feat(doors): add a door", merge_commit=SHA)


@pytest.mark.parametrize(
    "title",
    [
        'Revert "feat(doors): add a door"',
        'Revert "feat(doors): add a door (#1)"',
        'Revert "An older title (#1)"',
        'Revert "feat(doors): add a door (#1)" (#2)',
        'Revert "Merge pull request #1 from ada/doors"',
        'Revert "Auto merge of #1 - ada:doors, r=grace"',
        'Revert "feat(doors): add a door',
        'Revert "feat(doors): add a do…',
        'revert "feat(doors):  add a door"',
        "Revert “feat(doors): add a door”",
        "Revert 'feat(doors): add a door'",
        "Revert `feat(doors): add a door`",
        '[docs] Revert "feat(doors): add a door"',
        'fix: revert "feat(doors): add a door"',
        "Revert feat(doors): add a door",
        "Revert #1",
        "Revert PR #1",
        "[docs] Revert #1",
        "fix(doors): revert #1",
        "revert: feat(doors): add a door",
        "revert: add a door",
        "revert(doors): add a door",
        "revert!: feat(doors): add a door (#1)",
        "revert: #1",
        'revert: "feat(doors): add a door"',
        "Revert „feat(doors): add a door“",
        ":rewind: revert: feat(doors): add a door",
        "⏪ revert: feat(doors): add a door",
        "Revert of #1",
        f"Revert commit {SHA[:7]}",
        f"revert: {SHA}",
        "revert feat(doors): add a door (#1) (#2)",
    ],
)
def test_a_title_names_the_pull_request_that_it_reverts(title: str) -> None:
    assert pairs(ORIGINAL, change(2, title)) == [(1, 2)]


@pytest.mark.parametrize(
    "line",
    [
        "Reverts #1",
        "Reverts backstage/backstage#1",
        "reverts Backstage/Backstage#1.",
        "Reverts https://github.com/backstage/backstage/pull/1",
        "Reverts <https://github.com/backstage/backstage/pull/1#issuecomment-5>",
        "Reverts [#1](https://github.com/backstage/backstage/pull/1)",
        "Reverts PR #1, since it was made up.",
        "Reverts pull request #1",
        "Reverts: #1",
        "Reverts GH-1",
        "Reverts 1",
        "- Reverts #1",
        "This reverts #1",
        "This PR reverts #1.",
        "Revert of #1",
        "Reverts #77 and #1",
        f"This reverts commit {SHA}.",
        f"This reverts commit {SHA[:9]}",
        f"This reverts commit `{SHA}`.",
        f"This reverts commits {OTHER} and {SHA}.",
        f"This reverts commit {SHA}, reversing\nchanges made to {OTHER}.",
        f"Reverts https://github.com/backstage/backstage/commit/{SHA}",
        f"    This reverts commit {SHA.upper()}.",
        "**Reverts** #1",
        "**Reverts:** #1",
        "_Reverts #1_",
        "## Reverts #1",
        "1. Reverts #1",
        "Reverted #1",
        "This is a revert of #1",
        "This reverts the changes in #1",
        f"Reverts the changes introduced by {SHA[:9]}",
        "Reverts github.com/backstage/backstage/pull/1",
    ],
)
def test_a_description_names_the_pull_request_that_it_reverts(line: str) -> None:
    undo = change(2, "Undo", body=f"Made up for tests.\r\n\r\n{line}\r\nMore words.")
    assert pairs(ORIGINAL, undo) == [(1, 2)]


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ('Revert "Another title"', ""),
        ('Revert "feat(doors): add a door (#77)"', ""),
        ('Revert "feat(doors): add a door"', "Reverts #77"),
        ('Revert "feat(doors): add a door"', "Reverts ada/engine#1"),
        ('Revert "feat…', ""),
        ("Revert parts of #1", ""),
        ("Revert the door", ""),
        ("Undo", "Partially reverts #1"),
        ("Undo", "Reverts part of #1"),
        ("Undo", "Reverts #1 partially"),
        ("Undo", "Nobody reverts #1"),
        ("Undo", "Reverts 1 commit"),
        ("Undo", "Reverts the changes in 1."),
        ("Undo", "Reverted in #1"),
        ("Undo", f"This reverts commit {SHA[:6]}."),
        ("Revert the door (#2)", ""),
        ("Undo", f"This reverts commit {OTHER}, reversing\nchanges made to {SHA}."),
        ("Undo", f"Fixes what {SHA} broke"),
        ("Reverting is hard", "The word revert in a sentence about #1"),
        ("Add `git revert` to the guide (#1)", ""),
    ],
)
def test_a_revert_of_another_number_or_title_is_ignored(title: str, body: str) -> None:
    assert pairs(ORIGINAL, change(2, title, body=body)) == []


def test_a_number_decides_between_equal_titles() -> None:
    """The newest of the same title is reverted, unless a number names another one."""
    twins = [change(1, "Bump the door"), change(2, "Bump the door")]
    assert pairs(*twins, change(3, 'Revert "Bump the door"')) == [(2, 3)]
    assert pairs(*twins, change(3, 'Revert "Bump the door (#1)"')) == [(1, 3)]
    assert pairs(*twins, change(3, 'Revert "Bump the door"', body="Reverts #1")) == [(1, 3)]


def test_the_number_of_an_issue_in_a_title_belongs_to_the_title() -> None:
    fix = change(1, "Fix the door (#77)")
    assert pairs(fix, change(2, 'Revert "Fix the door (#77)"')) == [(1, 2)]


def test_one_revert_can_take_back_several() -> None:
    doors = [change(1, "Add a door"), change(2, "Paint the door")]
    assert pairs(*doors, change(3, "Undo", body="Reverts #1 and #2")) == [(1, 3), (2, 3)]
    lines = "This reverts #1.\nThis reverts #2."
    assert pairs(*doors, change(3, "Undo", body=lines)) == [(1, 3), (2, 3)]


@pytest.mark.parametrize(
    ("revert", "again"),
    [
        ('Revert "Add a door"', 'Revert "Revert "Add a door""'),
        ('Revert "Add a door (#1)"', 'Revert "Revert "Add a door (#1)" (#2)"'),
        ('Revert "Add a door (#1)"', 'Revert "Revert "Add a door (#1)""'),
        ('Revert "Add a door (#1)"', 'Reapply "Add a door (#1)"'),
        ('Revert "Add a door"', 'Reapply "Add a door"'),
        ("revert: Add a door", "revert: revert: Add a door"),
        ("revert: Add a door", 'Revert "revert: Add a door"'),
        ('Revert "Add a door"', "Revert #2"),
    ],
)
def test_the_revert_of_a_revert_restores_the_original(revert: str, again: str) -> None:
    first, second, third = change(1, "Add a door"), change(2, revert), change(3, again)
    assert pairs(first, second) == [(1, 2)]
    assert pairs(first, second, third) == [(2, 3)]
    assert pairs(first, second, third, change(4, f'Revert "{again}"', body="Reverts #3")) == [
        (1, 2),
        (3, 4),
    ]


def test_a_change_reverted_before_the_window_is_ordinary_work() -> None:
    again = 'Revert "Revert "Add a door (#1)""'
    assert pairs(change(1, "Add a door"), change(3, again)) == []
    assert pairs(change(1, "Add a door"), change(3, 'Reapply "Add a door (#1)"')) == []


def test_both_sides_leave_the_candidates_with_one_notice_and_stay_counted() -> None:
    pulls = (ORIGINAL, change(2, "Undo", body=f"This reverts commit {SHA}."), change(3, "Paint"))
    ranked = rank_candidates(pulls, shipped())
    assert [one.pull_requests for one in ranked.ranked] == [("backstage/backstage#3",)]
    assert [notice for notice in ranked.notices if "revert" in notice] == [
        "#1 (9 lines) was reverted the same day by #2."
    ]
    assert compose(snapshot(*pulls), shipped()).count == 3


def test_the_history_of_other_projects_shows_its_reverts() -> None:
    """Reverts of work from before these facts began, or without its title, stay candidates."""
    facts = [json.loads(line) for line in FACTS.read_text("utf-8").splitlines()]
    found = [
        (reverted.key, revert.key)
        for reverted, revert in reverted_pairs([pull(**one) for one in facts])
    ]
    assert found == [
        ("rust-lang/cargo#16847", "rust-lang/cargo#16861"),
        ("bevyengine/bevy#24018", "bevyengine/bevy#24034"),
        ("bevyengine/bevy#23115", "bevyengine/bevy#24252"),
        ("rust-lang/cargo#16742", "rust-lang/cargo#16999"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Reverts ", []),
        ("revert: ", []),
        ('Revert "', []),
        ("[(", []),
        ("this reverts commit a", []),
        ("Reverts #1, ", [(1, 2)]),
    ],
)
def test_long_texts_take_no_longer_than_their_length(
    text: str, found: list[tuple[int, int]]
) -> None:
    """A pattern that looks back over and over would take minutes."""
    long = text * (65_000 // len(text))
    assert pairs(ORIGINAL, change(2, long, body=f"{long}\n" * 2)) == found
