"""Where an edition's files stand in a newsletter's repository, and on which branch."""

import re
from collections.abc import Mapping
from datetime import timedelta

from digest import text, windows
from digest.errors import UsageError
from digest.model import Window
from digest.settings import Settings

PLACE = re.compile(r"{([^{}]*)}")
# What no pattern may lead to: digest's own files, git's, and workflows, which take a permission of their own.
NOT_OURS = re.compile(r"(?:\.git|\.github|\.digest)(?:/|$)", re.IGNORECASE)


def filled(pattern: str, settings: Settings, window: Window) -> str:
    """A path with an edition's values in it: {edition} {year} {week} {date} {slug}.

    The date is the day after the window, in its zone; year and week are the ISO ones of its last day. Nothing in a path
    changes between two runs. Raises UsageError for an unknown value, and for a path that leads out of the repository or
    to files that are not the newsletter's text.
    """
    path = words(pattern, settings, window)
    parts = path.split("/")
    if not path.strip() or {"", ".", ".."} & set(parts) or re.search(r"[{}\\\x00-\x1f\x7f]", path):
        raise UsageError(f"{pattern!r} is no path of a file in the repository.", "Write it like content/{edition}.md.")
    if NOT_OURS.match(path):
        raise UsageError(f"{path} is no place for a newsletter's text.", "Write it like content/{edition}.md.")
    return path


def words(pattern: str, settings: Settings, window: Window) -> str:
    """A pattern with an edition's values in it. Raises UsageError for an unknown value."""
    values = _values(settings, window)
    unknown = [name for name in PLACE.findall(pattern) if name not in values]
    if unknown:
        known = text.listed([f"{{{name}}}" for name in values])
        raise UsageError(f"The path {pattern!r} knows {known}, not {{{unknown[0]}}}.")
    return PLACE.sub(lambda place: values[place[1]], pattern)


def _values(settings: Settings, window: Window) -> Mapping[str, str]:
    last = windows.last_day(window)
    year, week, _ = last.isocalendar()
    edition = windows.edition_name(window)
    words = settings.heading.replace("{when}", edition).lower()
    return {
        "edition": edition,
        "year": str(year if window.kind != "month" else last.year),
        "week": f"{week:02}",
        "date": f"{last + timedelta(days=1):%Y-%m-%d}",
        "slug": "-".join(re.findall(r"[^\W_]+", words)),
    }
