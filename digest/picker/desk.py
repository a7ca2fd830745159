"""The desk: the interface of the picker to files, the editor and the browser.

The command provides it.
"""

from dataclasses import dataclass
from typing import Protocol

from digest.model import Marks, Story
from digest.picker.history import History


@dataclass(frozen=True)
class Preview:
    """The section with some marks, its stories, and the names of those whose words a person edited there."""

    section: str
    stories: tuple[Story, ...]
    edited: frozenset[str]


@dataclass(frozen=True)
class SaveResult:
    """The history after saving, and a message about it."""

    history: History
    message: str


class Desk(Protocol):
    """An edition as the picker uses it.

    Each method may raise DigestError, whose message is shown.
    """

    def preview(self, marks: Marks) -> Preview:
        """The section with these marks; nothing is written."""
        ...

    def save(self, history: History) -> SaveResult:
        """Write the decisions and the new section."""
        ...

    def edit(self, text: str) -> str:
        """Open a text in the person's editor, which has the terminal meanwhile.

        Returns the edited text.
        """
        ...

    def browse(self, url: str) -> None:
        """Show a page in the browser."""
        ...
