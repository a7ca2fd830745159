"""The text decides which stories are in the section: one answer for every list and the lead."""

import json
from pathlib import Path

import pytest

from digest.compose.blocks import rendered_blocks
from digest.compose.stories import marks_in_text
from digest.model import Mark, Marks
from digest.picker.rows import list_rows, pull_request_rows
from tests.cli import run
from tests.composing import compose
from tests.publishing import BRANCH, PAGE, SETTINGS, WEEK, draft, operation, publish, published
from tests.shipped import shipped

pytestmark = pytest.mark.slow

KEY = "backstage/backstage#{}"
SECTION = Path("editions/2021-W19/section.md")
TODO = "TODO: in one sentence, what can readers do with it?"
URL = "https://github.com/backstage/backstage/pull"
ONE, SEVERAL = "Here is one of them.", "Here are the highlights."


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder with settings and an edition with two drafted stories."""
    monkeypatch.chdir(tmp_path)
    Path("digest.toml").write_text(SETTINGS, encoding="utf-8")
    draft()


def edit(old: str, new: str) -> None:
    """Replace words of the section once."""
    text = SECTION.read_text(encoding="utf-8")
    assert old in text
    SECTION.write_text(text.replace(old, new, 1), encoding="utf-8")


def lists(screen: str) -> tuple[set[str], set[str]]:
    """The numbers in the two lists of a screen: in the section, and the next candidates."""
    parts = screen.split("\n\n")
    found: dict[str, set[str]] = {"In the section": set(), "Next candidates": set()}
    for part in parts:
        for name, numbers in found.items():
            if part.startswith(name):
                numbers |= {word for word in part.split() if word.startswith("#")}
    return found["In the section"], found["Next candidates"]


def story_keys() -> list[list[str]]:
    """The stories of `digest render --json`."""
    result = run("render", "--json")
    return [story["pull_requests"] for story in json.loads(result.out)["stories"]]


def test_kept_words_of_a_removed_story_are_in_the_section_everywhere() -> None:
    edit(TODO, "My words.")
    for _ in range(2):
        result = run("mark", "5299", "--remove")
        text = SECTION.read_text(encoding="utf-8")
        assert "My words." in text
        assert SEVERAL in text
        assert ONE not in text
        inside, candidates = lists(run("render").err)
        assert {"#5299", "#5392"} <= inside
        assert "#5299" not in candidates
        assert "delete the block in section.md" in result.err
        assert story_keys() == [[KEY.format(5392)], [KEY.format(5299)]]
    worksheet = SECTION.with_name("worksheet.md").read_text(encoding="utf-8")
    assert (
        "5299" in worksheet.partition("## In the section")[2].partition("## Everything merged")[0]
    )
    assert "digest mark 5299`" not in worksheet


def test_after_the_block_is_deleted_the_story_is_out_everywhere() -> None:
    edit(TODO, "My words.")
    run("mark", "5299", "--remove")
    text = SECTION.read_text(encoding="utf-8")
    begin = text.index("### Release")
    SECTION.write_text(text[:begin] + text[text.index("### Shortcuts") :], encoding="utf-8")
    result = run("render")
    assert ONE in SECTION.read_text(encoding="utf-8")
    assert lists(result.err)[0] == {"#5392"}
    assert "delete the block" not in result.err
    assert story_keys() == [[KEY.format(5392)]]


def test_a_story_that_a_person_wrote_without_a_mark_is_in_the_section() -> None:
    text = SECTION.read_text(encoding="utf-8")
    run("mark", "5299", "--remove")
    assert ONE in SECTION.read_text(encoding="utf-8")
    text = SECTION.read_text(encoding="utf-8")
    own = f"\n### A cache\n\nWe cache now: [#5551]({URL}/5551).\n"
    SECTION.write_text(text + own, encoding="utf-8")
    result = run("render")
    assert SEVERAL in SECTION.read_text(encoding="utf-8")
    assert lists(result.err)[0] == {"#5392", "#5551"}
    assert "#5551" not in lists(result.err)[1]
    assert story_keys() == [[KEY.format(5392)], [KEY.format(5551)]]


def test_a_story_that_lost_its_link_is_in_the_section_and_never_added_twice() -> None:
    edit(f"[#5299]({URL}/5299)", "a big change (#5299)")
    for words in (["render"], ["mark", "5299"], ["render"]):
        run(*words)
        text = SECTION.read_text(encoding="utf-8")
        assert text.count("5299") == 1
        assert SEVERAL in text
        assert {"#5299", "#5392"} == lists(run("render").err)[0]
    assert "\nremoved" not in SECTION.with_name("marks.toml").read_text("utf-8")


def test_the_draft_s_body_and_the_branch_agree_with_the_text(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with published(monkeypatch, tmp_path) as (_, newsletter):
        assert operation(publish()) == "created"
        text = newsletter.text(BRANCH, PAGE)
        edited = text.replace(TODO, "My words.", 1)
        edited = edited.replace(f"[#5392]({URL}/5392)", "a page (#5392)")
        newsletter.edit(BRANCH, PAGE, edited)
        newsletter.untick(1, KEY.format(5299))
        result = publish()
        assert operation(result) == "updated"
        assert f"delete the block in {PAGE}" in result.err
        body = newsletter.pull(1).body
        inside = body.partition("**In the section**")[2].partition("**Candidates**")[0]
        assert f"- [x] <!-- digest:pr={KEY.format(5299)} -->" in inside
        assert f"- [x] <!-- digest:pr={KEY.format(5392)} -->" in inside
        assert newsletter.text(BRANCH, PAGE).count("5392") == 1
        assert SEVERAL in newsletter.text(BRANCH, PAGE)
        marks = newsletter.text(BRANCH, ".digest/2021-W19/marks.toml")
        assert marks.count("removed = true") == 1 + marks.count("# `removed = true`")


def test_a_link_that_is_lost_on_disk_deletes_no_story_on_the_branch(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with published(monkeypatch, tmp_path) as (_, newsletter):
        assert operation(publish()) == "created"
        edit(f"[#5392]({URL}/5392)", "[a page](https://example.com)")
        assert operation(publish()) == "updated"
        text = newsletter.text(BRANCH, PAGE)
        assert text.count("### Shortcuts plugin") == 1
        assert "[a page](https://example.com)" in text
        assert operation(publish()) == "unchanged"


def test_the_rows_of_the_picker_show_what_only_the_text_covers() -> None:
    digest = compose(WEEK, shipped(), None)
    decided = Marks(stories=(Mark(pull_requests=(KEY.format(5299),), removed=True),))
    found = list_rows(pull_request_rows(digest, shipped()), decided, in_text={KEY.format(5299)})
    row = next(row for row in found if row.names == (KEY.format(5299),))
    assert (row.in_text, row.removed, row.is_story) == (True, False, False)


def test_marks_in_text_are_those_of_the_text() -> None:
    decided = Marks(
        stories=(
            Mark(pull_requests=("a/b#1", "a/b#2")),
            Mark(pull_requests=("a/b#3",)),
            Mark(heading="Meet us"),
            Mark(heading="Gone"),
            Mark(pull_requests=("a/b#4",), heading="Kept", removed=True),
        )
    )
    link = "https://github.com/A/b/pull/{}".format
    text = (
        f"## Lead\n\nSee {link(9)} and [two]({link(6)}).\n\n### One\n\n[x]({link(2)}), [7]({link(7)})\n"
        f"\n### Meet us!\n\nNow.\n\n### Kept\n\n[4]({link(4)})\n\n### Own\n\n[8]({link(8)})\n"
    )
    blocks = rendered_blocks(f"Own words with [6]({link(6)})\n\n{text}")
    found = marks_in_text(decided, blocks, [f"a/b#{number}" for number in range(1, 9)])
    assert [(mark.pull_requests, mark.heading) for mark in found.stories] == [
        (("a/b#2",), None),
        ((), "Meet us"),
        (("a/b#6",), None),
        (("a/b#7",), None),
        (("a/b#4",), "Kept"),
        (("a/b#8",), "Own"),
    ]
