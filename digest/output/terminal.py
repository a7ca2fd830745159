"""The screen of a run on stderr: its results and the next steps."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from digest import text, windows
from digest.compose import keys, lead, overview, people, workdays
from digest.compose.candidates import split_size
from digest.model import Candidate, Digest, PullRequest, Story
from digest.model.edition_files import SECTION, WORKSHEET
from digest.output.lines import open_console, print_line, wrap_line
from digest.settings import Settings
from digest.text import find_todos

MOST_CANDIDATES = 5
LONGEST_AUTHOR = 20
# On a narrower screen the sizes are left out.
NARROWEST = 40


Line = Text


def show(lines: Iterable[Line], *, is_below: bool = True) -> None:
    """Print lines on stderr; on a terminal after a blank one, if they are below an output."""
    screen, shown = open_console(), list(lines)
    is_below &= screen.is_terminal and sys.stdout.isatty()
    if is_below and shown and shown[0].plain:
        screen.print()
    for line in shown:
        print_line(screen, line)


def fit_stdout(lines: Iterable[str], indent: str = "") -> list[str]:
    """Lines for stdout: as they are in a pipe, and broken between words on a terminal.

    The other parts of a broken line begin with `indent`, by default that of the line.
    """
    if not sys.stdout.isatty():
        return list(lines)
    width = Console().width
    return [part for line in lines for part in wrap_line(line, width, indent)]


def fit_text(shown: str) -> str:
    """A text for stdout, such as a section: as it is in a pipe, and as lines fit on a terminal."""
    return "\n".join(fit_stdout(shown.split("\n")))


def summary(
    digest: Digest,
    source: str,
    settings: Settings,
    changes: Iterable[str] = (),
    *,
    has_worksheet: bool = True,
) -> list[Line]:
    """The results of a run: warnings, window, counts, changes, stories, candidates and notices.

    `changes` are lines about the time since the last run. Settings to paste are shown only without
    a worksheet, which has them.
    """
    width = open_console().width
    names = " + ".join(repository.name for repository in digest.repositories)
    lines: list[Line] = [
        *(_line(warning) for warning in digest.warnings),
        _line(f"{names} · {windows.label(digest.window)} · {source}", "bold"),
        _line(_counts(digest)),
        *(_line(line) for line in _short_weeks(digest)),
        *(_line(line) for line in changes),
    ]
    pulls = {pull.key: pull for pull in (*digest.uncounted_pull_requests, *digest.pull_requests)}
    covered = {key for story in digest.stories for key in story.pull_requests}
    candidates = [
        candidate
        for candidate in digest.candidates
        if not covered.intersection(candidate.pull_requests)
    ]
    best = _candidate_rows(candidates[:MOST_CANDIDATES], pulls, settings)
    stories = [*_story_rows(digest.stories, pulls, settings)]
    if stories:
        lines += [Text(), _line("In the section", "bold"), *_lines(stories, width)]
    if digest.layout != "stories":
        lines += [Text(), _line("In the list", "bold"), Text(f"  {_listed(digest)}")]
    if candidates and digest.layout != "list":
        heading = _line("Next candidates (digest mark N)", "bold")
        lines += [Text(), heading, *_lines([*best], width)]
    lines += [Text()] if digest.notices else []
    for notice in digest.notices:
        first, *more = notice.splitlines()
        if more and has_worksheet:
            first, more = f"{first} The worksheet has settings to add.", []
        lines += [_line(line) for line in (first, *more)]
    return lines


def _listed(digest: Digest) -> str:
    """The items of each group, counted."""
    groups = (f"{group.name} {len(group.listed_items)}" for group in digest.listed_groups)
    return text.plain(" · ".join(groups)) or "nothing"


def next_steps(section: str, messages: Sequence[str], folder: Path | None) -> list[Line]:
    """The messages of a run, and the files to open next."""
    lines: list[Line] = [Text()]
    if messages:
        # A text to paste keeps its indents.
        lines += [Text(line) for message in messages for line in text.lines(message)]
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
    line = f"{overview.merged_line(digest)}."
    earlier = [window.count for window in digest.earlier_counts or () if window.count is not None]
    if digest.earlier_counts and len(earlier) == len(digest.earlier_counts):
        spans = lead.earlier_windows(digest.window, len(earlier))
        line += f" The {spans} before: {min(earlier):,} to {max(earlier):,}."
    return line


def _short_weeks(digest: Digest) -> tuple[str, ...]:
    """Lines about the countries that had days off in the window."""
    short = [days for days in digest.working_days if days.days_off]
    return workdays.working_day_lines(short, digest.window)


@dataclass(frozen=True)
class Row:
    """A story or a candidate; `place` is "" for a candidate."""

    place: str
    number: str
    title: str
    author: str
    size: str
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
) -> tuple[str, str, str, str, str]:
    # A story that an editor marked can have no pull request, or only unknown ones.
    known = [pulls[key] for key in candidate.pull_requests if key in pulls]
    numbers = " ".join(keys.format_keys([key], tuple(pulls)) for key in candidate.pull_requests)
    author = text.plain(people.plain_name(known[0].author, settings)) if known else ""
    size, reasons = split_size(candidate.reasons, known)
    return numbers, text.plain(title), author, size, text.plain(" · ".join(reasons))


def _lines(rows: Sequence[Row], width: int) -> Iterator[Line]:
    """Rows in columns that fit the width. Titles and reasons share the space that is left."""
    number, size = max(len(row.number) for row in rows), max(len(row.size) for row in rows)
    author = min(LONGEST_AUTHOR, max(text.width(row.author) for row in rows))
    left = width - len("  1  ") - number - author - 3 * len("  ")
    size = 0 if left < NARROWEST else size
    left -= size + len("  ") if size else 0
    longest = max(text.width(row.title) for row in rows)
    reasons = min(max(text.width(row.reasons) for row in rows), max(left * 2 // 5, left - longest))
    title = min(longest, left - reasons)
    for row in rows:
        cells = [
            text.fit(row.number, number),
            text.fit(row.title, title),
            people.fit_name(row.author, author),
            *([f"{row.size:>{size}}"] if size else []),
            text.fit(row.reasons, reasons),
        ]
        yield Text(f"{row.place:>3}  " + "  ".join(cells).rstrip())
