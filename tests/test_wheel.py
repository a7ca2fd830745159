"""The package: what its sdist contains, what it declares, and how an index shows its README."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.pages import ROOT, Page, files

pytestmark = pytest.mark.slow

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_the_sdist_contains_every_file_of_the_repository() -> None:
    included = PYPROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    # An unpacked sdist has one more.
    present = {f"/{file.parts[0]}" for file in files()} - {"/PKG-INFO"}
    assert sorted(included) == sorted(present)


def test_the_wheel_contains_the_texts_that_digest_reads() -> None:
    included = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {name: f"digest/{name}" for name in included}
    code = "".join(path.read_text("utf-8") for path in (ROOT / "digest").rglob("*.py"))
    read = re.findall(r'\btext\(f?"([a-z]+(?:\.toml)?)[/"]', code)
    assert set(read) == set(included)


def test_every_imported_package_is_declared() -> None:
    declared = {
        canonicalize_name(Requirement(one).name) for one in PYPROJECT["project"]["dependencies"]
    }
    distributions = packages_distributions()
    imported = (
        {name for path in (ROOT / "digest").rglob("*.py") for name in _imports(path)}
        - sys.stdlib_module_names
        - {"digest"}
    )
    assert "pydantic_core" in imported
    undeclared = {
        name
        for name in imported
        if not declared & {canonicalize_name(one) for one in distributions[name]}
    }
    assert undeclared == set()


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def test_the_package_is_marked_as_typed() -> None:
    assert (ROOT / "digest" / "py.typed").read_bytes() == b""


def test_every_link_of_the_readme_is_absolute_on_a_package_index() -> None:
    """It leads to a file of the same release, and a picture to its content."""
    hook = PYPROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    before = shown = (ROOT / "README.md").read_text("utf-8")
    for rule in hook["substitutions"]:
        shown = re.sub(rule["pattern"], rule["replacement"], shown)
    inside = Page("README.md", before).links
    assert len(inside) > 10
    assert Page("README.md", shown).links == []
    at = {
        True: "https://raw.githubusercontent.com/OWNER/digest/",
        False: "https://github.com/OWNER/digest/blob/",
    }
    for link in inside:
        assert f"]({at[link.endswith('.svg')]}v$HFPR_VERSION/{link})" in shown


def test_ci_runs_every_declared_python_on_every_system_behind_one_job() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))["jobs"]
    begin = "Programming Language :: Python :: 3."
    classifiers = PYPROJECT["project"]["classifiers"]
    pythons = [f"3.{one.removeprefix(begin)}" for one in classifiers if one.startswith(begin)]
    # The job of `make test` has the first one on Linux.
    assert ["3.11", *jobs["tests"]["strategy"]["matrix"]["python"]] == pythons
    assert jobs["systems"]["strategy"]["matrix"] == {
        "system": ["macos-15", "windows-2025"],
        "python": pythons,
    }
    others = [name for name in jobs if name != "ci"]
    assert jobs["ci"]["needs"] == others
    assert f'"{" ".join(["success"] * len(others))}"' in jobs["ci"]["steps"][0]["run"]
