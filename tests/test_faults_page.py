"""The one table of faults, and the page that prints it."""

import ast
import re
from pathlib import Path

import pytest

from digest.github import queries
from digest.github.client import Question
from digest.github.graphql_answers import Shape
from digest.github.treatments import GRAPHQL_TYPES, TREATMENTS
from scripts import make_faults
from tests.golden import assert_golden

ROOT = Path(__file__).parents[1]


def test_the_page_shows_the_table() -> None:
    assert_golden(make_faults.PAGE, make_faults.page())


def test_each_fault_has_a_sign_and_occurs_somewhere() -> None:
    """A row that neither the program nor its tests use would be useless."""
    sources = [
        path
        for folder in ("github", "sources")
        for path in (ROOT / "digest" / folder).rglob("*.py")
    ]
    named = {
        node.value
        for path in sources
        if path.name != "treatments.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert [kind for kind, treatment in TREATMENTS.items() if not treatment.sign] == []
    assert set(TREATMENTS) - named - set(GRAPHQL_TYPES.values()) == set()


def test_every_shipped_query_reads_except_the_one_that_commits() -> None:
    """A new write must use another method, because `ask` repeats."""
    folder = Path(queries.__file__).parent
    texts = {path.name: path.read_text("utf-8") for path in folder.glob("*.graphql")}
    assert len(texts) > 5
    assert [name for name, text in texts.items() if re.search(r"(?m)^mutation", text)] == [
        "commit.graphql"
    ]


@pytest.mark.parametrize(
    "text",
    ["mutation M { x }", "fragment F on X { y }\nmutation M { x }", "subscription { x }", ""],
)
def test_a_write_is_never_a_question(text: str) -> None:
    with pytest.raises(ValueError, match="must be a query that only reads"):
        Question(text, Shape)
