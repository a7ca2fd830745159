"""Makes requirements.txt, the lock of the action: names, versions and hashes, and no address.

`make lock` runs it. It asks the package index for the newest versions that pyproject.toml allows,
for every system and every supported Python. A release counts after a week, as for Dependabot.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.txt"
HEADER = """\
# The packages that action.yml installs. `make lock` writes this file from pyproject.toml.
"""
ASKED = "# For: "
PACKAGE = re.compile(r"([a-z0-9-]+)==([\w.!+]+)(?: ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")


def main() -> None:
    """Write the lock."""
    asked = requirements((ROOT / "pyproject.toml").read_text("utf-8"))
    compiled = subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"),
            *("--python-version", "3.11", "--generate-hashes", "--exclude-newer", "7 days"),
            *("--no-header", "--no-annotate", "--no-emit-index-url", "-"),
        ],
        input="\n".join(asked),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    for_lines = "".join(f"{ASKED}{one}\n" for one in asked)
    LOCK.write_text(f"{HEADER}{for_lines}{compiled}", "utf-8")


def requirements(pyproject: str) -> list[str]:
    """The packages that digest needs to be built and to run, sorted."""
    parsed = tomllib.loads(pyproject)
    return sorted([*parsed["build-system"]["requires"], *parsed["project"]["dependencies"]])


def misfits(lock: str, pyproject: str) -> list[str]:
    """The lines of a lock that do not fit a pyproject.toml, or that are not a package or a hash."""
    asked = requirements(pyproject)
    lines = lock.removeprefix(HEADER).splitlines()
    made_for = [line.removeprefix(ASKED) for line in lines if line.startswith(ASKED)]
    found = [f"new in pyproject.toml: {one}" for one in asked if one not in made_for]
    found += [f"no longer in pyproject.toml: {one}" for one in made_for if one not in asked]
    versions: dict[str, list[str]] = {}
    above = ""
    for line in (line for line in lines if not line.startswith(ASKED)):
        if package := PACKAGE.fullmatch(line):
            versions.setdefault(package[1], []).append(package[2])
        elif not HASH.fullmatch(line) or not above.endswith("\\"):
            found.append(f"not a package or a hash: {line}")
        above = line
    if above.endswith("\\"):
        found.append(f"without a hash: {above}")
    for one in map(Requirement, asked):
        locked = versions.get(canonicalize_name(one.name), [])
        if not locked or not all(one.specifier.contains(version) for version in locked):
            found.append(f"{one} is locked at {', '.join(locked) or 'no version'}")
    return found


if __name__ == "__main__":
    main()
