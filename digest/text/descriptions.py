"""Finds the first real paragraph, the images and the links of a pull request's description."""

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

MAX_LENGTH = 300
MIN_WORDS = 3
# A paragraph is cut after a sentence if this leaves at least so many characters.
MIN_CUT_LENGTH = 120
BOILERPLATE = re.compile(
    r"hey,? i just made a pull request"
    r"|please (?:describe|include|provide|explain|fill|add|make sure|read|delete|check|see our)\b"
    r"|(?:describe|summari[sz]e|explain) (?:your|the|this|what|why)\b"
    r".*(?:here|below|change|pull request|pr\b)"
    r"|a (?:short|brief|clear|concise)\b.*\bdescription of\b"
    r"|thank(?:s| you) for"
    r" (?:contributing|opening|submitting|your (?:contribution|pull request|pr))"
    r"|(?:signed-off-by|co-authored-by|reverts):? \S+"
    r"|what(?:'s| does| is) this (?:pr|pull request)\b.*\?$",
    re.IGNORECASE,
)
# The words of a line that only refers to other pages: "Closes #12, part of https://…".
REFERENCE = re.compile(
    r"(?:and|close[sd]?|depends|fix(?:e[sd])?|issues?|of|on|part|refs?|relate[sd]|resolve[sd]?"
    r"|see|also|to"
    r"|[\w./-]*#\d+|https?://.*)?",
    re.IGNORECASE,
)
BADGE = re.compile(r"shields\.io|\bbadges?\b", re.IGNORECASE)
ADDRESS = re.compile(
    r"https?://[^\s<>\"'`()\[\]]+(?:\([^\s()]*\)[^\s<>\"'`()\[\]]*)*", re.IGNORECASE
)
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# Browsers treat "<![if …]>" as a comment, but some versions of Python's parser raise an error.
DECLARATION = re.compile(r"<!.*?(?:>|\Z)", re.DOTALL)
_PARSER = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Image:
    """An image in a description, with its alternative text as plain text."""

    url: str
    alt: str


@lru_cache(maxsize=256)
def images(body: str) -> tuple[Image, ...]:
    """The images in a description, in Markdown or HTML, in order, without duplicates and badges."""
    by_url: dict[str, Image] = {}
    for token in _PARSER.parse(body):
        for image in token_images(token):
            if image.url and not BADGE.search(image.url):
                by_url.setdefault(image.url, image)
    return tuple(by_url.values())


def token_images(token: Token) -> Iterator[Image]:
    """The images of a token, in Markdown or HTML."""
    for part in [token, *(token.children or ())]:
        if part.type == "image":
            yield Image(str(part.attrs["src"]), text.plain(_plain_text(part.children or ())))
        elif part.type in {"html_block", "html_inline"}:
            tags = _Tags()
            # Python refuses to convert an entity with thousands of digits.
            with suppress(ValueError):
                tags.feed(DECLARATION.sub(" ", COMMENT.sub(" ", part.content)))
            yield from tags.images


class _Tags(HTMLParser):
    """The `<img>` tags of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.images: list[Image] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add the tag if it is an image."""
        if tag == "img":
            # Browsers use the first of two attributes with the same name.
            values = dict(reversed(attrs))
            self.images.append(
                Image((values.get("src") or "").strip(), text.plain(values.get("alt") or ""))
            )


@lru_cache(maxsize=256)
def first_paragraph(body: str) -> str | None:
    """The first meaningful paragraph, as plain text of about 300 characters; None: there is none.

    This skips headings, comments, lists, tables, images, badges, code, quotations, and the
    instructions of templates.
    """
    tokens = _PARSER.parse(body)
    for before, token in pairwise(tokens):
        if (
            before.type == "paragraph_open"
            and before.level == 0
            and not _is_a_label(token.children or ())
        ):
            paragraph = " ".join(_plain_text(token.children or ()).split())
            if _is_meaningful(paragraph):
                return _cut(paragraph)
    return None


def links(body: str) -> tuple[str, ...]:
    """The web addresses outside of comments, as plain text and without duplicates."""
    addresses = ADDRESS.findall(COMMENT.sub("", body))
    return tuple(dict.fromkeys(text.plain(url).rstrip(".,:;!?*_~") for url in addresses))


def _plain_text(children: Sequence[Token]) -> str:
    plain = {"text", "code_inline"}
    breaks = {"softbreak", "hardbreak"}
    return "".join(
        child.content if child.type in plain else " "
        for child in children
        if child.type in plain | breaks
    )


def _is_a_label(children: Sequence[Token]) -> bool:
    # "**What this changes**" is used as a heading.
    bold, outside = 0, False
    for child in children:
        bold += child.nesting if child.type in {"strong_open", "strong_close"} else 0
        outside = outside or (
            bold == 0 and child.type in {"text", "code_inline"} and bool(child.content.strip(" :"))
        )
    return not outside


def _is_meaningful(paragraph: str) -> bool:
    words = paragraph.split()
    if paragraph.endswith(":") or len(words) < MIN_WORDS:
        return False
    if all(REFERENCE.fullmatch(word.strip(",:;.&-()")) for word in words):
        return False
    return BOILERPLATE.match(paragraph) is None


def _cut(paragraph: str) -> str:
    if len(paragraph) <= MAX_LENGTH:
        return paragraph
    kept = paragraph[: MAX_LENGTH + 1]
    ends = [end.end() for end in re.finditer(r"[.!?](?=\s)", kept) if end.end() >= MIN_CUT_LENGTH]
    if ends:
        return f"{kept[: ends[-1]]} …"
    words = kept.rsplit(" ", 1)[0] if " " in kept else kept[:MAX_LENGTH]
    return words.rstrip(" ,;:-–") + " …"
