"""Texts of the picker: a story for the person's editor and back, and descriptions to read."""

import re
from collections.abc import Iterator, Sequence

from digest import text
from digest.model import Mark, PullRequest, Story
from digest.text import descriptions


def story_for_editor(story: Story, mark: Mark) -> str:
    """A story's heading and text as Markdown for a person to rewrite.

    The draft where the mark has no words.
    """
    quote = [f"> {story.quote}"] if story.quote else []
    drafted = "\n\n".join([*story.paragraphs, *quote])
    return f"### {text.plain(story.heading)}\n\n{mark.text or drafted}\n"


def parse_edited_story(edited: str, before: str) -> tuple[str | None, str | None]:
    """Heading and text as they left a person's editor, None for each that is as before.

    An empty file changes nothing.
    A deleted heading or text is "": it is drafted again.
    """
    if not edited.strip():
        return None, None
    new, old = _parts(edited), _parts(before)
    heading, body = (one if one != was else None for one, was in zip(new, old, strict=True))
    return heading, body


def _parts(story: str) -> tuple[str, str]:
    stripped = re.sub(r"\r\n?", "\n", story).strip()
    match = re.match(r"#{1,6}[ \t]+(?P<heading>.*)|#{1,6}$", stripped)
    if match is None:
        return "", stripped
    return " ".join((match["heading"] or "").split()), stripped[match.end() :].strip("\n")


def description_lines(pulls: Sequence[PullRequest]) -> Iterator[str]:
    """The descriptions of pull requests, line by line as plain text, with the addresses of their links."""
    for at, pull in enumerate(pulls):
        yield from ["", "─" * 20, ""] if at else []
        yield from [text.plain(f"{pull.key} {pull.title}"), text.plain(pull.url), ""]
        if pull.body is None:
            yield "Its description is not known here."
            continue
        yield from text.lines(pull.body) if pull.body.strip() else ["It has no description."]
        if links := descriptions.links(pull.body):
            yield from ["", "Links", *(f"  {link}" for link in links)]
