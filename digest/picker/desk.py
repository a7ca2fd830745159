"""The desk: the picker's interface to files, the editor and the browser."""

from dataclasses import dataclass
from typing import Protocol

from digest.model import Marks, Story
from digest.picker.history import History


@dataclass(frozen=True)
class Preview:
    """The section with some marks, the stories of the marks, and what a person wrote in it.

    `edited` are the keys of stories that a person edited, `covered` those of all pull requests that
    the section covers.
    """

    section: str
    stories: tuple[Story, ...]
    edited: frozenset[str]
    covered: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SaveResult:
    """The history after saving, and a message about it."""

    history: History
    message: str


class Desk(Protocol):
    """An edition for the picker, which shows the message of any DigestError."""

    def preview(self, marks: Marks) -> Preview:
        """The section with these marks. Writes no file."""
        ...

    def save(self, history: History) -> SaveResult:
        """Write the decisions and the new section."""
        ...

    def edit(self, text: str) -> str:
        """Open a text in the person's editor, on this terminal. Returns the edited text."""
        ...

    def browse(self, url: str) -> None:
        """Show a page in the browser."""
        ...
