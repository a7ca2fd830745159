"""Editions over several weeks of the public history, as golden folders.

`make golden` writes tests/golden/editions; read the difference before committing it.
"""

import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from digest import windows
from digest.files import snapshots
from digest.model import EarlierCount, PullRequest, Repository, Snapshot, Window
from tests import history, projects
from tests.builders import REPOSITORY, week, window
from tests.cli import run
from tests.golden import write

GOLDEN = Path(__file__).parent / "golden" / "editions"
FACTS = "pull_requests.json"
SCREEN = "screen.txt"
LINKS = re.compile(r"\[#\d+\]\([^)]*\)")


@dataclass(frozen=True)
class Project:
    """A project of the facts, known from `first` on, and a week of it that is not too large."""

    name: str
    base: str
    first: datetime
    week: str

    def merged(self, asked: Window) -> tuple[PullRequest, ...]:
        """The pull requests that were merged in a window."""
        if self.name == REPOSITORY:
            return history.in_window(asked)
        pulls = projects.pull_requests()[self.name]
        return tuple(pull for pull in pulls if asked.start <= pull.merged_at < asked.end)


BACKSTAGE = Project(
    REPOSITORY, history.DEFAULT_BRANCH, datetime(2020, 3, 1, tzinfo=UTC), "2021-W02"
)
BEVY = Project("bevyengine/bevy", "main", datetime(2026, 1, 26, tzinfo=UTC), "2026-W10")
CARGO = Project("rust-lang/cargo", "master", datetime(2026, 1, 26, tzinfo=UTC), "2026-W07")


def facts(asked: Window, project: Project = BACKSTAGE) -> Path:
    """Write a file with the snapshot of a window, as of the day after it."""
    before = [one for one in windows.windows_before(asked) if one.start >= project.first]
    repository = Repository(
        name=project.name,
        url=f"https://github.com/{project.name}",
        default_branch=project.base,
        base=project.base,
        listed_by="list",
        listing_reason="the golden folders are made from public facts",
    )
    saved = Snapshot(
        repositories=(repository,),
        window=asked,
        fetched_at=asked.end,
        complete=True,
        pull_requests=project.merged(asked),
        earlier_counts=tuple(
            EarlierCount(start=one.start, end=one.end, count=len(project.merged(one)))
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


def _edited_list(layout: str, project: Project, edit: Callable[[str], str]) -> str:
    """A list in its first draft, after edits, and after a third run that knows two days more."""
    settings = Path("digest.toml")
    general = settings.read_text("utf-8").replace(REPOSITORY, project.name)
    settings.write_text(f'{general}layout = "{layout}"\npeople = "login"\n', "utf-8")
    known = week(project.week)
    early = known.model_copy(update={"end": known.end - timedelta(days=2)})
    part = Path("part.json")
    whole = Snapshot.model_validate_json(facts(known, project).read_bytes())
    pulls = tuple(pull for pull in whole.pull_requests if pull.merged_at < early.end)
    part.write_text(whole.model_copy(update={"pull_requests": pulls}).model_dump_json(), "utf-8")
    run("week", "--from", str(part))
    section = Path("editions", project.week, "section.md")
    first = section.read_text("utf-8")
    section.with_name("1-first-draft.md").write_text(first, encoding="utf-8")
    section.write_text(edit(first), encoding="utf-8")
    section.with_name("2-edited.md").write_text(edit(first), encoding="utf-8")
    run("mark", "-e", project.week, str(pulls[-1].number), "--remove")
    return run("week", "--from", str(facts(known, project))).err


def _edit_features(text: str) -> str:
    """A group renamed, an item reworded, one deleted, one moved, two joined, and own words."""
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


def _edit_fixes(text: str) -> str:
    """Another marker, blank lines between items, two items joined, one moved out of the list."""
    before, heading, rest = text.partition("### Fixes\n\n")
    items, gap, after = rest.partition("\n\n")
    first, second, third, *others = items.splitlines()
    link = LINKS.search(third)
    joined = f"{second}\n  Also {link[0] if link else ''}."
    fixes = "\n\n".join([joined, "- **Upgrade soon.**", *others]).replace("- ", "* ")
    lead, end, groups = before.partition("\n\n###")
    return f"{lead}\n\n### Do not miss\n\n{first}{end}{groups}{heading}{fixes}{gap}{after}"


CASES: Mapping[str, Callable[[], str]] = {
    "skipped-week": skipped_week,
    "since-last": since_last,
    "old-edition-again": old_edition_again,
    "month-over-weeks": month_over_weeks,
    "list": partial(_edited_list, "list", BACKSTAGE, _edit_features),
    "list-bevy": partial(_edited_list, "list", BEVY, _edit_fixes),
    "list-cargo": partial(_edited_list, "list", CARGO, _edit_features),
    "stories-and-list": partial(_edited_list, "stories-and-list", BACKSTAGE, _edit_features),
    "stories-and-list-bevy": partial(_edited_list, "stories-and-list", BEVY, _edit_fixes),
    "stories-and-list-cargo": partial(_edited_list, "stories-and-list", CARGO, _edit_fixes),
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
