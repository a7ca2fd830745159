"""House rules that no tool checks: sizes, docstrings, exclusions, forbidden text in tracked files."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.pages import files

ROOT = Path(__file__).parents[1]
FILE_LINES = 400
POSITIONAL = 5
FUNCTION_LINES = 50
UNCOVERED_LINES = 15
# Paths, or paths and functions, that may be longer, each with the reason.
LONGER: dict[str, str] = {}

# Split into pieces, so that this file does not contain the forbidden text.
FORBIDDEN = {
    "a package registry's host": "|".join(
        [
            rf"pypi\.{'org'}",
            f"{'python'}hosted",
            rf"npmjs\.{'(org|com)'}",
            rf"{'registry'}\.(npm|yarn)",
            rf"{'deb'}\.debian",
        ]
    ),
    "a path of one machine": rf"(?<![\w.)}}-])/{'(root|home|work|Users)'}/\w",
    "the shape of a token": r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}",
}
SOURCES = sorted((ROOT / "digest").rglob("*.py"))
TOOLS = sorted([*(ROOT / "scripts").rglob("*.py"), *(ROOT / "bench").rglob("*.py")])


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _tracked() -> list[Path]:
    return [ROOT / file for file in files()]


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _public(
    body: list[ast.stmt],
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in body:
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)


def _too_long(path: Path) -> Iterator[str]:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    if lines > FILE_LINES and _name(path) not in LONGER:
        yield f"{_name(path)} has {lines} lines"
    for function in _functions(path):
        length = (function.end_lineno or 0) - function.lineno + 1
        if length > FUNCTION_LINES and f"{_name(path)} {function.name}" not in LONGER:
            yield f"{_name(path)} {function.name} has {length} lines"


def test_files_and_functions_stay_small() -> None:
    assert [found for path in [*SOURCES, *TOOLS] for found in _too_long(path)] == []


def test_functions_have_few_positional_parameters() -> None:
    """A command has one parameter for each option."""
    many = [
        f"{_name(path)} {function.name} has {len(positional)}"
        for path in SOURCES
        if "digest/cli/" not in _name(path)
        for function in _functions(path)
        if len(positional := [one for one in function.args.args if one.arg not in {"self", "cls"}])
        > POSITIONAL
    ]
    assert many == []


def test_every_public_object_has_a_docstring() -> None:
    silent = [
        f"{_name(path)} {node.name}"
        for path in SOURCES
        for node in _public(_tree(path).body)
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_few_lines_are_untested_and_each_has_a_reason() -> None:
    marked = [
        (f"{_name(path)}:{number}", line)
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "pragma: no" in line
    ]
    assert [
        place for place, line in marked if not re.search(r"# pragma: no (cover|branch) - \w", line)
    ] == []
    assert sum(_excluded(path) for path in SOURCES) <= UNCOVERED_LINES


def _excluded(path: Path) -> int:
    """Return how many lines the marks exclude; a mark on a block's first line excludes the block."""
    lines = path.read_text(encoding="utf-8").splitlines()
    marked = {number for number, line in enumerate(lines, 1) if "pragma: no cover" in line}
    out = set(marked)
    if not marked:
        return 0
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.stmt | ast.ExceptHandler) and node.lineno in marked:
            out |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(out)


def test_coverage_leaves_no_file_out() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert tools["slipcover"] == {"branch": True, "source": "digest"}
    (bound,) = re.findall(r"--fail-under (\d+)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert int(bound) >= 98


def test_every_rule_that_ruff_ignores_has_a_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    ignored = re.search(
        r"(?s)^ignore = \[\n(.*?)^\]\n.*?^\[tool\.ruff\.lint\.per-file-ignores\]\n(.*?)^\[",
        text,
        re.MULTILINE,
    )
    assert ignored
    lines = "".join(ignored.groups()).splitlines()
    rules = [line for line in lines if re.search(r'"[A-Z]+[0-9]*"', line)]
    assert len(rules) > 10
    bare = [
        line
        for line, above in zip(lines, ["", *lines], strict=False)
        if line in rules and not _explained(line, above)
    ]
    assert bare == []


def _explained(line: str, above: str) -> bool:
    return bool(re.search(r"# \w", line)) or above.startswith("# ")


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_contains(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{_name(path)}: {match[0]}"
        for path in _tracked()
        if path.suffix not in {".gz", ".png"}
        and (match := pattern.search(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_help_loads_no_heavy_library() -> None:
    code = "import sys, digest.cli; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {
        "dateutil",
        "github",
        "jinja2",
        "markdown_it",
        "pydantic",
        "requests",
        "rich",
        "tomlkit",
    }
    assert heavy & set(loaded) == set()
