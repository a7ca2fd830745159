"""The project's own Markdown pages, read as GitHub reads them."""

import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[1]
# A bar splits a row, even inside code, unless a backslash precedes it.
BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Page:
    """A page; `name` is its path in the repository."""

    name: str
    text: str

    @cached_property
    def tokens(self) -> list[Token]:
        """The blocks of the page."""
        return MarkdownIt("commonmark").enable("table").parse(self.text)

    @property
    def paragraphs(self) -> list[str]:
        """The Markdown of paragraphs, headings and cells."""
        return [token.content for token in self.tokens if token.type == "inline"]

    @property
    def spans(self) -> list[str]:
        """The words in backticks inside text."""
        return [
            one.content
            for token in self.tokens
            for one in token.children or ()
            if one.type == "code_inline"
        ]

    def blocks(self, language: str) -> list[str]:
        """Return the code blocks in a language; "" selects those without one."""
        return [
            token.content
            for token in self.tokens
            if token.type == "fence" and token.info == language
        ]

    @property
    def lines_of_code(self) -> list[str]:
        """The lines that a person may type: spans, and code blocks without a language."""
        return [*self.spans, *(line for block in self.blocks("") for line in block.splitlines())]

    @property
    def links(self) -> list[str]:
        """The targets of links and pictures inside the repository."""
        inside = [one for token in self.tokens for one in token.children or ()]
        found = [str(one.attrs.get("href") or one.attrs.get("src") or "") for one in inside]
        return [link for link in found if link and not re.match(r"\w+:", link)]

    @property
    def anchors(self) -> set[str]:
        """The anchors that GitHub gives to the headings; a repeated one gets a number."""
        found: list[str] = []
        for opening, inline in zip(self.tokens, self.tokens[1:], strict=False):
            if opening.type == "heading_open":
                words = "".join(one.content for one in inline.children or ())
                anchor = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
                before = sum(
                    bool(re.fullmatch(rf"{re.escape(anchor)}(-\d+)?", one)) for one in found
                )
                found.append(f"{anchor}-{before}" if before else anchor)
        return set(found)

    @property
    def torn_rows(self) -> list[str]:
        """The rows outside tables, and those with more or fewer cells than their table's head."""
        lines = self.text.splitlines()
        covered = {
            n
            for token in self.tokens
            if token.type == "fence" and token.map
            for n in range(*token.map)
        }
        torn = []
        for token in self.tokens:
            if token.type == "table_open" and token.map:
                covered |= set(range(*token.map))
                rows = lines[slice(*token.map)]
                torn += [row for row in rows if _cells(row) != _cells(rows[0])]
        return [
            *torn,
            *(line for n, line in enumerate(lines) if line.startswith("|") and n not in covered),
        ]


def _cells(row: str) -> int:
    return len(BAR.split(row.strip().removeprefix("|"))) - bool(re.search(r"(?<!\\)\|\s*$", row))


def files(*, untracked: bool = False) -> list[Path]:
    """Every file of the repository, or of an unpacked sdist.

    With `untracked`, also a new one that Git does not ignore.
    """
    if (ROOT / ".git").exists():
        new = ["--others", "--exclude-standard"] if untracked else []
        command = ["git", "ls-files", "-z", "--cached", *new]
        listed = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        names = listed.split("\0")
    else:
        ignored = {line.strip("/*") for line in (ROOT / ".gitignore").read_text("utf-8").split()}
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        names = [
            path.as_posix()
            for path in found
            if path.parts[0] not in ignored and "__pycache__" not in path.parts
        ]
    return [Path(name) for name in names if name and (ROOT / name).is_file()]


def tree() -> set[str]:
    """Return every file of the repository that Git does not ignore, and their folders."""
    return {one.as_posix() for file in files(untracked=True) for one in (file, *file.parents)}


def pages() -> list[Page]:
    """Return README.md, CONTRIBUTING.md and docs/*.md."""
    paths = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [Page(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in paths]
