"""Writes messages about changes of marks."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from digest.compose.keys import format_keys
from digest.model import Mark, Marks

# Marks a message with text that was not saved, so that callers can show it.
TEXT_TO_COPY = "Your text, to copy:"


def describe_changes(before: Marks, after: Marks) -> str:
    """Sentences about every difference between the stories of two marks; "" if none."""
    old, new = _shown(before), _shown(after)
    others = [key for mark in (*old, *new) for key in mark.pull_requests]
    messages: list[str] = []
    for place, mark in enumerate(new, start=1):
        origin = next((candidate for candidate in old if is_same_story(candidate, mark)), None)
        if origin is None:
            messages.append(_describe_new_story(mark, place, others))
        messages.append(describe_new_text(origin or Mark(), mark, others))
    messages += [describe_removal(mark, others) for mark in old if not _is_covered(mark, new)]
    if _in_both(old, new) != _in_both(new, old):
        messages.append(f"The order is now: {', '.join(story_name(mark, others) for mark in new)}.")
    return " ".join(filter(None, messages))


def describe_story_change(before: Marks, after: Marks, origin: Mark | None, mark: Mark) -> str:
    """A message about the change of one story.

    `mark` is the story after the change, `origin` the one before, or None for a new story.
    """
    others = [key for story in after.stories for key in story.pull_requests]
    name, verb = story_name(mark, others), is_or_are(mark.pull_requests)
    place, old_place = _place(after, mark), _place(before, origin)
    messages = []
    if origin is None:
        messages.append(_describe_new_story(mark, place, others))
    elif origin.removed:
        messages.append(f"{name} {verb} story {place} again.")
    elif place != old_place:
        messages.append(f"{name} {verb} now story {place} (before: {old_place}).")
    if mark.heading != (origin.heading if origin else None):
        messages.append(
            f"Its heading is now “{mark.heading}”."
            if mark.heading
            else "Its heading is drafted again."
        )
    if mark.text != (origin.text if origin else None):
        messages.append("Its text is now yours." if mark.text else "Its text is drafted again.")
    if origin and not messages:
        is_taken_over = origin.by != mark.by
        messages.append(
            f"{name} {verb} now marked by you (story {place})."
            if is_taken_over
            else f"{name} {verb} already story {place}."
        )
    return " ".join(messages)


def _describe_new_story(mark: Mark, place: int, others: Sequence[str]) -> str:
    is_now = "are now joined as" if len(mark.pull_requests) > 1 else "is now"
    return f"{story_name(mark, others)} {is_now} story {place}."


def describe_new_text(before: Mark, after: Mark, others: Sequence[str] = ()) -> str:
    """A message about the heading and text of a story; "" if they did not change."""
    name, messages = story_name(after, others), []
    if after.heading != before.heading:
        value = f"now “{after.heading}”" if after.heading else "drafted again"
        messages.append(f"The heading of {name} is {value}.")
    if after.text != before.text:
        messages.append(f"The text of {name} is {'now yours' if after.text else 'drafted again'}.")
    return " ".join(messages)


def describe_removal(mark: Mark, others: Sequence[str] = ()) -> str:
    """The message about a removed story."""
    verb = is_or_are(mark.pull_requests)
    return f"{story_name(mark, others)} {verb} no longer a story."


def without_removals(message: str, marks: Marks, in_text: AbstractSet[str]) -> str:
    """The message without the removals of stories that stay in the text.

    `in_text` has their pull requests in lower case. A notice of the merge is about them.
    """
    for mark in marks.stories:
        if mark.removed and not in_text.isdisjoint(key.lower() for key in mark.pull_requests):
            message = message.replace(describe_removal(mark), "")
    return message.replace("  ", " ").strip()


def story_markdown(mark: Mark, changed: Mapping[str, str]) -> str:
    """The changed ones of heading and text as Markdown."""
    heading = f"### {mark.heading}" if mark.heading and "heading" in changed else ""
    return "\n\n".join(filter(None, (heading, mark.text if "text" in changed else None)))


def story_name(mark: Mark, others: Sequence[str] = ()) -> str:
    """A story's name in a message: its pull requests or, without any, its heading."""
    if mark.pull_requests:
        return format_keys(mark.pull_requests, others)
    return f"“{mark.heading or 'The story without a heading'}”"


def is_or_are(keys: Sequence[str]) -> str:
    """The verb for one or several pull requests."""
    return "are" if len(keys) > 1 else "is"


def is_same_story(mark: Mark, other: Mark) -> bool:
    """Whether two marks have the same pull requests or, without any, the same heading."""
    if mark.pull_requests or other.pull_requests:
        return mark.pull_requests == other.pull_requests
    return mark.heading == other.heading


def _shown(marks: Marks) -> list[Mark]:
    return [mark for mark in marks.stories if not mark.removed]


def _in_both(marks: Sequence[Mark], others: Sequence[Mark]) -> list[str]:
    return [
        story_name(mark) for mark in marks if any(is_same_story(mark, other) for other in others)
    ]


def _is_covered(mark: Mark, marks: Sequence[Mark]) -> bool:
    """Whether one of these stories has a pull request of the mark or is the same story."""
    keys = {key for other in marks for key in other.pull_requests}
    return not keys.isdisjoint(mark.pull_requests) or any(
        is_same_story(mark, other) for other in marks
    )


def _place(marks: Marks, mark: Mark | None) -> int:
    return next((place for place, shown in enumerate(_shown(marks), start=1) if shown is mark), 0)
