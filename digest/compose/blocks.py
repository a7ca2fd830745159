"""A section read as blocks.

A block is a heading with the text below it, and merging treats it as one unit.
"""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

LEAD = frozenset({""})  # the name of a render's first block: no pull request and no heading
BLANK = " \t\r\n"
LINE_END = re.compile(r"\r\n|\r|\n")
# As CommonMark counts lines, but a byte order mark is a line of its own, so that it hides no
# heading.
LINE = re.compile(r"\A\ufeff|[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
PULL_REQUEST = re.compile(r"https?://[^/\s]+/([\w.-]+/[\w.-]+)/pull/([0-9]+)\b", re.IGNORECASE)
KEY = re.compile(r"[\w.-]+/[\w.-]+#[0-9]+")
_PARSER = MarkdownIt("commonmark")


@dataclass(frozen=True)
class Block:
    """A heading and the text below it, or the text above the first heading (level 0).

    `content` and `tail`, the white space at its end, are the text byte for byte. `keys` are the
    pull requests linked in it, as `owner/name#n` in lower case.
    """

    content: str
    tail: str
    level: int = 0
    heading: str = ""
    keys: frozenset[str] = frozenset()

    @cached_property
    def words(self) -> str:
        """The text for comparing blocks, without line ends, trailing spaces and blank lines at the end."""
        return "\n".join(
            line.rstrip(BLANK) for line in LINE_END.split(self.content.lstrip("\ufeff"))
        )

    @property
    def names(self) -> frozenset[str]:
        """The names of the story in a rendered block: its pull requests or, without any, its heading."""
        return self.keys or frozenset({self.heading})

    @property
    def covered(self) -> frozenset[str]:
        """The names of all stories that this block covers."""
        return self.keys | {self.heading}


def split_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a section; their contents and tails joined are the text byte for byte.

    A block begins at a heading of the form `#` to `###` that is no part of a list, quotation, code
    or comment.
    """
    tokens = _PARSER.parse(re.sub(r"\A\ufeff", "\n", text))
    headings = {
        token.map[0]: (len(token.markup), inline.content.strip())
        for token, inline in pairwise(tokens)
        if token.type == "heading_open"
        and token.level == 0
        and token.markup in {"#", "##", "###"}
        and token.map
    }
    lines = LINE.findall(text)
    blocks = []
    for start, end in pairwise(sorted({0, *headings, len(lines)})):
        raw = "".join(lines[start:end])
        content = raw.rstrip(BLANK)
        keys = union(
            _linked(token) for token in tokens if token.map and start <= token.map[0] < end
        )
        blocks.append(Block(content, raw[len(content) :], *headings.get(start, (0, "")), keys))
    return tuple(blocks)


def rendered_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a text that digest rendered: the first is heading and lead, the others are stories."""
    blocks = split_blocks(text)
    return (*(replace(block, keys=LEAD) for block in blocks[:1]), *blocks[1:])


def is_unclosed(block: Block) -> bool:
    """Whether the block would swallow a block behind it: it has a fence or a comment without an end."""
    return split_blocks(f"{block.content}\n\n#")[-1].content != "#"


def union(names: Iterable[AbstractSet[str]]) -> frozenset[str]:
    """All names of several sets."""
    return frozenset[str]().union(*names)


def covered_stories(blocks: Iterable[Block]) -> frozenset[str]:
    """The names of all stories that these blocks cover."""
    return union(block.covered for block in blocks)


def _linked(token: Token) -> frozenset[str]:
    """The pull requests that a reader sees linked: not in code, not in a comment, not as a picture's source."""
    seen = token.content if token.type == "html_block" else ""
    for child in token.children or ():
        shown = child.content if child.type in {"text", "html_inline"} else " "
        seen += f" {child.attrs['href']} " if child.type == "link_open" else shown
    found = PULL_REQUEST.findall(COMMENT.sub(" ", seen))
    return frozenset(f"{repository.lower()}#{int(number)}" for repository, number in found)
