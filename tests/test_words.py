"""The words that we avoid in code, settings, templates and pages: see "How we write" in CONTRIBUTING.md."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.pages import ROOT, tree

# Tokens would find comments surely, but need three times as long.
COMMENT = re.compile(r"(?:^\s*|\s\s)#+ (.*)")
FLAGS = re.MULTILINE | re.IGNORECASE


@dataclass(frozen=True)
class Word:
    """A pattern to avoid, better words, a text that it finds, and one that it leaves alone."""

    pattern: str
    instead: str
    bad: str
    good: str

    def found(self, text: str) -> Iterator[tuple[int, str]]:
        """The line and the words of every match."""
        for match in re.finditer(self.pattern, text, FLAGS):
            yield text.count("\n", 0, match.start()) + 1, " ".join(match[0].split())


# A sentence, heading, item or cell that begins with a clause instead of its subject. Questions are
# fine.
OPENING = r"(?:^|(?<=[.!?]\s))(?:[#*|-]+ )?\**(?-i:What|Whose|Who)\b(?![^.\n]*\?)"
WORDS = (
    Word(
        r"\b(?:tell|tells|telling|told)\b(?!\s+you\b)",
        "report, show, cover, contain",
        "The files cannot be told.",
        "The notice tells you which.",
    ),
    Word(
        r"\b(?:stand|stands|standing|stood)\b(?!-|\s+for\b)",
        "is in, is next to",
        "The text stands there.",
        "In the stand-in, * stands for anything.",
    ),
    Word(
        r"\b(?:nobody|somebody|whoever|whatever|whence)\b",
        "no one, a person, the person who, any",
        "Nobody knows.",
        "No one knows.",
    ),
    Word(
        r"(?<!\bthere\s)\b(?:is|are|was|were)\s+no\b(?!\s+longer\b)",
        "is not a, has no, is no longer",
        "#2 is no story.",
        "#2 is no longer a story, and there is no token.",
    ),
    Word(r"\bany\s+more\b", "no longer", "It is not here any more.", "many more"),
    Word(r"\banew\b", "again", "It is drawn anew.", "a newer one"),
    Word(r"\bonce\s+more\b", "again", "It is read once\nmore.", "Once, more came."),
    Word(r"\bbesides?\b", "next to, with, also", "The counts are beside it.", "on both sides"),
    Word(r"\bof\s+its\s+own\b", "own, separate", "a file of its own", "a file of your own"),
    Word(
        r"\b(?:leaves?|leaving|left)\b[^.;:]{0,40}?\baway\b",
        "omit, leave out",
        "Leave the others away.",
        "Leave it out. It is far away.",
    ),
    Word(r"\bbe\s+had\b", "be downloaded, be read", "It cannot be had.", "It had to be."),
    Word(r"\bmade\s+of\b", "made from, a list of", "It is made of rows.", "It is made from rows."),
    Word(r"\bcom(?:e|es|ing)\s+of\b", "result", "Nothing comes of it.", "the outcome of it"),
    Word(r"\bin\s+its\s+place\b", "instead", "A link is in its place.", "in place of the TODO"),
    Word(r"\b(?:un)?said\b", "print, report, show; message", "It is said.", "It says why."),
    Word(OPENING, "the subject", "What it shows is old.", "See what it shows. Who is new?"),
)
ANY = re.compile("|".join(word.pattern for word in WORDS), FLAGS)
# Files whose words are data.
DATA = {"digest/compose/verbs.py": "lists of verbs"}
AREAS = {
    "pages": r"(?!tests/golden/).*\.md",
    "workflows": r"\.github/.*\.yml",
    "settings and templates": r"config\.toml|templates/.*\.j2",
    "digest": r"digest/.*\.py",
    "scripts": r"scripts/.*\.py",
    "bench": r"bench/.*\.py",
    "tests": r"tests/.*\.py",
    "tools": r"Makefile|action\.yml|p.*\.toml|scripts/.*\.sh",
}


def files(area: str) -> list[Path]:
    """The files of an area with our own words."""
    names = sorted(tree() - set(DATA))
    return [ROOT / name for name in names if re.fullmatch(AREAS[area], name)]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """The words of ours in a file, in pieces, each with the number of the line before it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield 0, python_comments(text)
        is_test = _name(path).startswith("tests/")
        yield from names_and_docstrings(text) if is_test else python_strings(text)
    elif path.suffix in {"", ".sh", ".toml", ".yml"}:
        # On their own lines only: a value may contain a "#".
        lines = (line.strip() for line in text.splitlines())
        yield 0, "\n".join(line[1:].strip() if line.startswith("#") else "" for line in lines)
    else:
        yield 0, text


def python_comments(source: str) -> str:
    """The comments of a module on their lines; every other line is empty."""
    found = map(COMMENT.search, source.splitlines())
    return "\n".join(comment[1] if comment else "" for comment in found)


def python_strings(source: str) -> Iterator[tuple[int, str]]:
    """The strings of a module, docstrings too, each with the number of the line before it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno - 1, node.value


def names_and_docstrings(source: str) -> Iterator[tuple[int, str]]:
    """The names and docstrings of tests; their other strings are data."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            continue
        if docstring := ast.get_docstring(node):
            yield node.body[0].lineno - 1, docstring
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.lineno - 1, node.name.replace("_", " ")


def complaints(area: str) -> list[str]:
    """Each word to avoid in an area, with its place and better words."""
    return [
        f"{_name(path)}:{start + line}: {words!r}; better: {word.instead}"
        for path in files(area)
        for start, text in texts(path)
        if ANY.search(text)
        for word in WORDS
        for line, words in word.found(text)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("area", AREAS)
def test_our_words_are_plain(area: str) -> None:
    assert files(area)
    assert complaints(area) == []


@pytest.mark.parametrize("word", WORDS, ids=[word.bad for word in WORDS])
def test_a_word_to_avoid_is_found_and_its_neighbour_is_not(word: Word) -> None:
    assert list(word.found(word.bad))
    assert list(word.found(word.good)) == []


def test_strings_docstrings_and_comments_are_read_with_their_lines() -> None:
    source = '"""Said."""\nname = f"{0} told"  ' + "# anew\n"
    assert sorted(python_strings(source)) == [(0, "Said."), (1, " told")]
    assert python_comments(source).splitlines()[:2] == ["", "anew"]
    source = 'def test_it_is_told():\n    """Said."""\n    run("anew")\n'
    assert list(names_and_docstrings(source)) == [(1, "Said."), (0, "test it is told")]


@pytest.mark.parametrize("name", DATA)
def test_a_file_of_data_is_an_exception_because_it_needs_to_be(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert any(list(word.found(text)) for word in WORDS)
