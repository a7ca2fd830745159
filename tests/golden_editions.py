"""Editions over several weeks of the public history, as golden folders.

`make golden` writes tests/golden/editions; read the difference before committing it.
"""

import os
import re
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
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
LINKS = re.compile(r"\[#\d+\]\([^)]*\)")


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


def _edited_list(layout: str) -> str:
    """A list in its first draft, after edits, and after a third run that knows two days more.

    The edits: a group renamed, an item reworded, one deleted, one moved, two joined, and own words.
    """
    settings = Path("digest.toml")
    settings.write_text(settings.read_text("utf-8") + f'layout = "{layout}"\npeople = "login"\n')
    known = week("2021-W02")
    early = known.model_copy(update={"end": known.end - timedelta(days=2)})
    part = Path("part.json")
    whole = Snapshot.model_validate_json(facts(known).read_bytes())
    pulls = tuple(pull for pull in whole.pull_requests if pull.merged_at < early.end)
    part.write_text(whole.model_copy(update={"pull_requests": pulls}).model_dump_json(), "utf-8")
    run("week", "--from", str(part))
    section = Path("editions/2021-W02/section.md")
    first = section.read_text("utf-8")
    section.with_name("1-first-draft.md").write_text(first, encoding="utf-8")
    section.write_text(_edit_list(first), encoding="utf-8")
    section.with_name("2-edited.md").write_text(_edit_list(first), encoding="utf-8")
    run("mark", "-e", "2021-W02", str(pulls[-1].number), "--remove")
    return run("week", "--from", str(facts(known))).err


def _edit_list(text: str) -> str:
    """The text after a person's edits."""
    lines = text.splitlines()
    heading = next(at for at, line in enumerate(lines) if line == "### Features")
    lines[heading] = "### What is new"
    lines[heading + 2] = lines[heading + 2].replace("- ", "- **Look:** ", 1)
    lines[heading + 3] += "\n  It needs one more line."
    del lines[heading + 4]
    joined = LINKS.search(lines.pop(heading + 5))
    lines[heading + 4] += f", with {joined[0] if joined else ''}"
    fixes = next(at for at, line in enumerate(lines) if line == "### Fixes")
    moved = lines.pop(fixes + 2)
    lines[heading + 2 : heading + 2] = [moved]
    return "\n".join([*lines, "", "### From the community", "", "- Come to our meeting."]) + "\n"


def list_layout() -> str:
    """The layout `list`."""
    return _edited_list("list")


def stories_and_list_layout() -> str:
    """The layout `stories-and-list`."""
    return _edited_list("stories-and-list")


CASES: Mapping[str, Callable[[], str]] = {
    "skipped-week": skipped_week,
    "since-last": since_last,
    "old-edition-again": old_edition_again,
    "month-over-weeks": month_over_weeks,
    "list": list_layout,
    "stories-and-list": stories_and_list_layout,
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
        if path.is_file() and path.name != FACTS and ".history" not in path.parts
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
