"""Applies the changes that an editor or a draft makes to marks."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from digest.compose.keys import format_keys
from digest.compose.marks.messages import (
    TEXT_TO_COPY,
    describe_new_text,
    describe_removal,
    describe_story_change,
    is_same_story,
    story_markdown,
    story_name,
)
from digest.errors import UsageError
from digest.model import Mark, Marks

MOST_DRAFTED = 5


@dataclass(frozen=True)
class MarksChange:
    """The marks after a change, and a message about it, empty if nothing changed.

    `notices` are further messages for the editor.
    """

    marks: Marks
    message: str
    notices: tuple[str, ...] = ()


def add_story(  # noqa: PLR0913 (one parameter is one thing that an editor can decide about a story)
    marks: Marks,
    keys: Sequence[str],
    by: Literal["digest", "person"],
    *,
    heading: str | None = None,
    text: str | None = None,
    pictures: tuple[str, ...] | None = None,
    first: bool = False,
    after: str | None = None,
) -> MarksChange:
    """The marks with one story about these pull requests, new or changed; a removed one returns.

    The pull requests are taken out of other stories. `after` is a key or the heading of the story
    that comes before this one. Raises UsageError without a pull request and a heading, or if
    `after` is not found.
    """
    keys = tuple(dict.fromkeys(keys))
    if not keys and not heading:
        raise UsageError("A story needs a pull request or a heading.")
    found = _find_story(marks, keys, heading)
    if found is None:
        place, before, stories = _join_stories(marks, keys)
    else:
        place, before, stories = found, marks.stories[found], list(marks.stories)
    given = {"heading": heading, "text": text, "pictures": pictures}
    changes = {name: value for name, value in given.items() if value is not None}
    author = "person" if by == "person" else before.by
    # Validation tidies the text as it does for a file.
    mark = Mark.model_validate(
        {**before.model_dump(), "by": author, "removed": False, "listed": True, **changes}
    )
    stories[place] = mark
    ordered = _move_story(stories, mark, first=first, after=after)
    changed = marks.model_copy(update={"stories": tuple(ordered)})
    origin = before if found is not None else None
    return MarksChange(changed, describe_story_change(marks, changed, origin, mark))


def remove_stories(marks: Marks, keys: Sequence[str], heading: str | None = None) -> MarksChange:
    """The marks without stories about these pull requests, or with this heading.

    The marks are kept as removed, so that no later draft adds them. Raises UsageError if the
    heading is unknown.
    """
    removed = tuple(dict.fromkeys(keys))
    stories: list[Mark] = []
    messages: list[str] = []
    for mark in marks.stories:
        is_named = heading is not None and not mark.pull_requests and mark.heading == _tidy(heading)
        left, message = _remove_from(mark, removed, is_named=is_named)
        stories += left
        messages += filter(None, [message])
    if heading is not None and not messages:
        raise UsageError(f"There is no story {heading!r} without a pull request.")
    marked = {key for mark in marks.stories for key in mark.pull_requests}
    unmarked = tuple(key for key in removed if key not in marked)
    if unmarked:
        it = "it" if len(unmarked) == 1 else "them"
        stories += [Mark(pull_requests=(key,), removed=True) for key in unmarked]
        messages.append(
            f"{format_keys(unmarked, removed)} {_was(unmarked)} not in the section. "
            f"digest will not draft {it}."
        )
    return MarksChange(marks.model_copy(update={"stories": tuple(stories)}), " ".join(messages))


def reword_story(
    marks: Marks, original: Mark, heading: str | None, text: str | None
) -> MarksChange:
    """The marks with this heading and text for a story; "" restores the draft, None keeps it.

    `original` is the mark as the editor saw it. If the story was changed or removed since, the
    marks stay as they are and the message contains the new text, to copy from.
    """
    place = next(
        (
            place
            for place, mark in enumerate(marks.stories)
            if not mark.removed and is_same_story(mark, original)
        ),
        None,
    )
    given = {
        name: value
        for name, value in {"heading": heading, "text": text}.items()
        if value is not None
    }
    new = Mark.model_validate({**original.model_dump(), **given, "by": "person"})
    current = None if place is None else marks.stories[place]
    if (
        place is None
        or current is None
        or any(getattr(current, name) != getattr(original, name) for name in given)
    ):
        reason = (
            "is no longer a story"
            if current is None
            else "was changed in the meantime, and that change was kept"
        )
        message = (
            f"{story_name(original)} {reason}. {TEXT_TO_COPY}\n\n{story_markdown(new, given)}\n"
        )
        return MarksChange(marks, message)
    if all(getattr(new, name) == getattr(current, name) for name in given):
        return MarksChange(marks, "")
    changed = current.model_copy(update={name: getattr(new, name) for name in (*given, "by")})
    stories = (*marks.stories[:place], changed, *marks.stories[place + 1 :])
    return MarksChange(
        marks.model_copy(update={"stories": stories}), describe_new_text(current, changed)
    )


def set_heading_and_lead(
    marks: Marks, *, heading: str | None = None, lead: str | None = None
) -> MarksChange:
    """The marks with this heading and lead; "" restores the draft, None keeps the mark."""
    given = {
        name: value
        for name, value in {"heading": heading, "lead": lead}.items()
        if value is not None
    }
    changed = Marks.model_validate({**marks.model_dump(), **given})
    messages = []
    for name in given:
        value = getattr(changed, name)
        if value == getattr(marks, name):
            messages.append(f"The {name} was not changed.")
        else:
            messages.append(
                f"“{value}” is now the {name}." if value else f"The {name} is drafted again."
            )
    return MarksChange(changed, " ".join(messages))


def without_pictures(marks: Marks) -> MarksChange:
    """The marks of an edition that downloads no pictures, in this run and in later ones."""
    if not marks.pictures:
        return MarksChange(marks, "")
    message = (
        "This edition downloads no pictures. To turn them on again, delete `pictures = false` in "
        "marks.toml."
    )
    return MarksChange(marks.model_copy(update={"pictures": False}), message)


def with_drafts(
    marks: Marks, drafted: Sequence[tuple[str, ...]], most: int = MOST_DRAFTED
) -> MarksChange:
    """The marks with drafted stories added, unless a mark has one of their pull requests.

    At most `most` stories are `by = "digest"`; a notice names the rest.
    """
    known = {key for mark in marks.stories for key in mark.pull_requests}
    new = [keys for keys in drafted if not known.intersection(keys)]
    room = max(0, most - sum(mark.by == "digest" and not mark.removed for mark in marks.stories))
    added, rest = new[:room], new[room:]
    stories = (*marks.stories, *(Mark(pull_requests=keys, by="digest") for keys in added))
    message = f"Drafted {format_keys([key for keys in added for key in keys])}." if added else ""
    more = format_keys([key for keys in rest for key in keys])
    notices = (f"Drafts have at most {most} stories. Not drafted: {more}.",) if rest else ()
    return MarksChange(marks.model_copy(update={"stories": stories}), message, notices)


def keys_outside(marks: Marks, keys: AbstractSet[str]) -> tuple[str, ...]:
    """The keys of pull requests in stories that are not among `keys`."""
    shown = (mark for mark in marks.stories if not mark.removed)
    return tuple(key for mark in shown for key in mark.pull_requests if key not in keys)


def moved_keys(before: Marks, after: Marks) -> AbstractSet[str]:
    """The pull requests whose group or place was decided between two marks, in lower case."""
    places = {key: _place(mark) for mark in before.stories for key in mark.pull_requests}
    return {
        key.lower()
        for mark in after.stories
        for key in mark.pull_requests
        if _place(mark) not in (places.get(key, (None, None)), (None, None))
    }


def _place(mark: Mark) -> tuple[str | None, int | None]:
    return mark.group, mark.place


def _remove_from(mark: Mark, removed: Sequence[str], *, is_named: bool) -> tuple[list[Mark], str]:
    """The marks that replace a mark, and a message; `is_named` removes it completely."""
    taken = tuple(key for key in mark.pull_requests if key in removed)
    rest = tuple(key for key in mark.pull_requests if key not in removed)
    if mark.removed or not (taken or is_named):
        return [
            mark
        ], f"{format_keys(taken, removed)} {_was(taken)} already removed." if taken else ""
    if not rest:
        return [mark.model_copy(update={"by": "person", "removed": True})], describe_removal(mark)
    left = [
        mark.model_copy(update={"pull_requests": rest}),
        Mark(pull_requests=taken, removed=True),
    ]
    story, dropped = format_keys(rest, removed), format_keys(taken, removed)
    return left, f"The story of {story} no longer covers {dropped}."


def _find_story(marks: Marks, keys: Sequence[str], heading: str | None) -> int | None:
    """The index of the story with all of `keys` or, without keys, with this heading."""
    for place, mark in enumerate(marks.stories):
        covered = set(mark.pull_requests)
        if keys and set(keys) <= covered and not (mark.removed and set(keys) < covered):
            return place
        if not keys and not covered and mark.heading == _tidy(heading):
            return place
    return None


def _join_stories(marks: Marks, keys: Sequence[str]) -> tuple[int, Mark, list[Mark]]:
    """The index, mark and list of stories after joining `keys` into one story.

    It replaces the first story that it covers completely and takes the first text it finds. Text of
    the other ones is kept in removed stories without a pull request.
    """
    absorbed = [
        mark
        for mark in marks.stories
        if mark.pull_requests and set(mark.pull_requests) <= set(keys)
    ]
    absorbed.sort(key=lambda mark: mark.removed)
    first = next(iter(absorbed), None)
    source = next((mark for mark in absorbed if _has_text(mark)), first) or Mark(by="digest")
    joined = source.model_copy(update={"pull_requests": tuple(keys)})
    stories: list[Mark] = []
    for mark in marks.stories:
        if mark is first:
            stories.append(joined)
        if mark not in absorbed:
            rest = tuple(key for key in mark.pull_requests if key not in keys)
            stories.append(
                mark.model_copy(update={"pull_requests": rest})
                if rest != mark.pull_requests
                else mark
            )
        elif mark is not source and _has_text(mark):
            stories.append(mark.model_copy(update={"pull_requests": (), "removed": True}))
    if first is None:
        stories.append(joined)
    return stories.index(joined), joined, stories


def _has_text(mark: Mark) -> bool:
    return bool(mark.heading or mark.text or mark.pictures)


def _move_story(
    stories: Sequence[Mark], mark: Mark, *, first: bool, after: str | None
) -> list[Mark]:
    if not first and after is None:
        return list(stories)
    others = [other for other in stories if other is not mark]
    if first:
        return [mark, *others]
    all_names = [other.pull_requests or (other.heading,) for other in others]
    place = next(
        (
            index
            for index, names in enumerate(all_names)
            if after in names and not others[index].removed
        ),
        None,
    )
    if place is None:
        raise UsageError(f"No other story covers {after}, so this one cannot follow it.")
    return [*others[: place + 1], mark, *others[place + 1 :]]


def _tidy(heading: str | None) -> str | None:
    return Mark(heading=heading).heading


def _was(keys: Sequence[str]) -> str:
    return "was" if len(keys) == 1 else "were"
