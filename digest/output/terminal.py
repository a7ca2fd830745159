"""The screen of a run on stderr: its results and the next steps."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from digest import text, windows
from digest.compose import keys, people, workdays
from digest.model import Candidate, Digest, PullRequest, Story
from digest.model.edition_files import SECTION, WORKSHEET
from digest.settings import Settings
from digest.text import find_todos

# The width of lines in a pipe or a log, which have no width themselves.
UNSEEN_WIDTH = 120
MOST_CANDIDATES = 5
LONGEST_AUTHOR = 20


Line = Text


def show(lines: Iterable[Line]) -> None:
    """Print lines on stderr, after a blank one if the section is above them on the terminal."""
    screen = _console()
    if screen.is_terminal and sys.stdout.isatty():
        screen.print()
    for line in lines:
        screen.print(line, soft_wrap=not screen.is_terminal)


def _console() -> Console:
    # Titles such as "[docs] Fix" look like rich's markup, and they are untrusted.
    width = None if sys.stderr.isatty() else UNSEEN_WIDTH
    return Console(stderr=True, markup=False, emoji=False, highlight=False, width=width)


class FetchingScreen:
    """A progress bar, on a terminal only. Waits are printed everywhere.

    Without a title the bar appears at the first `begin`.
    """

    def __init__(self, title: str = "") -> None:
        self._screen = screen = _console()
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            console=screen,
            transient=True,
            disable=not screen.is_terminal,
        )
        self._task = self._bar.add_task(text.plain(title), total=None)
        self._before = self._done = 0
        self._title = title

    def __enter__(self) -> Self:
        if self._title:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def begin(self, title: str) -> None:
        """Continue the bar with another repository."""
        self._bar.start()
        self._before = self._done
        self._bar.update(self._task, description=text.plain(title), total=None)

    def progress(self, done: int, total: int | None) -> None:
        """Show the progress of this repository. The bar adds it to that of the earlier ones."""
        self._done = self._before + done
        overall = None if total is None else self._before + total
        self._bar.update(self._task, completed=self._done, total=overall)

    def waiting(self, reason: str, seconds: float) -> None:
        """Print the reason and the end of a wait."""
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        self._screen.print(
            f"{text.plain(reason)} Waiting {seconds:.0f} s, until {until:%H:%M:%S} UTC.",
            soft_wrap=True,
        )


def summary(digest: Digest, source: str, settings: Settings) -> list[Line]:
    """The results of a run: warnings, window, counts, stories, candidates and notices."""
    width = _console().width
    names = " + ".join(repository.name for repository in digest.repositories)
    lines: list[Line] = [
        *(_line(warning) for warning in digest.warnings),
        _line(f"{names} · {windows.label(digest.window)} · {source}", "bold"),
        _line(_counts(digest)),
        *(_line(line) for line in workdays.working_day_lines(digest.working_days, digest.window)),
    ]
    if digest.groups:
        lines.append(
            _line(
                "By group: " + " · ".join(f"{group.name} {group.count}" for group in digest.groups)
            )
        )
    pulls = {pull.key: pull for pull in (*digest.uncounted_pull_requests, *digest.pull_requests)}
    if digest.stories:
        lines += [
            Text(),
            _line("In the section", "bold"),
            *_lines([*_story_rows(digest.stories, pulls, settings)], width),
        ]
    if digest.layout != "stories":
        lines += [Text(), _line("In the list", "bold"), _line(f"  {_listed(digest)}")]
    covered = {key for story in digest.stories for key in story.pull_requests}
    candidates = [
        candidate
        for candidate in digest.candidates
        if not covered.intersection(candidate.pull_requests)
    ]
    if candidates and digest.layout != "list":
        best = candidates[:MOST_CANDIDATES]
        rows = _lines([*_candidate_rows(best, pulls, settings)], width)
        lines += [Text(), _line("Next candidates (digest mark N)", "bold"), *rows]
    lines += [Text()] if digest.notices else []
    lines += [_line(line) for notice in digest.notices for line in notice.splitlines()]
    return lines


def _listed(digest: Digest) -> str:
    """The items of each group, counted."""
    groups = (f"{group.name} {len(group.listed_items)}" for group in digest.listed_groups)
    return " · ".join(groups) or "nothing"


def next_steps(section: str, messages: Sequence[str], folder: Path | None) -> list[Line]:
    """The messages of a run, and the files to open next."""
    lines: list[Line] = [Text()]
    if messages:
        lines += [_line(line) for message in messages for line in message.splitlines()]
        lines.append(Text())
    if folder is None:
        return [*lines, _line(f"{_todos_left(section, '. ')}No files were written.")]
    lines.append(_line(f"Edit {folder / SECTION}; later runs keep your edits."))
    lines.append(_line(f"All merged pull requests: {folder / WORKSHEET}"))
    return lines


def last_line(section: str, command: str) -> list[Line]:
    """The number of TODOs, with the command that lists them; nothing without any."""
    return [_line(left + command)] if (left := _todos_left(section, ": ")) else []


def _todos_left(section: str, end: str) -> str:
    todos = len(find_todos(section))
    return f"{todos} TODO{'' if todos == 1 else 's'} left{end}" if todos else ""


def hint(advice: str) -> Line:
    """A line of advice."""
    return _line(advice)


def _line(untrusted: str, style: str = "") -> Line:
    # Names, paths and notices can contain control characters.
    return Text(text.plain(untrusted), style=style)


def _counts(digest: Digest) -> str:
    line = f"{digest.count:,} merged: {digest.by_people:,} by people, {digest.by_bots:,} by bots."
    earlier = [window.count for window in digest.earlier_counts or () if window.count is not None]
    if digest.earlier_counts and len(earlier) == len(digest.earlier_counts):
        length = digest.window.end - digest.window.start
        units = {"weeks": "weeks", "month": "months", "days": "windows"}[digest.window.kind]
        if digest.window.kind == "weeks" and length > timedelta(days=8):
            units = "windows"
        line += f" The {len(earlier)} {units} before: {min(earlier):,} to {max(earlier):,}."
    return line


@dataclass(frozen=True)
class Row:
    """A story or a candidate; `place` is "" for a candidate."""

    place: str
    number: str
    title: str
    author: str
    reasons: str


def _story_rows(
    stories: Sequence[Story], pulls: Mapping[str, PullRequest], settings: Settings
) -> Iterator[Row]:
    for place, story in enumerate(stories, start=1):
        yield Row(str(place), *_row(story, pulls, story.heading, settings))


def _candidate_rows(
    candidates: Sequence[Candidate], pulls: Mapping[str, PullRequest], settings: Settings
) -> Iterator[Row]:
    for candidate in candidates:
        title = pulls[candidate.pull_requests[0]].title
        yield Row("", *_row(candidate, pulls, title, settings))


def _row(
    candidate: Story | Candidate, pulls: Mapping[str, PullRequest], title: str, settings: Settings
) -> tuple[str, str, str, str]:
    # A story that an editor marked can have no pull request, or only unknown ones.
    first = next((pulls[key] for key in candidate.pull_requests if key in pulls), None)
    numbers = " ".join(keys.format_keys([key], tuple(pulls)) for key in candidate.pull_requests)
    author = text.plain(people.plain_name(first.author, settings)) if first else ""
    return numbers, text.plain(title), author, text.plain(" · ".join(candidate.reasons))


def _lines(rows: Sequence[Row], width: int) -> Iterator[Line]:
    """Rows in columns that fit the width. Titles and reasons share the space that is left."""
    number = max(len(row.number) for row in rows)
    author = min(LONGEST_AUTHOR, max(text.width(row.author) for row in rows))
    left = width - len("  1  ") - number - author - 3 * len("  ")
    longest = max(text.width(row.title) for row in rows)
    reasons = min(max(text.width(row.reasons) for row in rows), max(left // 2, left - longest))
    title = min(longest, left - reasons)
    for row in rows:
        cells = [
            text.fit(row.number, number),
            text.fit(row.title, title),
            people.fit_name(row.author, author),
            text.fit(row.reasons, reasons),
        ]
        yield Text(f"{row.place:>3}  " + "  ".join(cells).rstrip())
