"""Makes tests/golden/demo, the output and files of the demo, and its picture docs/demo.svg."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.golden import ROOT, read, write

EXPECTED = ROOT / "tests" / "golden" / "demo"
EXAMPLES = ROOT / "examples"
SNAPSHOT = "backstage-2021-W19.json"
# The demo saves the facts that it reads, so this file is not stored twice.
SAVED = "demo/2021-W19/pull_requests.json"
COLUMNS = "110"


def main() -> None:
    """Write both with the digest of this environment, in empty folders."""
    digest = Path(sys.executable).with_name("digest")
    with tempfile.TemporaryDirectory() as name:
        texts = run(digest, Path(name))
    write(EXPECTED, {name: text for name, text in texts.items() if name != SAVED})
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "examples").symlink_to(EXAMPLES)
        picture = [str(ROOT / "scripts" / "picture.py"), str(ROOT / "docs" / "demo.svg"), COLUMNS]
        subprocess.run(
            [sys.executable, *picture, str(digest), *_arguments("examples/")], cwd=name, check=True
        )


def expected() -> dict[str, str]:
    """The texts that `run` should return."""
    return {SAVED: (EXAMPLES / SNAPSHOT).read_text(encoding="utf-8"), **read(EXPECTED)}


def run(digest: Path, folder: Path) -> dict[str, str]:
    """The stdout, stderr and files of the demo in this empty folder, by name."""
    for file in EXAMPLES.glob("*.*"):
        shutil.copy(file, folder)
    # The checkout and a person's token or settings must have no effect.
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    quiet = {**kept, "HOME": str(folder)}
    command = [str(digest), *_arguments("")]
    ran = subprocess.run(
        command, cwd=folder, env=quiet, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise SystemExit(f"The demo exited with {ran.returncode}:\n{ran.stdout}{ran.stderr}")
    files = {f"demo/{name}": text for name, text in read(folder / "demo").items()}
    return {"stdout.txt": ran.stdout, "stderr.txt": re.sub(r"\d+ s\b", "N s", ran.stderr), **files}


def _arguments(examples: str) -> list[str]:
    return [
        "week",
        "--from",
        f"{examples}{SNAPSHOT}",
        "--config",
        f"{examples}digest.toml",
        "--output",
        "demo",
    ]


if __name__ == "__main__":
    main()
