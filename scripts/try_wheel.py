"""Builds the wheel, installs it in a clean environment, and runs the demo.

The demo starts in an empty folder. Its output and files must equal `tests/golden/demo`. With `--job`
the wheel also runs the steps of the action.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import make_demo
from tests.golden import CURE, ROOT, differences


def main() -> int:
    """Try the wheel; returns 1, and prints the difference, if the demo is not as expected."""
    with tempfile.TemporaryDirectory(prefix="a wheel ") as name:
        folder = Path(name)
        wheel = _build(folder / "wheel")
        python = _install(wheel, folder / "clean")
        (folder / "empty").mkdir()
        texts = make_demo.run(python.with_name("digest"), folder / "empty")
        if "--job" in sys.argv:
            _job(python)
    difference = differences(make_demo.expected(), texts)
    print(
        "\n".join(
            [*difference, CURE]
            if difference
            else [f"{wheel.name} produces the demo's {len(texts)} texts"]
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
        ["uv", "pip", "install", "--python", str(python), str(wheel)],
        ["pip", "--python", str(python), "install", str(wheel)],
    )
    return python


def _first_that_works(*commands: list[str]) -> None:
    """Run the modules with these arguments until one succeeds: uv is fast, pip is the fallback."""
    output = ""
    for command in commands:
        whole = [sys.executable, "-m", *command]
        ran = subprocess.run(
            whole, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if not ran.returncode:
            return
        output = f"{output}{ran.stdout}{ran.stderr}"
    raise SystemExit(f"{output}{' '.join(commands[-1])} failed; see above.")


def _job(python: Path) -> None:
    """Run the steps of the action, which open a draft, with the installed wheel."""
    test = "tests/test_workflows.py::test_a_run_by_hand_takes_a_week_and_a_repository"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", test]
    tested = {**os.environ, "TESTED_PYTHON": str(python)}
    ran = subprocess.run(command, cwd=ROOT, env=tested, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{ran.stdout}{ran.stderr}The workflows fail with the wheel; see above.")


if __name__ == "__main__":
    raise SystemExit(main())
