"""Editions over several weeks of the public history, as golden folders.

`make golden` writes tests/golden/editions; read the difference before committing it.
"""

import os
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from digest import windows
from digest.files import snapshots
from digest.model import EarlierCount, Repository, Snapshot, Window
from tests import history
from tests.builders import REPOSITORY, week, window
from tests.cli import run
from tests.golden import write

GOLDEN = Path(__file__).parent / "golden" / "editions"
FACTS = "pull_requests.json"
SCREEN = "screen.txt"


def facts(asked: Window) -> Path:
    """Write a file with the snapshot of a window, as of the day after it."""
    first = datetime(2020, 3, 1, tzinfo=UTC)
    before = [one for one in windows.windows_before(asked) if one.start >= first]
    base = history.DEFAULT_BRANCH
    repository = Repository(
        name=REPOSITORY,
        url=f"https://github.com/{REPOSITORY}",
        default_branch=base,
        base=base,
        listed_by="list",
        listing_reason="the golden folders are made from public facts",
    )
    saved = Snapshot(
        repositories=(repository,),
        window=asked,
        fetched_at=asked.end,
        complete=True,
        pull_requests=history.in_window(asked),
        earlier_counts=tuple(
            EarlierCount(start=one.start, end=one.end, count=len(history.in_window(one)))
            for one in before
        ),
    )
    path = Path(f"{asked.start:%Y-%m-%d}.json")
    path.write_text(saved.model_dump_json(), encoding="utf-8")
    return path


def _week(name: str, *words: str) -> str:
    return run("week", "--from", str(facts(week(name))), *words).err


def skipped_week() -> str:
    """2021-W03 has no edition, so the next run prints a notice."""
    _week("2021-W02")
    return _week("2021-W04")


def since_last() -> str:
    """Both weeks go into one edition, and a second run changes nothing."""
    _week("2021-W02")
    both = str(facts(window("2021-01-18", "2021-02-01")))
    monday = datetime(2021, 2, 1, 9, tzinfo=UTC)
    run("week", "--from", both, "--since-last", now=monday)
    return run("week", "--from", both, "--since-last", now=monday).err


def old_edition_again() -> str:
    """An old, edited edition is drafted again from the same facts."""
    _week("2021-W02")
    section = Path("editions/2021-W02/section.md")
    section.write_text(
        section.read_text("utf-8").replace("Here are the highlights.", "See below."),
        encoding="utf-8",
    )
    _week("2021-W03")
    return _week("2021-W02")


def month_over_weeks() -> str:
    """February, after two of its weeks were published."""
    _week("2021-W06")
    _week("2021-W07")
    february = window("2021-02-01", "2021-03-01", kind="month")
    return run("month", "--from", str(facts(february))).err


CASES: Mapping[str, Callable[[], str]] = {
    "skipped-week": skipped_week,
    "since-last": since_last,
    "old-edition-again": old_edition_again,
    "month-over-weeks": month_over_weeks,
}


def written(case: str, folder: Path) -> dict[str, str]:
    """Return the files of a case by path, without the facts, and the screen of its last run."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        (folder / ".git").mkdir()
        (folder / "digest.toml").write_text(
            f'[digest]\nrepository = "{REPOSITORY}"\ncalendar.country = "SE"\n'
        )
        shown = CASES[case]()
    finally:
        os.chdir(here)
    files = {
        path.relative_to(folder / "editions").as_posix(): path.read_text("utf-8")
        for path in sorted((folder / "editions").rglob("*.*"))
        if path.name != FACTS
    }
    return files | {SCREEN: shown}


def fetched_at(folder: Path) -> datetime:
    """The time of the facts in the folder of an edition."""
    return snapshots.read_snapshot(str(folder / FACTS)).fetched_at


def main() -> None:
    """Write the golden folders."""
    texts: dict[str, str] = {}
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            texts |= {f"{case}/{name}": text for name, text in written(case, Path(folder)).items()}
    write(GOLDEN, texts)


if __name__ == "__main__":
    main()
