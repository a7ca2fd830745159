"""The help screen of `digest` and of each command, as golden texts.

`python -m tests.golden_help` writes tests/golden/help; read the difference before committing it.
"""

import os
from pathlib import Path
from unittest import mock

from typer.main import get_group

from digest.cli import app
from tests.cli import run

GOLDEN = Path(__file__).parent / "golden" / "help"
# `digest` itself, then each command.
NAMES = ["digest", *sorted(get_group(app).commands)]


def shown(name: str) -> str:
    """Return the help screen on a terminal of 80 columns without colours."""
    words = [] if name == "digest" else [name]
    # Typer reads its constants from the environment on import, which may have happened already.
    with (
        mock.patch.dict(os.environ, {"COLUMNS": "80"}),
        mock.patch.multiple("typer.rich_utils", MAX_WIDTH=80, FORCE_TERMINAL=False),
    ):
        return run(*words, "--help").out


def main() -> None:
    """Write every screen."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for old in GOLDEN.glob("*.txt"):
        old.unlink()
    for name in NAMES:
        (GOLDEN / f"{name}.txt").write_bytes(shown(name).encode())


if __name__ == "__main__":
    main()
