"""Builds the wheel, installs it in a clean environment, and runs the demo and the workflows' steps with it.

The demo starts in an empty folder. What it prints and writes must equal `tests/golden/demo`.
"""

import os
import subprocess
import sys
import tempfile
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
    print(
        "\n".join(
            [*difference, CURE]
            if difference
            else [f"{wheel.name} gives the demo's {len(seen)} texts"]
        )
    )
    return 1 if difference else 0


def _build(folder: Path) -> Path:
    _first_that_works(
        ["uv", "build", "--wheel", "--out-dir", str(folder), str(ROOT)],
        ["pip", "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)],
    )
    [wheel] = folder.glob("*.whl")
    return wheel


def _install(wheel: Path, folder: Path) -> Path:
    python = folder / "bin" / "python"
    _first_that_works(["venv", "--without-pip", str(folder)])
    _first_that_works(
        ["uv", "pip", "install", "--compile-bytecode", "--python", str(python), str(wheel)],
        ["pip", "--python", str(python), "install", str(wheel)],
    )
    return python


def _first_that_works(*commands: list[str]) -> None:
    """Run the modules with these words until one succeeds, as scripts/set_up.sh does: uv is quick, pip reaches more."""
    said = ""
    for command in commands:
        words = [sys.executable, "-m", *command]
        ran = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if not ran.returncode:
            return
        said = f"{said}{ran.stdout}{ran.stderr}"
    raise SystemExit(f"{said}{' '.join(commands[-1])} failed; see above.")


def _monday(python: Path) -> None:
    """Run the workflows' own steps, from the schedule to the draft, with the digest of the wheel."""
    test = "tests/test_workflows.py::test_from_monday_morning_to_a_draft_that_keeps_what_people_do"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", test]
    tested = {**os.environ, "TESTED_PYTHON": str(python)}
    ran = subprocess.run(command, cwd=ROOT, env=tested, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(
            f"{ran.stdout}{ran.stderr}The workflows do not run with the wheel; see above."
        )


if __name__ == "__main__":
    raise SystemExit(main())
