"""Where an edition's files are in a newsletter's repository, and how its text links to its pictures. Pure."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from digest import text, windows
from digest.compose.picture_links import relink_pictures
from digest.errors import UsageError
from digest.model import Window
from digest.settings import Settings

PLACEHOLDER = re.compile(r"{([^{}]*)}")
# No pattern may lead to digest's own files, to git's, or to workflows, which take a permission of
# their own.
FORBIDDEN = re.compile(r"(?:\.git|\.github|\.digest)(?:/|$)", re.IGNORECASE)
# How links to pictures begin in an edition on disk.


@dataclass(frozen=True)
class PublishPaths:
    """The paths of editions in a newsletter's repository.

    `pattern` is that of the page with the section.
    """

    pattern: str
    settings: Settings

    def page(self, window: Window) -> str:
        """The file that an edition's section goes to. Raises UsageError."""
        return fill_path(self.pattern, self.settings, window)

    def picture(self, name: str, window: Window) -> str:
        """The file that a picture of an edition goes to. Raises UsageError."""
        pattern = self.settings.publish.pictures_path
        folder = fill_path(pattern, self.settings, window) if pattern else ""
        return posixpath.join(_picture_folder(folder, self.page(window)), name)

    def picture_link(self, window: Window) -> str:
        """How links to the pictures of an edition begin: as the settings say, else relative.

        Raises UsageError.
        """
        publish, page = self.settings.publish, self.page(window)
        link, path = (
            fill_pattern(one, self.settings, window)
            for one in (publish.pictures_link, publish.pictures_path)
        )
        if link:
            return link.rstrip("/")
        relative = posixpath.relpath(
            _picture_folder(path, page) or ".", posixpath.dirname(page) or "."
        )
        return relative if relative.startswith(".") else f"./{relative}"

    def relink(self, section: str, window: Window) -> str:
        """A section from disk with links to its published pictures. Raises UsageError."""
        return relink_pictures(section, self.picture_link(window))


def fill_path(pattern: str, settings: Settings, window: Window) -> str:
    """A path with an edition's values in it: {edition} {year} {week} {date} {slug}.

    The date is the day after the window, in its zone; year and week are the ISO ones of its last
    day. The path is the same in every run. Raises UsageError for an unknown value, and for a path
    out of the repository or to files that are not the newsletter's text.
    """
    path = fill_pattern(pattern, settings, window)
    parts = path.split("/")
    if not path.strip() or {"", ".", ".."} & set(parts) or re.search(r"[{}\\\x00-\x1f\x7f]", path):
        raise UsageError(
            f"{pattern!r} is no path of a file in the repository.",
            "Write it like content/{edition}.md.",
        )
    if FORBIDDEN.match(path):
        raise UsageError(
            f"{path} is no place for a newsletter's text.", "Write it like content/{edition}.md."
        )
    return path


def fill_pattern(pattern: str, settings: Settings, window: Window) -> str:
    """A pattern with an edition's values in it. Raises UsageError for an unknown value."""
    values = _values(settings, window)
    unknown = [name for name in PLACEHOLDER.findall(pattern) if name not in values]
    if unknown:
        known = text.listed([f"{{{name}}}" for name in values])
        raise UsageError(f"The path {pattern!r} knows {known}, not {{{unknown[0]}}}.")
    return PLACEHOLDER.sub(lambda found: values[found[1]], pattern)


def _picture_folder(path: str, page: str) -> str:
    return path.strip("/") or posixpath.dirname(page)


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
