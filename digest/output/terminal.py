"""The screen: what a run found and what to do next, on stderr. The only room that imports rich."""

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
from digest.compose import keys, workdays
from digest.model import Candidate, Digest, PullRequest, Story
from digest.model.edition_files import SECTION, WORKSHEET

# Text that goes into a pipe or a log is not cut as short as on the narrowest terminal.
UNSEEN_WIDTH = 120
NEXT_IN_LINE = 5
LONGEST_AUTHOR = 20


Line = Text


def show(lines: Iterable[Line]) -> None:
    """Print lines on stderr, after a blank one where the section stands above them on the same terminal."""
    screen = _console()
    if screen.is_terminal and sys.stdout.isatty():
        screen.print()
    for line in lines:
        screen.print(line, soft_wrap=not screen.is_terminal)


def _console() -> Console:
    # Titles are untrusted and look like markup ("[docs] Fix"), so nothing in a text means anything
    # to rich.
    width = None if sys.stderr.isatty() else UNSEEN_WIDTH
    return Console(stderr=True, markup=False, emoji=False, highlight=False, width=width)


class FetchingScreen:
    """A progress bar while facts are fetched, on a terminal only; waits are said in either case.

    Without a title the bar comes when something begins.
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
        """Go on with another repository, on the same bar."""
        self._bar.start()
        self._before = self._done
        self._bar.update(self._task, description=text.plain(title), total=None)

    def progress(self, done: int, total: int | None) -> None:
        """Show how many pull requests have come, of how many, those of the repositories before included."""
        self._done = self._before + done
        whole = None if total is None else self._before + total
        self._bar.update(self._task, completed=self._done, total=whole)

    def waiting(self, reason: str, seconds: float) -> None:
        """Say why nothing happens for a while, and until when."""
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        self._screen.print(
            f"{text.plain(reason)} Waiting {seconds:.0f} s, until {until:%H:%M:%S} UTC.",
            soft_wrap=True,
        )


def summary(digest: Digest, source: str) -> list[Line]:
    """What a run shows: what is wrong with the stories, then the window, the counts, the stories, what is next."""
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
    pulls = {pull.key: pull for pull in (*digest.others, *digest.pull_requests)}
    if digest.stories:
        lines += [
            Text(),
            _line("In the section", "bold"),
            *_lines([*_told(digest.stories, pulls)], width),
        ]
    told = {key for story in digest.stories for key in story.pull_requests}
    waiting = [
        candidate
        for candidate in digest.candidates
        if not told.intersection(candidate.pull_requests)
    ]
    if waiting:
        next_ones = _lines([*_offered(waiting[:NEXT_IN_LINE], pulls)], width)
        lines += [Text(), _line("Next in line (digest mark N)", "bold"), *next_ones]
    lines += [Text()] if digest.notices else []
    lines += [_line(one) for notice in digest.notices for one in notice.splitlines()]
    return lines


def next_steps(section: str, says: Sequence[str], folder: Path | None) -> list[Line]:
    """What happened to the edition, and what to do next: the words that are still missing, and where to write them."""
    lines: list[Line] = [
        Text(),
        *([*(_line(one) for say in says for one in say.splitlines()), Text()] if says else []),
    ]
    todos = section.count("TODO")
    missing = f"{todos} TODO{'' if todos == 1 else 's'} to write. " if todos else ""
    if folder is None:
        return [*lines, _line(f"{missing}No files were written.")]
    lines.append(_line(f"{missing}Everything merged: {folder / WORKSHEET}"))
    lines.append(_line(f"Edit {folder / SECTION} (your words survive every run)."))
    return lines


def hint(words: str) -> Line:
    """A line of advice."""
    return _line(words)


def _line(words: str, style: str = "") -> Line:
    # Names, paths and notices come from outside; none of them may steer the terminal.
    return Text(text.plain(words), style=style)


def _counts(digest: Digest) -> str:
    line = f"{digest.count:,} merged: {digest.by_people:,} by people, {digest.by_bots:,} by bots."
    earlier = [one.count for one in digest.earlier_counts or () if one.count is not None]
    if digest.earlier_counts and len(earlier) == len(digest.earlier_counts):
        what = {"weeks": "weeks", "month": "months", "days": "windows"}[digest.window.kind]
        if digest.window.kind == "weeks" and digest.window.end - digest.window.start > timedelta(
            days=8
        ):
            what = "windows"
        line += f" The {len(earlier)} {what} before: {min(earlier):,} to {max(earlier):,}."
    return line


@dataclass(frozen=True)
class Row:
    """A story or a candidate on the screen."""

    place: str
    number: str
    title: str
    author: str
    reasons: str


def _told(stories: Sequence[Story], pulls: Mapping[str, PullRequest]) -> Iterator[Row]:
    for place, story in enumerate(stories, start=1):
        yield Row(str(place), *_row(story, pulls, story.heading))


def _offered(candidates: Sequence[Candidate], pulls: Mapping[str, PullRequest]) -> Iterator[Row]:
    for candidate in candidates:
        yield Row("", *_row(candidate, pulls, pulls[candidate.pull_requests[0]].title))


def _row(
    candidate: Story | Candidate, pulls: Mapping[str, PullRequest], title: str
) -> tuple[str, str, str, str]:
    # Of a story that an editor marked, nothing may be known; it may even tell no pull request.
    first = next((pulls[key] for key in candidate.pull_requests if key in pulls), None)
    numbers = " ".join(keys.format_keys([key], tuple(pulls)) for key in candidate.pull_requests)
    author = text.plain(first.author.name or "") if first and first.author else ""
    unnamed = "name unknown" if first else ""
    return numbers, text.plain(title), author or unnamed, text.plain(" · ".join(candidate.reasons))


def _lines(rows: Sequence[Row], width: int) -> Iterator[Line]:
    """Rows in columns that fit the width.

    Titles and reasons share what numbers and authors leave.
    """
    number = max(len(row.number) for row in rows)
    author = min(LONGEST_AUTHOR, max(text.width(row.author) for row in rows))
    left = width - len("  1  ") - number - author - 3 * len("  ")
    longest = max(text.width(row.title) for row in rows)
    reasons = min(max(text.width(row.reasons) for row in rows), max(left // 2, left - longest))
    title = min(longest, left - reasons)
    for row in rows:
        cells = [
            (row.number, number),
            (row.title, title),
            (row.author, author),
            (row.reasons, reasons),
        ]
        yield Text(f"{row.place:>3}  " + "  ".join(text.fit(*cell) for cell in cells).rstrip())
