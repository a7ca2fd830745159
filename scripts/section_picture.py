"""Draws docs/section.svg and docs/layouts.svg, finished sections as their readers see them.

`make golden` runs it.
"""

import re
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[1]
SECTION = ROOT / "tests" / "golden" / "demo" / "demo" / "2021-W19" / "section.md"
PICTURE = ROOT / "docs" / "section.svg"
# The last example of the page about layouts.
LAYOUTS_PAGE = ROOT / "docs" / "layouts.md"
LAYOUTS_PICTURE = ROOT / "docs" / "layouts.svg"
# An editor's sentences, one for each TODO of the demo's section.
SENTENCES = (
    "It manages releases on GitHub from inside Backstage.",
    "It adds links to the pages you use most to the sidebar of Backstage.",
)

# Fonts differ from reader to reader, so lines are broken by characters, and the widest common font
# still fits into the frame.
COLUMNS = 84
WIDTH = 800
MARGIN = 32
# The font size, the height of a line and the space above, by the kind of block.
SIZES = {"h2": (24, 32, 8), "h3": (19, 28, 20), "p": (16, 25, 10), "li": (16, 25, 4)}
INDENT = 22
STYLE = """\
text { font: 16px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
.h2 { font-size: 24px; font-weight: 600; }
.h3 { font-size: 19px; font-weight: 600; }
.link { fill: #0969da; text-decoration: underline; }"""

# A word is a list of pieces of text; a piece is a part of a link or not.
Word = list[tuple[str, bool]]


def main() -> None:
    """Draw the pictures."""
    PICTURE.write_text(draw(finished(SECTION.read_text(encoding="utf-8"))), encoding="utf-8")
    LAYOUTS_PICTURE.write_text(draw(last_example()), encoding="utf-8")


def last_example() -> str:
    """The last section in Markdown on the page about layouts."""
    page = LAYOUTS_PAGE.read_text(encoding="utf-8")
    return str(re.findall(r"```markdown\n(.*?)```", page, re.DOTALL)[-1])


def finished(section: str) -> str:
    """The section with an editor's sentence instead of each TODO.

    ValueError when there are more or fewer TODOs than sentences.
    """
    first, *rest = re.split(r"TODO: .*", section)
    pairs = zip(SENTENCES, rest, strict=True)
    return first + "".join(sentence + text for sentence, text in pairs)


def draw(markdown: str) -> str:
    """The headings, paragraphs, items and links of a Markdown text as SVG."""
    y = MARGIN
    texts: list[str] = []
    for kind, inline in _blocks(markdown):
        size, height, space = SIZES[kind]
        y += space if texts else 0
        x = MARGIN + (INDENT if kind == "li" else 0)
        bullet = f'<text x="{MARGIN}" y="{y + size}">•</text>'
        texts += [bullet] if kind == "li" else []
        for line in lines(inline, COLUMNS * SIZES["p"][0] // size):
            texts.append(f'<text class="{kind}" x="{x}" y="{y + size}">{_line(line)}</text>')
            y += height
    frame = f'width="{WIDTH - 1}" height="{y + MARGIN - 1}" rx="8" fill="#fff" stroke="#d0d7de"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + MARGIN}">',
            f"<style>\n{STYLE}\n</style>",
            f'<rect x="0.5" y="0.5" {frame}/>',
            *texts,
            "</svg>\n",
        ]
    )


def _blocks(markdown: str) -> Iterator[tuple[str, Token]]:
    tokens = MarkdownIt("commonmark").parse(markdown)
    for opening, inline in pairwise(tokens):
        if inline.type == "inline":
            # In HTML, the paragraph of an item has no tag.
            yield "li" if opening.hidden else opening.tag, inline


def lines(inline: Token, columns: int) -> list[list[Word]]:
    """The words of a paragraph or heading in lines of at most this many characters.

    A longer word has a line for itself.
    """
    broken: list[list[Word]] = [[]]
    room = columns
    for word in _words(inline):
        length = sum(len(text) for text, _ in word)
        if broken[-1] and length > room:
            broken.append([])
            room = columns
        broken[-1].append(word)
        room -= length + 1
    return broken


def _words(inline: Token) -> list[Word]:
    words: list[Word] = [[]]
    linked = False
    for token in inline.children or ():
        if token.type in {"link_open", "link_close"}:
            linked = token.type == "link_open"
            continue
        start, *others = (token.content or " ").split(" ")
        words[-1].append((start, linked))
        words += [[(text, linked)] for text in others]
    return words


def _line(words: list[Word]) -> str:
    return " ".join("".join(_piece(*piece) for piece in word) for word in words)


def _piece(text: str, linked: bool) -> str:  # noqa: FBT001 (a piece is a pair)
    return f'<tspan class="link">{escape(text)}</tspan>' if linked else escape(text)


if __name__ == "__main__":
    main()
