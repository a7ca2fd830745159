"""Makes every generated file that is in the repository, except tests/facts.

`make golden` runs it. On an unchanged tree it changes nothing.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The example comes first, because other makers read it.
MAKERS = [
    "scripts.make_example",
    "scripts.make_schemas",
    "scripts.make_wording",
    "scripts.make_faults",
    "scripts.make_commands",
    "scripts.make_counts",
    "scripts.make_demo",
    "scripts.section_picture",
    "scripts.pick_picture",
    "tests.titles",
    *sorted(f"tests.{path.stem}" for path in (ROOT / "tests").glob("golden_*.py")),
    "tests.record_cassettes",
]


def main() -> None:
    """Run each maker, and stop at the first that fails."""
    with tempfile.TemporaryDirectory() as home:
        # No settings, token or terminal of a person may change the files.
        quiet = {"PATH": os.environ["PATH"], "HOME": home}
        for maker in MAKERS:
            print(maker, flush=True)
            subprocess.run([sys.executable, "-m", maker], cwd=ROOT, env=quiet, check=True)


if __name__ == "__main__":
    main()
