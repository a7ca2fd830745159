"""Finds the first real paragraph, the images and the links of a pull request's description."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from digest import text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_LENGTH = 300
MIN_WORDS = 3
# A paragraph is cut after a sentence if at least this many characters remain.
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
# Sentences that are not about the change: orders to bots, and references to other work.
_WORK = (
    r"(?:[\w./-]*#\d+|https?://[^\s,]+|@[\w-]+|the|my|our|this|that|previous|earlier|last|other|same"
    r"|prs?|pull|requests?|work|changes?|commits?|and|&|of|in|from|by)"
)
_OPENING = (
    r"(?:this|it|the|pr|pull request|change|patch|is|was|are|an?|as|small|quick|minor|direct)"
)
EMPTY_SENTENCE = re.compile(
    r"@?(?:bors|homu|rustbot|rust-timer|craterbot|triagebot|mergify(?:io)?|dependabot|renovate\S*"
    r"|k8s-ci-robot|coderabbitai|copilot|codex)\b[:,]?"
    r"\s+(?:r[+=-]\S*|d(?:elegate)?[+=]\S*|p=\d+|re-?try|try\S*|rebase|re-?review|review|merge"
    r"|squash|labels?|ping|author|ready|blocked|build|queue|cancel|backport|rollup\S*|recreate)"
    r"(?:\s+\S+){0,5}"
    r"|r\?\s*@?[\w/.-]+|(?:/?cc|fyi)[\s:]+(?:@[\w/-]+[\s,]*(?:and )?)+"
    r"|(?:/[a-z][\w-]*(?:\s+[\w@.:+-]+){0,3}\s*)+"
    r"|(?:view|see|show) (?:all |the )*(?:\w+ )?(?:comments?|rendered \w+|preview|diff)"
    rf"|(?:{_OPENING}\s+)*"
    r"(?:follow(?:s|ing)?[ -]?up|continu(?:es|ation|ed)|success(?:or)?|alternative|backport"
    r"|cherry[ -]pick|split(?:ted)?|extracted|stacked|based|builds?|built|depends?|rebased"
    r"|blocked|supersedes|replaces|re-?land(?:s|ing)?|part \d+)"
    r"(?: (?:out|up|off|on top))?(?:\s+(?:to|of|on|for|from|after|upon))?"
    rf"\s+{_WORK}(?:[\s,]+{_WORK})*",
    re.IGNORECASE,
)
COMMIT_BY_COMMIT = re.compile(
    r"\b(?:commit[ -]by[ -]commit|one commit at a time|each commit separately"
    r"|(?:hid(?:e|ing)|ignor(?:e|ing)|without) white ?space)\b",
    re.IGNORECASE,
)
LONGEST_ADVICE = 20  # words
# Longer texts are neither references nor headings of asides.
LONGEST_EMPTY = 200
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^a-z\s])")
# The headings of sections about the test and review of a change.
ASIDE = re.compile(
    r"(?:(?:manual|unit|local|automated|integration|additional) )?(?:test|verif|validat)\w*"
    r"(?: (?:plan|instructions?|steps|notes?|done|performed|strategy|procedure|results?|guide))?"
    r"|(?:how|where|what) .*\b(?:test|review|verif|validat)\w*.*"
    r"|(?:steps|instructions?|notes?|guide|tips|hints|comments?|information|advice) (?:to|for|on)\b"
    r".*\b(?:test|review|verif|validat|qa)\w*"
    r"|(?:for )?(?:the )?review\w*(?:['’]s?)?"
    r"(?: (?:notes?|guide|guidance|instructions?|tips|hints|order|comments?|checklist|process))?"
    r"|qa(?: .*)?|(?:.* )?check ?list",
    re.IGNORECASE,
)
BADGE = re.compile(r"shields\.io|\bbadges?\b", re.IGNORECASE)
ADDRESS = re.compile(
    r"https?://[^\s<>\"'`()\[\]]+(?:\([^\s()]*\)[^\s<>\"'`()\[\]]*)*", re.IGNORECASE
)
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# Browsers treat "<![if …]>" as a comment, but some versions of Python's parser raise an error.
DECLARATION = re.compile(r"<!.*?(?:>|\Z)", re.DOTALL)


@cache
def _parser() -> "MarkdownIt":
    # A run loads it while GitHub answers.
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Image:
    """An image in a description, with its alternative text as plain text."""

    url: str
    alt: str


@lru_cache(maxsize=256)
def images(body: str) -> tuple[Image, ...]:
    """The images in a description, in Markdown or HTML, in order, without duplicates and badges."""
    by_url: dict[str, Image] = {}
    for token in _parser().parse(body):
        for image in token_images(token):
            if image.url and not BADGE.search(image.url):
                by_url.setdefault(image.url, image)
    return tuple(by_url.values())


def token_images(token: "Token") -> Iterator[Image]:
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

    This skips headings, comments, lists and the paragraphs that introduce them, tables, images,
    badges, code, quotations, the instructions of templates, sections about tests and reviews, and
    sentences at the start that are not about the change.
    """
    for paragraph in _paragraphs(_parser().parse(body)):
        sentences = SENTENCE_END.split(paragraph)
        while sentences and _is_empty(sentences[0]):
            sentences.pop(0)
        rest = " ".join(sentences)
        if _is_meaningful(paragraph) and _is_meaningful(rest):
            return _cut(rest)
    return None


def _paragraphs(tokens: "Sequence[Token]") -> Iterator[str]:
    """The paragraphs at the top level that are outside of asides and introduce no list."""
    aside: str | None = None  # the tag of the heading above, if it is about tests or reviews
    for before, token, _close, after in zip(
        tokens, tokens[1:], tokens[2:], [*tokens[3:], None], strict=False
    ):
        if before.level or before.type not in {"heading_open", "paragraph_open"}:
            continue
        words = " ".join(_plain_text(token.children or ()).split())
        is_label = before.type == "paragraph_open" and _is_a_label(token.children or ())
        # A bold label is below every heading.
        tag = "label" if is_label else before.tag
        if is_label or before.type == "heading_open":
            if aside is None or tag <= aside:
                aside = tag if _is_aside(words) else None
        elif aside is None and not _opens_list(after):
            yield words


def _opens_list(token: "Token | None") -> bool:
    return token is not None and token.type in {"bullet_list_open", "ordered_list_open"}


def _is_aside(heading: str) -> bool:
    return len(heading) <= LONGEST_EMPTY and bool(ASIDE.fullmatch(heading.strip(" :?.!")))


def _is_empty(sentence: str) -> bool:
    if len(sentence) > LONGEST_EMPTY:
        return False
    is_advice = COMMIT_BY_COMMIT.search(sentence) and len(sentence.split()) <= LONGEST_ADVICE
    return bool(is_advice) or EMPTY_SENTENCE.fullmatch(sentence.rstrip(" .!")) is not None


def links(body: str) -> tuple[str, ...]:
    """The web addresses outside of comments, as plain text and without duplicates."""
    addresses = ADDRESS.findall(COMMENT.sub("", body))
    return tuple(dict.fromkeys(text.plain(url).rstrip(".,:;!?*_~") for url in addresses))


def _plain_text(children: "Sequence[Token]") -> str:
    plain = {"text", "code_inline"}
    breaks = {"softbreak", "hardbreak"}
    return "".join(
        child.content if child.type in plain else " "
        for child in children
        if child.type in plain | breaks
    )


def _is_a_label(children: "Sequence[Token]") -> bool:
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
