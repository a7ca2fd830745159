"""Keys of `digest pick` in the layouts with lists: items by group, and the marks that result."""

import pytest

from digest.compose import items
from digest.model import Layout, Mark, Marks
from digest.picker import picking, rows
from digest.picker.picking import Picking
from tests.builders import REPOSITORY, changed_file, pull, snapshot
from tests.composing import compose
from tests.shipped import shipped

PULLS = (
    pull(1, title="Add a clock", files=(changed_file("a.ts", additions=50),)),
    pull(2, title="Add a bell", files=(changed_file("b.ts", additions=40),)),
    pull(3, title="Add a door", files=(changed_file("c.ts", additions=30),)),
    pull(4, title="Fix the roof", files=(changed_file("d.ts", additions=20),)),
    pull(5, title="Bump x from 1.0 to 1.1", files=(changed_file("yarn.lock"),)),
)


def key(number: int) -> str:
    return f"{REPOSITORY}#{number}"


def start(layout: Layout = "list", *stories: Mark) -> Picking:
    settings = shipped().with_layout(layout)
    decided = Marks(stories=stories)
    digest = compose(snapshot(*PULLS), settings, decided=decided)
    return picking.start(rows.pull_request_rows(digest, settings), decided)


def lines(at: Picking) -> list[str]:
    """Each row as its heading and numbers."""
    return [f"{row.heading}: {row.number}" for row in at.rows]


def listed(at: Picking) -> dict[str, list[str]]:
    """The numbers of the items by group, as the section lists them."""
    arranged = at.pull_rows.arranged(at.history.marks)
    return {
        group: ["+".join(one.rpartition("#")[2] for one in place.pull_requests) for place in places]
        for group, places in arranged.items()
    }


def test_the_rows_are_the_items_by_group_then_what_is_not_listed() -> None:
    assert lines(start()) == [
        "Features: #1",
        "Features: #2",
        "Features: #3",
        "Fixes: #4",
        "Not in the list: #5",
    ]


def test_stories_come_before_the_items() -> None:
    at = start("stories-and-list", Mark(pull_requests=(key(2),)))
    assert lines(at)[:3] == ["In the section: #2", "Features: #1", "Features: #3"]


def test_space_leaves_an_item_out_and_puts_it_back() -> None:
    at = start().step(1).mark()
    assert listed(at) == {"Features": ["1", "3"], "Fixes": ["4"]}
    assert at.history.marks.stories == (Mark(pull_requests=(key(2),), removed=True, listed=False),)
    back = at.with_cursor_on([key(2)]).mark()
    assert listed(back) == {"Features": ["1", "2", "3"], "Fixes": ["4"]}


def test_space_puts_a_pull_request_of_a_hidden_group_into_the_list() -> None:
    at = start().with_cursor_on([key(5)]).mark()
    assert listed(at)["Dependencies"] == ["5"]


def test_a_key_makes_an_item_a_story_and_space_makes_it_an_item_again() -> None:
    at = start("stories-and-list").with_cursor_on([key(3)]).highlight()
    assert lines(at)[0] == "In the section: #3"
    assert listed(at)["Features"] == ["1", "2"]
    assert listed(at.with_cursor_on([key(3)]).mark())["Features"] == ["1", "2", "3"]


def test_a_list_without_stories_explains_the_key_for_stories() -> None:
    assert start().highlight().message == "This edition has the layout list, so it has no stories."


def test_plus_joins_an_item_with_the_one_above() -> None:
    for layout in ("list", "stories-and-list"):
        at = start(layout).with_cursor_on([key(2)]).join()
        assert listed(at)["Features"] == ["1+2", "3"]
        assert not at.stories


def test_plus_joins_no_items_of_different_groups() -> None:
    at = start().with_cursor_on([key(4)]).join()
    assert at.message == "There is no item above in this group to join with."


@pytest.mark.parametrize(
    ("number", "moves", "expected"),
    [
        (1, [1], {"Features": ["2", "1", "3"], "Fixes": ["4"]}),
        (1, [1, 1], {"Features": ["2", "3", "1"], "Fixes": ["4"]}),
        (1, [1, 1, 1], {"Features": ["2", "3"], "Fixes": ["1", "4"]}),
        (3, [1, 1], {"Features": ["1", "2"], "Fixes": ["4", "3"]}),
        (3, [1, -1], {"Features": ["1", "2", "3"], "Fixes": ["4"]}),
        (4, [-1], {"Features": ["1", "2", "3", "4"]}),
        (4, [-1, -1], {"Features": ["1", "2", "4", "3"]}),
        (1, [-1], {"Features": ["1", "2", "3"], "Fixes": ["4"]}),
    ],
)
def test_shift_and_an_arrow_move_an_item_inside_and_between_groups(
    number: int, moves: list[int], expected: dict[str, list[str]]
) -> None:
    at = start().with_cursor_on([key(number)])
    for by in moves:
        at = at.move(by)
    assert listed(at) == expected
    assert at.row is not None
    assert at.row.names == (key(number),)


def test_a_move_into_a_group_with_places_comes_before_all_others() -> None:
    at = start().with_cursor_on([key(3)]).move(1).with_cursor_on([key(2)]).move(1)
    assert listed(at) == {"Features": ["1"], "Fixes": ["2", "3", "4"]}


def test_the_text_of_an_item_replaces_its_draft_until_it_is_deleted() -> None:
    for layout in ("list", "stories-and-list"):
        at = start(layout).with_cursor_on([key(2)]).reword_item("**Loud** bells.\r\n\r\nMore.")
        (mark,) = at.history.marks.stories
        assert (mark.pull_requests, mark.text) == ((key(2),), "**Loud** bells.\n\nMore.")
        assert listed(at) == listed(start(layout))
        assert at.message == "#2 has your text."
        assert at.reword_item("").history.marks.stories[0].text is None
        assert at.reword_item(None).message == "Nothing was changed."


def test_undo_takes_back_a_move() -> None:
    at = start().move(1).undo()
    assert at.history.marks == Marks()


def test_a_name_after_an_exclamation_mark_is_left_out_and_the_last_one_decides() -> None:
    settings = shipped().model_copy(update={"list_groups": ("*", "!Doc*", "Docs")})
    shown = [
        name for name in ("Features", "Documents", "Docs") if items.is_listed_group(name, settings)
    ]
    assert shown == ["Features", "Docs"]
