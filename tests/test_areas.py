"""Areas: the folders whose folders are the parts of a project's code."""

from itertools import pairwise

import pytest

from bench import groups
from digest.compose import areas
from digest.model import Person
from tests.builders import changed_file, pull
from tests.shipped import shipped
from tests.sweep import sample

MOST_GROUPS = 15


def changes(**sizes: int) -> list[str]:
    """Paths of changes: this many in each folder, whose name has __ for a slash."""
    return [
        f"{folder.replace('__', '/')}/src/a.rs"
        for folder, size in sizes.items()
        for _ in range(size)
    ]


SPREAD = changes(crates__a=2, crates__b=2, crates__c=2, crates__d=2, crates__e=2)


@pytest.mark.parametrize(
    ("paths", "globs"),
    [
        (SPREAD, ["crates/{area}/**"]),
        (
            changes(cmd__x__a=1, cmd__x__b=1, cmd__x__c=1, cmd__x__d=1, cmd__x__e=1),
            ["cmd/x/{area}/**"],
        ),
        (changes(a=2, b=2, c=2, d=2, e=2), ["{area}/**"]),
        (
            [*SPREAD, *(path.replace("crates", "apps") for path in SPREAD)],
            ["apps/{area}/**", "crates/{area}/**"],
        ),
        (
            [path.replace("crates/", "crates/x_") for path in SPREAD],
            ["crates/x_{area}/**", "crates/{area}/**"],
        ),
        (
            [*SPREAD, *changes(crates__a_api=1, crates__b_api=1)],
            ["crates/{area}_api/**", "crates/{area}/**"],
        ),
        (changes(src=20), []),
        (changes(src__core=9, src__a=1, src__b=1, src__c=1, src__d=1), []),
        (changes(crates__a=1, crates__b=1, crates__c=1, crates__d=1), []),
        ([*SPREAD, *changes(app=90)], []),
        ([], []),
    ],
)
def test_areas_are_the_folders_over_which_changes_spread(
    paths: list[str], globs: list[str]
) -> None:
    assert areas.learn_areas(paths) == tuple(globs)


def test_an_outer_folder_wins_unless_most_changes_are_in_inner_ones() -> None:
    inner = changes(**{f"crates__a__{name}": 1 for name in "vwxyz"})
    assert areas.learn_areas([*SPREAD, *SPREAD, *inner]) == ("crates/{area}/**",)
    parts = [path for outer in "abcde" for path in changes(**{f"{outer}__{i}": 1 for i in "vwxyz"})]
    assert areas.learn_areas(parts) == tuple(f"{outer}/{{area}}/**" for outer in "abcde")


def test_a_learned_folder_stays_with_fewer_changes_than_a_new_one_needs() -> None:
    few = changes(crates__a=2, crates__b=1, crates__c=1, app=40)
    assert areas.learn_areas(few) == ()
    assert areas.learn_areas(few, ("crates/x_{area}/**", "crates/{area}/**")) == (
        "crates/x_{area}/**",
        "crates/{area}/**",
    )
    assert areas.learn_areas(changes(app=40), ("crates/{area}/**",)) == ()


def test_a_learned_folder_is_not_replaced_by_one_around_it() -> None:
    paths = [*(f"pkg/{path}" for path in SPREAD), *changes(pkg__a=9, pkg__b=9, pkg__c=9, pkg__d=9)]
    assert areas.learn_areas(paths) == ("pkg/{area}/**",)
    assert areas.learn_areas(paths, ("pkg/crates/{area}/**",)) == ("pkg/crates/{area}/**",)


@pytest.mark.parametrize(
    "path",
    [
        "docs/a/b.py",
        "src/tests/b.py",
        "a/testdata/b",
        ".github/b.yml",
        "a/README.md",
        "Cargo.lock",
        "vendor/a/b.c",
        "examples/a/b.rs",
        "{{cookiecutter.name}}/b.py",
    ],
)
def test_tests_texts_and_generated_files_are_not_code(path: str) -> None:
    large, code = changed_file(path, additions=99), changed_file("src/a.py", deletions=1)
    assert areas.main_path(pull(files=(large, code))) == "src/a.py"
    assert areas.main_path(pull(files=(large,))) is None
    assert areas.main_path(pull(files=None)) is None


@pytest.mark.sample(every=5)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("project", "learned", "alone", "together"),
    [
        ("backstage/backstage", {"packages", "plugins"}, 23, 3),
        ("bevyengine/bevy", {"crates"}, 2, 0),
        ("cli/cli", {"pkg/cmd"}, 6, 1),
        ("orhun/git-cliff", set(), 0, 0),
        ("rust-lang/cargo", set(), 0, 0),
    ],
)
def test_areas_are_stable_over_consecutive_weeks(
    project: str, learned: set[str], alone: int, together: int
) -> None:
    """The number of weeks whose folders differ from the week before.

    Learned from one week alone, and with the eight weeks before. The first weeks do not count.
    """
    pulls = groups.all_pull_requests()[project]
    found = [groups.folders(globs) for globs in groups.learn_weeks(pulls)][groups.FIRST_WEEKS :]
    windows = [
        groups.folders(areas.learn_areas([path for one in week if (path := areas.main_path(one))]))
        for week in groups.weeks(pulls)
    ][groups.FIRST_WEEKS :]
    flips = [sum(one != other for one, other in pairwise(each)) for each in (windows, found)]
    assert (found[-1], flips) == (learned, [alone, together])


@pytest.mark.slow
@pytest.mark.parametrize("project", sample(tuple(reversed(groups.GOALS)), every=5))
def test_the_catch_all_stays_small_without_settings_and_after_init(project: str) -> None:
    """The catch-all has the group for the rest and the one for areas that are too rare."""
    pulls = groups.all_pull_requests()[project]
    usual, learned = (
        groups.measure(pulls, settings) for settings in (shipped(), groups.learned_settings(pulls))
    )
    assert usual.catch_all <= min(groups.GOALS[project], groups.AFTER_INIT)
    assert learned.catch_all <= groups.AFTER_INIT
    assert max(usual.most, learned.most) <= MOST_GROUPS


def test_a_week_has_its_catch_all_its_groups_and_its_folders() -> None:
    """Of two people's pull requests one is in the catch-all; the bot's does not count."""
    bot = Person(login="some[bot]", is_bot=True)
    week = [pull(1, title="Hello"), pull(2, title="Fix it"), pull(3, title="Hi", author=bot)]
    assert groups.measure(week, shipped()) == groups.Measured(
        weeks=1, catch_all=0.5, elsewhere=0.0, groups=3.0, most=3, flips=0
    )
