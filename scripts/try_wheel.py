"""Builds the wheel, installs it in a clean environment, and runs the demo and the workflows' steps with it.

The demo starts in an empty folder. What it prints and writes must equal `tests/golden/demo`; with `--update` it
becomes that.
"""

import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
EXPECTED = CHECKOUT / "tests" / "golden" / "demo"
EXAMPLES = CHECKOUT / "examples"
SNAPSHOT = "backstage-2021-W19.json"
# The facts that the demo saves are those it was given, so they are not kept a second time.
SAVED = "demo/2021-W19/pull_requests.json"
DEMO = ["week", "--from", SNAPSHOT, "--config", "digest.toml", "--output", "demo"]


def main() -> int:
    """Try the wheel; returns 1 and shows the difference where the demo is not as expected."""
    with tempfile.TemporaryDirectory(prefix="a wheel ") as name:
        folder = Path(name)
        wheel = _build(folder / "wheel")
        digest = _install(wheel, folder / "clean")
        seen = _demo(digest, folder / "empty")
        _monday(digest)
    if "--update" in sys.argv[1:]:
        _write(seen)
        return 0
    difference = list(_differences(_expected(), seen))
    print("\n".join(difference) or f"{wheel.name} gives the demo's {len(seen)} texts as expected")
    return 1 if difference else 0


def _build(folder: Path) -> Path:
    _pip(Path(sys.executable), "wheel", "--no-deps", "--wheel-dir", str(folder), str(CHECKOUT))
    [wheel] = folder.glob("*.whl")
    return wheel


def _install(wheel: Path, folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    _pip(folder / "bin" / "python", "install", str(wheel))
    return folder / "bin" / "digest"


def _pip(python: Path, *words: str) -> None:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *words]
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{ran.stdout}{ran.stderr}pip {words[0]} failed; see above.")


def _demo(digest: Path, folder: Path) -> dict[str, str]:
    """The text of stdout, stderr and every file that the demo writes, by name."""
    folder.mkdir()
    for file in EXAMPLES.glob("*.*"):
        shutil.copy(file, folder)
    # Neither the checkout nor anybody's token or settings may help.
    quiet = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    ran = subprocess.run([str(digest), *DEMO], cwd=folder, env=quiet, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"The demo left with {ran.returncode}:\n{ran.stdout}{ran.stderr}")
    files = sorted(file for file in (folder / "demo").rglob("*") if file.is_file())
    texts = {str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in files}
    return {"stdout.txt": ran.stdout, "stderr.txt": re.sub(r"\d+ s\b", "N s", ran.stderr), **texts}


def _monday(digest: Path) -> None:
    """Run the workflows' own steps, from the schedule to the draft, with the digest of the wheel."""
    test = "tests/test_workflows.py::test_from_monday_morning_to_a_draft_that_keeps_what_people_do"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", test]
    tested = {**os.environ, "TESTED_PYTHON": str(digest.parent / "python")}
    ran = subprocess.run(command, cwd=CHECKOUT, env=tested, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{ran.stdout}{ran.stderr}The workflows do not run with the wheel; see above.")


def _expected() -> dict[str, str]:
    files = sorted(file for file in EXPECTED.rglob("*") if file.is_file())
    texts = {str(file.relative_to(EXPECTED)): file.read_text(encoding="utf-8") for file in files}
    return {SAVED: (EXAMPLES / SNAPSHOT).read_text(encoding="utf-8"), **texts}


def _write(seen: dict[str, str]) -> None:
    shutil.rmtree(EXPECTED, ignore_errors=True)
    for name in seen.keys() - {SAVED}:
        (EXPECTED / name).parent.mkdir(parents=True, exist_ok=True)
        (EXPECTED / name).write_text(seen[name], encoding="utf-8")


def _differences(expected: dict[str, str], seen: dict[str, str]) -> list[str]:
    lines: list[str] = []
    for name in sorted(expected.keys() | seen.keys()):
        before, after = expected.get(name, "").splitlines(), seen.get(name, "").splitlines()
        lines += difflib.unified_diff(before, after, f"expected/{name}", f"seen/{name}", lineterm="")
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
