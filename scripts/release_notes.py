"""Prints the notes of a release: `python -m scripts.release_notes v1.0.0`.

They are the part of CHANGELOG.md about the version. It exits with 1 if the tag, the version of the
package and CHANGELOG.md differ. Without a tag it prints the part about the version of the package,
or about what is unreleased.
"""

import re
import sys
from pathlib import Path

from digest import __version__

CHANGELOG = Path(__file__).resolve().parents[1] / "CHANGELOG.md"
UNRELEASED = "Unreleased"


def notes(changelog: str, version: str) -> str:
    """The text under the heading of a version; empty if there is none."""
    found = re.search(
        rf"^## \[?{re.escape(version)}\]?(?: - [\d-]+)?\n(.*?)(?=^## |\Z)",
        changelog,
        re.MULTILINE | re.DOTALL,
    )
    return found[1].strip() + "\n" if found and found[1].strip() else ""


def main(words: list[str]) -> int | str:
    """Print the notes; returns the exit code or the reason."""
    changelog = CHANGELOG.read_text("utf-8")
    if words and words[0] != f"v{__version__}":
        return f"The tag is {words[0]}, and the version in digest/__init__.py is {__version__}."
    found = notes(changelog, __version__)
    if not found and words:
        return f"CHANGELOG.md has no part about {__version__}."
    sys.stdout.write(found or notes(changelog, UNRELEASED))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
