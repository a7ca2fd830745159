"""Screens of `digest pick` after some keys, as golden texts.

`make golden` writes tests/golden/picker; read the difference before committing it.
"""

import tempfile
from pathlib import Path

from tests.golden import write
from tests.picking import desk, play

GOLDEN = Path(__file__).parent / "golden" / "picker"
SMALL, LARGE = (80, 24), (150, 40)
# A name, the keys, and the size of the terminal.
CASES: dict[str, tuple[list[str], tuple[int, int]]] = {
    "begin-small": ([], SMALL),
    "begin-large": ([], LARGE),
    "made-smaller": (["down", "down", "space", "resize:80x24"], LARGE),
    "made-larger": (["down", "down", "space", "resize:150x40"], SMALL),
    "tiny": (["down"], (40, 12)),
    "joined-and-moved": (["end", "home", "down", "down", "plus", "shift+up"], LARGE),
    "taken-out": (["space"], SMALL),
    "without-the-section": (["p"], SMALL),
    "filtering": (["slash", "d", "o", "c"], SMALL),
    "nothing-found": (["slash", "x", "x"], SMALL),
    "description": (["down", "enter"], SMALL),
    "keys": (["question_mark"], SMALL),
    "leave-without-saving": (["space", "ctrl+c"], SMALL),
}


def shown(case: str, folder: Path) -> str:
    """Return the screen of a case."""
    keys, size = CASES[case]
    return play(desk(folder), keys, size).screen


def main() -> None:
    """Write every screen."""
    texts: dict[str, str] = {}
    for case in CASES:
        with tempfile.TemporaryDirectory() as name:
            texts[f"{case}.txt"] = shown(case, Path(name))
    write(GOLDEN, texts)


if __name__ == "__main__":
    main()
