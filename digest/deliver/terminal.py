"""The screen: what a run found and what to do next, on stderr. The only room that imports rich."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from digest import text, windows
from digest.deliver.editions import Written
from digest.model import Digest, PullRequest, Story, Suggestion

# Text that goes into a pipe or a log is not cut as short as on the narrowest terminal.
UNSEEN_WIDTH = 100
NEXT_IN_LINE = 5


Line = Text | Table


def show(lines: Iterable[Line]) -> None:
    """Print lines on stderr."""
    screen = _console()
    for line in lines:
        screen.print(line)


def _console() -> Console:
    # Titles are untrusted and look like markup ("[docs] Fix"), so nothing in a text means anything to rich.
    width = None if sys.stderr.isatty() else UNSEEN_WIDTH
    return Console(stderr=True, markup=False, emoji=False, highlight=False, soft_wrap=False, width=width)


class FetchingScreen:
    """A progress bar while facts are fetched, on a terminal only; waits are said in either case."""

    def __init__(self, title: str) -> None:
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

    def __enter__(self) -> "FetchingScreen":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def progress(self, done: int, total: int | None) -> None:
        """Show how many pull requests have come, of how many."""
        self._bar.update(self._task, completed=done, total=total)

    def waiting(self, reason: str, seconds: float) -> None:
        """Say why nothing happens for a while, and until when."""
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        self._screen.print(f"{text.plain(reason)} Waiting {seconds:.0f} s, until {until:%H:%M:%S} UTC.", soft_wrap=True)


def summary(digest: Digest, source: str) -> list[Line]:
    """What a run shows: the window and its source, the counts, the stories, the next candidates."""
    names = " + ".join(repository.name for repository in digest.repositories)
    lines: list[Line] = [
        Text(f"{names} · {windows.span(digest.window)} · {source}", style="bold"),
        Text(_counts(digest)),
    ]
    if digest.groups:
        lines.append(Text("By group: " + " · ".join(f"{group.name} {group.count}" for group in digest.groups)))
    pulls = {pull.key: pull for pull in digest.pull_requests}
    if digest.stories:
        lines += [Text(), Text("In the section", style="bold"), _table(_told(digest.stories, pulls))]
    told = {key for story in digest.stories for key in story.pull_requests}
    waiting = [candidate for candidate in digest.suggestions if not told.intersection(candidate.pull_requests)]
    if waiting:
        lines += [Text(), Text("Next in line", style="bold"), _table(_offered(waiting[:NEXT_IN_LINE], pulls))]
    lines += [Text(notice) for notice in digest.notices]
    return lines


def next_steps(section: str, written: Written | None) -> list[Line]:
    """What to do next with the section: the words that are still missing, and where to write them."""
    todos = section.count("TODO")
    missing = f"{todos} TODO{'' if todos == 1 else 's'} to write. " if todos else ""
    if written is None:
        return [Text(), Text(f"{missing}No files were written.")]
    lines: list[Line] = [Text()]
    if written.replaced:
        lines.append(Text(f"{written.section.parent} held {windows.span(written.replaced)} before; its facts are replaced."))
    if written.aside:
        lines.append(Text(f"You have edited {written.section}, so it stays as it is. The new text: {written.aside}"))
    else:
        lines.append(Text(f"{missing}Edit {written.section}: your words survive every run."))
    return lines


def hint(words: str) -> Line:
    """A line of advice."""
    return Text(words)


def _counts(digest: Digest) -> str:
    line = f"{digest.count:,} merged: {digest.by_people:,} by people, {digest.by_bots:,} by bots."
    earlier = [one.count for one in digest.earlier_counts or () if one.count is not None]
    if digest.earlier_counts and len(earlier) == len(digest.earlier_counts):
        what = {"weeks": "weeks", "month": "months", "days": "windows"}[digest.window.kind]
        if digest.window.kind == "weeks" and digest.window.end - digest.window.start > timedelta(days=8):
            what = "windows"
        line += f" The {len(earlier)} {what} before: {min(earlier):,} to {max(earlier):,}."
    return line


Row = tuple[str, str, str, str, str]


def _told(stories: Sequence[Story], pulls: Mapping[str, PullRequest]) -> Iterator[Row]:
    for place, story in enumerate(stories, start=1):
        first = pulls[story.pull_requests[0]]
        yield str(place), _numbers(story.pull_requests, pulls), text.plain(first.title), _author(first), _why(story)


def _offered(candidates: Sequence[Suggestion], pulls: Mapping[str, PullRequest]) -> Iterator[Row]:
    for candidate in candidates:
        first = pulls[candidate.pull_requests[0]]
        numbers = _numbers(candidate.pull_requests, pulls)
        yield "", numbers, text.plain(first.title), _author(first), _why(candidate)


def _numbers(keys: Sequence[str], pulls: Mapping[str, PullRequest]) -> str:
    return " ".join(f"#{pulls[key].number}" for key in keys)


def _author(pull: PullRequest) -> str:
    return text.plain((pull.author and pull.author.name) or "name unknown")


def _why(candidate: Story | Suggestion) -> str:
    return text.plain(" · ".join(candidate.reasons))


def _table(rows: Iterable[Row]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", min_width=3)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=5)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=2)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=5)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


