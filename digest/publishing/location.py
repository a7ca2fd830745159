"""The page of an edition on its branch, and the words about one that is missing. Pure."""

import re
import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from digest import text
from digest.publishing.markers import find_markers

LINE = re.compile(r"^<!-- digest:missing -->.*(?:\r?\n){0,2}", re.MULTILINE)


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
            f"If you moved it, name its new path: {self._command}. Otherwise put it back, or close "
            "the pull request."
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
        inside = f"{begin}\n{line}{line_end * 2}{LINE.sub('', rest).lstrip()}"
        new = marked.above + inside + marked.below
        return None if new.split() == body.split() else new

    @property
    def _command(self) -> str:
        path = shlex.quote(self.added[0]) if len(self.added) == 1 else "NEW/PATH.md"
        return f"digest publish --path {path}"


def known_path(paths: Sequence[str], files: Collection[str]) -> str | None:
    """The first of these paths that the branch has; None for none."""
    return next((path for path in paths if path in files), None)
