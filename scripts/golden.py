"""Make every file that is generated and kept, from what it is made of: `make golden` runs this as a module.

On an unchanged tree it changes nothing. tests/facts is not among them: it is made from a folder of
public facts.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The example comes first, because others are made from it.
MAKERS = [
    "scripts.make_example",
    "scripts.make_schemas",
    "scripts.make_wording",
    "scripts.make_faults",
    "scripts.make_counts",
    "scripts.make_demo",
    "scripts.section_picture",
    "scripts.pick_picture",
    "tests.titles",
    *sorted(f"tests.{path.stem}" for path in (ROOT / "tests").glob("golden_*.py")),
    "tests.record_cassettes",
]


def main() -> None:
    """Run each maker, and end with the first that fails."""
    with tempfile.TemporaryDirectory() as home:
        # Nobody's settings, tokens or terminal change what is made.
        quiet = {"PATH": os.environ["PATH"], "HOME": home}
        for maker in MAKERS:
            print(maker, flush=True)
            subprocess.run([sys.executable, "-m", maker], cwd=ROOT, env=quiet, check=True)


if __name__ == "__main__":
    main()
