"""Collects the tests in another process, to see whether their names are the same there."""

import os
import subprocess
import sys
from pathlib import Path

# The child runs tomorrow, with another order of sets, another zone and another language.
ELSEWHERE = {"PYTHONHASHSEED": "26", "TZ": "Pacific/Auckland", "LANG": "C", "LC_ALL": "C"}
TOMORROW = """if True:
    import sys, time
    now = time.time
    time.time = lambda: now() + 24 * 3600 + 1
    import pytest
    sys.exit(pytest.main(sys.argv[1:]))
    """
COLLECT = ["--collect-only", "-q", "--override-ini=addopts=", "-p", "no:cacheprovider"]


def elsewhere() -> str:
    """The names of all tests, one a line, as a process in another environment collects them."""
    done = subprocess.run(
        [sys.executable, "-c", TOMORROW, *COLLECT],
        cwd=Path(__file__).parents[1],
        env={**os.environ, **ELSEWHERE},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(elsewhere(), encoding="utf-8")
