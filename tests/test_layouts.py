"""Editions in the layouts with lists, from the command to the files."""

import re
from pathlib import Path

import pytest

from digest.compose import items, marks
from digest.compose.keys import RepositoryNames
from digest.model import Layout, ListedItem, Mark, Marks, Person
from digest.output import render
from digest.publishing.boxes import Toggles, apply_ticks
from digest.settings import Settings
from digest.text import find_todos
from tests.builders import REPOSITORY, changed_file, pull, snapshot
from tests.cli import EXAMPLE, run
from tests.composing import compose
from tests.kept_files import make_once
from tests.shipped import shipped

EDITION = Path("editions/2021-W19")
BOT = Person(login="dependabot", is_bot=True)
PULLS = (
    pull(1, title="feat(core): Add a clock (#99)", files=(changed_file("a.ts", additions=5),)),
    pull(2, title="Add a bell", files=(changed_file("b.ts", additions=40),)),
    pull(3, title="Fix `*` in the door", author=Person(login="grace"), body=None),
    pull(4, title="Bump x from 1.0 to 1.1", author=BOT),
    pull(5, title="docs: <b>explain</b> the roof", author=Person(login="ann", name="Ann Lee")),
)


def key(number: int) -> str:
    return f"{REPOSITORY}#{number}"


def link(number: int) -> str:
    return f"[#{number}](https://github.com/{REPOSITORY}/pull/{number})"


def settings(layout: Layout = "list", **changes: object) -> Settings:
    return shipped().model_copy(update={"layout": layout, **changes})


def section(layout: Layout, *stories: Mark, **changes: object) -> str:
    chosen = settings(layout, **changes)
    return render.section(compose(snapshot(*PULLS), chosen, None, Marks(stories=stories)), chosen)


def numbers(shown: str) -> list[str]:
    return re.findall(r"\(\[#(\d+)", shown)


@pytest.fixture
def drafted(empty_folder: Path) -> Path:
    """Draft a list of the example in an empty folder."""
    (empty_folder / "digest.toml").write_text(
        f'[digest]\nrepository = "{REPOSITORY}"\nlayout = "list"\n'
    )
    make_once("layouts", empty_folder, lambda: run("week", "--from", EXAMPLE))
    return EDITION / "section.md"


def test_a_list_has_the_groups_with_an_item_for_each_pull_request() -> None:
    assert section("list") == (
        "## Merged last week\n\n"
        "5 pull requests were merged last week. The list leaves out one update by a bot.\n\n"
        "### Features\n\n"
        f"- Add a bell ({link(2)}) by Ada Lovelace\n"
        f"- Add a clock ({link(1)}) by Ada Lovelace\n\n"
        "### Fixes\n\n"
        f"- Fix `*` in the door ({link(3)}) by TODO: name (grace)\n\n"
        "### Documentation\n\n"
        f"- \\<b>explain\\</b> the roof ({link(5)}) by Ann Lee\n"
    )


def test_stories_and_a_list_have_each_pull_request_once() -> None:
    shown = section("stories-and-list", Mark(pull_requests=(key(2),)))
    assert "### Bell\n" in shown
    assert numbers(shown) == ["1", "3", "5"]
    assert "Here is one of them. The list leaves out one update by a bot." in shown


def test_the_author_of_an_item_without_a_name_is_a_todo() -> None:
    assert len(find_todos(section("list"))) == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"list_groups": ("*",)}, ["2", "1", "3", "5"]),
        ({"list_groups": ("Feat*", "Documentation")}, ["2", "1", "5"]),
        ({"list_groups": ("*", "!Features")}, ["3", "5"]),
        ({"list_order": "number"}, ["1", "2", "3", "5"]),
    ],
)
def test_settings_choose_the_groups_and_the_order(
    changes: dict[str, object], expected: list[str]
) -> None:
    assert numbers(section("list", **changes)) == expected


def test_bots_can_be_left_out() -> None:
    assert "5 pull requests were merged last week.\n" in section("list", list_bots="none")


def test_a_first_contribution_is_named_where_that_is_on_and_known() -> None:
    known = snapshot(*PULLS).model_copy(update={"first_contributions": (key(3),)})
    for is_on in (True, False):
        chosen = settings(first_contributions=is_on)
        shown = render.section(compose(known, chosen, None, Marks(heading="x")), chosen)
        assert shown.count("by TODO: name (grace) (first contribution)\n") == is_on


@pytest.mark.parametrize(
    ("mark", "line"),
    [
        (Mark(text="My *words*."), f"- My *words*. ({link(2)})\n"),
        (Mark(text=f"Ring {link(2)}\n\nloud"), f"- Ring {link(2)}\n\n  loud\n"),
        (Mark(heading="A [bell]"), f"- A [bell] ({link(2)}) by Ada Lovelace\n"),
    ],
)
def test_an_editors_words_replace_those_of_an_item(mark: Mark, line: str) -> None:
    shown = section("list", mark.model_copy(update={"pull_requests": (key(2),)}))
    assert f"### Features\n\n{line}" in shown


def test_a_joined_item_names_all_titles_links_and_people_once() -> None:
    shown = section("list", Mark(pull_requests=(key(1), key(2))))
    assert f"- Add a clock and Add a bell ({link(1)}, {link(2)}) by Ada Lovelace\n" in shown
    assert numbers(shown) == ["1", "3", "5"]


def test_listed_false_leaves_an_item_out_and_no_story() -> None:
    mark = Mark(pull_requests=(key(2),), listed=False)
    assert numbers(section("list", mark)) == ["1", "3", "5"]
    assert "### Bell\n" in section("stories-and-list", mark)
    assert "### Bell\n" in section("stories", mark)


def test_a_mark_shows_an_item_of_a_group_that_is_not_shown() -> None:
    mark = Mark(pull_requests=(key(4),), removed=True, group="Dependencies")
    assert f"### Dependencies\n\n- Bump x from 1.0 to 1.1 ({link(4)}) by dependabot\n" in section(
        "list", mark
    )


def test_a_new_group_of_a_mark_comes_last() -> None:
    shown = section("list", Mark(pull_requests=(key(2),), group="My group", place=1))
    assert shown.endswith(f"### My group\n\n- Add a bell ({link(2)}) by Ada Lovelace\n")


def test_items_are_plain_data_of_templates(drafted: Path) -> None:
    template = (
        "{% for group in digest.listed_groups %}### {{ group.name }}\n\n"
        "{% for item in group.listed_items %}- {{ item.title }} ({{ item.links }})\n\n{% endfor %}"
        "{% endfor %}"
    )
    Path("mine.j2").write_text(template)
    text = re.sub(r"(?m)^(- .*\)\)) by .*$", r"\1", drafted.read_text("utf-8"))
    printed = run("render", "--template", "mine.j2").out
    lines = [line for line in text[text.index("###") :].splitlines() if line]
    assert [line for line in printed.splitlines() if line] == lines
    Path("digest.toml").write_text(f'[digest]\nrepository = "{REPOSITORY}"\noutput = "other"\n')
    run("week", "--from", EXAMPLE)
    assert "- Show number of older messages" in run("render", "--template", "mine.j2").out


def test_a_deleted_item_is_left_out_in_later_runs(drafted: Path) -> None:
    text = drafted.read_text("utf-8")
    line = next(one for one in text.splitlines(keepends=True) if "[#5551]" in one)
    drafted.write_text(text.replace(line, ""), encoding="utf-8")
    seen = run("render")
    assert "You deleted #5551 from the list." in seen.err
    assert drafted.read_text("utf-8") == text.replace(line, "")
    decided = marks.parse_marks(
        (EDITION / "marks.toml").read_text("utf-8"), "marks", RepositoryNames([REPOSITORY])
    )
    assert decided.stories == (Mark(pull_requests=(key(5551),), removed=True, listed=False),)
    assert run("render").out == text.replace(line, "")
    run("mark", "5551")
    assert line in drafted.read_text("utf-8")


def test_marks_of_a_list_are_about_items(drafted: Path) -> None:
    assert "#5634 is left out of the list." in run("mark", "5634", "--remove").err
    assert "#5117 has your text." in run("mark", "5117", "--text", "**Pages** of groups.").err
    assert "#5602 and #5601 are in the list as one item." in run("mark", "5602+5601").err
    text = drafted.read_text("utf-8")
    assert "#5634" not in text
    assert f"- **Pages** of groups. ({link(5117)})\n" in text
    assert f"({link(5602)}, {link(5601)}) by " in text
    assert run("render").out == text


def test_a_list_has_no_first_story(drafted: Path) -> None:
    assert drafted.is_file()
    seen = run("mark", "5551", "--first")
    assert seen.code == 2
    assert "has the layout list, so it has no stories to move" in seen.err


def test_another_layout_under_a_persons_edits_is_refused_with_the_ways_out(drafted: Path) -> None:
    edited = drafted.read_text("utf-8").replace("export types", "Types")
    drafted.write_text(edited, encoding="utf-8")
    Path("digest.toml").write_text(f'[digest]\nrepository = "{REPOSITORY}"\n')
    seen = run("render")
    assert seen.code == 2
    assert "section.md has your edits in the layout 'list'" in seen.err
    assert drafted.read_text("utf-8") == edited
    Path(EDITION / "marks.toml").write_text('layout = "list"\n', encoding="utf-8")
    assert run("render").out == edited
    Path(EDITION / "marks.toml").write_text("", encoding="utf-8")
    drafted.unlink()
    assert "export types" not in run("render").out


def test_another_layout_renders_an_untouched_text_again(drafted: Path) -> None:
    Path(EDITION / "marks.toml").write_text('layout = "stories"\n', encoding="utf-8")
    run("mark", "5551")
    text = drafted.read_text("utf-8")
    assert f"in {link(5551)}. TODO:" in text
    assert not numbers(text)
    assert "layout" not in (EDITION / "rendered.md").read_text("utf-8")


def test_boxes_leave_items_out_and_put_them_back() -> None:
    known = {key(1), key(2)}
    out = apply_ticks(Marks(), Toggles(off=frozenset({key(1)})), known, "list")
    assert out.marks.stories == (Mark(pull_requests=(key(1),), removed=True, listed=False),)
    assert out.message == "Unticked: #1 is left out of the list."
    for layout in ("list", "stories-and-list"):
        back = apply_ticks(out.marks, Toggles(on=frozenset({key(1)})), known, layout)
        assert back.marks.stories[0].listed
        assert not back.marks.stories[0].is_story("list")
    story = apply_ticks(Marks(), Toggles(on=frozenset({key(2)})), known, "stories-and-list")
    assert story.marks.stories == (Mark(pull_requests=(key(2),)),)
    item = apply_ticks(story.marks, Toggles(off=frozenset({key(2)})), known, "stories-and-list")
    assert item.marks.stories == (Mark(pull_requests=(key(2),), removed=True),)


def test_marks_of_items_survive_the_file() -> None:
    decided = Marks(
        layout="list",
        stories=(
            Mark(pull_requests=(key(1),), removed=True, listed=False),
            Mark(pull_requests=(key(2),), group="Fixes", place=3),
        ),
    )
    names = RepositoryNames([REPOSITORY])
    written = marks.dump_marks(None, decided, names).text
    assert marks.parse_marks(written, "marks", names) == decided
    changed = decided.model_copy(
        update={
            "layout": None,
            "stories": (
                decided.stories[0].model_copy(update={"listed": True}),
                decided.stories[1].model_copy(update={"place": 4}),
            ),
        }
    )
    again = marks.dump_marks(written, changed, names).text
    assert marks.parse_marks(again, "marks", names) == changed
    assert "listed" not in again.partition("[[stories]]")[2]


def test_an_item_without_known_facts_keeps_its_link() -> None:
    decided = Marks(stories=(Mark(pull_requests=("acme/other#7",)),))
    facts = items.item_facts({}, snapshot().repositories, settings())
    (group,) = items.list_groups((), decided, facts, settings())
    assert group.listed_items == (
        ListedItem(
            pull_requests=("acme/other#7",),
            title=group.listed_items[0].title,
            links=group.listed_items[0].links,
            by=group.listed_items[0].by,
        ),
    )
    assert "https://github.com/acme/other/pull/7" in group.listed_items[0].links


def test_mark_prints_the_group_with_the_item_that_it_changed(drafted: Path) -> None:
    assert drafted.is_file()
    shown = run("mark", "5593", "--heading", "Tables can be configured").out
    assert shown.startswith(f"### Features\n\n- Tables can be configured ({link(5593)}) by ")
    assert shown.count("\n- ") == 1
