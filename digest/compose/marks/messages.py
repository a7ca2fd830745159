"""Messages about marks: the effect of one change on a story, and of a series of changes on all of them."""

from collections.abc import Mapping, Sequence

from digest.compose.keys import format_keys
from digest.model import Mark, Marks


def describe_changes(before: Marks, after: Marks) -> str:
    """Every difference between the stories of two states of the marks, in sentences.

    "" where there is none.
    """
    old, new = _live(before), _live(after)
    others = [key for mark in (*old, *new) for key in mark.pull_requests]
    messages: list[str] = []
    for place, mark in enumerate(new, start=1):
        origin = next((one for one in old if is_same_story(one, mark)), None)
        if origin is None:
            joined = len(mark.pull_requests) > 1
            messages.append(
                f"{story_name(mark, others)} {'are one story' if joined else 'is a story'} now, story {place}."
            )
        messages.append(describe_new_text(origin or Mark(), mark, others))
    messages += [describe_removal(mark, others) for mark in old if not _is_covered(mark, new)]
    if _in_both(old, new) != _in_both(new, old):
        messages.append(f"The order is now: {', '.join(story_name(one, others) for one in new)}.")
    return " ".join(filter(None, messages))


def describe_story_change(before: Marks, after: Marks, origin: Mark | None, mark: Mark) -> str:
    """What a decision changed: the story is new, joined, back, moved, reworded, settled, or as it was.

    `mark` is the story after it, `origin` the story before; None: a new one.
    """
    others = [key for one in after.stories for key in one.pull_requests]
    name, verb = story_name(mark, others), is_or_are(mark.pull_requests)
    place, old_place = _place(after, mark), _place(before, origin)
    messages = []
    if origin is None:
        joined = len(mark.pull_requests) > 1
        messages.append(
            f"{name} are one story now, story {place}."
            if joined
            else f"{name} is story {place} now."
        )
    elif origin.removed:
        messages.append(f"{name} {verb} back as story {place}.")
    elif place != old_place:
        messages.append(f"{name} {verb} story {place} now, before it was {old_place}.")
    if mark.heading != (origin.heading if origin else None):
        messages.append(
            f"Its heading is “{mark.heading}”." if mark.heading else "Its heading is drafted again."
        )
    if mark.text != (origin.text if origin else None):
        messages.append("Its text is yours." if mark.text else "Its text is drafted again.")
    if origin and not messages:
        is_settled = origin.by != mark.by
        messages.append(
            f"{name} {verb} story {place}"
            + (", now by your decision." if is_settled else " already.")
        )
    return " ".join(messages)


def describe_new_text(before: Mark, after: Mark, others: Sequence[str] = ()) -> str:
    """How a story's own heading and text changed; "" where they did not."""
    name, messages = story_name(after, others), []
    if after.heading != before.heading:
        is_now = f"“{after.heading}”" if after.heading else "drafted"
        messages.append(f"The heading of {name} is {is_now}.")
    if after.text != before.text:
        messages.append(f"The text of {name} is {'yours' if after.text else 'drafted'}.")
    return " ".join(messages)


def describe_removal(mark: Mark, others: Sequence[str] = ()) -> str:
    """The message about a story that was taken out."""
    return f"{story_name(mark, others)} {is_or_are(mark.pull_requests)} no story any more."


def story_markdown(mark: Mark, changed: Mapping[str, str]) -> str:
    """The heading and text of a story as Markdown, only those that were changed."""
    heading = f"### {mark.heading}" if mark.heading and "heading" in changed else ""
    return "\n\n".join(filter(None, (heading, mark.text if "text" in changed else None)))


def story_name(mark: Mark, others: Sequence[str] = ()) -> str:
    """A story's name in a message: its pull requests or, without any, its heading."""
    if mark.pull_requests:
        return format_keys(mark.pull_requests, others)
    return f"“{mark.heading or 'The story without a heading'}”"


def is_or_are(keys: Sequence[str]) -> str:
    """The verb for so many pull requests."""
    return "are" if len(keys) > 1 else "is"


def is_same_story(mark: Mark, other: Mark) -> bool:
    """Whether two marks are of the same pull requests or, where neither has any, of the same heading."""
    if mark.pull_requests or other.pull_requests:
        return mark.pull_requests == other.pull_requests
    return mark.heading == other.heading


def _live(marks: Marks) -> list[Mark]:
    return [mark for mark in marks.stories if not mark.removed]


def _in_both(marks: Sequence[Mark], others: Sequence[Mark]) -> list[str]:
    return [story_name(mark) for mark in marks if any(is_same_story(mark, one) for one in others)]


def _is_covered(mark: Mark, marks: Sequence[Mark]) -> bool:
    """Whether any of these stories is of one of its pull requests, or the same story."""
    keys = {key for one in marks for key in one.pull_requests}
    return not keys.isdisjoint(mark.pull_requests) or any(is_same_story(mark, one) for one in marks)


def _place(marks: Marks, mark: Mark | None) -> int:
    return next((place for place, one in enumerate(_live(marks), start=1) if one is mark), 0)
