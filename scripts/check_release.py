"""Checks the files of a release: wheel, sdist, metadata, and the action's installation from a clone.

`make release-check` runs it, with the network. It builds both files once; `--keep` keeps them.
`--tests` runs every test from the unpacked sdist, instead of a few. It stops at the first check that
fails.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
# The checkers have a separate environment.
TOOLS = ROOT / "build" / "release" / "bin"
# pyroma takes two points for the missing address of the authors.
PYROMA = "8"
# A few tests that read all parts of the repository.
FEW = ("tests/test_windows.py", "tests/test_house.py", "tests/test_docs.py", "tests/test_wheel.py")


def main() -> None:
    """Run every check, with a line for each."""
    options = argparse.ArgumentParser()
    options.add_argument("--keep", type=Path, help="a new folder that keeps the files")
    options.add_argument("--tests", action="store_true", help="run every test from the sdist")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="release-") as name:
        folder = Path(name)
        dist = _build((given.keep or folder / "dist").absolute())
        [wheel], [sdist] = dist.glob("*.whl"), dist.glob("*.tar.gz")
        _check_metadata(wheel, sdist)
        _run_tests(sdist, folder / "unpacked", [] if given.tests else list(FEW))
        if (ROOT / ".git").exists():
            _check_action(folder)


def _build(folder: Path) -> Path:
    """Build the sdist, and the wheel from the sdist."""
    _run("build", sys.executable, "-m", "uv", "build", "--quiet", "--out-dir", str(folder))
    return folder


def _check_metadata(wheel: Path, sdist: Path) -> None:
    _run("twine", f"{TOOLS}/twine", "check", "--strict", str(wheel), str(sdist))
    _run("check-wheel-contents", f"{TOOLS}/check-wheel-contents", str(wheel))
    _run("validate-pyproject", f"{TOOLS}/validate-pyproject", "pyproject.toml")
    _run("pyroma", f"{TOOLS}/pyroma", f"--min={PYROMA}", str(sdist))


def _run_tests(sdist: Path, folder: Path, tests: list[str]) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    [unpacked] = folder.iterdir()
    # An installed digest must not hide a file that is missing in the sdist.
    environ = {**os.environ, "PYTHONPATH": str(unpacked)}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *tests]
    _run(f"tests of the sdist: {' '.join(tests) or 'all'}", *command, cwd=unpacked, env=environ)


def _check_action(folder: Path) -> None:
    """Install from a clone at a tag as the action does, then with a wrong hash in the lock."""
    clone = folder / "clone"
    git = shutil.which("git") or "git"
    _run("clone", git, "clone", "--quiet", str(ROOT), str(clone))
    _run("tag", git, "-C", str(clone), "tag", "v0")
    _run("check out the tag", git, "-C", str(clone), "checkout", "--quiet", "v0")
    action = yaml.safe_load((clone / "action.yml").read_text("utf-8"))
    [step] = [one for one in action["runs"]["steps"] if one.get("name") == "Install digest"]
    script = folder / "install.sh"
    script.write_text(step["run"], "utf-8")
    environ = {
        **os.environ,
        "PYTHON": sys.executable,
        "GITHUB_ACTION_PATH": str(clone),
        "RUNNER_TEMP": str(folder),
    }
    install = [
        shutil.which("bash") or "bash",
        "--noprofile",
        "--norc",
        "-eo",
        "pipefail",
        str(script),
    ]
    _run("the action's installation", *install, env=environ)
    _run("the action's digest", f"{folder}/digest/bin/digest", "--version", env=environ)
    shutil.rmtree(folder / "digest")
    lock = clone / "requirements.txt"
    lock.write_text(re.sub("sha256:.{8}", "sha256:00000000", lock.read_text("utf-8")), "utf-8")
    refused = subprocess.run(
        install, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    if not refused.returncode or "DO NOT MATCH THE HASHES" not in refused.stdout:
        raise SystemExit(f"A wrong hash was not refused:\n{refused.stdout}")
    print("a wrong hash: refused", flush=True)


def _run(what: str, *command: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> None:
    ran = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{ran.stdout}{ran.stderr}{what} failed; see above.")
    last = (ran.stdout + ran.stderr).strip().splitlines()[-1:]
    print(f"{what}: fine", *last, sep="  ", flush=True)


if __name__ == "__main__":
    main()
