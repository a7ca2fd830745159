"""Test names are the same on every machine at every second, as several workers need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.slow
def test_the_tests_of_this_run_have_the_same_names_elsewhere(
    request: pytest.FixtureRequest,
) -> None:
    environ = {**os.environ, **ELSEWHERE}
    asked = [sys.executable, "-c", TOMORROW, *COLLECT]
    root = Path(__file__).parents[1]
    done = subprocess.run(asked, cwd=root, env=environ, capture_output=True, text=True, check=True)
    here = {item.nodeid for item in request.session.items}
    assert here - set(done.stdout.splitlines()) == set()
