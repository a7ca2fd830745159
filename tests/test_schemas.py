"""The published JSON Schemas equal the printed ones, and written files fit them."""

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from digest.editions.setup import SCHEMAS, schema_text
from digest.files import settings_files
from tests.builders import changed_file, pull, snapshot
from tests.cli import EXAMPLE, run
from tests.fetching import FULL
from tests.golden import CURE

ROOT = Path(__file__).parents[1]
PUBLISHED = ROOT / "docs" / "schemas"


pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("empty_folder")]


def mistakes(name: str, document: object) -> list[str]:
    """Return the mistakes of a document by a published schema."""
    schema = json.loads((PUBLISHED / f"{name}.json").read_text("utf-8"))
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(document)]


def meaning(schema: Any) -> Any:
    """Return a schema without the differences between versions of pydantic."""
    if isinstance(schema, list):
        return [meaning(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    twice = {"enum"} if "const" in schema else set()
    words = {"description"} if isinstance(schema.get("description"), str) else set()
    return {key: meaning(value) for key, value in schema.items() if key not in twice | words}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_published_schemas_equal_the_printed_ones(name: str) -> None:
    published = json.loads((PUBLISHED / f"{name}.json").read_text("utf-8"))
    assert meaning(published) == meaning(json.loads(run("config", "--schema", name).out)), CURE


def test_nothing_else_is_published() -> None:
    assert {path.stem for path in PUBLISHED.iterdir()} == set(SCHEMAS), CURE


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_published_file_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(
        json.loads((PUBLISHED / f"{name}.json").read_text("utf-8"))
    )


def test_each_has_the_address_at_which_it_is_published() -> None:
    folder = PUBLISHED.relative_to(ROOT).as_posix()
    source = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"][
        "Source"
    ]
    raw = source.replace("github.com", "raw.githubusercontent.com")
    assert {name: json.loads(schema_text(name))["$id"] for name in SCHEMAS} == {
        name: f"{raw}/main/{folder}/{name}.json" for name in SCHEMAS
    }


def written() -> Mapping[str, Any]:
    """Return an edition of many sorts of facts, and one with many unknown facts."""
    bare = pull(8, author=None, files=None, body=None, labels=None, milestone=None)
    renamed = pull(9, files=(changed_file("b", "renamed"), changed_file("c", "copied")))
    return {
        "full": snapshot(FULL, bare, renamed, notices=("One.",), complete=False),
        "empty": snapshot(),
    }


@pytest.mark.parametrize("which", ["full", "empty", "example"])
def test_the_digest_and_the_facts_fit_their_schemas(which: str) -> None:
    file = EXAMPLE
    if which != "example":
        Path("facts.json").write_text(written()[which].model_dump_json(), "utf-8")
        file = "facts.json"
    printed = json.loads(run("week", "--from", file, "--json").out)
    saved = json.loads(next(Path("editions").glob("*/pull_requests.json")).read_text("utf-8"))
    assert (mistakes("digest", printed), mistakes("snapshot", saved)) == ([], [])


def test_settings_fit_their_schema() -> None:
    assert run("init", "--repo", "backstage/backstage", "--zone", "Europe/Stockholm").code == 0
    files = [
        Path("digest.toml").read_text("utf-8"),
        run("config").out,
        settings_files.text("config.toml"),
        "",
    ]
    assert [mistakes("settings", tomllib.loads(text)) for text in files] == [[], [], [], []]


@pytest.mark.sample(every=2)
@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("snapshot", ["complete"], "yes"),
        ("snapshot", ["schema_version"], 2),
        ("snapshot", ["pull_requests", 0, "number"], None),
        ("settings", ["digest", "groups", 0, "unknown"], 1),
        ("digest", ["count"], "32"),
        ("digest", ["groups", 0, "pull_requests"], None),
        ("settings", ["digest", "zoen"], "UTC"),
        ("settings", ["digest", "github", "timeout"], 0),
    ],
)
def test_a_planted_mistake_is_caught(name: str, path: list[Any], value: object) -> None:
    documents: Mapping[str, Callable[[], Any]] = {
        "snapshot": lambda: json.loads(Path(EXAMPLE).read_text("utf-8")),
        "digest": lambda: json.loads(run("week", "--from", EXAMPLE, "--json", "--output", "-").out),
        "settings": lambda: tomllib.loads(run("config").out),
    }
    document = inside = documents[name]()
    for step in path[:-1]:
        inside = inside[step]
    assert mistakes(name, document) == []
    inside[path[-1]] = value
    assert mistakes(name, document) != []
