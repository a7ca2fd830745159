"""The first paragraph of a description that a person wrote.

All descriptions here are made up for tests.
"""

import pytest

from digest.text.descriptions import first_paragraph, images

TEMPLATE = """\
## Hey, I just made a Pull Request!

<!-- Please describe what you added, and add a screenshot if possible.
     That makes it easier to understand the change. -->

[![build](https://example.org/build.svg)](https://example.org) ![seen](seen.png)

**What this changes**

Fixes #12, part of https://example.org/issues/3.

> somebody else said this once

- [ ] a box that is not ticked

| a table | with cells |
| ------- | ---------- |
| is not  | a sentence |

```
code is not one either
```

It does the following:

%s

#### :heavy_check_mark: Checklist

- [x] A changeset describing the change
"""


def test_templates_comments_lists_tables_images_code_and_quotes_are_skipped() -> None:
    body = (
        TEMPLATE
        % "Made up for tests: the `cache` makes *reads* faster &amp; <b>safer</b>.\nA second line, [linked](x)."
    )
    assert (
        first_paragraph(body)
        == "Made up for tests: the cache makes reads faster & safer. A second line, linked."
    )


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n \n",
        "# Only a heading",
        "<!-- only a comment -->",
        "![only a picture](x.png)",
        "- [x] only\n- [ ] boxes",
        "Please describe what you added here.",
        "Thanks for contributing to this project!",
        "Closes #12 and see also other/one#3",
        "https://example.org/only/an/address and #1",
        "Signed-off-by: Somebody <somebody@example.org>",
        "Too short",
        "bors r+",
        "@bors r=ada rollup=iffy",
        "/kind bug\n/area doors",
        "r? @ada",
        "cc @ada and @bob",
        "[View all comments](https://example.org)",
        "Commit by commit",
        "Best reviewed commit by commit, and please hide whitespace.",
        "This is a follow up to #12.",
        "This is a small follow-up to https://example.org/pull/12 and #13",
        "Follow-up of my previous PR.",
        "Stacked on #12",
        "The doors in this change\n\n- open\n- close",
        "It opens these doors\n\n1. front\n2. back",
        "The doors open as follows:\n\n    open",
        "## Testing\n\nSomebody opened the door by hand.\n\n### More\n\nAnd closed it by hand.",
        "### How to test and review this PR?\n\nSomebody opened the door by hand.",
        "# Review notes\n\nSomebody opened the door by hand.",
        "**Test plan:**\n\nSomebody opened the door by hand.",
        TEMPLATE % "",
    ],
)
def test_a_description_without_a_persons_words_is_empty(body: str) -> None:
    assert first_paragraph(body) is None


@pytest.mark.parametrize(
    ("body", "paragraph"),
    [
        (
            "This is a follow up to #12. Made up for tests: it opens doors.",
            "Made up for tests: it opens doors.",
        ),
        (
            "This is a follow up to #12 that opens the doors.",
            "This is a follow up to #12 that opens the doors.",
        ),
        ("@bors try\n\nMade up for tests.", "Made up for tests."),
        ("bors merges doors now that open.", "bors merges doors now that open."),
        (
            "## Testing\n\nOpened by hand, twice.\n\n## Solution\n\nMade up for tests.",
            "Made up for tests.",
        ),
        (
            "**Testing**\n\nOpened by hand, twice.\n\n**Changes**\n\nMade up for tests.",
            "Made up for tests.",
        ),
        ("## Tests of doors are quick\n\nMade up for tests.", "Made up for tests."),
        ("Doors open:\n\n- a\n\nMade up for tests.", "Made up for tests."),
    ],
)
def test_sentences_and_sections_about_something_else_are_passed_over(
    body: str, paragraph: str
) -> None:
    assert first_paragraph(body) == paragraph


def test_a_hostile_description_takes_no_time() -> None:
    """None of these patterns may try many ways to match."""
    for piece in ("https://a", "https://a,", "#1", "/a ", "@a", "pr", "pr ", "test ", "this "):
        for begin in ("Follow up to ", "", "cc ", "# How to "):
            assert first_paragraph(begin + piece * 2000 + "!") != ""


def test_a_long_paragraph_ends_with_a_sentence() -> None:
    sentence = "Made up for tests, this sentence is about a hundred letters long, so that three of them are too many."
    assert first_paragraph(" ".join([sentence] * 5)) == f"{sentence} {sentence} …"


def test_a_long_sentence_ends_with_a_word() -> None:
    assert first_paragraph("word, " * 100) == "word, " * 49 + "word …"


def test_a_long_word_is_cut() -> None:
    assert first_paragraph("a" * 400 + " b c") == "a" * 300 + " …"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", False),
        ("Made up for tests.", False),
        ("Made up for tests: ![a door](https://example.org/door.png)", True),
        ("* a list\n  * ![](door.png)", True),
        ('<img width="400" alt="x" src="https://example.org/door.png">', True),
        ("<table>\n<tr><td><IMG SRC=door.png /></td></tr>\n</table>", True),
        ("`![a door](door.png)`", False),
        ("<!-- ![a door](door.png) <img src='door.png'> -->", False),
        ("[![build](https://img.shields.io/build.svg)](https://example.org)", False),
        ("![build](https://example.org/workflows/ci/badge.svg)", False),
    ],
)
def test_a_description_with_a_picture_is_recognized(body: str, *, expected: bool) -> None:
    assert bool(images(body)) is expected
