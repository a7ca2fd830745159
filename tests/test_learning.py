"""`digest init` learns rules from a sample of pull requests, without a network."""

from collections.abc import Sequence
from typing import Any

import pytest

from digest.compose import learning
from digest.compose.learning import Evidence
from digest.model import Person, PullRequest
from tests.builders import changed_file, pull
from tests.shipped import shipped

PRESET: list[dict[str, Any]] = [
    {"name": "Fixes", "any": [{"title": "^fix:"}]},
    {"name": "New", "any": [{"path": "new/*", "status": "added"}]},
    {"name": "{area}", "min_pull_requests": 2, "any": [{"area": True}]},
]
NOTES = """
changelog:
  exclude:
    labels:
      - ignore
  categories:
    - title: "Breaking: all"
      labels:
        - breaking
        - 'semver: major'
    - title: New things # for users
      labels: [feature, enhancement]
      exclude:
        authors:
          - octocat
    - title: The rest
      labels:
        - "*"
"""


def labelled(*labels: Sequence[str]) -> list[PullRequest]:
    return [pull(number, labels=tuple(names)) for number, names in enumerate(labels)]


def test_labels_and_folders_become_rules_after_the_types_of_titles() -> None:
    areas = [("topic:a", "bug"), ("topic:b",), ("topic:b",), ("bug",), (), ("topic:c", "P-high")]
    pulls = [
        pull(number, labels=labels, files=(changed_file(f"src/{folder}/x.py"),))
        for number, (labels, folder) in enumerate(zip(areas, "abcdeb", strict=True))
    ]
    learned = learning.learn_settings(Evidence(pulls), PRESET, shipped())
    assert [(one.table, round(one.share, 2)) for one in learned.proposals] == [
        (PRESET[0], 0),
        ({"name": "Fixes", "any": [{"label": ["bug"]}]}, 0.33),
        (PRESET[1], 0),
        (
            {"name": "{topic}", "min_pull_requests": 2, "any": [{"label": ["topic:{topic}"]}]},
            0.5,
        ),
        ({**PRESET[2], "any": [{"path": ["src/{area}/**"]}]}, 0.17),
    ]
    assert learned.findings == (
        "Areas: src/{area}/** 100%",
        "Labels: bug 33%, topic:{topic} 67%",
        'People: "name" fits, because few have a company in their profile',
    )
    assert (learned.default_group, learned.group_order) == ("Other changes", shipped().group_order)
    assert learned.rest_groups == ("Other changes",)
    assert (learned.before, learned.after) == (4 / 6, 1 / 6)


def test_the_share_of_the_rest_includes_names_that_are_too_rare() -> None:
    preset = [*PRESET[:2], {**PRESET[2], "overflow_group": "Elsewhere"}]
    pulls = [
        pull(number, title="Hello", files=(changed_file(f"src/{folder}/x.py"),))
        for number, folder in enumerate("abcdee")
    ]
    learned = learning.learn_settings(Evidence(pulls), preset, shipped())
    assert learned.rest_groups == ("Other changes", "Elsewhere")
    assert learned.after == 4 / 6


def test_without_areas_the_rule_that_learns_them_later_stays() -> None:
    learned = learning.learn_settings(Evidence([pull(1)]), PRESET, shipped())
    assert [one.table for one in learned.proposals] == PRESET


def test_a_release_yml_in_use_names_the_first_groups() -> None:
    pulls = labelled(("breaking",), ("Enhancement",), ("feature", "bug"), ("x",), ("bug",))
    learned = learning.learn_settings(Evidence(pulls, release_notes=NOTES), PRESET, shipped())
    assert [one.table for one in learned.proposals[:2]] == [
        {"name": "Breaking: all", "any": [{"label": ["breaking", "semver: major"]}]},
        {"name": "New things", "any": [{"label": ["feature", "enhancement"]}]},
    ]
    assert [one.share for one in learned.proposals[:2]] == [0.2, 0.4]
    assert learned.group_order[:3] == ("Breaking: all", "New things", "New plugins and packages")
    assert learned.default_group == "The rest"
    assert learned.findings[0] == "Groups of .github/release.yml: Breaking: all, New things"


@pytest.mark.parametrize("notes", ["", "changelog:\n", "- [", "categories:\n  - title: A\n", NOTES])
def test_a_release_yml_without_use_is_left_alone(notes: str) -> None:
    assert learning.read_categories(notes, labelled(("x",))) == ([], None)


@pytest.mark.parametrize(
    ("labels", "globs"),
    [
        (["A-ecs", "A-ui", "A-math"], ["A-{topic}"]),
        (["area: a", "area: b", "area: c"], ["area: {topic}"]),
        (["pkg/a", "pkg/b", "pkg/c", "A-a", "A-b", "A-c"], ["A-{topic}", "pkg/{topic}"]),
        (["status: a", "status: b", "status: c"], []),
        (["P-a", "P-b", "P-c", "size/a", "size/b", "size/c", "kind/a", "kind/b", "kind/c"], []),
        (["area: a", "area: b"], []),
        (["good first issue", "help wanted", "bug"], []),
    ],
)
def test_families_of_labels_that_name_parts_are_found(labels: list[str], globs: list[str]) -> None:
    rules = learning.find_topics(labels, labelled(*([label] for label in labels)))
    assert [one["any"] for one in rules] == ([[{"label": globs}]] if globs else [])


def test_families_of_labels_that_no_pull_request_has_make_no_rules() -> None:
    assert learning.find_topics(["A-a", "A-b", "A-c"], labelled(("A-a",), (), ())) == []


def test_labels_of_kinds_are_found_in_any_form() -> None:
    pulls = labelled(("C-Bug",), ("kind/bug", "size/XS"), ("type: feature",), ("docs",), ("docs",))
    assert learning.find_kinds(pulls, {"Features"}) == [
        {"name": "Fixes", "any": [{"label": ["C-Bug", "kind/bug"]}]},
        {"name": "Documentation", "any": [{"label": ["docs"]}]},
    ]


@pytest.mark.parametrize(
    ("login", "titles", "found"),
    [
        ("acme-release", ["Release a 1", "Release a 2", "Release a 3"], True),
        ("ci-updater", ["Update x"] * 3, True),
        ("acme-release", ["Release a 1", "Release a 2"], False),
        ("acme-release", ["One", "Two", "Three"], False),
        ("ada", ["Release a 1", "Release a 2", "Release a 3"], False),
        ("rustbot", ["Update x"] * 3, False),
    ],
)
def test_authors_that_look_like_bots_are_found(login: str, titles: list[str], found: bool) -> None:  # noqa: FBT001 (a case)
    pulls = [pull(n, title=title, author=Person(login=login)) for n, title in enumerate(titles)]
    assert learning.find_bots(pulls, shipped()) == ((login,) if found else ())


@pytest.mark.parametrize(
    ("people", "style"),
    [
        ([{"name": "Ada Lovelace", "company": "Acme"}], None),
        ([{"name": "Ada Lovelace"}], "name"),
        ([{"name": "Ada Lovelace", "company": "Acme"}] * 3 + [{}], "name-login"),
        ([{"name": "Ada Lovelace"}, {}, {}], "login"),
        ([{"name": "ada"}], "login"),
    ],
)
def test_the_style_of_names_fits_the_profiles(
    people: list[dict[str, Any]], style: str | None
) -> None:
    pulls = [pull(n, author=Person(login="ada", **one)) for n, one in enumerate(people)]
    assert learning.fitting_style(pulls) == style


def test_prefixes_in_use_are_found() -> None:
    titles = ["cli: a", "[CLI] b", "fix(ui): c", "pkg/cli: d", "e", "Fix: f", "one: g"]
    pulls = [pull(n, title=title) for n, title in enumerate(titles)]
    assert (
        "Prefixes: cli 43%, fix 29%"
        in learning.learn_settings(Evidence(pulls), PRESET, shipped()).findings
    )
