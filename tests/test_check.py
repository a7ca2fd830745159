"""The rules of `digest check`: what each finds, what it leaves alone, and how they are switched off."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from digest.compose.checks import FINDERS, CheckFacts, CheckSubject, check_section, read_document
from digest.compose.keys import RepositoryNames
from digest.model import EarlierCount, Person, PullRequest
from digest.model.decisions import RULES
from digest.output import html
from tests.builders import FETCHED_AT, REPOSITORY, changed_file, pull, snapshot, week
from tests.cli import MONDAY, refused, run
from tests.composing import compose
from tests.shipped import shipped

URL = f"https://github.com/{REPOSITORY}/pull"
PULLS = (
    pull(5350, title="Add a plugin"),
    pull(5379, title="Fix #4321 in the cache"),
    pull(5634, title="Introduce testing", merged_at=FETCHED_AT - timedelta(days=4)),
    pull(5650, title='Revert "Introduce testing"', merged_at=FETCHED_AT - timedelta(days=3)),
)
FIRST = f"### One\n\nSee [#5350]({URL}/5350).\n"


def facts(*pulls: PullRequest, **more: object) -> CheckFacts:
    digest = compose(snapshot(*(pulls or PULLS), **more), shipped())
    names = RepositoryNames((REPOSITORY,), {})
    return CheckFacts(digest=digest, settings=shipped(), names=names, now=MONDAY)


FACTS = facts()


def found(text: str, known: CheckFacts | None = FACTS) -> list[tuple[int | None, str]]:
    """The line and rule of each finding; the pictures doors-1.png and a b.png exist."""
    subject = CheckSubject(read_document(text), known, frozenset({"doors-1.png", "a b.png"}))
    return [(finding.line, finding.rule) for finding in check_section(subject)]


def test_every_rule_has_a_function() -> None:
    assert list(FINDERS) == list(RULES)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("TODO: name added this. TODO: say what it does.\n\n> TODO: rewrite", [1, 1, 3]),
        ("### TODO: heading\n\n[x](https://a.b)", [1]),
        ("It reads `TODO:` comments and the TODO list.", []),
        ("```python\n# TODO: later\n```\n\nTODO: real", [5]),
        ("![TODO: describe the picture](./doors-1.png)", [1]),
    ],
)
def test_todos_of_digest_are_found(text: str, lines: list[int]) -> None:
    assert found(text, None) == [(line, "todo") for line in lines]


@pytest.mark.parametrize(
    "label",
    [
        "#5350",
        "5350",
        "PR 5350",
        "pull request #5350",
        "backstage/backstage#5350",
        "Backstage/Backstage#5350",
        "#5379 and #5350",
        f"{URL}/5350",
        "Fix #736 at last",
        "32 pull requests",
        "a change (#5350)",
        "",
    ],
)
def test_a_label_that_fits_is_right(label: str) -> None:
    assert found(f"[{label}]({URL}/5350/files#diff-1)", None) == []


@pytest.mark.parametrize(
    "label",
    [
        "#5379",
        "5379",
        "PR 5379",
        "(#5379)",
        "a change (#5379)",
        "#5379, #5380",
        "GH-5379",
        "acme/x#5350",
    ],
)
def test_a_label_with_another_number_than_its_link_is_found(label: str) -> None:
    assert found(f"\n\n[{label}]({URL}/5350)", None) == [(3, "link-label")]
    assert found(f"[{label}][a]\n\n[a]: {URL}/5350", None) == [(1, "link-label")]


def test_the_reason_names_label_and_link() -> None:
    subject = CheckSubject(read_document(f"[#5379]({URL}/5350)"))
    (finding,) = check_section(subject)
    assert finding.reason == "The label is “#5379”, but the link leads to #5350."
    assert finding.cure == "Correct the label or the link."


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (f"[#5350]({URL}/5350)", []),
        (f"[#535]({URL}/535)", ["unknown-link"]),
        (f"{URL}/535", ["unknown-link"]),
        (f'<a href="{URL}/535">it</a>', ["unknown-link"]),
        ("[it](https://redirect.github.com/backstage/backstage/pull/535)", ["unknown-link"]),
        ("[it](https://github.com/Backstage/Backstage/pull/5350)", []),
        ("[#1](https://github.com/other/project/pull/1)", []),
        (f"`{URL}/535`", []),
        (f"[it]({URL.replace('pull', 'issues')}/535)", []),
        (f"[it]({URL}/5634)", ["reverted-link"]),
        (f"[it]({URL}/5634), but see [it]({URL}/5650)", []),
        (f"### A\n\n[it]({URL}/5634)\n\n### B\n\n[it]({URL}/5650)", ["reverted-link"]),
    ],
)
def test_links_to_unknown_and_reverted_pull_requests_are_found(text: str, rules: list[str]) -> None:
    assert [rule for _, rule in found(text)] == rules


def test_a_link_to_the_story_of_another_edition_is_right() -> None:
    known = CheckFacts(
        digest=FACTS.digest,
        settings=shipped(),
        names=RepositoryNames((REPOSITORY,), {"spotify/backstage": REPOSITORY}),
        now=MONDAY,
        elsewhere=frozenset({f"{REPOSITORY}#4360"}),
    )
    assert found(f"[it]({URL}/4360), #4360, spotify/backstage#5350", known) == []


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("See #736.", True),
        ("See backstage/backstage#736.", True),
        ("See #5350 and other/project#736.", False),
        ("Our #1 wish, in `#736`, C#7 and [#736](https://example.com).", False),
        (f"See [#5379]({URL}/5379), which closes #4321.", False),
        ("It closes #4321.", True),
        ("\\#736 is escaped", True),
    ],
)
def test_a_bare_number_that_no_pull_request_has_is_found(text: str, is_found: bool) -> None:  # noqa: FBT001
    assert [rule for _, rule in found(text)] == ["unknown-number"] * is_found


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("### Two\n\nWords.", [1]),
        ("### Two\n\nBy [ada](https://github.com/ada).", [1]),
        ("### Two\n\nBy [ada](https://github.com/ada) in https://example.com/page.", []),
        ("### Two\n\n#### More\n\n[it](https://example.com/x)", []),
        ("### Two\n\n![a door](./doors-1.png)", [1]),
        ("## Thanks\n\nWords.\n\n#### Small\n\nWords", []),
        ("### Welcome\n\nFirst contributions by Ada.", []),
    ],
)
def test_a_story_without_a_link_is_found(text: str, lines: list[int]) -> None:
    assert found(text) == [(line, "unlinked-story") for line in lines]


def test_in_a_file_stories_are_the_headings_next_to_a_linked_one() -> None:
    page = f"## Merged\n\n{FIRST}\n### Two\n\nWords.\n\n## Events\n\n### Meet us\n\nIn May.\n"
    assert found(page, None) == [(7, "unlinked-story")]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"{FIRST}\n{FIRST.replace('One', '*one*')}", [5]),
        (f"## Merged\n\n## Merged\n\n{FIRST}", [3]),
        (f"{FIRST}\n#### Notes\n\n{FIRST.replace('One', 'Two')}\n#### Notes\n", []),
    ],
)
def test_a_repeated_heading_is_found(text: str, lines: list[int]) -> None:
    assert found(text) == [(line, "heading-twice") for line in lines]


def test_in_a_file_the_headings_of_a_list_are_groups() -> None:
    page = (
        "## Merged last week\n\n### Fixes\n\n- Door ([#5299](https://github.com/a/b/pull/5299))\n"
        "\n### Events\n\n- Come to our\n  meeting.\n* Or not.\n"
    )
    assert found(page, None) == []
    assert found(f"{page}\n### Words\n\n- One.\n\nNo item.\n", None) == [(13, "unlinked-story")]


def test_in_a_file_a_heading_may_be_below_two_others() -> None:
    assert found("## A\n\n### Fixes\n\n## B\n\n### Fixes\n\n### Fixes\n", None) == [
        (9, "heading-twice")
    ]


COUNTS = tuple(
    EarlierCount(start=week(name).start, end=week(name).end, count=count)
    for name, count in [("2021-W15", 5), ("2021-W16", 9), ("2021-W17", 7), ("2021-W18", 6)]
)
PEOPLE = (
    *PULLS,
    pull(5700, title="Bump x", author=Person(login="dependabot[bot]", is_bot=True)),
    pull(5701, title="Fix y", author=Person(login="grace", name="Grace Hopper")),
)
BUSY = facts(*PEOPLE, earlier_counts=COUNTS, first_contributions=(f"{REPOSITORY}#5701",))


@pytest.mark.parametrize(
    ("lead", "is_found"),
    [
        ("6 pull requests were merged last week.", False),
        ("Six PRs were merged.", False),
        ("Seven PRs were merged.", True),
        ("**7** pull requests were merged last week.", True),
        ("7 merged pull requests this week!", True),
        ("7 Pull Requests were merged into it in the last week.", True),
        ("Pull requests this week: 7", True),
        ("Pull requests this week: 6.", False),
        ("A total of 7.", True),
        ("Merged 7, reviewed 9.", True),
        ("5 pull requests were merged.", True),
        ("5 pull requests were merged, not counting bots.", False),
        ("6 pull requests, 1 by bots and 5 by people.", False),
        ("6 pull requests, 2 by bots.", True),
        ("About 10 pull requests were merged, more than 4 merges.", False),
        ("6 merged. Of these, 3 pull requests fix bugs.", False),
        ("6 PRs; the 4 weeks before saw 5 to 9.", False),
        ("6 PRs; the 3 weeks before saw 5 to 9.", True),
        ("Two people made 6 PRs, one new contributor among them.", False),
        ("Three people made 6 PRs.", True),
        ("6 PRs by 2 contributors, with 2 new contributors.", True),
        ("Here is the highlight of 6 pull requests in 2021, see version 1.2 and #5350.", False),
        ("6 PRs. Here are the 2 highlights.", True),
        ("6 PRs. Here are the 1 highlights.", False),
    ],
)
def test_numbers_of_the_lead_are_compared_with_the_facts(lead: str, is_found: bool) -> None:  # noqa: FBT001
    text = f"## Merged last week\n\n{lead}\n\n{FIRST}\nIt took 12 pull requests.\n"
    assert found(text, BUSY) == [(3, "numbers")] * is_found


def test_a_total_in_the_heading_is_compared_too() -> None:
    assert found(f"## Merged: 31\n\n4 pull requests were merged.\n\n{FIRST}") == [(1, "numbers")]


def test_a_sentence_of_the_settings_is_compared_in_any_language() -> None:
    wording = shipped().wording.model_copy(update={"plain": "{n} ändringar slogs samman."})
    settings = shipped().model_copy(update={"wording": wording})
    known = CheckFacts(
        digest=compose(snapshot(*PULLS), settings),
        settings=settings,
        names=RepositoryNames((REPOSITORY,), {}),
        now=MONDAY,
    )
    assert found("5 ändringar slogs samman.", known) == [(1, "numbers")]
    assert found("4 ändringar slogs samman.", known) == []


@pytest.mark.parametrize(
    ("picture", "rules"),
    [
        ("![a door](./doors-1.png)", []),
        ("![a door](doors-1.png)", []),
        ("![a door](<./a b.png>)", []),
        ("![a door](./Doors-1.png)", ["missing-picture"]),
        ("![a door](./gone.png)", ["missing-picture"]),
        ("![a door]()", ["missing-picture"]),
        ("![a door](https://example.com/x.png) ![a door](/img/x.png)", []),
        ('<img alt="a door" src="./gone.png">', ["missing-picture"]),
        ('<img src="./doors-1.png">', ["picture-text"]),
        ("![](./doors-1.png)", ["picture-text"]),
        ("![image](./doors-1.png)", ["picture-text"]),
        ("![Screenshot 2021-05-12 at 10.21.33](./doors-1.png)", ["picture-text"]),
        ("`![](./gone.png)`", []),
    ],
)
def test_missing_and_undescribed_pictures_are_found(picture: str, rules: list[str]) -> None:
    assert found(f"Words.\n\n{picture}\n", None) == [(3, rule) for rule in rules]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\n\n```\ncode\n", [3]),
        ("> ```\n> code\n\nb", [1]),
        ("~~~~\ncode\n~~~", [1]),
        ("```\ncode\n```\n\n    indented", []),
        ("<!-- note\n\nb", [1]),
        ("<!-- note -->\n\nb", []),
        ("a **bold. b", [1]),
        ("a bold** b", [1]),
        ("x\na *b c", [2]),
        ("a _b c", [1]),
        ("a ~~b c", [1]),
        ("**a**, *b*, ***c***, _d_, ~~e~~ and __f__", []),
        ("2 * 3 * 4, a*b, snake_case, packages/** and \\*\\*a \\_b", []),
        ("a `b c", [1]),
        ("`` a ` b ``", []),
        ("[a](https://a.b/c", [1]),
        ("[a](https://a.b/c d)", [1]),
        ("a](https://a.b/c)", [1]),
        ("[a] (https://a.b/c)", [1]),
        ("[a(https://a.b/c)", [1]),
        ("![a](./doors-1.png", [1]),
        ("[docs] and [a](https://a.b/c_(d)) \\[x [1, 2)", []),
        ("line\n[a](https://a.b\n**c**", [2]),
    ],
)
def test_markdown_that_does_not_close_is_found(text: str, lines: list[int]) -> None:
    assert found(text, None) == [(line, "unclosed") for line in lines]


def test_facts_that_are_incomplete_or_old_are_found() -> None:
    known = facts(complete=False, notices=("GitHub shows 1,000 at most.",))
    subject = CheckSubject(read_document(FIRST), known)
    (finding,) = check_section(subject)
    assert (finding.line, finding.rule) == (None, "incomplete-facts")
    assert finding.reason == "Pull requests may be missing. GitHub shows 1,000 at most."
    old = facts(fetched_at=MONDAY - timedelta(days=1, seconds=1))
    assert found(FIRST, old) == [(None, "old-facts")]
    assert found(FIRST, facts(fetched_at=MONDAY - timedelta(days=1))) == []


def test_only_the_section_of_a_page_counts() -> None:
    page = (
        "---\ntitle: TODO: x\n---\n\nTODO: not ours\n\n<!-- digest:begin -->\n\nTODO: ours\n\n"
        "<!-- digest:end -->\n\n**outside\n"
    )
    assert found(page, None) == [(9, "todo")]
    assert found(page.replace("\n", "\r\n"), None) == [(9, "todo")]


USE = "“TODO: in one sentence, what can readers do with it?” is still in the text."
PLUGIN = pull(
    5392,
    title="Add shortcuts plugin",
    files=(changed_file("plugins/shortcuts/package.json", "added", 500),),
)


@pytest.fixture
def edition(empty_folder: Path) -> Path:
    """An edition with one story in the working folder; returns its section."""
    Path("facts.json").write_text(snapshot(PLUGIN).model_dump_json())
    assert run("week", "--from", "facts.json").code == 0
    return empty_folder / "editions" / "2021-W19" / "section.md"


def test_check_prints_each_finding_and_exits_with_4(edition: Path) -> None:
    seen = run("check")
    assert (seen.code, seen.out, seen.err) == (
        4,
        f"editions/2021-W19/section.md:7: {USE} Replace it with your words, or delete it. [todo]\n",
        "1 finding.\n",
    )
    with edition.open("a") as file:
        file.write("\nTODO: one more\n")
    assert run("check").out.splitlines()[1:] == [
        "editions/2021-W19/section.md:9: “TODO: one more” is still in the text. [todo]"
    ]
    edition.write_text(edition.read_text().replace("TODO: ", ""))
    seen = run("check", "-e", "2021-W19")
    assert (seen.code, seen.out, seen.err) == (
        0,
        "",
        "editions/2021-W19/section.md: nothing is left to do.\n",
    )


def test_check_prints_json(edition: Path) -> None:
    document = json.loads(run("check", "--json").out)
    assert document == {
        "file": "editions/2021-W19/section.md",
        "findings": [
            {
                "line": 7,
                "rule": "todo",
                "reason": USE,
                "cure": "Replace it with your words, or delete it.",
            }
        ],
    }


def test_a_rule_is_switched_off_in_the_settings_or_in_the_marks(edition: Path) -> None:
    Path("digest.toml").write_text('[digest]\n[digest.check]\nignore = "todo"\n')
    assert run("check").code == 0
    Path("digest.toml").unlink()
    assert run("check").code == 4
    marks = edition.with_name("marks.toml")
    marks.write_text('ignore = ["todo"] # later\n' + marks.read_text())
    assert run("check").code == 0
    assert run("mark", "5392", "--heading", "Shortcuts").code == 0
    assert 'ignore = ["todo"] # later\n' in marks.read_text()


def test_an_unknown_rule_is_an_error_that_lists_all(edition: Path) -> None:
    rules = f"names the unknown rule 'todos'; the rules are {', '.join(RULES)}"
    marks = edition.with_name("marks.toml")
    marks.write_text('ignore = ["todos"]\n' + marks.read_text())
    assert refused("check") == (
        f"digest: editions/2021-W19/marks.toml, line 1: ignore = ['todos'] {rules}. "
        "The file was not changed."
    )
    Path("digest.toml").write_text('[digest.check]\nignore = ["todos"]\n')
    assert refused("check") == f"digest: digest.toml: check.ignore = ['todos'] {rules}"


def test_a_file_and_standard_input_are_checked_without_facts(empty_folder: Path) -> None:
    Path("news.md").write_text(f"[#1]({URL}/2)\n\n![a door](./door.png)\n")
    assert run("check", "news.md").out == (
        "news.md:1: The label is “#1”, but the link leads to #2. Correct the label or the link. "
        "[link-label]\n"
        "news.md:3: The picture door.png does not exist. Add the file, or delete the picture. "
        "[missing-picture]\n"
    )
    seen = run("check", "-", stdin=Path("news.md").read_text())
    assert (seen.code, seen.out.count("\n"), seen.out[:15]) == (4, 1, "Standard input:")
    assert run("check", "-", stdin="Fine.\n").code == 0


def test_a_file_or_edition_that_cannot_be_checked_is_one_line(edition: Path) -> None:
    assert refused("check", "nope.md") == (
        "digest: There is no file nope.md. To check an edition: digest check -e 2021-W19"
    )
    assert refused("check", "-e", "2021-W19", "facts.json").startswith("digest: -e and FILE")
    Path("latin.md").write_bytes(b"\xe9")
    assert refused("check", "latin.md").startswith("digest: latin.md is not UTF-8 text.")
    edition.unlink()
    assert refused("check") == (
        "digest: editions/2021-W19/section.md does not exist. "
        "To write it: digest render -e 2021-W19"
    )


def test_a_check_changes_no_file(edition: Path) -> None:
    before = {path: path.read_bytes() for path in edition.parent.rglob("*") if path.is_file()}
    edition.write_text("Mine.\n")
    run("check")
    after = {path: path.read_bytes() for path in edition.parent.rglob("*") if path.is_file()}
    assert after == before | {edition: b"Mine.\n"}


def test_the_same_facts_after_a_day_are_saved_again(edition: Path) -> None:
    later = MONDAY + timedelta(days=2)
    assert "[old-facts]" in run("check", now=later).out
    facts_file = Path("facts.json")
    facts_file.write_text(snapshot(PLUGIN, fetched_at=later).model_dump_json())
    run("week", "--from", "facts.json", now=later)
    assert "[old-facts]" not in run("check", now=later).out


def test_week_ends_with_the_number_of_todos_and_the_command(edition: Path) -> None:
    assert run("week", "--from", "facts.json").err.endswith("\n1 TODO left: digest check\n")
    assert run("mark", "5392", "--text", "Done.").err.count("TODO") == 0


def test_the_page_has_a_section_for_each_rule() -> None:
    page = (Path(__file__).parents[1] / "docs" / "checking.md").read_text("utf-8")
    named = [line.removeprefix("### ") for line in page.splitlines() if line.startswith("### ")]
    assert sorted(named) == sorted(RULES)


@pytest.mark.parametrize(
    "text",
    [
        f"[²]({URL}/12)",
        f"[{'1' * 5000}]({URL}/{'1' * 5000})",
        f"See #{'1' * 5000}.",
        f"{'1' * 5000} pull requests were merged.",
        '<img src="http://[x" alt="a">',
        '<img src="http://℀x" alt="a">',
    ],
)
def test_strange_numbers_and_addresses_are_read_without_an_error(text: str) -> None:
    for known in (FACTS, None):
        assert isinstance(found(f"## Merged\n\n{text}\n", known), list)
    assert html.to_html(text, html.WebPlace(None, None)).html
