"""Editions over several weeks equal their golden folders, file by file."""

from pathlib import Path

import pytest

from tests.golden import CURE, assert_golden_folder
from tests.golden_editions import CASES, GOLDEN, written


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_an_edition_over_several_weeks_is_as_expected(case: str, tmp_path: Path) -> None:
    assert_golden_folder(GOLDEN / case, written(case, tmp_path))


def test_every_folder_belongs_to_a_case() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(CASES), CURE
