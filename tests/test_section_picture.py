"""The picture of a finished section in the README."""

from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from scripts import section_picture
from tests.golden import assert_golden


def drawn_lines(markdown: str) -> list[str]:
    svg = ET.fromstring(section_picture.draw(markdown))  # noqa: S314 (we drew it)
    return ["".join(text.itertext()) for text in svg.iter("{http://www.w3.org/2000/svg}text")]


def test_the_picture_shows_the_section_of_the_demo_with_an_editors_sentences() -> None:
    section = section_picture.finished(section_picture.SECTION.read_text("utf-8"))
    assert_golden(section_picture.PICTURE, section_picture.draw(section))
    assert "TODO" not in section


def test_the_picture_of_layouts_shows_the_last_example_of_its_page() -> None:
    section = section_picture.last_example()
    assert_golden(section_picture.LAYOUTS_PICTURE, section_picture.draw(section))


def test_items_are_drawn_with_a_bullet() -> None:
    assert drawn_lines("### A\n\n- one\n- two\n") == ["A", "•", "one", "•", "two"]


def test_each_todo_needs_a_sentence() -> None:
    with pytest.raises(ValueError, match="zip"):
        section_picture.finished("TODO: one\n\nTODO: two\n\nTODO: three\n")


def test_headings_paragraphs_and_links_are_drawn_as_text() -> None:
    markdown = "## A & <b>\n\nOne\ntwo [#7](https://example.com/7).\n"
    assert drawn_lines(markdown) == ["A & <b>", "One two #7."]
    assert '<tspan class="link">#7</tspan>.' in section_picture.draw(markdown)


def test_a_line_ends_before_the_word_that_has_no_room() -> None:
    inline = MarkdownIt("commonmark").parse("aaa [bb](x)b cccccccc d e")[1]
    lines = section_picture.lines(inline, 7)
    assert [" ".join("".join(text for text, _ in word) for word in line) for line in lines] == [
        "aaa bbb",
        "cccccccc",
        "d e",
    ]
