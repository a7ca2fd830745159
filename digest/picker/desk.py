"""The desk: the picker's interface to files, the editor and the browser.

It also formats a story for the person's editor, and parses the result.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from digest import text
from digest.compose.blocks import split_blocks
from digest.compose.list_items import split_items
from digest.model import Mark, Marks, Story
from digest.picker.history import History


@dataclass(frozen=True)
class Preview:
    """The section with some marks, the stories of the marks, and what a person wrote in it.

    `edited` are the keys of stories that a person edited, `covered` those of all pull requests that
    the section covers, and `count` is the number of stories in it.
    """

    section: str
    stories: tuple[Story, ...]
    edited: frozenset[str]
    covered: frozenset[str]
    count: int


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

    def edit(self, words: str) -> str:
        """Open a text in the person's editor, on this terminal. Returns the edited text."""
        ...

    def browse(self, url: str) -> None:
        """Show a page in the browser."""
        ...


def story_for_editor(story: Story, mark: Mark) -> str:
    """A story's heading and text as Markdown; the draft if the mark has no text."""
    quote = [f"> {story.quote}"] if story.quote else []
    drafted = "\n\n".join([*story.paragraphs, *quote])
    return f"### {text.plain(story.heading)}\n\n{mark.text or drafted}\n"


def parse_edited_story(edited: str, before: str) -> tuple[str | None, str | None]:
    """The new heading and text of a story; None for one that did not change.

    An empty file changes nothing. A deleted heading or text is "", so that digest drafts it again.
    """
    if not edited.strip():
        return None, None
    new, old = _parts(edited), _parts(before)
    heading, body = (part if part != was else None for part, was in zip(new, old, strict=True))
    return heading, body


def item_for_editor(section: str, names: Sequence[str]) -> str | None:
    """The item of a section about these pull requests, without its marker; None without one."""
    wanted = {name.lower() for name in names}
    pieces = (piece for block in split_blocks(section) for piece in split_items(block))
    items = (piece.item for piece in pieces if piece.item)
    return next((f"{item.content}\n" for item in items if item.keys == wanted), None)


def parse_edited_item(edited: str, before: str) -> str | None:
    """The new text of an item, "" if it was deleted; None if it did not change."""
    new, old = (re.sub(r"\r\n?", "\n", words).strip() for words in (edited, before))
    return None if new == old else new


def _parts(story: str) -> tuple[str, str]:
    stripped = re.sub(r"\r\n?", "\n", story).strip()
    match = re.match(r"#{1,6}[ \t]+(?P<heading>.*)|#{1,6}$", stripped)
    if match is None:
        return "", stripped
    return " ".join((match["heading"] or "").split()), stripped[match.end() :].strip("\n")
