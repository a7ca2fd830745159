"""Texts of the picker: stories in the person's editor, and descriptions of pull requests."""

import re
from collections.abc import Iterator, Sequence

from digest import text
from digest.model import Mark, PullRequest, Story
from digest.text import descriptions


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


def _parts(story: str) -> tuple[str, str]:
    stripped = re.sub(r"\r\n?", "\n", story).strip()
    match = re.match(r"#{1,6}[ \t]+(?P<heading>.*)|#{1,6}$", stripped)
    if match is None:
        return "", stripped
    return " ".join((match["heading"] or "").split()), stripped[match.end() :].strip("\n")


def description_lines(pulls: Sequence[PullRequest]) -> Iterator[str]:
    """The descriptions of pull requests in lines of plain text, with their links."""
    for number, pull in enumerate(pulls):
        yield from ["", "─" * 20, ""] if number else []
        yield from [text.plain(f"{pull.key} {pull.title}"), text.plain(pull.url), ""]
        if pull.body is None:
            yield "Its description is unknown."
            continue
        yield from text.lines(pull.body) if pull.body.strip() else ["It has no description."]
        if links := descriptions.links(pull.body):
            yield from ["", "Links", *(f"  {link}" for link in links)]
