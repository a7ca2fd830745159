"""Markdown as a parser with GitHub's extensions reads it, and as one for code spans alone does."""

from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from digest.text import plain

READER = MarkdownIt("commonmark", {"linkify": True}).enable(["linkify", "strikethrough", "table"])
CODE_ONLY = MarkdownIt("zero").enable("backticks")


@lru_cache(maxsize=8)
def leaves(reader: MarkdownIt, document: str) -> list[Token]:
    """Return the inline tokens of a document."""
    return [leaf for token in reader.parse(document) for leaf in token.children or []]


def read(document: str) -> tuple[list[str], list[str], str]:
    """Return the blocks of a document, its inline tokens except text and code, and its text."""
    tokens = READER.parse(document)
    blocks = [token.type for token in tokens]
    within = [leaf for token in tokens for leaf in token.children or []]
    beside = [leaf.type for leaf in within if leaf.type not in {"text", "code_inline"}]
    return blocks, beside, "".join(leaf.content for leaf in within)


@cache
def place(before: str, after: str) -> tuple[list[str], list[str], str]:
    """Return the same for a place with a harmless title in it."""
    return read(f"{before}TITLE{after}")


def codes(reader: MarkdownIt, document: str) -> list[str]:
    """Return the contents of code spans, except blank ones, which Prettier changes."""
    found = [
        leaf.content.strip() for leaf in leaves(reader, document) if leaf.type == "code_inline"
    ]
    return [code for code in found if code]


def without_fences(title: str) -> str:
    """Return the title as a reader sees it who knows code spans and no other Markdown."""
    return "".join(
        leaf.content
        if leaf.type == "text"
        else leaf.content.strip() or f"{leaf.markup}{leaf.content}{leaf.markup}"
        for leaf in leaves(CODE_ONLY, plain(title))
    )
