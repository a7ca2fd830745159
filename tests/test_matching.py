"""Rules: a condition is true, false or unknown, and a match gives its reason in words."""

from typing import Any

import pytest

from digest.model import Changeset, Person, PullRequest
from digest.settings import VOLATILE, Condition, Match, Rule, Subject, rules
from tests.builders import changed_file, pull


def any_of(*conditions: dict[str, Any]) -> Rule:
    """Return a rule of which one condition must match."""
    return Rule(any=tuple(Condition(**one) for one in conditions))


def touching(*paths: str, **facts: Any) -> PullRequest:
    """Return a pull request that changes one line in each of these files."""
    return pull(files=tuple(changed_file(path) for path in paths), **facts)


def matched(rule: Rule, one: PullRequest, *, is_bot: bool = False) -> str | None:
    """The words of the match, to compare."""
    found = rules.match_rule(rule, Subject(pull_request=one, is_bot=is_bot))
    return found.words if found else None


def unknown(rule: Rule, one: PullRequest) -> frozenset[str]:
    return rules.unknown_facts(rule, Subject(pull_request=one))


@pytest.mark.parametrize(
    ("condition", "facts", "words"),
    [
        ({"title": "^Fix"}, {"title": "Fix the sidebar"}, "title “Fix”"),
        ({"title": "^Fix"}, {"title": "Prefix the sidebar"}, None),
        ({"title": "(?i): *fix"}, {"title": "cli: Fix the sidebar"}, "title “Fix”"),
        ({"title": "(?=x)"}, {"title": "x"}, "title “(?=x)”"),
        (
            {"label": ["bug", "type: *"]},
            {"labels": ("area", "Type: Feature")},
            "label Type: Feature",
        ),
        ({"label": "bug"}, {"labels": ("bugs",)}, None),
        ({"label": "bug"}, {"labels": ()}, None),
        ({"milestone": ["v1.*", "Next"]}, {"milestone": "V1.2"}, "milestone V1.2"),
        ({"milestone": "v1.*"}, {"milestone": "v2.0"}, None),
        ({"milestone": "*"}, {"milestone": ""}, None),
        (
            {"author": "dependabot*"},
            {"author": Person(login="Dependabot[bot]")},
            "author Dependabot[bot]",
        ),
        ({"author": "*[bot]"}, {"author": Person(name="snyk[bot]")}, "author snyk[bot]"),
        ({"author": "ada"}, {"author": Person(login="adam")}, None),
        ({"base": ["main", "release-*"]}, {"base": "release-1.0"}, "base release-1.0"),
        ({"base": "main"}, {"base": "master"}, None),
        ({"reactions": 3}, {"reactions": 3}, "3 reactions"),
        ({"reactions": 3}, {"reactions": 2}, None),
        ({"comments": 1}, {"comments": 1000}, "1,000 comments"),
        ({"comments": 1}, {"comments": 0}, None),
        (
            {"pictures": True},
            {"body": "Made up for tests. ![a](b.png)"},
            "a picture in the description",
        ),
        ({"pictures": True}, {"body": "Made up for tests."}, None),
    ],
)
def test_a_condition_on_a_fact_reports_the_matched_value(
    condition: dict[str, Any], facts: dict[str, Any], words: str | None
) -> None:
    assert matched(any_of(condition), pull(**facts)) == words


@pytest.mark.parametrize(
    ("condition", "is_bot", "words"),
    [
        (True, True, "by a bot"),
        (True, False, None),
        (False, False, "by a person"),
        (False, True, None),
    ],
)
def test_a_condition_on_bots_separates_them_from_people(
    *, condition: bool, is_bot: bool, words: str | None
) -> None:
    assert matched(any_of({"bot": condition}), pull(), is_bot=is_bot) == words


@pytest.mark.parametrize(
    ("pattern", "path", "holds"),
    [
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/a/b.md", False),
        ("docs/**", "docs/a/b.md", True),
        ("docs/**", "my/docs/a.md", False),
        ("**/docs/**", "docs/a.md", True),
        ("**/docs/**", "a/b/docs/c/d.md", True),
        ("**/docs/**", "a/mydocs/c.md", False),
        ("**/*.md", "README.md", True),
        ("**/*.md", "a/b/README.md", True),
        ("**/*.md", "a/README.mdx", False),
        ("*", "package.json", True),
        ("*", "a/package.json", False),
        (".*/**", ".github/workflows/ci.yml", True),
        (".*/**", "a/.github/ci.yml", False),
        ("a+(b)[c]?.md", "a+(b)[c]?.md", True),
        ("plugins/{p}-backend/**", "plugins/auth-backend/a.ts", True),
        ("plugins/{p}-backend/**", "plugins/auth/a-backend/a.ts", False),
        ("{a}/{a}.md", "x/x.md", True),
        ("{a}/{a}.md", "x/y.md", False),
        ("a/{}.md", "a/{}.md", True),
    ],
)
def test_a_glob_matches_the_whole_path(*, pattern: str, path: str, holds: bool) -> None:
    assert (matched(any_of({"path": pattern}), touching(path)) is not None) == holds


def test_path_needs_one_file_and_only_needs_all_of_them() -> None:
    mixed, docs, empty = (
        touching("docs/a.md", "src/a.py"),
        touching("docs/a.md", "b.md"),
        touching(),
    )
    some, every = any_of({"path": "docs/**"}), any_of({"only": ["docs/**", "*.md"]})
    assert [matched(some, one) for one in (mixed, docs, empty)] == [
        "path docs/**",
        "path docs/**",
        None,
    ]
    assert [matched(every, one) for one in (mixed, docs, empty)] == [
        None,
        "only docs/** or *.md",
        None,
    ]


def test_status_is_that_of_the_matching_file() -> None:
    added = any_of({"path": "a/*", "status": "added"})
    removed = any_of({"only": "a/*", "status": "removed"})
    one = pull(files=(changed_file("a/x"), changed_file("b/y", "added")))
    other = pull(files=(changed_file("a/x", "added"), changed_file("b/y")))
    gone = pull(files=(changed_file("a/x", "removed"),))
    assert [matched(added, each) for each in (one, other, gone)] == [None, "path a/* added", None]
    assert [matched(removed, each) for each in (one, other, gone)] == [
        None,
        None,
        "only a/* removed",
    ]


def test_a_path_captures_the_segment_with_the_most_changed_lines() -> None:
    rule = any_of({"path": ["plugins/{area}-backend/**", "plugins/{area}/**"]})
    files = (
        changed_file("plugins/search/a.ts", additions=30),
        changed_file("plugins/catalog/a.ts", additions=10, deletions=10),
        changed_file("plugins/catalog-backend/a.ts", additions=11),
    )
    assert rules.match_rule(rule, Subject(pull_request=pull(files=files))) == Match(
        words="path plugins/{area}/**", captures={"area": "catalog"}
    )


def test_captures_of_the_same_size_are_in_alphabetical_order() -> None:
    rule = any_of({"path": "plugins/{area}/**"})
    found = rules.match_rule(
        rule, Subject(pull_request=touching("plugins/search/a.ts", "plugins/catalog/a.ts"))
    )
    assert found == Match(words="path plugins/{area}/**", captures={"area": "catalog"})


def test_all_keys_of_a_condition_must_hold() -> None:
    rule = any_of({"title": "^Add", "path": "src/**"})
    assert matched(rule, touching("src/a", title="Add a")) == "title “Add” and path src/**"
    assert matched(rule, touching("src/a", title="Drop a")) is None
    assert matched(rule, touching("docs/a", title="Add a")) is None


def test_all_needs_every_condition_and_any_needs_one() -> None:
    rule = Rule(
        all=(Condition(bot=False), Condition(path=("src/{area}/**",))),
        any=(Condition(title="^Add"), Condition(label=("feature",))),
    )
    one = touching("src/ui/a", title="Draw", labels=("feature",))
    assert rules.match_rule(rule, Subject(pull_request=one)) == Match(
        words="by a person and path src/{area}/** and label feature", captures={"area": "ui"}
    )
    assert rules.match_rule(rule, Subject(pull_request=one, is_bot=True)) is None
    assert rules.match_rule(rule, Subject(pull_request=touching("src/ui/a", title="Draw"))) is None


@pytest.mark.parametrize(
    ("condition", "facts", "lacking"),
    [
        ({"label": "bug"}, {"labels": None}, {"labels"}),
        ({"milestone": "v1.*"}, {"milestone": None}, {"milestone"}),
        ({"author": "ada"}, {"author": None}, {"author"}),
        ({"author": "ada"}, {"author": Person()}, {"author"}),
        ({"base": "main"}, {"base": None}, {"base"}),
        ({"path": "docs/**"}, {"files": None}, {"files"}),
        ({"only": "docs/**"}, {"files": None}, {"files"}),
        (
            {"comments": 1, "reactions": 1},
            {"comments": None, "reactions": None},
            {"comments", "reactions"},
        ),
        ({"pictures": True}, {"body": None}, {"descriptions"}),
        ({"label": "bug", "path": "docs/**"}, {"labels": None, "files": None}, {"labels", "files"}),
        ({"label": "bug", "title": "^Fix"}, {"labels": None, "title": "Add"}, set()),
    ],
)
def test_a_rule_without_its_facts_does_not_match_and_names_them(
    condition: dict[str, Any], facts: dict[str, Any], lacking: set[str]
) -> None:
    rule, one = any_of(condition), pull(**facts)
    assert (matched(rule, one), unknown(rule, one)) == (None, frozenset(lacking))


def test_known_facts_decide_as_far_as_they_can() -> None:
    """A pull request with unknown labels still matches by its title, and fails by another key."""
    either = any_of({"label": "bug"}, {"title": "^Fix"})
    one = pull(title="Fix it", labels=None)
    assert (matched(either, one), unknown(either, one)) == (
        "title “Fix”",
        frozenset(),
    )
    other = pull(title="Add it", labels=None)
    assert (matched(either, other), unknown(either, other)) == (
        None,
        frozenset({"labels"}),
    )


def test_a_cut_list_of_files_proves_only_what_it_shows() -> None:
    cut = touching("docs/a.md", changed_files=2)
    seen = [
        (matched(rule, cut), unknown(rule, cut))
        for rule in (
            any_of({"path": "docs/**"}),
            any_of({"path": "src/**"}),
            any_of({"only": "docs/**"}),
            any_of({"only": "src/**"}),
        )
    ]
    assert seen == [
        ("path docs/**", frozenset()),
        (None, {"files"}),
        (None, {"files"}),
        (None, frozenset()),
    ]


def test_each_unknown_fact_is_reported_once() -> None:
    lacking = [frozenset({"files"}), frozenset({"labels", "files"}), frozenset[str]()]
    assert rules.unknown_fact_notices(lacking, "grouping") == (
        "The files of 2 pull requests are unknown, so grouping rules that use them were skipped.",
        "The labels of 1 pull request are unknown, so grouping rules that use them were skipped.",
    )


def test_a_changeset_matches_by_its_bumps() -> None:
    minor = Rule.model_validate({"any": [{"changeset": ["major", "minor"]}]})
    adds = (changed_file(".changeset/a.md", "added"),)
    one = Changeset(
        path=".changeset/a.md",
        bumps={"@made-up/a": "patch", "@made-up/b": "minor"},
        summary="Made up.",
    )
    found = rules.match_rule(minor, Subject(pull_request=pull(1, files=adds, changesets=(one,))))
    assert found == Match(words="minor changeset", captures={"changeset": "minor"})
    assert rules.match_rule(minor, Subject(pull_request=pull(1, files=adds, changesets=()))) is None
    assert unknown(minor, pull(1, files=adds)) == {"changesets"}
    assert unknown(minor, pull(1)) == frozenset()


@pytest.mark.parametrize(("is_first", "matches"), [(True, True), (False, False), (None, False)])
def test_a_known_first_contribution_matches(*, is_first: bool | None, matches: bool) -> None:
    first = Rule.model_validate({"any": [{"first_contribution": True}]})
    assert (
        rules.match_rule(first, Subject(pull_request=pull(1), is_first=is_first)) is not None
    ) is matches
    assert (
        rules.unknown_facts(first, Subject(pull_request=pull(1), is_first=is_first)) == frozenset()
    )


def test_volatile_facts_are_facts_of_a_pull_request() -> None:
    assert {"comments", "reactions"} <= set(VOLATILE) <= set(PullRequest.model_fields)
