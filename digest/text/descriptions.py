"""Descriptions of pull requests: the first paragraph that a person wrote, out of all that a template left."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from digest import text

LONGEST = 300
SHORTEST = 3  # words
# A sentence that ends in the last part of what is kept is a better end than a word.
SENTENCE_ENDS_AFTER = 120
BOILERPLATE = re.compile(
    r"hey,? i just made a pull request"
    r"|please (?:describe|include|provide|explain|fill|add|make sure|read|delete|check|see our)\b"
    r"|(?:describe|summari[sz]e|explain) (?:your|the|this|what|why)\b.*(?:here|below|change|pull request|pr\b)"
    r"|a (?:short|brief|clear|concise)\b.*\bdescription of\b"
    r"|thank(?:s| you) for (?:contributing|opening|submitting|your (?:contribution|pull request|pr))"
    r"|(?:signed-off-by|co-authored-by|reverts):? \S+"
    r"|what(?:'s| does| is) this (?:pr|pull request)\b.*\?$",
    re.IGNORECASE,
)
# Words of a line that only points elsewhere: "Closes #12, part of https://…".
POINTS_ELSEWHERE = re.compile(
    r"(?:and|close[sd]?|depends|fix(?:e[sd])?|issues?|of|on|part|refs?|relate[sd]|resolve[sd]?|see|also|to"
    r"|[\w./-]*#\d+|https?://.*)?",
    re.IGNORECASE,
)
BADGE = re.compile(r"shields\.io|\bbadges?\b", re.IGNORECASE)
ADDRESS = re.compile(
    r"https?://[^\s<>\"'`()\[\]]+(?:\([^\s()]*\)[^\s<>\"'`()\[\]]*)*", re.IGNORECASE
)
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# "<![if …]>" and the like: to browsers comments as well, to some versions of Python's parser a
# mistake of the caller's.
DECLARATION = re.compile(r"<!.*?(?:>|\Z)", re.DOTALL)
_PARSER = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Image:
    """An image in a description: where it comes from, and the text in its place, as plain text."""

    url: str
    alt: str


@lru_cache(maxsize=256)
def images(body: str) -> tuple[Image, ...]:
    """The images that a description shows, in Markdown or HTML, each once and in their order.

    A badge is none.
    """
    found: dict[str, Image] = {}
    for token in _PARSER.parse(body):
        for image in _images(token):
            if image.url and not BADGE.search(image.url):
                found.setdefault(image.url, image)
    return tuple(found.values())


def _images(token: Token) -> Iterator[Image]:
    for one in [token, *(token.children or ())]:
        if one.type == "image":
            yield Image(str(one.attrs["src"]), text.plain(_said(one.children or ())))
        elif one.type in {"html_block", "html_inline"}:
            tags = _Tags()
            # An entity of thousands of digits is more than Python makes a number of.
            with suppress(ValueError):
                tags.feed(DECLARATION.sub(" ", COMMENT.sub(" ", one.content)))
            yield from tags.images


class _Tags(HTMLParser):
    """The `<img>` tags of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.images: list[Image] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an image down."""
        if tag == "img":
            # Of an attribute that is there twice, browsers take the first.
            given = dict(reversed(attrs))
            self.images.append(
                Image((given.get("src") or "").strip(), text.plain(given.get("alt") or ""))
            )


@lru_cache(maxsize=256)
def first_paragraph(body: str) -> str | None:
    """The first paragraph that says something, as plain text of about 300 characters.

    None where there is none.
    Headings, comments, lists, tables, images, badges, code, quotes and what templates ask for say
    nothing.
    """
    tokens = _PARSER.parse(body)
    for before, token in pairwise(tokens):
        if (
            before.type == "paragraph_open"
            and before.level == 0
            and not _is_a_label(token.children or ())
        ):
            said = " ".join(_said(token.children or ()).split())
            if _says_something(said):
                return _cut(said)
    return None


def links(body: str) -> tuple[str, ...]:
    """The web addresses that a description holds, comments left out, each once and as plain text."""
    found = (text.plain(one).rstrip(".,:;!?*_~") for one in ADDRESS.findall(COMMENT.sub("", body)))
    return tuple(dict.fromkeys(found))


def _said(children: Sequence[Token]) -> str:
    plain = {"text", "code_inline"}
    breaks = {"softbreak", "hardbreak"}
    return "".join(
        child.content if child.type in plain else " "
        for child in children
        if child.type in plain | breaks
    )


def _is_a_label(children: Sequence[Token]) -> bool:
    # "**What this changes**" is a heading in all but name.
    bold, outside = 0, False
    for child in children:
        bold += child.nesting if child.type in {"strong_open", "strong_close"} else 0
        outside = outside or (
            bold == 0 and child.type in {"text", "code_inline"} and bool(child.content.strip(" :"))
        )
    return not outside


def _says_something(said: str) -> bool:
    if said.endswith(":") or len(said.split()) < SHORTEST:
        return False
    only_points = all(POINTS_ELSEWHERE.fullmatch(word.strip(",:;.&-()")) for word in said.split())
    return BOILERPLATE.match(said) is None and not only_points


def _cut(said: str) -> str:
    if len(said) <= LONGEST:
        return said
    kept = said[: LONGEST + 1]
    ends = [
        end.end() for end in re.finditer(r"[.!?](?=\s)", kept) if end.end() >= SENTENCE_ENDS_AFTER
    ]
    if ends:
        return f"{kept[: ends[-1]]} …"
    words = kept.rsplit(" ", 1)[0] if " " in kept else kept[:LONGEST]
    return words.rstrip(" ,;:-–") + " …"
