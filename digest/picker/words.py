"""Texts of the picker: a story for the person's editor and back, a description to read, the keys."""

import re
from collections.abc import Iterator, Sequence

from digest import text
from digest.compose import descriptions
from digest.model import Mark, PullRequest, Story

# Key as Textual calls it, as a person does, what it does, and a word for the help line ("" where it is not there).
KEYS = (
    ("space", "Space", "make it a story, or take the story out", "mark"),
    ("plus", "+", "join with the story above (a candidate: the last)", "join"),
    ("shift+up,K", "Shift+↑ or K", "move the story up", ""),
    ("shift+down,J", "Shift+↓ or J", "move the story down", ""),
    ("slash", "/", "filter by words; Enter keeps the filter, Esc clears it", "filter"),
    ("enter", "Enter", "read the description", "read"),
    ("e", "e", "write the story's heading and text in your $EDITOR", "write"),
    ("o", "o", "open in the browser", ""),
    ("u", "u", "undo, step by step", "undo"),
    ("p", "p", "hide the section, or show it", ""),
    ("left_square_bracket", "[", "scroll the section up", ""),
    ("right_square_bracket", "]", "scroll the section down", ""),
    ("s", "s", "save and go on", "save"),
    ("q,ctrl+q", "q", "save and leave", "leave"),
    ("ctrl+c", "Ctrl+C", "leave without saving", ""),
    ("question_mark", "?", "all keys", "keys"),
)


def help_line(width: int) -> str:
    """The keys that are needed most, as many as fit."""
    shown = [f"{key} {word}" for _, key, _, word in KEYS if word]
    last, first = shown[-1], shown[:-1]
    while first and len("  ".join([*first, last])) > width:
        first.pop()
    return "  ".join([*first, last])


def all_keys() -> list[str]:
    """Every key with what it does, a line each."""
    width = max(len(key) for _, key, _, _ in KEYS)
    return [f"{key:<{width}}  {does}" for _, key, does, _ in KEYS]


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
