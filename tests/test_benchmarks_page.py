"""The page of the comparison, which the comparison itself updates."""

from pathlib import Path

import pytest

from bench import page, peers

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
ROW = "| 32 | made up | 1 | 2 | 3.0 | no | – | – | stopped after 3 s at 1 requests |"


def test_a_run_replaces_only_the_table_of_the_last_run() -> None:
    before = f"# Title\n\n{page.BEGIN}\nold\n{page.END}\nMore.\n"
    after = f"# Title\n\n{page.BEGIN}\n{peers.HEADER}\n{ROW}\n\nMeasured.\n\n{page.END}\nMore.\n"
    assert page.fill_page(before, f"{peers.HEADER}\n{ROW}", "Measured.") == after
    assert page.fill_page(after, f"{peers.HEADER}\n{ROW}", "Measured.") == after


def test_a_page_without_a_place_for_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="from here"):
        page.fill_page("# Title\n", ROW, "Measured.")


def test_the_shipped_page_has_a_row_for_every_program_and_size_and_a_place_for_the_table() -> None:
    there = PAGE.read_text("utf-8")
    expected = [
        f"| {size:,} | {program.name} |" for size in peers.SIZES for program in peers.PROGRAMS
    ]
    table = there.partition(peers.HEADER)[2].partition("\n\n")[0].strip().splitlines()
    assert [row[: len(start)] for row, start in zip(table, expected, strict=True)] == expected
    assert page.fill_page(there, ROW, "Measured.") != there
