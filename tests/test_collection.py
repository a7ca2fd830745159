"""Test names are the same on every machine at every second, as several workers need."""

import os
from pathlib import Path

import pytest

from tests import names


@pytest.mark.slow
def test_the_tests_of_this_run_have_the_same_names_elsewhere(
    request: pytest.FixtureRequest,
) -> None:
    """`make unit` has collected them before, which also compiles the tests for all workers."""
    file = os.environ.get("COLLECTED_TESTS")
    elsewhere = Path(file).read_text("utf-8") if file else names.elsewhere()
    here = {item.nodeid for item in request.session.items}
    assert here - set(elsewhere.splitlines()) == set()
