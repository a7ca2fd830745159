"""What a person wrote of a story, and what a series of changes came to, in words."""

from collections.abc import Sequence

from digest.compose.keys import short
from digest.compose.marks.decisions import Changed
from digest.model import Mark, Marks


def reword(marks: Marks, was: Mark, heading: str | None, text: str | None) -> Changed:
    """Give the story that `was` is of a heading and a text; "" gives them back to the draft, None leaves them.

    Where somebody gave it other words since, or took it out, theirs stay, and these are said whole to paste from.
    """
    at = next((at for at, mark in enumerate(marks.stories) if not mark.removed and _is_same(mark, was)), None)
    asked = {name: value for name, value in {"heading": heading, "text": text}.items() if value is not None}
    new = Mark.model_validate({**was.model_dump(), **asked, "by": "person"})
    now = None if at is None else marks.stories[at]
    if at is None or now is None or any(getattr(now, name) != getattr(was, name) for name in asked):
        reason = "is no story any more" if now is None else "was given other words meanwhile; they stay"
        return Changed(marks, f"{_name(was)} {reason}. To paste, what you wrote:\n\n{_whole(new, asked)}\n")
    if all(getattr(new, name) == getattr(now, name) for name in asked):
        return Changed(marks, "")
    changed = now.model_copy(update={name: getattr(new, name) for name in (*asked, "by")})
    stories = (*marks.stories[:at], changed, *marks.stories[at + 1 :])
    return Changed(marks.model_copy(update={"stories": stories}), _reworded(now, changed))


def said(before: Marks, after: Marks) -> str:
    """All that became of the stories between two states of the marks, in sentences; "" where nothing did."""
    old, new = (_live(marks) for marks in (before, after))
    others = [key for mark in (*old, *new) for key in mark.pull_requests]
    says = []
    for place, mark in enumerate(new, start=1):
        origin = next((one for one in old if _is_same(one, mark)), None)
        if origin is None:
            joined = len(mark.pull_requests) > 1
            says.append(f"{_name(mark, others)} {'are one story' if joined else 'is a story'} now, story {place}.")
        says.append(_reworded(origin or Mark(), mark, others))
    told = {key for mark in new for key in mark.pull_requests}
    for mark in old:
        if not (told & {*mark.pull_requests} or _is_in(mark, new)):
            are = "are" if len(mark.pull_requests) > 1 else "is"
            says.append(f"{_name(mark, others)} {are} no story any more.")
    was, now = ([_name(one) for one in side if _is_in(one, rest)] for side, rest in ((old, new), (new, old)))
    if was != now:
        says.append(f"The order is now: {', '.join(_name(one, others) for one in new)}.")
    return " ".join(filter(None, says))


def _live(marks: Marks) -> list[Mark]:
    return [mark for mark in marks.stories if not mark.removed]


def _is_same(mark: Mark, other: Mark) -> bool:
    if mark.pull_requests or other.pull_requests:
        return mark.pull_requests == other.pull_requests
    return mark.heading == other.heading


def _is_in(mark: Mark, marks: Sequence[Mark]) -> bool:
    return any(_is_same(mark, one) for one in marks)


def _name(mark: Mark, others: Sequence[str] = ()) -> str:
    return short(mark.pull_requests, others) if mark.pull_requests else f"“{mark.heading}”"


def _reworded(before: Mark, after: Mark, others: Sequence[str] = ()) -> str:
    name, says = _name(after, others), []
    if after.heading != before.heading:
        says.append(
            f"The heading of {name} is “{after.heading}”." if after.heading else f"The heading of {name} is drafted."
        )
    if after.text != before.text:
        says.append(f"The text of {name} is {'yours' if after.text else 'drafted'}.")
    return " ".join(says)


def _whole(mark: Mark, asked: Sequence[str] | dict[str, str]) -> str:
    heading = f"### {mark.heading}" if mark.heading and "heading" in asked else ""
    return "\n\n".join(filter(None, (heading, mark.text if "text" in asked else None)))
