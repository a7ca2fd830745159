"""The help screens are as expected, byte for byte, whichever version of Typer draws them."""

import pytest

from tests.golden_help import GOLDEN, NAMES, shown


@pytest.mark.parametrize("name", NAMES)
def test_a_help_screen_is_as_expected(name: str) -> None:
    path = GOLDEN / f"{name}.txt"
    expected = path.read_bytes() if path.exists() else b""
    assert shown(name).encode() == expected, f"{path.name} differs: make golden"


def test_every_help_screen_belongs_to_a_command() -> None:
    assert sorted(path.stem for path in GOLDEN.iterdir()) == sorted(NAMES), "make golden"


@pytest.mark.parametrize("name", NAMES)
def test_a_help_screen_fits_80_columns_and_names_no_python_type(name: str) -> None:
    screen = shown(name)
    assert [line for line in screen.splitlines() if len(line) > 80 or "…" in line] == []
    assert "<" not in screen
