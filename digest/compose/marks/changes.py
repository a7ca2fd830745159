"""Every change that an editor or a draft can make: marks in, marks and a message out."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from digest.compose.keys import format_keys
from digest.compose.marks.messages import (
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
    """The marks after a change, and a message about it; "" where nothing was asked for.

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
    """Make a story of these pull requests, or change the one that covers them.

    A removed one comes back.
    Several keys are one story, and other stories give them up. `after` is a key of the story to
    come behind, or the heading of one without any. Raises UsageError without a pull request and a
    heading, and where there is no story to come behind.
    """
    keys = tuple(dict.fromkeys(keys))
    if not keys and not heading:
        raise UsageError("A story needs a pull request or a heading.")
    found = _holding(marks, keys, heading)
    if found is None:
        at, before, stories = _joined(marks, keys)
    else:
        at, before, stories = found, marks.stories[found], list(marks.stories)
    given = {"heading": heading, "text": text, "pictures": pictures}
    words = {name: value for name, value in given.items() if value is not None}
    whose = "person" if by == "person" else before.by
    # Through the model, so that the words are tidied as those of a file are.
    mark = Mark.model_validate({**before.model_dump(), "by": whose, "removed": False, **words})
    stories[at] = mark
    moved = _moved(stories, mark, first=first, after=after)
    changed = marks.model_copy(update={"stories": tuple(moved)})
    origin = before if found is not None else None
    return MarksChange(changed, describe_story_change(marks, changed, origin, mark))


def remove_stories(marks: Marks, keys: Sequence[str], heading: str | None = None) -> MarksChange:
    """Take these pull requests, or the story of none with that heading, out of the section for ever.

    The mark and its words stay, so no later draft brings them back. Raises UsageError for an
    unknown heading.
    """
    wanted = tuple(dict.fromkeys(keys))
    stories: list[Mark] = []
    messages: list[str] = []
    for mark in marks.stories:
        is_named = heading is not None and not mark.pull_requests and mark.heading == _tidy(heading)
        left, message = _without(mark, wanted, is_named=is_named)
        stories += left
        messages += filter(None, [message])
    if heading is not None and not messages:
        raise UsageError(f"There is no story {heading!r} without a pull request.")
    marked = {key for mark in marks.stories for key in mark.pull_requests}
    never = tuple(key for key in wanted if key not in marked)
    if never:
        it = "it" if len(never) == 1 else "each"
        stories += [Mark(pull_requests=(key,), removed=True) for key in never]
        messages.append(
            f"{format_keys(never, wanted)} {_was(never)} no story, and no draft will make {it} one."
        )
    return MarksChange(marks.model_copy(update={"stories": tuple(stories)}), " ".join(messages))


def reword_story(marks: Marks, was: Mark, heading: str | None, text: str | None) -> MarksChange:
    """Give the story that `was` is of a heading and a text.

    "" gives them back to the draft, None leaves them.
    Where somebody gave it other words since, or took it out, theirs stay, and the message has these
    whole to paste.
    """
    at = next(
        (
            at
            for at, mark in enumerate(marks.stories)
            if not mark.removed and is_same_story(mark, was)
        ),
        None,
    )
    given = {
        name: value
        for name, value in {"heading": heading, "text": text}.items()
        if value is not None
    }
    new = Mark.model_validate({**was.model_dump(), **given, "by": "person"})
    now = None if at is None else marks.stories[at]
    if at is None or now is None or any(getattr(now, name) != getattr(was, name) for name in given):
        reason = (
            "is no story any more" if now is None else "was given other words meanwhile; they stay"
        )
        message = f"{story_name(was)} {reason}. To paste, what you wrote:\n\n{story_markdown(new, given)}\n"
        return MarksChange(marks, message)
    if all(getattr(new, name) == getattr(now, name) for name in given):
        return MarksChange(marks, "")
    changed = now.model_copy(update={name: getattr(new, name) for name in (*given, "by")})
    stories = (*marks.stories[:at], changed, *marks.stories[at + 1 :])
    return MarksChange(
        marks.model_copy(update={"stories": stories}), describe_new_text(now, changed)
    )


def set_heading_and_lead(
    marks: Marks, *, heading: str | None = None, lead: str | None = None
) -> MarksChange:
    """Set the section's heading or its first sentence.

    "" gives it back to the draft, None leaves it.
    """
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
            messages.append(f"The {name} stays as it was.")
        else:
            messages.append(
                f"The {name} is “{value}” now." if value else f"The {name} is drafted again."
            )
    return MarksChange(changed, " ".join(messages))


def with_drafts(
    marks: Marks, drafted: Sequence[tuple[str, ...]], most: int = MOST_DRAFTED
) -> MarksChange:
    """Add the drafted stories of which no mark knows a pull request, removed or not.

    At most so many stories are `by = "digest"`; a notice names the others.
    """
    known = {key for mark in marks.stories for key in mark.pull_requests}
    new = [keys for keys in drafted if not known.intersection(keys)]
    room = max(0, most - sum(mark.by == "digest" and not mark.removed for mark in marks.stories))
    added, left = new[:room], new[room:]
    stories = (*marks.stories, *(Mark(pull_requests=keys, by="digest") for keys in added))
    message = f"Drafted {format_keys([key for keys in added for key in keys])}." if added else ""
    more = format_keys([key for keys in left for key in keys])
    notices = (f"At most {most} stories are drafted, the largest; not {more}.",) if left else ()
    return MarksChange(marks.model_copy(update={"stories": stories}), message, notices)


def keys_outside(marks: Marks, keys: AbstractSet[str]) -> tuple[str, ...]:
    """The pull requests of stories that are not among `keys`, those of the window.

    Their marks stay all the same.
    """
    live = (mark for mark in marks.stories if not mark.removed)
    return tuple(key for mark in live for key in mark.pull_requests if key not in keys)


def _without(mark: Mark, wanted: Sequence[str], *, is_named: bool) -> tuple[list[Mark], str]:
    """What is left of a mark without these pull requests, and a message.

    The whole mark goes where `is_named`.
    """
    taken = tuple(key for key in mark.pull_requests if key in wanted)
    rest = tuple(key for key in mark.pull_requests if key not in wanted)
    if mark.removed or not (taken or is_named):
        return [
            mark
        ], f"{format_keys(taken, wanted)} {_was(taken)} removed before." if taken else ""
    if not rest:
        return [mark.model_copy(update={"by": "person", "removed": True})], describe_removal(mark)
    left = [
        mark.model_copy(update={"pull_requests": rest}),
        Mark(pull_requests=taken, removed=True),
    ]
    return (
        left,
        f"The story of {format_keys(rest, wanted)} goes on without {format_keys(taken, wanted)}.",
    )


def _holding(marks: Marks, keys: Sequence[str], heading: str | None) -> int | None:
    """The place of the story that covers all of `keys`; of no key, of the one with this heading."""
    for at, mark in enumerate(marks.stories):
        covered = set(mark.pull_requests)
        if keys and set(keys) <= covered and not (mark.removed and set(keys) < covered):
            return at
        if not keys and not covered and mark.heading == _tidy(heading):
            return at
    return None


def _joined(marks: Marks, keys: Sequence[str]) -> tuple[int, Mark, list[Mark]]:
    """A new story of `keys` in the place of the first that it swallows whole, with the first words that there are.

    A removed one is second choice. The words of the others stay, in a removed story of no pull
    request.
    """
    swallowed = [
        mark
        for mark in marks.stories
        if mark.pull_requests and set(mark.pull_requests) <= set(keys)
    ]
    swallowed.sort(key=lambda mark: mark.removed)
    first = next(iter(swallowed), None)
    speaks = next((mark for mark in swallowed if _has_words(mark)), first) or Mark(by="digest")
    joined = speaks.model_copy(update={"pull_requests": tuple(keys)})
    stories: list[Mark] = []
    for mark in marks.stories:
        if mark is first:
            stories.append(joined)
        if mark not in swallowed:
            rest = tuple(key for key in mark.pull_requests if key not in keys)
            stories.append(
                mark.model_copy(update={"pull_requests": rest})
                if rest != mark.pull_requests
                else mark
            )
        elif mark is not speaks and _has_words(mark):
            stories.append(mark.model_copy(update={"pull_requests": (), "removed": True}))
    if first is None:
        stories.append(joined)
    return stories.index(joined), joined, stories


def _has_words(mark: Mark) -> bool:
    return bool(mark.heading or mark.text or mark.pictures)


def _moved(stories: Sequence[Mark], mark: Mark, *, first: bool, after: str | None) -> list[Mark]:
    if not first and after is None:
        return list(stories)
    others = [one for one in stories if one is not mark]
    if first:
        return [mark, *others]
    named = [one.pull_requests or (one.heading,) for one in others]
    place = next(
        (at for at, names in enumerate(named) if after in names and not others[at].removed), None
    )
    if place is None:
        raise UsageError(f"There is no other story of {after} to stand after.")
    return [*others[: place + 1], mark, *others[place + 1 :]]


def _tidy(heading: str | None) -> str | None:
    return Mark(heading=heading).heading


def _was(keys: Sequence[str]) -> str:
    return "was" if len(keys) == 1 else "were"
