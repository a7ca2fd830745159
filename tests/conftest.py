"""What every test stands on: no network, nobody's credentials, a fixed now."""

import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

# Importing it is what forbids the network in this process.
from tests.nonetwork import sitecustomize

# The programs that a test may start, beside those of its own environment. `gh` is not among them.
PROGRAMS = ("git", "sh")
# What would let a developer's own account, settings or terminal into a test.
PRIVATE = ("GH_", "GITHUB_", "GIT_", "XDG_", "DIGEST_")
TERMINAL = (
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "LINES",
    "TTY_COMPATIBLE",
)

# What is compiled is kept for the next run and for every child, also where the environment says
# otherwise (as images of containers do): compiling all of digest takes a child longer than the rest
# of its work.
sys.dont_write_bytecode = False

IS_WINDOWS = sys.platform == "win32"
# It opens a terminal of Unix with modules that Windows lacks.
collect_ignore = ["test_pick_ends.py"] if IS_WINDOWS else []

hypothesis.settings.register_profile(
    "same everywhere", derandomize=True, deadline=None, database=None
)
hypothesis.settings.load_profile("same everywhere")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of several workers, none waits at the end for a slow test of another: these come first.

    Windows leaves out what only a Unix has.
    """
    if IS_WINDOWS:
        items[:] = [item for item in items if item.get_closest_marker("unix") is None]
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the programs that a test may start, and no others."""
    if IS_WINDOWS:  # a link to git.exe would not find its libraries
        return Path(shutil.which("git") or "git").parent
    folder = tmp_path_factory.mktemp("programs")
    for name in PROGRAMS:
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    return folder


@pytest.fixture(autouse=True)
def _alone(
    monkeypatch: pytest.MonkeyPatch, programs: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Every test, with its children, is cut off from the network and from the developer's own accounts."""
    for name in os.environ:
        if name.startswith(PRIVATE) or name in TERMINAL:
            monkeypatch.delenv(name)
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    home = tmp_path_factory.getbasetemp() / "home"
    home.mkdir(exist_ok=True)
    for name, value in {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(programs)]),
        "PYTHONPATH": os.pathsep.join([sitecustomize.HERE, str(Path(__file__).parents[1])]),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ALLOW_PROTOCOL": "file",
        "GIT_TERMINAL_PROMPT": "0",
    }.items():
        monkeypatch.setenv(name, value)
    for scheme in ("http", "https", "all"):
        for variable in (f"{scheme}_proxy", f"{scheme.upper()}_PROXY"):
            monkeypatch.setenv(variable, sitecustomize.CLOSED_PROXY)
    for variable in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(variable, "127.0.0.1,localhost,::1")


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of the test: empty, and no part of anybody's repository."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def now() -> datetime:
    """Monday 17 May 2021, nine o'clock in UTC: when edition 26 was due."""
    return datetime(2021, 5, 17, 9, 0, tzinfo=UTC)
