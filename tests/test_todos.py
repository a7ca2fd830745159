"""The TODOs of a section: those that digest wrote, and no word of a title."""

import pytest

from digest.compose import stories
from digest.model import Person
from digest.output import render, terminal
from digest.text import find_todos
from tests.builders import pull, snapshot
from tests.composing import compose
from tests.shipped import shipped


def drafted_section() -> str:
    """A draft with TODOs of several kinds, and the word in its title and in its description."""
    picture = "![](https://github.com/user-attachments/assets/bell)"
    unnamed = pull(
        7,
        title="Add the TODO list",
        author=Person(login="x"),
        body=f"It finds every TODO in a file.\n\n{picture}",
    )
    return render.section(compose(snapshot(unnamed), shipped(), None), shipped())


def test_each_todo_of_a_draft_is_found() -> None:
    section = drafted_section()
    written = [section[start:].splitlines()[0] for start, _ in find_todos(section)]
    assert [line.partition(" ")[2][:15] for line in written] == [
        "name (x) added ",
        "in one sentence",
        "rewrite or dele",
        "add [the pictur",
    ]
    assert section.count("TODO") == 7


def test_a_title_with_the_word_leaves_no_todo_behind() -> None:
    section = (
        "### Add the TODO list\n\nAda Lovelace added the TODO list in #7. Write down your plans. "
        "It reads `TODO:` comments.\n\n![A list with a TODO: buy milk](./todo-1.png)\n"
    )
    assert find_todos(section) == []
    assert "TODO" not in terminal.next_steps(section, [], None)[-1].plain


@pytest.mark.parametrize(
    ("markdown", "count"),
    [
        (f"### {stories.HEADING_TODO}", 1),
        ("![TODO: describe the picture](./bell-1.png)", 1),
        (f"> {stories.QUOTE_TODO} It rings.", 1),
        ("- TODO: a list", 1),
        ("Rings! TODO: more. Who? TODO: name", 2),
        ("TODO without a colon", 0),
        ("### Ring it. TODO: later\n\nDing. TODO: more.", 1),
    ],
)
def test_a_todo_opens_a_block_a_sentence_or_a_description(markdown: str, count: int) -> None:
    assert len(find_todos(markdown)) == count
