"""Groups: the first rule that matches decides the group of a pull request."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC
from functools import cache

import pytest

from digest import settings
from digest.compose import grouping
from digest.compose.grouping import Grouping
from digest.compose.people import is_bot
from digest.files import settings_files
from digest.model import Group, Person, PullRequest
from digest.settings import Rule, Settings, Subject, rules
from tests import history
from tests.builders import changed_file, pull
from tests.shipped import preset

RULES = """
[digest]
default_group = "The rest"
group_order = ["Docs", "Fixes"]
[digest.display_names]
ui = "The UI"
ui-kit = "The UI"
[[digest.groups]]
name = "Fixes"
any = [{ title = "^Fix" }]
[[digest.groups]]
name = "Docs"
any = [{ only = "docs/**" }]
[[digest.groups]]
name = "Work on {area}"
max_names = 2
overflow_group = "Other areas"
any = [{ path = "src/{area}/**" }, { title = "^Anywhere" }]
[[digest.groups]]
name = "Fixes"
any = [{ label = "bug" }]
"""


def set_up(text: str) -> Settings:
    """The shipped settings with this text over them."""
    return settings_files.load(settings.Layer("digest.toml", text)).settings


def in_area(number: int, area: str, **facts: object) -> PullRequest:
    """Return a pull request that changes one line of an area."""
    return pull(number, files=(changed_file(f"src/{area}/a.py"),), **facts)


def members(grouped: Grouping) -> list[tuple[str, list[int]]]:
    """The groups in order with the numbers of their pull requests, to compare."""
    return [
        (one.name, [int(key.rpartition("#")[2]) for key in one.pull_requests])
        for one in grouped.groups
    ]


def test_the_first_rule_that_matches_decides() -> None:
    one = pull(1, title="Fix the docs", files=(changed_file("docs/a.md"),))
    assert members(grouping.group_pull_requests([one], set_up(RULES))) == [("Fixes", [1])]


def test_a_group_has_its_count_its_pull_requests_and_the_rule_of_each() -> None:
    pulls = [pull(1, title="Fix it"), pull(2, labels=("bug",)), pull(3)]
    assert grouping.group_pull_requests(pulls, set_up(RULES)) == Grouping(
        groups=(
            Group(
                name="Fixes",
                count=2,
                pull_requests=("backstage/backstage#1", "backstage/backstage#2"),
                rules={
                    "backstage/backstage#1": "title “Fix”",
                    "backstage/backstage#2": "label bug",
                },
            ),
            Group(
                name="The rest",
                count=1,
                pull_requests=("backstage/backstage#3",),
                rules={"backstage/backstage#3": "no rule"},
            ),
        ),
        notices=(),
    )


def test_groups_follow_their_order_then_the_rules_and_the_catch_all_is_last() -> None:
    pulls = [
        pull(1),
        in_area(2, "billing"),
        pull(3, title="Fix"),
        pull(4, files=(changed_file("docs/a.md"),)),
    ]
    assert members(grouping.group_pull_requests(pulls, set_up(RULES))) == [
        ("Docs", [4]),
        ("Fixes", [3]),
        ("Work on Billing", [2]),
        ("The rest", [1]),
    ]


def test_captured_names_become_words_and_may_share_a_group() -> None:
    pulls = [in_area(1, "ui"), in_area(2, "UI-kit"), in_area(3, "data_base-access")]
    assert members(grouping.group_pull_requests(pulls, set_up(RULES))) == [
        ("Work on The UI", [1, 2]),
        ("Work on Data base access", [3]),
    ]


def test_beyond_the_cap_the_biggest_captured_names_stay_and_the_rest_moves() -> None:
    areas = ["a", "b", "b", "c", "c", "c", "d", "d"]
    grouped = grouping.group_pull_requests(
        [in_area(number, area) for number, area in enumerate(areas)], set_up(RULES)
    )
    assert members(grouped) == [
        ("Work on C", [3, 4, 5]),
        ("Work on B", [1, 2]),
        ("Other areas", [0, 6, 7]),
    ]


def test_without_a_place_for_it_the_rest_goes_to_the_catch_all() -> None:
    uncapped = RULES.replace('overflow_group = "Other areas"', "")
    grouped = grouping.group_pull_requests(
        [in_area(number, area) for number, area in enumerate("aabbc")], set_up(uncapped)
    )
    assert members(grouped) == [("Work on A", [0, 1]), ("Work on B", [2, 3]), ("The rest", [4])]


def test_a_rule_that_matches_without_capturing_counts_as_the_rest_of_its_areas() -> None:
    assert members(grouping.group_pull_requests([pull(1, title="Anywhere")], set_up(RULES))) == [
        ("Other areas", [1])
    ]


def test_skipped_rules_are_reported_with_the_unknown_facts() -> None:
    grouped = grouping.group_pull_requests(
        [pull(1, files=None, labels=None), pull(2, title="Fix", files=None)], set_up(RULES)
    )
    assert members(grouped) == [("Fixes", [2]), ("The rest", [1])]
    assert grouped.notices == (
        "The files and labels of 1 pull request are unknown, so grouping rules that use them were skipped.",
    )


def test_a_week_in_which_nothing_was_merged_has_no_groups() -> None:
    assert grouping.group_pull_requests([], set_up(RULES)) == Grouping(groups=(), notices=())


@pytest.mark.parametrize(
    ("title", "path", "name"),
    [
        ("feat(api): accept globs", "src/api.py", "Features"),
        ("cli: add a flag for colours", "src/cli.py", "Features"),
        ("[Search] Show the number of hits", "src/search.py", "Features"),
        ("Make the port configurable", "src/server.py", "Features"),
        ("Warn about an empty file", "src/reader.py", "Features"),
        ("Proxy support", "src/server.py", "Features"),
        ("Enhancement: accept globs", "src/api.py", "Features"),
        ("Add missing semicolon", "src/server.js", "Fixes"),
        ("Add the missing port", "src/server.js", "Fixes"),
        ("Including a missing port", "src/server.js", "Fixes"),
        ("Report a missing file", "src/reader.py", "Features"),
        ("Always print the port", "src/server.py", "Features"),
        ("Gracefully stop the reader", "src/reader.py", "Fixes"),
        ("Set the correct title", "src/reader.py", "Fixes"),
        ("The reader should not lock files", "src/reader.py", "Fixes"),
        ("Reader panics on empty files", "src/reader.py", "Fixes"),
        ("panicless: new reader", "src/reader.py", "Features"),
        ("Use the lint fix command", "src/reader.py", "Releases and chores"),
        ("Export the reader", "src/reader.py", "Features"),
        ("Export from the main file", "src/reader.py", "Other changes"),
        ("Make it easier to read files", "src/reader.py", "Features"),
        ("Reader improvements", "src/reader.py", "Features"),
        ("integration: forward errors", "src/reader.py", "Other changes"),
        ("Remove the old reader", "src/reader.py", "Removals and replacements"),
        ("api: rename Reader to Source", "src/reader.py", "Removals and replacements"),
        ("Replaces the reader by a stream", "src/reader.py", "Removals and replacements"),
        ("Drop Python 3.8", "src/reader.py", "Removals and replacements"),
        ("Reader -> Source", "src/reader.py", "Removals and replacements"),
        ("Remover of files", "src/reader.py", "Other changes"),
        ("Describe the fields", "src/reader.py", "Documentation"),
        ("Slightly clarify the exit codes", "src/reader.py", "Documentation"),
        ("Reader and writer example", "src/reader.py", "Documentation"),
        ("Use the reader in the example component", "src/reader.py", "Other changes"),
        ("Minor documentation fixes", "src/reader.py", "Documentation"),
        ("Change one letter in comments", "src/reader.py", "Documentation"),
        ("Use one port, update the docs", "src/reader.py", "Other changes"),
        ("Turn on docs-mode", "src/reader.py", "Other changes"),
        ("Move the reader to its own file", "src/reader.py", "Releases and chores"),
        ("Rewrote the reader in Rust", "src/reader.py", "Releases and chores"),
        ("Movable readers", "src/reader.py", "Other changes"),
        ("test-utils: use one path", "src/reader.py", "Other changes"),
        ("Parallelize the reader", "src/reader.py", "Performance"),
        ("fix: crash without a config", "src/config.py", "Fixes"),
        ("fix: lints with a wrong name", "src/lints.py", "Fixes"),
        ("fix(ci): find the tests of a folder", "src/ci.py", "Fixes"),
        ("Fix(reader)!: a typo in the CI command", "src/ci.py", "Fixes"),
        ("BUG: wrong result of a sum", "src/sum.py", "Fixes"),
        ("\N{BUG} fix: wrong result of a sum", "src/sum.py", "Fixes"),
        ("[bugfix] wrong result of a sum", "src/sum.py", "Fixes"),
        ("Fixed a race in the reader", "src/reader.py", "Fixes"),
        ("cli: fix the add command", "src/cli.py", "Fixes"),
        ("Fix the lint for unused keys", "src/lints.py", "Fixes"),
        ("Add a lint for unused keys", "src/lints.py", "Features"),
        ("Fix lint warnings in the reader", "src/reader.py", "Releases and chores"),
        ("Rare deadlock fix", "src/reader.py", "Fixes"),
        ("Prefix all routes", "src/routes.py", "Other changes"),
        ("perf(reader): fix a slow loop", "src/reader.py", "Performance"),
        ("Speed up the reader", "src/reader.py", "Performance"),
        ("Make the reader faster", "src/reader.py", "Performance"),
        ("Fix a typo", "docs/index.md", "Documentation"),
        ("Fix a typo", "src/reader.py", "Documentation"),
        ("docs: explain windows", "src/windows.py", "Documentation"),
        ("docs: fix the build", "src/windows.py", "Documentation"),
        ("Add ACME to the adopters", "ADOPTERS.md", "Documentation"),
        ("Document the reader", "src/reader.py", "Documentation"),
        ("Add an example of a reader", "src/reader.py", "Documentation"),
        ("chore: tidy up", "src/tidy.py", "Releases and chores"),
        ("chore: fix the reader", "src/tidy.py", "Releases and chores"),
        ("internal: add a cache to the reader", "src/reader.py", "Releases and chores"),
        ("minor: support globs", "src/reader.py", "Releases and chores"),
        ("refactor(reader): add a class", "src/reader.py", "Releases and chores"),
        ("cleanup: improve names", "src/reader.py", "Releases and chores"),
        ("style: new quotes", "src/reader.py", "Releases and chores"),
        ("test: add a crash", "src/reader.py", "Releases and chores"),
        ("ci: fix the crash", "src/reader.py", "Releases and chores"),
        ("build: support musl", "src/reader.py", "Releases and chores"),
        ("Refactor the reader", "src/reader.py", "Releases and chores"),
        ("Remove unused variables", "src/reader.py", "Releases and chores"),
        ("Fix the flaky test of the reader", "src/reader.py", "Releases and chores"),
        ("Fix CI", "src/reader.py", "Releases and chores"),
        ("Fix the intersection test of two planes", "src/planes.py", "Fixes"),
        ("Fixed a wrong lint of unused keys", "src/lints.py", "Fixes"),
        ("Add more tests for the reader", "src/reader.py", "Releases and chores"),
        ("Add a flag to skip tests", "src/reader.py", "Features"),
        ("Add a cache to the build", ".github/workflows/ci.yml", "Releases and chores"),
        ("Cover the reader", "src/tests/reader.py", "Releases and chores"),
        ("Release v1.2.0", "package.json", "Releases and chores"),
        ("v1.2.0", "package.json", "Releases and chores"),
        ("chore(release): prepare v1.2.0", "package.json", "Releases and chores"),
        ('Revert "cli: add a flag for colours"', "src/cli.py", "Releases and chores"),
        ("Bump left-pad from 1.0 to 1.1", "package.json", "Dependencies"),
        ("fix(deps): update left-pad", "package.json", "Dependencies"),
        ("chore(ui-deps): update left-pad", "package.json", "Dependencies"),
        ("deps: update left-pad", "package.json", "Dependencies"),
        ("fix(codeps): find them", "src/reader.py", "Fixes"),
        ("Update dependency left-pad to v2", "package.json", "Dependencies"),
        ("Tidy up the reader", "src/reader.py", "Releases and chores"),
        ("The reader knows globs", "src/reader.py", "Other changes"),
    ],
)
def test_shipped_rules_read_a_title_and_a_path_as_an_editor_would(
    title: str, path: str, name: str
) -> None:
    """The titles are made up; nothing in them is special to one project."""
    grouped = grouping.group_pull_requests(
        [pull(1, title=title, files=(changed_file(path),))], set_up("")
    )
    assert [one.name for one in grouped.groups] == [name]


@pytest.mark.parametrize(
    "path",
    ["plugins/a/package.json", "packages/a/package.json", "crates/a/Cargo.toml"],
)
def test_an_added_package_is_new_unless_its_type_is_another(path: str) -> None:
    added = (changed_file(path, "added"),)
    titles = ["Hello", "feat: add it", "chore: add it"]
    pulls = [pull(number, title=title, files=added) for number, title in enumerate(titles)]
    pulls.append(pull(3, title="feat: change it", files=(changed_file(path),)))
    assert members(grouping.group_pull_requests(pulls, set_up(""))) == [
        ("New plugins and packages", [0, 1]),
        ("Features", [3]),
        ("Releases and chores", [2]),
    ]


def test_a_pull_request_of_a_bot_is_a_dependency_or_a_chore() -> None:
    bot = Person(login="some[bot]", is_bot=True)
    renovate = Person(login="renovate", is_bot=True)
    code = (changed_file("src/a.py"),)
    pulls = [
        pull(1, author=bot, title="Add a thing", files=code),
        pull(2, author=renovate, title="Pin", files=code),
    ]
    assert members(grouping.group_pull_requests(pulls, set_up(""))) == [
        ("Dependencies", [2]),
        ("Releases and chores", [1]),
    ]


RARE = """
[[digest.groups]]
name = "{area}"
min_pull_requests = 2
overflow_group = "Elsewhere"
any = [{ path = "src/{area}/**" }]
[[digest.groups]]
name = "{area}"
min_pull_requests = 2
any = [{ title = '^(?P<area>[a-z]+): ' }]
[[digest.groups]]
name = "Fixes"
any = [{ title = "^Fix" }]
"""


def test_an_area_is_shown_from_two_pull_requests_up() -> None:
    pulls = [
        in_area(1, "ui"),
        in_area(2, "ui"),
        in_area(3, "db", title="Fix it"),
        in_area(4, "api"),
        pull(5, title="net: a"),
        pull(6, title="net: b"),
        pull(7, title="ui: c"),
        pull(8, title="zip: d"),
    ]
    assert members(grouping.group_pull_requests(pulls, set_up(RARE))) == [
        ("Fixes", [3]),
        ("UI", [1, 2, 7]),
        ("Elsewhere", [4]),
        ("Net", [5, 6]),
        ("Other changes", [8]),
    ]


def test_rare_areas_with_the_same_beginning_share_a_group() -> None:
    """An area of two pull requests keeps its group, and the longest common beginning counts."""
    names = [
        "ui",
        "ui-kit",
        "ui-kit-a",
        "ui-kit-b",
        "db_a",
        "db_b",
        "db_b",
        "api-x",
        "a-b-c",
        "a-d",
    ]
    pulls = [in_area(number, name) for number, name in enumerate(names)]
    assert members(grouping.group_pull_requests(pulls, set_up(RARE))) == [
        ("UI kit", [1, 2, 3]),
        ("A", [8, 9]),
        ("DB b", [5, 6]),
        ("Elsewhere", [0, 4, 7]),
    ]


def test_a_rule_without_a_least_size_keeps_long_names() -> None:
    pulls = [in_area(1, "ui-kit"), in_area(2, "ui-bar")]
    alone = RARE.replace("min_pull_requests = 2\n", "")
    assert members(grouping.group_pull_requests(pulls, set_up(alone))) == [
        ("UI bar", [2]),
        ("UI kit", [1]),
    ]


def test_two_rules_together_may_make_an_area_large_enough() -> None:
    pulls = [in_area(1, "ui"), pull(2, title="ui: c")]
    assert members(grouping.group_pull_requests(pulls, set_up(RARE))) == [("UI", [1, 2])]


def test_labels_are_captured_as_folders_are() -> None:
    text = """
[[digest.groups]]
name = "{topic}"
any = [{ label = ["topic:{topic}", "A-{topic}"] }]
"""
    labels = ["topic:web-api", "Topic:Web API", "A-ecs", "topic:", "other"]
    pulls = [pull(number, labels=("x", label)) for number, label in enumerate(labels)]
    grouped = grouping.group_pull_requests(pulls, set_up(text))
    assert members(grouped) == [("Web API", [0, 1]), ("ECS", [2]), ("Other changes", [3, 4])]
    assert grouped.groups[1].rules == {"backstage/backstage#2": "label A-ecs"}


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("ecs", "ECS"),
        ("ui-kit", "UI kit"),
        ("github_actions", "GitHub Actions"),
        ("github_app", "GitHub app"),
        ("gltf", "glTF"),
        ("render", "Render"),
        ("guild", "Guild"),
        ("rest-api", "REST API"),
    ],
)
def test_names_of_areas_are_written_well(folder: str, name: str) -> None:
    pulls = [in_area(number, folder) for number in (1, 2)]
    assert [one.name for one in grouping.group_pull_requests(pulls, set_up(RARE)).groups] == [name]


@pytest.mark.parametrize(
    ("of", "names"),
    [
        ("general", ["Features", "Fixes", "Reader", "Other changes"]),
        ("by-area", ["Reader", "Features", "Other changes"]),
        ("conventional", ["Breaking changes", "Features", "Fixes", "Reader", "Other changes"]),
    ],
)
def test_presets_order_kinds_and_areas_differently(of: str, names: list[str]) -> None:
    titles = ["feat: b", "fix(reader): c", "feat(reader)!: d", "reader: e", "reader: f", "g"]
    pulls = [pull(number, title=title) for number, title in enumerate(titles)]
    grouped = grouping.group_pull_requests(pulls, set_up(f'[digest]\npreset = "{of}"\n'))
    assert [one.name for one in grouped.groups] == names


@cache
def weeks() -> Mapping[str, tuple[list[PullRequest], Grouping]]:
    """Every ISO week of the public history: its pull requests, and their groups by its preset."""
    by_week: defaultdict[str, list[PullRequest]] = defaultdict(list)
    for one in history.pull_requests():
        year, week, _ = one.merged_at.astimezone(UTC).isocalendar()
        by_week[f"{year}-W{week:02}"].append(one)
    return {
        week: (pulls, grouping.group_pull_requests(pulls, preset("backstage")))
        for week, pulls in by_week.items()
    }


@pytest.mark.slow
def test_every_week_of_the_history_is_counted_once_and_whole() -> None:
    for pulls, grouped in weeks().values():
        assert sorted(key for one in grouped.groups for key in one.pull_requests) == sorted(
            one.key for one in pulls
        )
    assert sum(one.count for _, grouped in weeks().values() for one in grouped.groups) == len(
        history.pull_requests()
    )


MOST_GROUPS = 12
MOST_UNSORTED = 0.15


@pytest.mark.slow
def test_no_week_has_more_groups_than_an_editor_can_look_at() -> None:
    assert max(len(grouped.groups) for _, grouped in weeks().values()) <= MOST_GROUPS


@pytest.mark.slow
def test_the_catch_all_has_few_pull_requests_by_people() -> None:
    """At most 15 in 100, even if areas beyond the limit count as unsorted too."""
    patterns = preset("backstage").bots
    people = {
        one.key
        for pulls, _ in weeks().values()
        for one in pulls
        if not is_bot(one.author, patterns)
    }
    unsorted = {
        name: sum(
            key in people
            for _, grouped in weeks().values()
            for one in grouped.groups
            if one.name == name
            for key in one.pull_requests
        )
        / len(people)
        for name in ("Other changes", "Elsewhere in the code")
    }
    assert 0 < unsorted["Other changes"] < sum(unsorted.values()) <= MOST_UNSORTED


@pytest.mark.slow
def test_every_condition_of_the_preset_puts_something_in_its_group() -> None:
    shipped = preset("backstage")
    unused = {
        (position, condition)
        for position, rule in enumerate(shipped.groups)
        for condition in rule.any
    }
    for one in history.pull_requests():
        subject = Subject(pull_request=one, is_bot=is_bot(one.author, shipped.bots))
        for position, rule in enumerate(shipped.groups):
            if rules.match_rule(rule, subject):
                holding = (
                    each for each in rule.any if rules.match_rule(Rule(any=(each,)), subject)
                )
                unused.discard((position, next(holding)))
                break
    assert unused == set()


def test_the_week_of_edition_26_is_grouped_as_an_editor_would() -> None:
    assert members(weeks()["2021-W19"][1]) == [
        ("New plugins", [5392, 5299]),
        ("Features", [5630, 5601, 5551, 5593, 5602, 5634, 5228]),
        ("Documentation", [5631, 5674]),
        ("Dependencies", [5626, 5627, 5628, 5629, 5579, 5636, 5644, 5645, 5647, 5648]),
        ("Releases and chores", [5618, 5650, 5651, 5605]),
        ("Backend", [5625]),
        ("Catalog", [5610]),
        ("CLI", [5623]),
        ("Kubernetes", [5585]),
        ("Elsewhere in the code", [5617, 5624, 5117]),
    ]
