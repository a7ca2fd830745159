"""How Markdown is read: by a parser with GitHub's extensions, and by one that knows code spans alone."""

from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from digest.text import plain

READER = MarkdownIt("commonmark", {"linkify": True}).enable(["linkify", "strikethrough", "table"])
CODE_ONLY = MarkdownIt("zero").enable("backticks")


@lru_cache(maxsize=8)
def leaves(reader: MarkdownIt, document: str) -> list[Token]:
    """What stands within the lines of a document, as a parser reads it."""
    return [leaf for token in reader.parse(document) for leaf in token.children or []]


def read(document: str) -> tuple[list[str], list[str], str]:
    """The blocks of a document, what its lines hold beside text and code, and its text."""
    tokens = READER.parse(document)
    blocks = [token.type for token in tokens]
    within = [leaf for token in tokens for leaf in token.children or []]
    beside = [leaf.type for leaf in within if leaf.type not in {"text", "code_inline"}]
    return blocks, beside, "".join(leaf.content for leaf in within)


@cache
def place(before: str, after: str) -> tuple[list[str], list[str], str]:
    """What the place holds when a harmless title stands in it."""
    return read(f"{before}TITLE{after}")


def codes(reader: MarkdownIt, document: str) -> list[str]:
    """The contents of the code spans, but for blank ones, which Prettier could not keep."""
    found = [
        leaf.content.strip() for leaf in leaves(reader, document) if leaf.type == "code_inline"
    ]
    return [code for code in found if code]


def without_fences(title: str) -> str:
    """The title as one reads it who knows code spans and no other Markdown."""
    return "".join(
        leaf.content
        if leaf.type == "text"
        else leaf.content.strip() or f"{leaf.markup}{leaf.content}{leaf.markup}"
        for leaf in leaves(CODE_ONLY, plain(title))
    )
