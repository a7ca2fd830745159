"""What the picker needs of the world around it: its command brings it along."""

from dataclasses import dataclass
from typing import Protocol

from digest.model import Marks, Story
from digest.picker.history import History


@dataclass(frozen=True)
class Preview:
    """The section as marks would make it, its stories, and the names of those whose words a person wrote there."""

    section: str
    stories: tuple[Story, ...]
    kept: frozenset[str]


@dataclass(frozen=True)
class Saved:
    """The history after saving, and what there is to say about it."""

    history: History
    says: str


class Desk(Protocol):
    """Whoever starts the picker. Each raises DigestError, whose message is shown."""

    def preview(self, marks: Marks) -> Preview:
        """The section with these marks; nothing is written."""
        ...

    def save(self, history: History) -> Saved:
        """Write the decisions, and the section that comes of them."""
        ...

    def edit(self, words: str) -> str:
        """The words as the person's own editor leaves them; it has the terminal meanwhile."""
        ...

    def browse(self, url: str) -> None:
        """Show a page in the browser."""
        ...
