"""The paths of an edition in a newsletter's repository, and the links to its pictures. Pure.

A page that is no longer at its path is a MissingPage.
"""

import posixpath
import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from digest import text, windows
from digest.compose.pictures import relink_pictures
from digest.errors import UsageError
from digest.model import Window
from digest.model.newsletter import edition_of
from digest.publishing.markers import find_markers
from digest.settings import Settings

EXAMPLE = "content/{edition}.md"
PLACEHOLDER = re.compile(r"{([^{}]*)}")
# A page must not overwrite git's or digest's files, and a token may not write workflows.
FORBIDDEN = re.compile(r"(?:\.git|\.github|\.digest)(?:/|$)", re.IGNORECASE)
MISSING_LINE = re.compile(r"^<!-- digest:missing -->.*(?:\r?\n){0,2}", re.MULTILINE)


@dataclass(frozen=True)
class PublishPaths:
    """The paths of editions in a newsletter's repository.

    `pattern` is the pattern of the page with the section, `is_option` if a person typed it.
    """

    pattern: str
    settings: Settings
    is_option: bool = False

    def page(self, window: Window) -> str:
        """The path of the page with an edition's section. Raises UsageError."""
        return fill_path(self.pattern, self.settings, window)

    def at(self, path: str) -> "PublishPaths":
        """The paths of an edition whose page is at this path."""
        return replace(self, pattern=path)

    def picture(self, name: str, window: Window) -> str:
        """The path of a picture of an edition. Raises UsageError."""
        pattern = self.settings.publish.pictures_path
        folder = fill_path(pattern, self.settings, window) if pattern else ""
        return posixpath.join(_picture_folder(folder, self.page(window)), name)

    def picture_link(self, window: Window) -> str:
        """The beginning of links to an edition's pictures: `pictures_link`, or a relative path.

        Raises UsageError.
        """
        publish, page = self.settings.publish, self.page(window)
        link, path = (
            fill_pattern(pattern, self.settings, window)
            for pattern in (publish.pictures_link, publish.pictures_path)
        )
        if link:
            return link.rstrip("/")
        relative = posixpath.relpath(
            _picture_folder(path, page) or ".", posixpath.dirname(page) or "."
        )
        return relative if relative.startswith(".") else f"./{relative}"

    def relink(self, section: str, window: Window) -> str:
        """A section from disk, with links to its published pictures. Raises UsageError."""
        return relink_pictures(section, self.picture_link(window))


def fill_path(pattern: str, settings: Settings, window: Window) -> str:
    """A path with the values of an edition: {edition} {year} {week} {date} {slug}.

    The date is the day after the window, in its zone. Year and week are the ISO year and week of
    the window's last day. The path is the same in every run. Raises UsageError for an unknown
    value, and for a path that leaves the repository or leads to git's or digest's files.
    """
    path = fill_pattern(pattern, settings, window)
    if not _is_valid(path):
        raise UsageError(
            f"{pattern!r} is not a valid path in the repository.", f"Use a path like {EXAMPLE}."
        )
    if FORBIDDEN.match(path):
        raise UsageError(
            f"The section cannot be published as {path}.", f"Use a path like {EXAMPLE}."
        )
    return path


def is_page_path(path: str) -> bool:
    """Whether a page may be at this path, which a person chose on the branch."""
    return _is_valid(path) and not FORBIDDEN.match(path)


def fill_pattern(pattern: str, settings: Settings, window: Window) -> str:
    """A pattern with the values of an edition. Raises UsageError for an unknown value."""
    values = _values(settings, window)
    unknown = [name for name in PLACEHOLDER.findall(pattern) if name not in values]
    if unknown:
        known = text.join_words([f"{{{name}}}" for name in values])
        raise UsageError(f"{{{unknown[0]}}} in {pattern!r} is unknown.", f"Use {known}.")
    return PLACEHOLDER.sub(lambda match: values[match[1]], pattern)


def _is_valid(path: str) -> bool:
    parts = set(path.split("/"))
    has_other_signs = re.search(r"[{}\\\x00-\x1f\x7f]", path)
    return bool(path.strip()) and not {"", ".", ".."} & parts and not has_other_signs


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


@dataclass(frozen=True)
class MissingPage:
    """A page that is no longer on its branch; `added` are new files that may be the page."""

    path: str
    branch: str
    added: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """One line with the event and the next step."""
        return (
            f"{self.path} is no longer on the branch {self.branch}, so nothing was written. "
            f"If you moved it, run: {self._command}. Otherwise restore it, or close the pull "
            "request."
        )

    def add_line(self, body: str) -> str | None:
        """The draft's body with a line about the page; None if it stays."""
        marked = find_markers(body)
        if marked is None:
            return None
        begin, _, rest = marked.inside.partition("\n")
        line_end = "\r\n" if begin.endswith("\r") else "\n"
        line = (
            f"<!-- digest:missing --> The page {text.code_span(self.path)} is no longer on this "
            f"branch, so digest writes nothing. If you moved it, run "
            f"{text.code_span(self._command)}."
        )
        inside = f"{begin}\n{line}{line_end * 2}{MISSING_LINE.sub('', rest).lstrip()}"
        new = marked.above + inside + marked.below
        return None if new.split() == body.split() else new

    @property
    def _command(self) -> str:
        path = shlex.quote(self.added[0]) if len(self.added) == 1 else "NEW/PATH.md"
        edition = edition_of(self.branch)
        return f"digest publish {f'-e {edition} ' if edition else ''}--path {path}"


def known_path(paths: Sequence[str], files: Collection[str]) -> str | None:
    """The first of these paths that the branch has; None if it has none."""
    return next((path for path in paths if path in files), None)
