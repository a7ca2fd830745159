"""Builds the wheel, installs it in a clean environment, and runs the demo and the workflows' steps with it.

The demo starts in an empty folder. What it prints and writes must equal `tests/golden/demo`.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from scripts import make_demo
from tests.golden import CURE, ROOT, differences


def main() -> int:
    """Try the wheel; returns 1 and shows the difference where the demo is not as expected."""
    with tempfile.TemporaryDirectory(prefix="a wheel ") as name:
        folder = Path(name)
        wheel = _build(folder / "wheel")
        python = _install(wheel, folder / "clean")
        (folder / "empty").mkdir()
        seen = make_demo.run(python.with_name("digest"), folder / "empty")
        _monday(python)
    difference = differences(make_demo.expected(), seen)
    print("\n".join([*difference, CURE] if difference else [f"{wheel.name} gives the demo's {len(seen)} texts"]))
    return 1 if difference else 0


def _build(folder: Path) -> Path:
    _pip(Path(sys.executable), "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    [wheel] = folder.glob("*.whl")
    return wheel


def _install(wheel: Path, folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    _pip(folder / "bin" / "python", "install", str(wheel))
    return folder / "bin" / "python"


def _pip(python: Path, *words: str) -> None:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *words]
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{ran.stdout}{ran.stderr}pip {words[0]} failed; see above.")


def _monday(python: Path) -> None:
    """Run the workflows' own steps, from the schedule to the draft, with the digest of the wheel."""
    test = "tests/test_workflows.py::test_from_monday_morning_to_a_draft_that_keeps_what_people_do"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", test]
    tested = {**os.environ, "TESTED_PYTHON": str(python)}
    ran = subprocess.run(command, cwd=ROOT, env=tested, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{ran.stdout}{ran.stderr}The workflows do not run with the wheel; see above.")


if __name__ == "__main__":
    raise SystemExit(main())
