"""Reads a section for its checks: headings, links, pictures and words, each with its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from digest.text import descriptions

# Without text_join, escaped characters are separate tokens. So a Markdown character in a text token
# has no effect, such as an asterisk without a partner.
_PARSER = MarkdownIt("commonmark").disable("text_join").enable("strikethrough")
FRONT_MATTER = re.compile(
    r"\A\ufeff?(?P<fence>---|\+\+\+)[ \t]*\r?\n.*?^(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE
)
MARKER = r"^[ \t]*(?:<!--|\{{/\*)[ \t]*digest:{0}[ \t]*(?:-->|\*/\}})"
BEGIN, END = (re.compile(MARKER.format(name), re.MULTILINE) for name in ("begin", "end"))
ADDRESS = re.compile(r"https?://[^\s<>\"'()\[\]]+", re.IGNORECASE)
HREF = re.compile(r"""<a\s[^>]*?href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
CLOSING_FENCE = re.compile(r"[\s>]*(?P<fence>`{3,}|~{3,})\s*$")


@dataclass(frozen=True)
class Heading:
    """A heading as plain text."""

    line: int
    level: int
    text: str


@dataclass(frozen=True)
class Link:
    """A link that a reader sees; a bare address is its own label."""

    line: int
    label: str
    target: str


@dataclass(frozen=True)
class ShownPicture:
    """A picture with its description."""

    line: int
    alt: str
    target: str


@dataclass(frozen=True)
class Words:
    """The text of a line. `outside` is the text without code and the labels of links."""

    line: int
    text: str
    outside: str


@dataclass(frozen=True)
class Broken:
    """A Markdown construct that is not closed."""

    line: int
    kind: str


@dataclass
class Document:
    """A section. `literal` has the characters of each paragraph that Markdown did not interpret."""

    text: str
    headings: list[Heading] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    pictures: list[ShownPicture] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    literal: list[tuple[int, str]] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)

    def spans(self, level: int) -> Iterator[tuple[Heading, int]]:
        """The headings of a level, each with the line after its text."""
        end = self.text.count("\n") + 2
        limits = [heading for heading in self.headings if heading.level <= level]
        for heading, after in pairwise([*limits, Heading(end, 0, "")]):
            if heading.level == level:
                yield heading, after.line


def read_document(text: str) -> Document:
    """The section in a text; of a page with digest's markers, the text between them.

    Front matter does not count. The lines are those of the whole text.
    """
    shown = _section_only(text)
    reader = _Reader(Document(shown), shown)
    reader.read()
    return reader.document


def _section_only(text: str) -> str:
    """The text with blank lines in place of everything around the section."""
    text = re.sub(r"\r\n?", "\n", text)
    if found := FRONT_MATTER.match(text):
        text = _blank(found[0]) + text[found.end() :]
    begin, end = BEGIN.search(text), END.search(text)
    if begin and end and begin.end() <= end.start():
        inside = text[begin.end() : end.start()]
        text = _blank(text[: begin.end()]) + inside + _blank(text[end.start() :])
    return text


def _blank(text: str) -> str:
    return "\n" * text.count("\n")


class _Reader:
    def __init__(self, document: Document, text: str) -> None:
        self.document = document
        self.lines = text.split("\n")
        self.tokens = _PARSER.parse(text)

    def read(self) -> None:
        """Fill the document."""
        before: Token | None = None
        for token in self.tokens:
            line = (token.map[0] if token.map else 0) + 1
            if token.type == "inline":
                label = _Paragraph(self.document, line).read(token)
                if before is not None and before.type == "heading_open":
                    heading = Heading(line, int(before.tag[1:]), " ".join(label.split()))
                    self.document.headings.append(heading)
            elif token.type == "fence":
                self._read_fence(token, line)
            elif token.type == "html_block":
                self._read_html(token, line)
            before = token

    def _read_fence(self, token: Token, line: int) -> None:
        start, end = token.map or (0, 0)
        found = CLOSING_FENCE.match(self.lines[end - 1]) if end - start > 1 else None
        if found is None or not found["fence"].startswith(token.markup):
            self.document.broken.append(Broken(line, "code block"))

    def _read_html(self, token: Token, line: int) -> None:
        if token.content.lstrip().startswith("<!--") and "-->" not in token.content:
            self.document.broken.append(Broken(line, "comment"))
        visible = descriptions.COMMENT.sub(lambda found: _blank(found[0]), token.content)
        for place, content in enumerate(visible.split("\n")):
            _read_tags(self.document, line + place, content)
            self.document.words.append(Words(line + place, content, ""))
        for image in descriptions.token_images(token):
            self.document.pictures.append(ShownPicture(line, image.alt, image.url))


class _Paragraph:
    """Reads the children of one inline token."""

    def __init__(self, document: Document, line: int) -> None:
        self.document, self.line = document, line
        self.target: str | None = None
        self.label = self.text = self.outside = ""

    def read(self, token: Token) -> str:
        """Add the children to the document; returns their text."""
        first, literal, whole = self.line, "", ""
        for child in token.children or ():
            if child.type in {"softbreak", "hardbreak"}:
                self._end_line()
                literal, whole = literal + "\n", whole + " "
                self.label += " "
                continue
            content = child.content if child.type in {"text", "text_special", "code_inline"} else ""
            whole += content
            # Escaped characters and code do not act as Markdown.
            literal += content if child.type == "text" else "." * bool(content)
            self._read(child, content)
        self._end_line()
        self.document.literal.append((first, literal))
        return whole

    def _read(self, child: Token, content: str) -> None:
        self.text += content
        if child.type == "link_open":
            self.target, self.label = str(child.attrs["href"]), ""
        elif child.type == "link_close" and self.target is not None:
            self.document.links.append(Link(self.line, self.label.strip(), self.target))
            self.target = None
        elif child.type == "image":
            alt = "".join(one.content or " " for one in child.children or ())
            self.document.pictures.append(ShownPicture(self.line, alt, str(child.attrs["src"])))
        elif child.type == "html_inline":
            _read_tags(self.document, self.line, child.content)
            for image in descriptions.token_images(child):
                self.document.pictures.append(ShownPicture(self.line, image.alt, image.url))
        elif self.target is not None:
            self.label += content
        else:
            self.outside += " " if child.type == "code_inline" else content

    def _end_line(self) -> None:
        for found in ADDRESS.findall(self.outside):
            address = found.rstrip(".,:;!?*_~")
            self.document.links.append(Link(self.line, address, address))
        outside = ADDRESS.sub(" ", self.outside)
        self.document.words.append(Words(self.line, self.text, outside))
        self.text = self.outside = ""
        self.line += 1


def _read_tags(document: Document, line: int, html: str) -> None:
    document.links += [Link(line, "", target) for target in HREF.findall(html)]
