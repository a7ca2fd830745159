"""Editions over several weeks equal their golden folders, file by file."""

from pathlib import Path

import pytest

from tests.golden_editions import CASES, GOLDEN, written


@pytest.mark.parametrize("case", CASES)
def test_an_edition_over_several_weeks_is_as_expected(case: str, tmp_path: Path) -> None:
    expected = {
        path.relative_to(GOLDEN / case).as_posix(): path.read_text("utf-8") for path in (GOLDEN / case).rglob("*.*")
    }
    assert written(case, tmp_path) == expected
