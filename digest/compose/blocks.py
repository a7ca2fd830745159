"""Splits a section into blocks: a heading with the text below it, merged as one unit."""

import re
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LEAD = frozenset({""})  # the name of the first block of a render
BLANK = " \t\r\n"
WORD = re.compile(r"[^\W_]+")
LINE_END = re.compile(r"\r\n|\r|\n")
# Lines as CommonMark counts them. A byte order mark is a separate line, so that it cannot hide a
# heading.
LINE = re.compile(r"\A\ufeff|[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
PULL_REQUEST = re.compile(r"https?://[^/\s]+/([\w.-]+/[\w.-]+)/pull/([0-9]{1,9})\b", re.IGNORECASE)
KEY = re.compile(r"[\w.-]+/[\w.-]+#[0-9]+")
# A pull request without a link to it: #12, owner/name#12, PR 12, or a link to the issue 12.
MENTION = re.compile(
    r"(?<![\w/&#.-])(?P<repository>[\w.-]+/[\w.-]+)?(?:#|\bPRs?[ #]+|\bpull requests? #?)"
    r"(?P<number>[1-9][0-9]*)\b"
    r"|https?://[^/\s]+/(?P<linked>[\w.-]+/[\w.-]+)/issues/(?P<issue>[1-9][0-9]*)\b",
    re.IGNORECASE,
)
# The last line of a render in another layout than "stories". A section never shows it.
LAYOUT = re.compile(r"(?<!\s)\s*<!-- digest:layout=(?P<layout>[a-z-]+) -->\s*\Z")
LIST = re.compile(r"### [^\n]*\n\n- [^\n]*(?:\n(?:- |  )[^\n]*|\n)*")


@cache
def parser() -> "MarkdownIt":
    """The parser of CommonMark."""
    # A run loads it while GitHub answers.
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


@dataclass(frozen=True)
class Block:
    """A heading and the text below it, or the text above the first heading (level 0).

    `content` and `tail`, the white space at its end, keep the text byte for byte. `keys` are the
    linked pull requests, as `owner/name#n` in lower case; `mentions` are those without a link, as
    `#n` if the text names no repository. `group` is the name of a group in a list, and `group_keys`
    are the pull requests that it links: it has no `keys`, because it covers no story.
    """

    content: str
    tail: str
    level: int = 0
    heading: str = ""
    keys: frozenset[str] = frozenset()
    mentions: frozenset[str] = frozenset()
    group: str = ""
    group_keys: frozenset[str] = frozenset()

    @cached_property
    def normalized(self) -> str:
        """The content for comparisons, without differences in line ends and trailing spaces."""
        return "\n".join(
            line.rstrip(BLANK) for line in LINE_END.split(self.content.lstrip("\ufeff"))
        )

    @property
    def names(self) -> frozenset[str]:
        """The names of a rendered story: its pull requests or, without any, its heading."""
        return self.keys or frozenset({self.heading})

    @property
    def covered(self) -> frozenset[str]:
        """The names of all stories in this block: its pull requests and its heading."""
        return self.keys | {self.heading}


# A merge reads each version of a section several times.
@lru_cache(maxsize=16)
def split_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a section. Joined, their contents and tails are the text byte for byte.

    A block begins at a heading from `#` to `###` outside lists, quotations, code and comments.
    """
    tokens = parser().parse(re.sub(r"\A\ufeff", "\n", text))
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
        visible = [
            visible_text(token) for token in tokens if token.map and start <= token.map[0] < end
        ]
        keys, mentions = (union(map(find, visible)) for find in (linked_keys, mentioned_keys))
        level, heading = headings.get(start, (0, ""))
        blocks.append(Block(content, raw[len(content) :], level, heading, keys, mentions))
    return tuple(blocks)


def rendered_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a section as digest rendered it: heading and lead, then the stories.

    The groups of a list are blocks without pull requests, known by their heading.
    """
    blocks = split_blocks(without_layout(text))
    if layout_of(text) != "stories":
        blocks = tuple(_as_group(block) if _is_list(block) else block for block in blocks)
    return (*(replace(block, keys=LEAD) for block in blocks[:1]), *blocks[1:])


def _is_list(block: Block) -> bool:
    """Whether a block of a render is a heading with one list of pull requests."""
    # digest wrote it, so it needs no parser: further lines of an item are indented.
    return bool(block.keys) and LIST.fullmatch(block.normalized) is not None


def _as_group(block: Block) -> Block:
    return replace(block, keys=frozenset(), mentions=frozenset(), group=block.heading)


def layout_of(rendered: str) -> str:
    """The layout of a render."""
    found = LAYOUT.search(rendered)
    return found["layout"] if found else "stories"


def with_layout(section: str, layout: str) -> str:
    """The section as a render, whose last line has the layout."""
    if layout == "stories":
        return section
    return f"{section}\n<!-- digest:layout={layout} -->\n"


def without_layout(rendered: str) -> str:
    """The section of a render."""
    return LAYOUT.sub("\n", rendered)


def plain_words(heading: str) -> str:
    """The words of a heading for comparisons, without their case, marks and Markdown."""
    return " ".join(WORD.findall(heading.casefold())) or heading


def is_unclosed(block: Block) -> bool:
    """Whether an unclosed fence or comment in the block would swallow the block after it."""
    return split_blocks(f"{block.content}\n\n#")[-1].content != "#"


def union(names: Iterable[AbstractSet[str]]) -> frozenset[str]:
    """The names in any of these sets."""
    return frozenset[str]().union(*names)


def covered_stories(blocks: Iterable[Block]) -> frozenset[str]:
    """The names of all stories in these blocks."""
    return union(block.covered for block in blocks)


def visible_text(token: "Token") -> str:
    """The text and links that a reader sees, without code, comments and picture sources."""
    visible = token.content if token.type == "html_block" else ""
    for child in token.children or ():
        plain = child.content if child.type in {"text", "html_inline"} else " "
        visible += f" {child.attrs['href']} " if child.type == "link_open" else plain
    return COMMENT.sub(" ", visible)


def linked_keys(visible: str) -> frozenset[str]:
    """The pull requests that a visible text links, as `owner/name#n` in lower case."""
    links = PULL_REQUEST.findall(visible)
    return frozenset(f"{repository.lower()}#{int(number)}" for repository, number in links)


def mentioned_keys(visible: str) -> frozenset[str]:
    """The pull requests that a visible text names without a link."""
    return frozenset(
        f"{(found['repository'] or found['linked'] or '').lower()}"
        f"#{found['number'] or found['issue']}"
        for found in MENTION.finditer(visible)
    )


def named_keys(mentions: AbstractSet[str], keys: AbstractSet[str]) -> frozenset[str]:
    """Those keys that a text names without a link; a bare number must be unambiguous."""
    numbers = Counter(f"#{key.rpartition('#')[2]}" for key in keys)
    return frozenset(
        key
        for key in keys
        if key in mentions
        or (numbers[number := f"#{key.rpartition('#')[2]}"] == 1 and number in mentions)
    )
