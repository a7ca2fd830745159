"""A section read as blocks: a heading with all that stands below it is the unit in which a person's words are kept."""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

LEAD = frozenset({""})  # the first block of a render goes by no pull request and by no heading
BLANK = " \t\r\n"
LINE_END = re.compile(r"\r\n|\r|\n")
# As CommonMark counts lines, but a byte order mark is a line of its own, so that it hides no heading.
LINE = re.compile(r"\A\ufeff|[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
PULL_REQUEST = re.compile(r"https?://[^/\s]+/([\w.-]+/[\w.-]+)/pull/([0-9]+)\b", re.IGNORECASE)
KEY = re.compile(r"[\w.-]+/[\w.-]+#[0-9]+")
_PARSER = MarkdownIt("commonmark")


@dataclass(frozen=True)
class Block:
    """A heading and what stands below it, or the text above the first heading (level 0).

    `content` and `tail`, the white space at its end, are the text byte for byte. `keys` are the pull
    requests linked in it, as `owner/name#n` in lower case.
    """

    content: str
    tail: str
    level: int = 0
    heading: str = ""
    keys: frozenset[str] = frozenset()

    @cached_property
    def words(self) -> str:
        """What counts where blocks are compared: no line ends, no trailing spaces, no blank lines at the end."""
        return "\n".join(line.rstrip(BLANK) for line in LINE_END.split(self.content.lstrip("\ufeff")))

    @property
    def names(self) -> frozenset[str]:
        """What the story in a rendered block goes by: its pull requests or, where it has none, its heading."""
        return self.keys or frozenset({self.heading})

    @property
    def told(self) -> frozenset[str]:
        """The names of all stories that a reader of this block was told."""
        return self.keys | {self.heading}


@dataclass(frozen=True)
class Versions:
    """The section as it stands, the render before (empty where it is lost) and the new one.

    `asked` are the names of stories that a person asks for, `gone` of those that a person deleted.
    """

    now: tuple[Block, ...]
    old: tuple[Block, ...]
    new: tuple[Block, ...]
    asked: AbstractSet[str]
    gone: AbstractSet[str]

    @property
    def stories(self) -> tuple[Block, ...]:
        """What digest rendered, before and now, heading and lead left out."""
        return (*self.old[1:], *self.new[1:])

    def homes(self, stories: Iterable[Block], blocks: Sequence[Block]) -> list[int]:
        """Where each of the stories that is told stands: as digest wrote it, else the first block that tells it.

        A story's block has the level of its render; a mention in the lead or in another section is no home.
        """
        by_digest, found = {story.words for story in self.stories}, []
        for story in stories:
            tell = [at for at, block in enumerate(blocks) if block.level == story.level and block.told & story.names]
            found += sorted(tell, key=lambda at: blocks[at].words not in by_digest)[:1]
        return found


def split(text: str) -> tuple[Block, ...]:
    """The blocks of a section; their contents and tails joined are the text byte for byte.

    A block begins at a heading of the form `#` to `###` that is no part of a list, quotation, code or comment.
    """
    tokens = _PARSER.parse(re.sub(r"\A\ufeff", "\n", text))
    headings = {
        token.map[0]: (len(token.markup), inline.content.strip())
        for token, inline in pairwise(tokens)
        if token.type == "heading_open" and token.level == 0 and token.markup in {"#", "##", "###"} and token.map
    }
    lines = LINE.findall(text)
    blocks = []
    for start, end in pairwise(sorted({0, *headings, len(lines)})):
        raw = "".join(lines[start:end])
        content = raw.rstrip(BLANK)
        keys = union(_linked(token) for token in tokens if token.map and start <= token.map[0] < end)
        blocks.append(Block(content, raw[len(content) :], *headings.get(start, (0, "")), keys))
    return tuple(blocks)


def rendered_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a text that digest rendered: the first is heading and lead, the others are stories."""
    blocks = split(text)
    return (*(replace(block, keys=LEAD) for block in blocks[:1]), *blocks[1:])


def is_open(block: Block) -> bool:
    """Whether the block would swallow what is put behind it: a fence or a comment that does not end."""
    return split(f"{block.content}\n\n#")[-1].content != "#"


def union(names: Iterable[AbstractSet[str]]) -> frozenset[str]:
    """All names of several sets."""
    return frozenset[str]().union(*names)


def told(blocks: Iterable[Block]) -> frozenset[str]:
    """The names of all stories that a reader of these blocks was told."""
    return union(block.told for block in blocks)


def lead_places(blocks: Sequence[Block], versions: Versions) -> list[int]:
    """Where heading and lead may stand, best first: by their heading, else what comes before every story."""
    headings = {block.heading for block in (*versions.old[:1], *versions.new[:1]) if block.heading}
    before = blocks[: min(versions.homes(versions.stories, blocks), default=len(blocks))]
    return [
        *(at for at, block in enumerate(blocks) if block.heading in headings),
        *(at for at, block in enumerate(before) if block.level),
        *(at for at, block in enumerate(before) if block.words),
    ]


def _linked(token: Token) -> frozenset[str]:
    """The pull requests that a reader sees linked: not in code, not in a comment, not as a picture's source."""
    said = token.content if token.type == "html_block" else ""
    for child in token.children or ():
        shown = child.content if child.type in {"text", "html_inline"} else " "
        said += f" {child.attrs['href']} " if child.type == "link_open" else shown
    found = PULL_REQUEST.findall(COMMENT.sub(" ", said))
    return frozenset(f"{repository.lower()}#{int(number)}" for repository, number in found)
