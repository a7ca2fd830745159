"""Texts of the picker: a story for the person's editor and back, a description to read, the keys."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from digest import text
from digest.model import Mark, PullRequest, Story
from digest.text import descriptions


class Key(NamedTuple):
    """A key: as Textual and as a person calls it, what it does, a word for the help line, or "", and its action."""

    codes: str
    name: str
    does: str
    word: str
    action: str


# The most needed first: a narrow help line has only those.
KEYS = (
    Key("space", "Space", "make it a story, or take the story out", "mark", "mark"),
    Key("plus", "+", "join with the story above (a candidate: the last)", "join", "join"),
    Key("slash", "/", "filter by words; Enter keeps the filter, Esc clears it", "filter", "filter"),
    Key("enter", "Enter", "read the description", "read", "read"),
    Key("e", "e", "write the story's heading and text in your $EDITOR", "write", "write"),
    Key("u", "u", "undo, step by step", "undo", "undo"),
    Key("q,ctrl+q", "q", "save and leave", "leave", "leave"),
    Key("shift+up,K", "Shift+↑ or K", "move the story up", "up", "move(-1)"),
    Key("shift+down,J", "Shift+↓ or J", "move the story down", "down", "move(1)"),
    Key("s", "s", "save and go on", "save", "save"),
    Key("o", "o", "open in the browser", "browser", "browse"),
    Key("p", "p", "hide the section, or show it", "", "preview"),
    Key("left_square_bracket", "[", "scroll the section up", "", "scroll_section(-3)"),
    Key("right_square_bracket", "]", "scroll the section down", "", "scroll_section(3)"),
    Key("ctrl+c", "Ctrl+C", "leave without saving", "", "abandon"),
    Key("question_mark", "?", "all keys", "keys", "keys"),
)


def help_line(width: int) -> str:
    """The keys that are needed most, as many as fit."""
    shown = [f"{key.name.partition(' or ')[0]} {key.word}" for key in KEYS if key.word]
    last, first = shown[-1], shown[:-1]
    while first and len("  ".join([*first, last])) > width:
        first.pop()
    return "  ".join([*first, last])


def all_keys() -> list[str]:
    """Every key with what it does, a line each."""
    width = max(len(key.name) for key in KEYS)
    return [f"{key.name:<{width}}  {key.does}" for key in KEYS]


def to_write(story: Story, mark: Mark) -> str:
    """A story's heading and text as Markdown for a person to rewrite; as drafted where the mark has no words."""
    quote = [f"> {story.quote}"] if story.quote else []
    drafted = "\n\n".join([*story.paragraphs, *quote])
    return f"### {text.plain(story.heading)}\n\n{mark.text or drafted}\n"


def written(words: str, before: str) -> tuple[str | None, str | None]:
    """Heading and text out of a person's editor, None for what is as before; nothing at all changes nothing.

    A heading that was deleted is "", as a text is: both are drafted again.
    """
    if not words.strip():
        return None, None
    new, old = _parts(words), _parts(before)
    heading, body = (one if one != was else None for one, was in zip(new, old, strict=True))
    return heading, body


def _parts(words: str) -> tuple[str, str]:
    stripped = re.sub(r"\r\n?", "\n", words).strip()
    match = re.match(r"#{1,6}[ \t]+(?P<heading>.*)|#{1,6}$", stripped)
    if match is None:
        return "", stripped
    return " ".join((match["heading"] or "").split()), stripped[match.end() :].strip("\n")


def description(pulls: Sequence[PullRequest]) -> Iterator[str]:
    """What pull requests say of themselves, line by line as plain text, with where their links lead."""
    for at, pull in enumerate(pulls):
        yield from ["", "─" * 20, ""] if at else []
        yield from [text.plain(f"{pull.key} {pull.title}"), text.plain(pull.url), ""]
        if pull.body is None:
            yield "Its description is not known here."
            continue
        yield from text.lines(pull.body) if pull.body.strip() else ["It has no description."]
        if links := descriptions.links(pull.body):
            yield from ["", "Links", *(f"  {link}" for link in links)]
