"""The blocks of a section, and the pull requests that a reader sees linked in each."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.compose.blocks import Block, split_blocks
from digest.compose.merge import merge_section

URL = "https://github.com/backstage/backstage/pull"
FIVE = frozenset({"backstage/backstage#5"})
# Lines that open, close or hide a block, or only seem to.
SOUP = st.lists(
    st.sampled_from(
        [
            *(
                "# One",
                "## Two",
                "### Three ###",
                "#### Four",
                "   ### Indented",
                "    ### Code",
                "###",
                "####### No",
            ),
            *(
                "- ### In a list",
                "> ### Quoted",
                "Setext",
                "===",
                "---",
                "```",
                "~~~",
                "<!--",
                "-->",
                "<div>",
                "</div>",
            ),
            *(
                "",
                "  ",
                "\t",
                "\f",
                "\x00",
                "\ufeff",
                "\u2028",
                "Words.",
                "Spaces.  ",
                "\\",
                "|a|b|",
                "|-|-|",
                "1. one",
            ),
            *(
                f"See {URL}/5.",
                f"[#6]({URL}/6)",
                "[ref]",
                f"[ref]: {URL}/7",
                f"`{URL}/8`",
                f"<!-- {URL}/5 -->",
            ),
            *(
                "### Story 5",
                f"Ada made [#5]({URL}/5).",
                "## Merged last week",
                "5 were merged.",
            ),
        ]
    ).flatmap(
        lambda line: st.sampled_from(["\n", "\n", "\r\n", "\n\n", "\r", ""]).map(
            lambda end: line + end
        )
    ),
    max_size=25,
).map("".join)


@pytest.mark.slow
@given(SOUP)
def test_the_joined_blocks_are_the_text(text: str) -> None:
    assert "".join(block.content + block.tail for block in split_blocks(text)) == text


@pytest.mark.slow
@settings(max_examples=75)
@given(SOUP)
def test_any_text_in_a_file_stays_and_the_next_run_changes_nothing(text: str) -> None:
    base = f"## Merged last week\n\n5 were merged.\n\n### Story 5\n\nAda made [#5]({URL}/5).\n"
    rendered = f"{base.replace('5 were', '6 were')}\n### Story 6\n\nAda made [#6]({URL}/6).\n"
    written = {block.normalized for block in split_blocks(base)}
    merged = merge_section(text, rendered, base)
    assert [
        block.content
        for block in split_blocks(text)
        if block.normalized not in written and block.content in merged.text
    ] == [block.content for block in split_blocks(text) if block.normalized not in written]
    linked = {key for block in split_blocks(text) for key in block.keys}
    assert sum("backstage/backstage#6" in block.keys for block in split_blocks(merged.text)) >= 1
    assert merge_section(merged.text, rendered, rendered).text == merged.text
    assert merge_section(text, base, base).text == text
    assert linked <= {key for block in split_blocks(merged.text) for key in block.keys}


def test_a_block_is_a_heading_and_the_text_below_it() -> None:
    assert split_blocks(
        "Above.\n\n## MergedSection\n\n32.\n\n\n### A story ##\n\n#### Part\n\nWords. \n"
    ) == (
        Block("Above.", "\n\n"),
        Block("## MergedSection\n\n32.", "\n\n\n", 2, "MergedSection"),
        Block("### A story ##\n\n#### Part\n\nWords.", " \n", 3, "A story"),
    )


@pytest.mark.parametrize(
    "inside",
    [
        "- a list\n\n  ### Heading",
        "> ### Heading",
        "```\n### Heading\n```",
        "    ### Heading",
        "<!--\n### Heading\n-->",
        "<div>\n### Heading\n</div>",
        "###Heading",
        "#### Heading",
        "Heading\n---",
    ],
)
def test_text_that_only_looks_like_a_heading_starts_no_block(inside: str) -> None:
    assert len(split_blocks(f"### Story\n\n{inside}\n")) == 1


@pytest.mark.parametrize(
    "linked",
    [
        f"[#5]({URL}/5)",
        f"[words of mine]({URL}/5/files#diff-1 'a title')",
        f"<{URL}/5>",
        f"A bare {URL}/5, in a sentence",
        f"**({URL}/5#issuecomment-7)**",
        f"[#5][1]\n\n[1]: {URL}/5?w=1",
        f"- a list\n  - with [a picture ![](a.png)]({URL}/5)",
        f"| a | b |\n|---|---|\n| [#5]({URL}/5) | b |",
        f'<p align="center"><a href="{URL}/5">a change</a></p>',
        f"Words and <a href='{URL}/5'>a change</a>",
        "https://redirect.github.com/Backstage/BACKSTAGE/pull/5",
        "http://github.example.com/backstage/backstage/pull/05",
        f"https://web.archive.org/web/2021/{URL}/5",
    ],
)
def test_a_link_covers_its_pull_request(linked: str) -> None:
    assert [block.keys for block in split_blocks(f"### Story\n\n{linked}\n")] == [FIVE]


@pytest.mark.parametrize(
    "not_linked",
    [
        "#5, backstage/backstage#5",
        "https://github.com/backstage/backstage/issues/5",
        f"{URL}/5x",
        f"{URL}s/5",
        f"`{URL}/5`",
        f"```\n{URL}/5\n```",
        f"    {URL}/5",
        f"<!-- {URL}/5 -->",
        f"Words <!-- {URL}/5 --> and words",
        f"[unused]: {URL}/5",
        f"![a picture]({URL}/5)",
    ],
)
def test_a_link_that_a_reader_cannot_follow_covers_nothing(not_linked: str) -> None:
    assert [block.keys for block in split_blocks(f"### Story\n\n{not_linked}\n")] == [frozenset()]


def test_a_reference_link_covers_its_pull_request_at_the_reference() -> None:
    assert [
        block.keys for block in split_blocks(f"### A\n\nSee [it][1].\n\n### B\n\n[1]: {URL}/5\n")
    ] == [
        FIVE,
        frozenset(),
    ]
