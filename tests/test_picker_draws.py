"""The draws of the picker's screen after a key: each is complete, and none is repeated."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from digest.editions.pick import EditionDesk
from digest.picker.app import Picker
from tests.picking import begun, desk, text_of

pytestmark = pytest.mark.slow

SIZE = (150, 40)
LONG = "words longer than a place"


class Watched(Picker):
    """Keeps the text of each draw."""

    def __init__(self, on: EditionDesk) -> None:
        super().__init__(begun(on), on, "x")
        self.draws: list[str] = []

    def post_display_hook(self) -> None:
        # Textual calls this once for a new screen before its first draw.
        if drawn := text_of(self).strip():
            self.draws.append(drawn)


def draws(on: EditionDesk, keys: Sequence[str]) -> list[str]:
    """Return the screen at each draw after the last key, and in the end."""
    app = Watched(on)

    async def pressed() -> list[str]:
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press(*keys[:-1])
            await pilot.pause()
            app.draws.clear()
            await pilot.press(keys[-1])
            await pilot.pause()
            return [*app.draws, text_of(app).strip()]

    return asyncio.run(pressed())


@pytest.mark.sample(every=2)
@pytest.mark.parametrize(
    "keys", [["p"], ["p", "p"], ["question_mark"], ["down", "enter"], ["enter", "escape"]]
)
def test_no_unfinished_screen_is_drawn(keys: list[str], tmp_path: Path) -> None:
    *drawn, end = draws(desk(tmp_path), keys)
    assert {*drawn} == {end}


@pytest.mark.sample(every=2)
@pytest.mark.parametrize("keys", [["p"], ["p", "p"], ["slash", "x", "escape"]])
def test_a_key_draws_once(keys: list[str], tmp_path: Path) -> None:
    assert len(draws(desk(tmp_path), keys)[:-1]) == 1


def test_a_long_filter_scrolls_to_its_end_and_back(tmp_path: Path) -> None:
    app = Watched(desk(tmp_path))

    async def heads() -> list[str]:
        async with app.run_test(size=SIZE) as pilot:
            seen = []
            for keys in (["slash", *LONG], ["home"], ["escape"]):
                await pilot.press(*keys)
                await pilot.pause()
                seen.append(text_of(app).splitlines()[0][-20:].strip())
            return seen

    assert asyncio.run(heads()) == [
        "longer than a place",
        "words longer than a",
        "/ filter",
    ]
