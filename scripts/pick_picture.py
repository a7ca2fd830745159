"""Draws `digest pick` with the edition of the demo, for the docs and the tests."""

import asyncio
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from digest.editions.folder import update_edition
from digest.editions.pick import EditionDesk
from digest.editions.request import Request
from digest.files import settings_files, snapshots
from digest.picker import picking, rows
from digest.picker.app import Picker
from scripts.picture import cleaned

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
TITLE = "backstage/backstage · 10–16 May 2021 (2021-W19, UTC)"


@dataclass(frozen=True)
class Picture:
    """The keys to press, the terminal's columns and rows, its colours, and the descriptions."""

    keys: Sequence[str]
    size: tuple[int, int] = (80, 24)
    colours: bool = True
    body: str | None = None


BODY = """Made up for this picture: one cache for all plugins, with any storage.

![a picture](https://example.com/cache.png)

- [x] [The plan](https://example.com/plan) is followed
"""
DECIDED = ("down", "down", "space", "plus")
# By file.
PICTURES = {
    "docs/pick.svg": Picture(DECIDED, (130, 32)),
    "docs/pick-80x24.svg": Picture(DECIDED),
    "tests/golden/pictures/begin-200x50.svg": Picture((), (200, 50)),
    "tests/golden/pictures/description.svg": Picture(("down", "down", "enter"), body=BODY),
    "tests/golden/pictures/question.svg": Picture(("space", "ctrl+c")),
    "tests/golden/pictures/filter.svg": Picture(("slash", *"catalog")),
    "tests/golden/pictures/without-colour.svg": Picture(("slash", *"dependabot"), colours=False),
}


def main() -> None:
    """Draw every picture."""
    for name, picture in PICTURES.items():
        (ROOT / name).parent.mkdir(exist_ok=True)
        (ROOT / name).write_text(draw(picture), encoding="utf-8")


def draw(picture: Picture) -> str:
    """The picture as SVG, the same for the same versions of Textual and rich."""
    settings = settings_files.find(EXAMPLES / "digest.toml", EXAMPLES).loaded.settings
    facts = snapshots.read_snapshot(str(EXAMPLES / "backstage-2021-W19.json"))
    described = [pull.model_copy(update={"body": picture.body}) for pull in facts.pull_requests]
    facts = facts.model_copy(update={"pull_requests": tuple(described)})
    colours = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    environ = colours if picture.colours else {**colours, "NO_COLOR": "1"}
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, environ, clear=True):
        edition = update_edition(facts, Request(), settings, Path(folder)).digest.edition
        desk = EditionDesk(Path(folder) / edition / "pull_requests.json", settings, Path(folder))
        return cleaned(asyncio.run(_drawn(desk, picture)))


async def _drawn(desk: EditionDesk, picture: Picture) -> str:
    title = f"{desk.digest.count:,} merged · {TITLE}"
    app = Picker(
        picking.start(rows.pull_request_rows(desk.digest, desk.settings), desk.marks), desk, title
    )
    async with app.run_test(size=picture.size) as pilot:
        await pilot.press(*picture.keys)
        # Do not wait for the pause that delays the section.
        app.show_section()
        await pilot.pause()
        return app.export_screenshot(title="digest pick")


if __name__ == "__main__":
    main()
