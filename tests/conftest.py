"""The setting of every test: no network, no credentials, a fixed clock."""

import gc
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

# The import itself forbids the network in this process.
from tests import sweep
from tests.nonetwork import sitecustomize

# Tests may start these programs and the ones in their environment, but not `gh`.
PROGRAMS = ("git", "sh")
# Variables that would bring a developer's account, settings or terminal into a test.
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

# Child processes reuse the compiled files, even if the environment forbids them, as images of
# containers do: a child needs more time to compile digest than for the rest of its work.
sys.dont_write_bytecode = False

IS_WINDOWS = sys.platform == "win32"
# It opens a Unix terminal with modules that do not exist on Windows.
collect_ignore = ["test_pick_ends.py"] if IS_WINDOWS else []

hypothesis.settings.register_profile(
    "same everywhere",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=sweep.count(50, whole=100),
)
hypothesis.settings.load_profile("same everywhere")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of several workers, none waits at the end for a slow test of another: these come first.

    Windows leaves out what only a Unix has, and only `make sweep` runs all cases.
    """
    if IS_WINDOWS:
        items[:] = [item for item in items if item.get_closest_marker("unix") is None]
    items[:] = sweep.without_sweeps(config, items)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """All current objects stay to the end, so the garbage collector skips them and looks less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000)


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the programs that a test may start."""
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
    """Cut every test and its children off from the network and the developer's accounts."""
    for name in os.environ:
        if name.startswith(PRIVATE) or name in TERMINAL:
            monkeypatch.delenv(name)
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    # No test pulls the plug, so none needs to wait for the disk.
    monkeypatch.setattr(os, "fsync", lambda _: None)
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
    """Return the working folder of the test, which is empty and outside any repository."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def now() -> datetime:
    """Return Monday 17 May 2021, nine o'clock in UTC: edition 26 was due then."""
    return datetime(2021, 5, 17, 9, 0, tzinfo=UTC)
