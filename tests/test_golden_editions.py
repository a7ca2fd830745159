"""Editions over several weeks equal their golden folders, file by file."""

from pathlib import Path

import pytest

from tests.cli import run
from tests.golden import CURE, assert_golden_folder
from tests.golden_editions import CASES, GOLDEN, fetched_at, written


@pytest.mark.sample(every=2)
@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_an_edition_over_several_weeks_is_as_expected(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`digest check` finds the TODOs of digest in it, and nothing else."""
    assert_golden_folder(GOLDEN / case, written(case, tmp_path))
    monkeypatch.chdir(tmp_path)
    for folder in sorted((tmp_path / "editions").iterdir()):
        seen = run("check", "-e", folder.name, now=fetched_at(folder))
        todos = (folder / "section.md").read_text("utf-8").count("TODO:")
        assert (seen.code, len(seen.out.splitlines())) == (4 if todos else 0, todos)
        assert [line for line in seen.out.splitlines() if not line.endswith("[todo]")] == []


def test_every_folder_belongs_to_a_case() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(CASES), CURE
