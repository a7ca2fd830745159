"""Marks in, marks and a sentence out: every change that an editor or a draft can make."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from digest.compose.keys import short
from digest.errors import UsageError
from digest.model import Mark, Marks

MOST_DRAFTED = 5


@dataclass(frozen=True)
class Changed:
    """The marks after a change, and what it was in a sentence or more; none where nothing was asked for.

    `notices` are what the editor should know besides.
    """

    marks: Marks
    says: str
    notices: tuple[str, ...] = ()


def add(  # noqa: PLR0913 (one parameter is one thing that an editor can say of a story)
    marks: Marks,
    keys: Sequence[str],
    by: Literal["digest", "person"],
    *,
    heading: str | None = None,
    text: str | None = None,
    pictures: tuple[str, ...] | None = None,
    first: bool = False,
    after: str | None = None,
) -> Changed:
    """Make a story of these pull requests, or change the one that tells them; a removed one comes back.

    Several keys are one story, and other stories give them up. `after` is a key of the story to stand behind,
    of a story without any its heading.
    Raises UsageError when there is nothing to tell, or no story to stand behind.
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
    return Changed(changed, _says(marks, changed, mark, before if found is not None else None))


def remove(marks: Marks, keys: Sequence[str], heading: str | None = None) -> Changed:
    """Take these pull requests, or the story of none with that heading, out of the section for ever.

    The mark and its words stay, so no later draft brings them back. Raises UsageError for an unknown heading.
    """
    wanted = tuple(dict.fromkeys(keys))
    stories: list[Mark] = []
    says: list[str] = []
    unseen = set(wanted)
    for mark in marks.stories:
        taken = tuple(key for key in mark.pull_requests if key in wanted)
        unseen -= set(taken)
        gone = heading is not None and not mark.pull_requests and mark.heading == _tidy(heading)
        if mark.removed or not (taken or gone):
            stories.append(mark)
            if taken:
                says.append(f"{short(taken, wanted)} {_was(taken)} removed before.")
            continue
        rest = tuple(key for key in mark.pull_requests if key not in wanted)
        if rest:
            stories.append(mark.model_copy(update={"pull_requests": rest}))
            stories.append(Mark(pull_requests=taken, removed=True))
            says.append(f"The story of {short(rest, wanted)} goes on without {short(taken, wanted)}.")
        else:
            stories.append(mark.model_copy(update={"by": "person", "removed": True}))
            says.append(f"{_called(mark)} {_is(mark)} no story any more.")
    if heading is not None and not says:
        raise UsageError(f"There is no story {heading!r} without a pull request.")
    never = tuple(key for key in wanted if key in unseen)
    stories += [Mark(pull_requests=(key,), removed=True) for key in never]
    if never:
        says.append(f"{short(never, wanted)} {_was(never)} no story, and no draft will make {_it(never)} one.")
    return Changed(marks.model_copy(update={"stories": tuple(stories)}), " ".join(says))


def decide(marks: Marks, *, heading: str | None = None, lead: str | None = None) -> Changed:
    """Settle the section's heading or its first sentence; "" gives it back to the draft, None leaves it."""
    asked = {name: value for name, value in {"heading": heading, "lead": lead}.items() if value is not None}
    changed = Marks.model_validate({**marks.model_dump(), **asked})
    says = []
    for name in asked:
        value = getattr(changed, name)
        if value == getattr(marks, name):
            says.append(f"The {name} stays as it was.")
        else:
            says.append(f"The {name} is “{value}” now." if value else f"The {name} is drafted again.")
    return Changed(changed, " ".join(says))


def with_drafts(marks: Marks, drafted: Sequence[tuple[str, ...]], most: int = MOST_DRAFTED) -> Changed:
    """Add the stories that a draft wants and of which no mark knows a pull request, removed or not.

    At most so many stories are `by = "digest"`; what is beyond that is said.
    """
    known = {key for mark in marks.stories for key in mark.pull_requests}
    new = [keys for keys in drafted if not known.intersection(keys)]
    room = max(0, most - sum(mark.by == "digest" and not mark.removed for mark in marks.stories))
    added, left = new[:room], new[room:]
    stories = (*marks.stories, *(Mark(pull_requests=keys, by="digest") for keys in added))
    says = f"Drafted {short([key for keys in added for key in keys])}." if added else ""
    more = short([key for keys in left for key in keys])
    notices = (f"At most {most} stories are drafted, the largest; not {more}.",) if left else ()
    return Changed(marks.model_copy(update={"stories": stories}), says, notices)


def outside(marks: Marks, keys: AbstractSet[str]) -> tuple[str, ...]:
    """The pull requests of stories that are not among `keys`, those of the window; their marks stay all the same."""
    live = (mark for mark in marks.stories if not mark.removed)
    return tuple(key for mark in live for key in mark.pull_requests if key not in keys)


def _holding(marks: Marks, keys: Sequence[str], heading: str | None) -> int | None:
    """Where the story is that tells all of `keys`; of no key, the one with this heading."""
    for at, mark in enumerate(marks.stories):
        told = set(mark.pull_requests)
        if keys and set(keys) <= told and not (mark.removed and set(keys) < told):
            return at
        if not keys and not told and mark.heading == _tidy(heading):
            return at
    return None


def _joined(marks: Marks, keys: Sequence[str]) -> tuple[int, Mark, list[Mark]]:
    """A new story of `keys` in the place of the first that it swallows whole, with the first words that there are.

    A removed one is second choice. The words of the others stay, in a removed story of no pull request.
    """
    swallowed = [mark for mark in marks.stories if mark.pull_requests and set(mark.pull_requests) <= set(keys)]
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
            stories.append(mark.model_copy(update={"pull_requests": rest}) if rest != mark.pull_requests else mark)
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
    place = next((at for at, names in enumerate(named) if after in names and not others[at].removed), None)
    if place is None:
        raise UsageError(f"There is no other story of {after} to stand after.")
    return [*others[: place + 1], mark, *others[place + 1 :]]


def _says(marks: Marks, changed: Marks, mark: Mark, before: Mark | None) -> str:
    """What became of a story: it is new, joined, back, in another place, has other words, is settled, or as it was."""
    others = [key for one in changed.stories for key in one.pull_requests]
    called, place, was = _called(mark, others), _place(changed, mark), _place(marks, before)
    says = []
    if before is None:
        joined = len(mark.pull_requests) > 1
        says.append(f"{called} are one story now, story {place}." if joined else f"{called} is story {place} now.")
    elif before.removed:
        says.append(f"{called} {_is(mark)} back as story {place}.")
    elif place != was:
        says.append(f"{called} {_is(mark)} story {place} now, before it was {was}.")
    if mark.heading != (before.heading if before else None):
        says.append(f"Its heading is “{mark.heading}”." if mark.heading else "Its heading is drafted again.")
    if mark.text != (before.text if before else None):
        says.append("Its text is yours." if mark.text else "Its text is drafted again.")
    if before and not says:
        settled = before.by != mark.by
        says.append(f"{called} {_is(mark)} story {place}" + (", now by your decision." if settled else " already."))
    return " ".join(says)


def _place(marks: Marks, mark: Mark | None) -> int:
    live = [one for one in marks.stories if not one.removed]
    return next((place for place, one in enumerate(live, start=1) if one is mark), 0)


def _called(mark: Mark, others: Sequence[str] = ()) -> str:
    return (
        short(mark.pull_requests, others)
        if mark.pull_requests
        else f"“{mark.heading or 'The story without a heading'}”"
    )


def _is(mark: Mark) -> str:
    return "are" if len(mark.pull_requests) > 1 else "is"


def _tidy(heading: str | None) -> str | None:
    return Mark(heading=heading).heading


def _was(keys: Sequence[str]) -> str:
    return "was" if len(keys) == 1 else "were"


def _it(keys: Sequence[str]) -> str:
    return "it" if len(keys) == 1 else "each"
