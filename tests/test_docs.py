"""The README, CONTRIBUTING.md and docs/ name only things that exist."""

import json
import posixpath
import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import typer
from typer.main import get_command

from digest import settings
from digest.cli import app
from digest.compose import marks
from digest.editions.setup import SCHEMAS, schema_text
from digest.errors import UsageError
from digest.files import settings_files
from tests.cli import built
from tests.pages import ROOT, Page, pages, tree

PAGES = pages()
TREE = tree()
# Prefixes of paths outside this repository. Some page must name each of them.
ELSEWHERE = {
    ".venv/": "made by make",
    "build/": "made by make",
    "demo/": "made by make demo",
    "editions/": "made by digest week",
    "pull_requests.json": "a file of an edition's folder that is too large for a golden one",
    ".history/": "earlier versions in an edition's folder",
    "published/": "made by digest publish in an edition's folder",
    ".digest/": "made by digest publish in the newsletter's repository",
    "content/": "the newsletter's own folder",
    "templates/edition.md.j2": "the newsletter's own template",
    "templates/NAME.md.j2": "an editor's own template",
    "digest/2021-W19": "a branch",
    ".github/release.yml": "the project's own file",
}
# GitHub's own names with an underscore. Some page must name each of them.
OF_GITHUB = {"incomplete_results", "issue_comment", "pull_request_target", "workflow_run"}
PATH = re.compile(
    r"(?=.*\w)(?=.*/|.*\.(?:gz|graphql|j2|json|md|png|py|sh|svg|toml|tsv|txt|ya?ml)$)[\w./-]+"
)


def test_every_path_exists() -> None:
    named = {(page.name, path) for page in PAGES for path in paths(page)}
    assert len(named) > 100
    away = {path for _, path in named if any(path.startswith(beginning) for beginning in ELSEWHERE)}
    assert [
        f"{page}: {path}"
        for page, path in sorted(named)
        if path not in away and not exists(page, path)
    ] == []
    assert [
        beginning for beginning in ELSEWHERE if not any(path.startswith(beginning) for path in away)
    ] == []


def paths(page: Page) -> Iterator[str]:
    """Return the words in backticks that look like paths, without values of options and drawn trees."""
    for span in page.spans:
        if not span.startswith(("digest ", "-")):
            yield from (word for word in span.split() if PATH.fullmatch(word))
    for block in page.blocks(""):
        if block.split("\n")[0].endswith("/"):
            yield from files(block)


def files(drawing: str) -> Iterator[str]:
    """Return the paths of a tree that is drawn with two spaces a level.

    A continued line has more spaces.
    """
    above: list[str] = []
    for line in drawing.splitlines():
        level = (len(line) - len(line.lstrip())) // 2
        if level <= len(above):
            above = [*above[:level], line.split()[0]]
            yield posixpath.join(*above)


def exists(page: str, path: str) -> bool:
    """Return whether the path exists, from the top, the package or the page.

    A bare name may be anywhere.
    """
    if "/" not in path:
        return path in {PurePosixPath(one).name for one in TREE}
    return any(
        posixpath.normpath(posixpath.join(at, path)) in TREE
        for at in ("", "digest", posixpath.dirname(page))
    )


def test_every_link_inside_the_repository_has_a_target() -> None:
    links = {(page, link) for page in PAGES for link in page.links}
    assert len(links) > 20
    assert [
        f"{page.name}: {link}"
        for page, link in sorted(links, key=str)
        if not leads_somewhere(page, link)
    ] == []


def leads_somewhere(page: Page, link: str) -> bool:
    """Return whether the file exists and, for a page, the heading."""
    path, _, anchor = link.partition("#")
    target = (
        posixpath.normpath(posixpath.join(posixpath.dirname(page.name), path))
        if path
        else page.name
    )
    if target not in TREE:
        return False
    return not anchor or anchor in Page(target, (ROOT / target).read_text("utf-8")).anchors


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    assert [f"{page.name}: {row}" for page in PAGES for row in page.torn_rows] == []


@pytest.mark.slow
def test_no_line_of_code_is_wider_than_its_frame() -> None:
    """On GitHub, the frame of a README shows 88 characters without a scroll bar."""
    code = [
        (page.name, line)
        for page in PAGES
        for token in page.tokens
        if token.type == "fence"
        for line in token.content.splitlines()
    ]
    assert len(code) > 100
    assert [f"{page}: {line}" for page, line in code if len(line) > 88] == []


@pytest.mark.slow
def test_every_command_is_accepted_by_the_program_itself() -> None:
    commands = {
        (page.name, line)
        for page in PAGES
        for line in page.lines_of_code
        if line.startswith("digest ")
    }
    assert len(commands) > 20
    assert [
        f"{page}: {line}: {words}" for page, line in sorted(commands) if (words := refusal(line))
    ] == []


def refusal(line: str) -> str:
    """Return why the command line refuses a command, which is parsed but not run."""
    words = shlex.split(line.replace("COMMAND", "week"))[1:]
    # Options of `digest` itself act at once. The test of options checks them.
    if words[0].startswith("-"):
        return ""
    try:
        built(app)(words, prog_name="digest", standalone_mode=False)
    except typer.TyperException as error:
        return error.format_message()
    return ""


def test_every_option_exists() -> None:
    lines = {
        (page.name, line)
        for page in PAGES
        for line in page.lines_of_code
        if line.startswith(("digest ", "-"))
    }
    named = {
        (page, option)
        for page, line in lines
        for option in re.findall(r"(?<!\S)--?[a-z][\w-]*", line)
    }
    assert len(named) > 20
    assert [f"{page}: {option}" for page, option in sorted(named) if option not in options()] == []


@cache
def options() -> set[str]:
    """Return the options of `digest` and of all its commands."""
    group: Any = get_command(app)
    commands = [group, *group.commands.values()]
    return {
        option
        for one in commands
        for param in one.get_params(typer.Context(one))
        for option in param.opts
    }


def test_every_target_of_make_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    lines = {
        (page.name, line)
        for page in PAGES
        for line in page.lines_of_code
        if line.startswith("make ")
    }
    assert len(lines) > 10
    wrong = [
        f"{page}: {line}"
        for page, line in sorted(lines)
        if not {word for word in line.split()[1:] if "=" not in word} <= targets
    ]
    assert wrong == []


def test_every_module_to_run_exists_and_knows_its_options() -> None:
    lines = [
        (page.name, line.split("python -m ")[1])
        for page in PAGES
        for line in page.spans
        if "python -m " in line
    ]
    of_ours = [(page, line.split()) for page, line in lines if line.split(".")[0] in TREE]
    assert of_ours
    wrong = []
    for page, (module, *words) in of_ours:
        path = ROOT / (module.replace(".", "/") + ".py")
        source = path.read_text("utf-8") if path.is_file() else ""
        if not source or not all(f'"{word}"' in source for word in words if word.startswith("-")):
            wrong.append(f"{page}: {module} {' '.join(words)}")
    assert wrong == []


def test_the_layers_of_the_map_are_the_checked_ones() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract["layers"] for contract in contracts if "layers" in contract)
    page = next(page for page in PAGES if page.name == "CONTRIBUTING.md")
    assert "\n".join([*layers, ""]) in page.blocks("")


def test_every_settings_file_in_the_docs_is_accepted() -> None:
    shown = [(page.name, block) for page in PAGES for block in page.blocks("toml")]
    assert shown
    assert [
        f"{page}: {mistake}" for page, block in shown if (mistake := settings_mistake(block))
    ] == []


def settings_mistake(text: str) -> str:
    """Return the mistake in a settings file."""
    try:
        settings.load([settings_files.shipped(), settings.Layer("it", text)])
    except UsageError as error:
        return error.message
    return ""


def test_every_setting_exists() -> None:
    named = [(page.name, *pair) for page in PAGES for pair in named_settings(page)]
    assert len(named) > 20
    assert [
        f"{page}: {key} in {table}" for page, table, key in named if key not in keys(table)
    ] == []


def named_settings(page: Page) -> Iterator[tuple[str, str]]:
    """Return each table with a key in it; the table "" is any.

    A name that fills a parenthesis is a setting, too.
    """
    for span in page.spans:
        if found := re.fullmatch(r"\[+(digest(?:\.\w+)*)\]+", span):
            *above, key = found[1].split(".")
            yield ".".join(above), key
    for text in page.paragraphs:
        for key, table in re.findall(r"`(\w+)(?: = [^`]+)?`\s+(?:under|of)\s+`\[([\w.]+)\]`", text):
            yield table, key
        for first, second in re.findall(r"\bsettings?\s+`(\w+)`(?:\s+and\s+`(\w+)`)?", text):
            yield from (("", key) for key in (first, second) if key)
        yield from (
            ("", key) for key in re.findall(r"\(`([a-z_]+)`\)", text) if key not in OF_GITHUB
        )


@cache
def tables() -> dict[str, set[str]]:
    """Return the keys of each table of a settings file; "" is the top."""
    schema = settings.schema()
    whole = schema["$defs"]["Settings"]["properties"]
    found = {"": set(schema["properties"]), "digest": set(whole)}
    for name, one in whole.items():
        reference = re.search(r"#/\$defs/(\w+)", json.dumps(one))
        found[f"digest.{name}"] = (
            set(schema["$defs"][reference[1]]["properties"]) if reference else set()
        )
    return found


def keys(table: str) -> set[str]:
    """Return the keys of a table; "" means those of any."""
    return (
        tables().get(table, set())
        if table
        else {key for names in tables().values() for key in names}
    )


def test_every_documented_setting_with_a_value_is_accepted() -> None:
    shown = [
        (page.name, span) for page in PAGES for span in page.spans if re.match(r"\w+ = ", span)
    ]
    assert len(shown) > 5
    assert [f"{page}: {line}" for page, line in shown if not accepted(line)] == []


def accepted(line: str) -> bool:
    """Return whether some table of the settings, or a story in a file of marks, accepts the line."""
    key = line.split(" = ", maxsplit=1)[0]
    if any(
        not settings_mistake(f"[{table}]\n{line}\n")
        for table, names in tables().items()
        if key in names
    ):
        return True
    return any(is_of_marks(text) for text in (line, f'[[stories]]\nheading = "Search"\n{line}\n'))


def is_of_marks(text: str) -> bool:
    """Whether a file of marks may have this text."""
    try:
        return bool(marks.parse_marks(text, "it"))
    except UsageError:
        return False


def test_every_name_with_an_underscore_is_in_a_schema() -> None:
    pattern = r"(?:\w+\[\]\.)?([a-z]+(?:_[a-z]+)+)"
    spans = {
        (page.name, found[1])
        for page in PAGES
        for span in page.spans
        if (found := re.fullmatch(pattern, span))
    }
    known = {name for schema in SCHEMAS for name in properties(json.loads(schema_text(schema)))}
    known |= {name for path in (ROOT / "digest").rglob("*.py") for name in functions(path)} | {
        "node_modules"
    }
    assert [
        f"{page}: {name}" for page, name in sorted(spans) if name not in known | OF_GITHUB
    ] == []
    assert OF_GITHUB - {name for _, name in spans} == set()


def functions(path: Path) -> Iterator[str]:
    """Return the names of the functions in a file."""
    return (
        found[1]
        for found in re.finditer(r"^def (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    )


def properties(schema: Any) -> Iterator[str]:
    """Return the names of all properties in a JSON Schema."""
    if isinstance(schema, list):
        for one in schema:
            yield from properties(one)
    elif isinstance(schema, dict):
        yield from schema.get("properties", ())
        yield from properties(list(schema.values()))
