"""Lists the editions in the output folder: the work of `digest list`."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from digest import text, windows
from digest.editions.check import check_edition
from digest.editions.drafts import KnownDrafts, find_drafts
from digest.editions.gather import editions_folder
from digest.editions.request import Request
from digest.errors import DigestError
from digest.files import editions, settings_files
from digest.files.editions import Edition
from digest.output import terminal
from digest.settings import Settings

# The edition and its window are in the columns before the numbers.
FIRST_NUMBER = 2


@dataclass(frozen=True, kw_only=True)
class ListedEdition:
    """An edition in the list.

    `stories` and `open_points` are None if its files cannot be read; then `problem` is the reason.
    `draft` is the number of its pull request, None if there is none or it is unknown.
    """

    edition: str
    window: str
    repositories: tuple[str, ...]
    merged: int
    stories: int | None
    open_points: int | None
    draft: int | None
    draft_state: str | None
    draft_url: str | None
    draft_is_newer: bool
    is_newest: bool
    problem: str | None


def list_editions(request: Request) -> int:
    """Print the editions, newest first, with their drafts on GitHub. Returns the exit code."""
    found = settings_files.find(request.config, Path.cwd())
    settings = found.loaded.settings
    folder = editions_folder(request.output, found) or found.output
    around = editions.find_editions(folder)
    known = find_drafts(settings) if around else KnownDrafts()
    listed = [
        _list(one, around, settings, folder, known=known, request=request)
        for one in reversed(around)
    ]
    if request.as_json:
        document = {"folder": str(folder), "editions": [asdict(one) for one in listed]}
        sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    else:
        dates = [windows.dates(one.window) for one in reversed(around)]
        sys.stdout.writelines(f"{line}\n" for line in _lines(listed, dates, known))
    sys.stdout.flush()
    messages = _messages(listed, known, folder, request)
    is_below = bool(listed or request.as_json)
    terminal.show((terminal.hint(message) for message in messages), is_below=is_below)
    return 0


def _list(
    edition: Edition,
    around: Sequence[Edition],
    settings: Settings,
    folder: Path,
    *,
    known: KnownDrafts,
    request: Request,
) -> ListedEdition:
    stories = points = problem = None
    try:
        checked = check_edition(edition, settings, folder, around, request)
        stories, points = len(checked.state.digest.stories), len(checked.open_points)
    except DigestError as error:
        problem = error.message
    name = edition.folder.name
    draft = known.of(name)
    return ListedEdition(
        edition=name,
        window=windows.label(edition.window),
        repositories=edition.repositories,
        merged=len(edition.titles),
        stories=stories,
        open_points=points,
        draft=draft.number if draft else None,
        draft_state=draft.state if draft else None,
        draft_url=draft.url if draft else None,
        draft_is_newer=known.newer_than(edition.folder) is not None,
        is_newest=edition is around[-1],
        problem=problem,
    )


def _lines(listed: Sequence[ListedEdition], dates: Sequence[str], known: KnownDrafts) -> list[str]:
    """A heading, and a row for each edition. `dates` are the days of their windows."""
    if not listed:
        return []
    draft = "draft" if known.drafts is not None else ""
    rows = [
        ("edition", "window", "merged", "stories", "open points", draft),
        *(_cells(one, days, known) for one, days in zip(listed, dates, strict=True)),
    ]
    widths = [max(map(text.width, column)) for column in list(zip(*rows, strict=True))[:-1]]
    lines = []
    for *cells, last in rows:
        fitted = [
            f"{cell:>{width}}" if place >= FIRST_NUMBER else text.fit(cell, width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        lines.append("  ".join((*fitted, last)).rstrip())
    return lines


def _cells(one: ListedEdition, days: str, known: KnownDrafts) -> tuple[str, ...]:
    draft = "unknown" if known.problem else "none"
    if known.drafts is None:
        draft = ""
    if one.draft is not None:
        draft = f"#{one.draft} {one.draft_state}"
    # The name of a folder may contain anything.
    return (
        text.plain(one.edition),
        days,
        *(
            "–" if number is None else f"{number:,}"
            for number in (one.merged, one.stories, one.open_points)
        ),
        draft,
    )


def _messages(
    listed: Sequence[ListedEdition], known: KnownDrafts, folder: Path, request: Request
) -> list[str]:
    if not listed:
        return [f"There is no edition in {folder} yet. Draft one with: {request.command('week')}"]
    messages = [f"Drafts are unknown: {known.problem}"] if known.problem else []
    messages += [f"{one.edition}: {one.problem}" for one in listed if one.problem]
    messages += [
        f"The draft of {one.edition} is newer than its folder. "
        f"To copy its edits here: {request.command('publish', '-e', one.edition)}"
        for one in listed
        if one.draft_is_newer
    ]
    if points := next((one for one in listed if one.is_newest and one.open_points), None):
        messages.append(f"To see the open points: {request.command('check', '-e', points.edition)}")
    return messages
