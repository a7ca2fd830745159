"""Draws `digest pick` for docs/picking.md from the edition of the demo: python -m scripts.pick_picture FOLDER."""

import asyncio
import sys
import tempfile
from pathlib import Path

from digest.commands.pick_desk import EditionDesk
from digest.commands.update import update
from digest.gather import settings_files
from digest.gather import snapshot as saved
from digest.picker import picking, rows
from digest.picker.app import Picker
from digest.picker.board import PAUSE
from scripts.picture import save

EXAMPLES = Path(__file__).parents[1] / "examples"
KEYS = ["down", "down", "space", "plus"]
PICTURES = {"pick.svg": (130, 32), "pick-80x24.svg": (80, 24)}


def main() -> None:
    """Draw each picture at its size in columns and rows."""
    settings = settings_files.find(EXAMPLES / "digest.toml", EXAMPLES).loaded.settings
    facts = saved.read(str(EXAMPLES / "backstage-2021-W19.json"))
    with tempfile.TemporaryDirectory() as name:
        edition = update(facts, settings, Path(name)).digest.edition
        desk = EditionDesk(Path(name) / edition / "pull_requests.json", settings, Path(name))
        for file, size in PICTURES.items():
            save(asyncio.run(_drawn(desk, size)), Path(sys.argv[1]) / file)


async def _drawn(desk: EditionDesk, size: tuple[int, int]) -> str:
    begun = picking.start(rows.candidates(desk.digest, desk.settings), desk.marks)
    app = Picker(begun, desk, "backstage/backstage · 10–16 May 2021 (2021-W19, UTC)")
    async with app.run_test(size=size) as pilot:
        await pilot.press(*KEYS)
        await pilot.pause(3 * PAUSE)
        return app.export_screenshot(title="digest pick")


if __name__ == "__main__":
    main()
