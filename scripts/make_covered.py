"""Makes tests/facts/covered.json: `python scripts/make_covered.py FOLDER`.

It copies from FOLDER/newsletters.json which pull requests newsletters about other projects covered:
numbers and dates, no words.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

FACTS = Path(__file__).resolve().parents[1] / "tests" / "facts"
# The windows in which all pull requests of a project are in tests/facts/projects.jsonl.gz.
KNOWN = {
    "rust-lang/cargo": (date(2026, 1, 26), date(2026, 6, 8)),
    "bevyengine/bevy": (date(2026, 1, 26), date(2026, 6, 8)),
}


def main(folder: Path) -> None:
    """Write the file; each row has the covered numbers of a window `[start, end)` of days in UTC."""
    newsletters = json.loads((folder / "newsletters.json").read_text("utf-8"))
    rows = [*_weekly(newsletters["this-week-in-rust"]), _notes(newsletters["bevy-release-notes"])]
    (FACTS / "covered.json").write_text(
        "[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n", encoding="utf-8"
    )


def _weekly(editions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    first, end = KNOWN["rust-lang/cargo"]
    for edition in editions:
        # Both days of a window are in it.
        start, last = map(date.fromisoformat, edition["window"])
        after = last + timedelta(days=1)
        if first <= start and after <= end:
            # The only table of an edition: the covered numbers by project.
            (numbers,) = (value for value in edition.values() if isinstance(value, dict))
            yield _row("rust-lang/cargo", start, after, numbers.get("cargo", []))


def _notes(numbers: list[int]) -> dict[str, Any]:
    return _row("bevyengine/bevy", *KNOWN["bevyengine/bevy"], numbers)


def _row(repository: str, start: date, end: date, covered: list[int]) -> dict[str, Any]:
    return {
        "repository": repository,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "covered": sorted(covered),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
