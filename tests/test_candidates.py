"""Candidates for a story, in the order of their rank."""

from datetime import UTC, datetime

import pytest

from digest.compose.candidates import Candidates, Coverage, rank_candidates
from digest.model import Candidate, Person, PullRequest
from digest.settings import ReasonRule, Settings
from tests import history
from tests.builders import changed_file, pull, window
from tests.shipped import shipped

DEPENDABOT = Person(login="dependabot", is_bot=True)


def keys(suggested: Candidates) -> list[str]:
    return [key.partition("#")[2] for one in suggested.ranked for key in one.pull_requests]


def large(number: int, lines: int, **facts: object) -> PullRequest:
    return pull(number, files=(changed_file(f"src/{number}.ts", additions=lines),), **facts)


def test_the_largest_by_added_lines_comes_first_with_its_reasons() -> None:
    """The reasons are the rules' words, then the size as GitHub counts it."""
    plugin = pull(
        2,
        files=(
            changed_file("plugins/brass-band/package.json", "added", additions=30),
            changed_file("plugins/brass-band/src/index.ts", "added", additions=1204),
        ),
    )
    assert rank_candidates([large(1, 1), plugin, large(3, 40)], shipped()) == Candidates(
        ranked=(
            Candidate(
                pull_requests=("backstage/backstage#2",),
                reasons=("adds plugin brass-band", "1,234 lines in 2 files"),
            ),
            Candidate(pull_requests=("backstage/backstage#3",), reasons=("40 lines in 1 file",)),
            Candidate(pull_requests=("backstage/backstage#1",), reasons=("1 line in 1 file",)),
        ),
        notices=(),
    )


def test_generated_lines_are_shown_but_do_not_count_for_the_rank() -> None:
    generated = [
        "yarn.lock",
        "packages/a/package-lock.json",
        "Cargo.lock",
        "src/__snapshots__/a.test.ts.snap",
        "CHANGELOG.md",
        "packages/a/CHANGELOG.md",
        ".changeset/brave-dogs-sing.md",
        "dist/a.js",
        "public/a.min.js",
    ]
    mostly = pull(
        1, files=(changed_file("a.ts"), *(changed_file(path, additions=1000) for path in generated))
    )
    suggested = rank_candidates([mostly, large(2, 50)], shipped())
    assert keys(suggested) == ["2", "1"]
    assert suggested.ranked[1].reasons == ("9,001 lines in 10 files",)


def test_without_known_files_githubs_own_figures_rank() -> None:
    """Rules about files cannot match then, and a notice reports it."""
    unknown = pull(1, files=None, additions=60, changed_files=None)
    nothing = pull(3, files=None, additions=None, changed_files=None)
    suggested = rank_candidates([nothing, unknown, large(2, 50)], shipped())
    assert keys(suggested) == ["1", "2", "3"]
    assert [one.reasons for one in suggested.ranked] == [
        ("60 lines",),
        ("50 lines in 1 file",),
        (),
    ]
    assert len(suggested.skipped_rules) == 1
    assert "files of 2 pull requests" in suggested.skipped_rules[0]


def test_bots_and_releases_never_become_candidates() -> None:
    pulls = [
        large(1, 10),
        large(2, 20, author=DEPENDABOT),
        large(3, 30, author=Person(name="dependabot[bot]")),
        large(4, 40, title="Version Packages"),
        large(5, 50, title="chore(release): 1.2.3"),
        large(6, 60, title="Release v0.1.1-alpha.24"),
        large(7, 70, title="v0.1.1-alpha.25"),
        large(8, 80, title="Release notes page"),
        large(9, 90, author=None),
    ]
    assert keys(rank_candidates(pulls, shipped())) == ["9", "8", "1"]


def hour(of: int, day: int = 12) -> datetime:
    return datetime(2021, 5, day, of, tzinfo=UTC)


def test_a_change_reverted_in_the_window_is_left_out_and_reported() -> None:
    """GitHub's title or description of a revert shows it."""
    pulls = [
        large(1, 869, title='Introduce "quotes"', merged_at=hour(8)),
        large(2, 0, title='Revert "Introduce "quotes""', merged_at=hour(9)),
        large(3, 1, title="Add a door", merged_at=hour(10)),
        large(
            4,
            0,
            title="No door after all",
            body="Reverts backstage/backstage#3",
            merged_at=hour(10, day=13),
        ),
        large(5, 5, title="Paint the door", merged_at=hour(11)),
        large(6, 0, title="Undo", body="Made up for tests.\n\nReverts #5", merged_at=hour(12)),
        large(7, 7),
    ]
    suggested = rank_candidates(pulls, shipped())
    assert keys(suggested) == ["7"]
    assert suggested.notices == (
        "#1 (869 lines) was reverted the same day by #2.",
        "#5 (5 lines) was reverted the same day by #6.",
        "#3 (1 line) was reverted by #4.",
    )


def test_only_reverts_in_the_window_count() -> None:
    """The revert of something older stays a candidate, behind the others.

    So does what has only the title of another repository's.
    """
    pulls = [
        large(1, 10, title='Revert "Something older"', merged_at=hour(8)),
        large(2, 20, title="Add a door", merged_at=hour(9)),
        large(3, 5, title='Revert "Add a door"', merged_at=hour(10), repository="ada/engine"),
        large(4, 3, title='Revert "Add a window"', merged_at=hour(11)),
        large(5, 2, title="Add a window", merged_at=hour(12)),
    ]
    suggested = rank_candidates(pulls, shipped())
    assert keys(suggested) == ["2", "5", "1", "3", "4"]
    assert suggested.notices == ()


def test_the_revert_of_a_revert_restores_the_first_change() -> None:
    pulls = [
        large(1, 10, title="Add a door", merged_at=hour(8)),
        large(2, 10, title='Revert "Add a door"', merged_at=hour(9)),
        large(3, 10, title='Revert "Revert "Add a door""', merged_at=hour(10)),
    ]
    suggested = rank_candidates(pulls, shipped())
    assert keys(suggested) == ["1"]
    assert suggested.notices == ("#2 (10 lines) was reverted the same day by #3.",)


def test_the_reception_follows_the_size() -> None:
    liked = large(
        7,
        5,
        comments=1200,
        reactions=3,
        body="Made up for tests.\n\n![doors](https://example.org/doors.png)",
    )
    quiet = large(8, 4, comments=9, reactions=2, body="Made up for tests.")
    reasons = [one.reasons for one in rank_candidates([liked, quiet], shipped()).ranked]
    assert reasons == [
        ("5 lines in 1 file", "pictures", "1,200 comments", "3 reactions"),
        ("4 lines in 1 file",),
    ]


def test_a_marketplace_entry_is_a_reason_unless_the_plugin_itself_is_new() -> None:
    entry = changed_file("microsite/data/plugins/brass-band.yaml", "added", additions=9)
    plugin = changed_file("plugins/brass-band/package.json", "added", additions=9)
    reasons = [
        rank_candidates([pull(1, files=files)], shipped()).ranked[0].reasons
        for files in ((entry,), (entry, plugin))
    ]
    assert reasons == [
        ("marketplace entry brass-band", "9 lines in 1 file"),
        ("adds plugin brass-band", "18 lines in 2 files"),
    ]


def test_reasons_do_not_move_the_rank() -> None:
    entry = pull(
        1,
        files=(changed_file("microsite/data/plugins/brass-band.yaml", "added", additions=9),),
        reactions=99,
    )
    assert keys(rank_candidates([entry, large(2, 10)], shipped())) == ["2", "1"]


UPKEEP = [
    "chore: oil the doors",
    "Refactor(doors)!: one hinge",
    "refactoring: one hinge",
    "internal: add a hinge",
    "minor: hinges",
    "cleanup: hinges",
    "clean-up: hinges",
    "style: hinges",
    "test(doors): hinges",
    "tests: hinges",
    "ci/cd: hinges",
    "build(deps): hinges",
    "[CI] hinges",
    "♻️ refactor: hinges",
    "deps: hinges",
    "fix(deps): hinges 2.0",
    "Bump hinges",
    "doors: bump hinges to 2",
    "Upgrade to hinges 2",
    "Updates hinges to v2.0.1",
    "Update all dependencies",
    'Revert "Add doors"',
    "revert: doors",
    "Revert the doors of #12",
]
NO_UPKEEP = [
    "fix(ci): show the doors in tests",
    "feat(deps-graph): draw hinges",
    "Refactor the doors",
    "Testing doors",
    "Build doors",
    "test-utils: add doors",
    "minor fix: doors",
    "perf: quick doors",
    "Bump the timeout of doors",
    "Update the docs of 3 doors",
    "Upgrade doors in place",
    "Add a revert button",
]


@pytest.mark.parametrize("title", UPKEEP)
def test_upkeep_ranks_behind_the_rest_and_is_not_drafted(title: str) -> None:
    suggested = rank_candidates([large(1, 900, title=title), large(2, 1)], shipped())
    assert keys(suggested) == ["2", "1"]
    assert suggested.undrafted == {"backstage/backstage#1"}


@pytest.mark.parametrize("title", NO_UPKEEP)
def test_work_for_readers_keeps_its_rank(title: str) -> None:
    suggested = rank_candidates([large(1, 900, title=title), large(2, 1)], shipped())
    assert keys(suggested) == ["1", "2"]
    assert suggested.undrafted == frozenset()


@pytest.mark.parametrize(
    ("paths", "is_upkeep"),
    [
        (["README.md", "docs/doors.html"], True),
        (["crates/doors/docs/door.svg", "CHANGELOG.rst"], True),
        (["docs/doors.md", "src/doors.rs"], False),
        (["internal/docs/markdown.go"], False),
        (["microsite/data/plugins/doors.yaml"], False),
        (["Cargo.lock"], True),
        (["Cargo.lock", "crates/doors/Cargo.toml"], True),
        (["crates/doors/Cargo.toml"], False),
        (["yarn.lock", "src/doors.ts"], False),
        ([], False),
    ],
)
def test_files_show_documentation_and_dependencies(paths: list[str], *, is_upkeep: bool) -> None:
    files = tuple(changed_file(path, additions=9) for path in paths)
    suggested = rank_candidates([pull(1, files=files, additions=900), large(2, 1)], shipped())
    assert (keys(suggested) == ["2", "1"]) is is_upkeep
    assert bool(suggested.undrafted) is is_upkeep


def test_a_list_of_files_that_is_cut_shows_nothing() -> None:
    cut = pull(1, files=(changed_file("docs/doors.md", additions=900),), changed_files=2)
    assert keys(rank_candidates([cut, large(2, 1)], shipped())) == ["1", "2"]


def test_a_documentation_prefix_keeps_the_rank_where_other_files_change() -> None:
    """It decides if the files are unknown, and it is never drafted."""
    mixed = large(1, 900, title="docs(doors): describe doors")
    unknown = mixed.model_copy(update={"files": None})
    for documented, order in ((mixed, ["1", "2"]), (unknown, ["2", "1"])):
        suggested = rank_candidates([documented, large(2, 1)], shipped())
        assert keys(suggested) == order
        assert suggested.undrafted == {"backstage/backstage#1"}


def ranked_by(*reasons: dict[str, object]) -> Settings:
    rules = tuple(ReasonRule.model_validate(reason) for reason in reasons)
    return shipped().model_copy(update={"reasons": rules})


def test_the_first_reason_with_a_rank_decides() -> None:
    settings = ranked_by(
        {"words": "new", "first": True, "any": [{"first_contribution": True}]},
        {"words": "example", "last": True, "any": [{"path": "examples/**"}]},
        {"words": "note", "first": True, "any": [{"path": "**/*.md"}]},
    )
    example, note = changed_file("examples/a.rs", additions=99), changed_file("notes/a.md")
    pulls = [
        large(1, 9),
        pull(2, files=(example,)),
        pull(3, files=(example, note), author=Person(login="new", name="New")),
        pull(4, files=(note,)),
        pull(5, files=(example, note)),
        large(6, 99, title="chore: oil the doors"),
    ]
    suggested = rank_candidates(pulls, settings, firsts={"backstage/backstage#3"})
    assert keys(suggested) == ["3", "4", "1", "5", "2", "6"]
    assert suggested.undrafted == {f"backstage/backstage#{number}" for number in (5, 2, 6)}


COVERED = {
    "backstage/backstage#4360": Coverage("2021-W06", "Introduce doors"),
    "ada/engine#7": Coverage("2021-W07"),
    "backstage/backstage#5": Coverage("2021-W08", "Doors"),
}


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"title": "Introduce doors, part 2"}, "part 2: #4360 was in 2021-W06"),
        ({"title": "introduce doors (Part II)."}, "part II: #4360 was in 2021-W06"),
        ({"title": "core: Introduce doors"}, "same title: #4360 was in 2021-W06"),
        (
            {"title": "Windows", "body": "Made up for tests: goes on from #4360."},
            "mentions an earlier story: #4360 was in 2021-W06",
        ),
        (
            {"title": "Windows pt. 2", "body": "Made up for tests. See #4360"},
            "part 2: #4360 was in 2021-W06",
        ),
        ({"title": "Follow-up to #4360"}, "follow-up: #4360 was in 2021-W06"),
        (
            {"body": "Made up for tests: https://github.com/ada/engine/pull/7"},
            "mentions an earlier story: ada/engine#7 was in 2021-W07",
        ),
        ({"title": "Windows, part 2"}, None),
        ({"title": "Windows, part 2 of #9"}, None),
        ({"title": "Introduce more doors"}, None),
        ({"body": "Made up for tests: #43601 and ada/backstage#4360."}, None),
    ],
)
def test_a_continuation_of_an_earlier_story_names_it(
    facts: dict[str, str], reason: str | None
) -> None:
    (one,) = rank_candidates([large(9, 1, **facts)], shipped(), COVERED).ranked
    assert one.reasons == ((reason, "1 line in 1 file") if reason else ("1 line in 1 file",))


def test_a_covered_pull_request_is_not_offered_again() -> None:
    suggested = rank_candidates(
        [large(4360, 9), large(5, 8, title="v1.2.3"), large(9, 1)], shipped(), COVERED
    )
    assert keys(suggested) == ["9"]
    assert suggested.notices == ("#4360 was covered in 2021-W06, so it is not a candidate.",)


def test_edition_26_ranks_the_editors_two_first_and_omits_reverted_changes() -> None:
    suggested = rank_candidates(history.in_window(window()), shipped())
    assert keys(suggested)[:5] == ["5299", "5392", "5551", "5625", "5228"]
    assert not {"5634", "5650"} & set(keys(suggested))
    assert suggested.ranked[0].reasons == (
        "adds plugin git-release-manager",
        "11,071 lines in 131 files",
    )
    assert suggested.notices == ("#5634 (869 lines) was reverted the same day by #5650.",)
    assert suggested.skipped_rules[0].startswith(
        "The comments, descriptions and reactions of 19 pull requests are unknown, so "
    )
    assert len(keys(suggested)) == 19
