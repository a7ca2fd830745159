"""Applies the changes that an editor makes to the items of a list."""

from collections.abc import Iterable, Mapping, Sequence

from digest.compose.keys import format_keys
from digest.compose.marks.changes import MarksChange, add_story
from digest.errors import UsageError
from digest.model import Mark, Marks


def add_item(
    marks: Marks, keys: Sequence[str], *, heading: str | None = None, text: str | None = None
) -> MarksChange:
    """The marks with one item about these pull requests, reworded or joined; left out ones return.

    Raises UsageError without a pull request, by which digest recognises an item.
    """
    if not keys:
        raise UsageError(
            "An item of a list needs a pull request.",
            "Add your own line to the text; later runs keep it.",
        )
    change = add_story(marks, keys, "person", heading=heading, text=text)
    if change.marks == marks:
        return MarksChange(marks, f"{format_keys(keys)} {_is(keys)} already in the list.")
    if text or heading:
        words = "text" if text else "title"
        return MarksChange(change.marks, f"{format_keys(keys)} {_has(keys)} your {words}.")
    one = " as one item" if len(keys) > 1 else ""
    return MarksChange(change.marks, f"{format_keys(keys)} {_is(keys)} in the list{one}.")


def leave_out(marks: Marks, keys: Iterable[str]) -> MarksChange:
    """The marks that leave items out of the list; a joined item loses these pull requests."""
    gone = tuple(dict.fromkeys(keys))
    stories: list[Mark] = []
    for mark in marks.stories:
        taken = tuple(key for key in mark.pull_requests if key in gone)
        rest = tuple(key for key in mark.pull_requests if key not in gone)
        if rest and taken:
            stories.append(mark.model_copy(update={"pull_requests": rest}))
            stories.append(_left_out(Mark(pull_requests=taken)))
        else:
            stories.append(_left_out(mark) if taken else mark)
    marked = {key for mark in marks.stories for key in mark.pull_requests}
    stories += [_left_out(Mark(pull_requests=(key,))) for key in gone if key not in marked]
    changed = marks.model_copy(update={"stories": tuple(stories)})
    if changed == marks:
        return MarksChange(marks, f"{format_keys(gone)} {_is(gone)} not in the list.")
    return MarksChange(changed, f"{format_keys(gone)} {_is(gone)} left out of the list.")


def put_back(marks: Marks, keys: Sequence[str], group: str | None = None) -> MarksChange:
    """The marks with an item in the list again; `group` is given if the settings hide its group."""
    changes: dict[str, object] = {"listed": True, "by": "person"}
    if group:
        changes["group"] = group
    changed = _with_item(marks, keys, changes)
    return MarksChange(changed, f"{format_keys(keys)} {_is(keys)} in the list.")


def join_items(marks: Marks, keys: Sequence[str]) -> MarksChange:
    """The marks with one item about these pull requests, which is not a story in any layout."""
    change = add_story(marks, keys, "person")
    joined = tuple(dict.fromkeys(keys))
    stories = tuple(
        mark.model_copy(update={"removed": True}) if mark.pull_requests == joined else mark
        for mark in change.marks.stories
    )
    return MarksChange(
        change.marks.model_copy(update={"stories": stories}), f"{format_keys(joined)} are one item."
    )


def reword_item(marks: Marks, keys: Sequence[str], text: str) -> MarksChange:
    """The marks with this text for an item; "" restores the draft."""
    changes: dict[str, object] = {"text": Mark(text=text).text or None, "by": "person"}
    message = f"{format_keys(keys)} {_has(keys)} {'your' if text else 'its drafted'} text."
    return MarksChange(_with_item(marks, keys, changes), message)


def move_items(marks: Marks, places: Mapping[tuple[str, ...], tuple[str, int]]) -> MarksChange:
    """The marks with items at these groups and places; the first place is 1."""
    for keys, (group, place) in places.items():
        marks = _with_item(marks, keys, {"group": group, "place": place, "by": "person"})
    (keys, (group, place)), *_ = places.items()
    return MarksChange(marks, f"{format_keys(keys)}: place {place} in {group}.")


def with_item_decisions(marks: Marks, decided: Mark) -> Marks:
    """The marks, with the same decisions about the item in the mark of the same pull requests."""
    fields = {name: getattr(decided, name) for name in ("listed", "group", "place")}
    stories = (
        mark.model_copy(update=fields) if mark.pull_requests == decided.pull_requests else mark
        for mark in marks.stories
    )
    return marks.model_copy(update={"stories": tuple(stories)})


def _left_out(mark: Mark) -> Mark:
    # In another layout it is not a story either.
    return mark.model_copy(update={"removed": True, "listed": False, "by": "person"})


def _with_item(marks: Marks, keys: Sequence[str], changes: Mapping[str, object]) -> Marks:
    stories = list(marks.stories)
    for index, mark in enumerate(stories):
        if not {*keys}.isdisjoint(mark.pull_requests):
            stories[index] = mark.model_copy(update=changes)
            return marks.model_copy(update={"stories": tuple(stories)})
    new = Mark(pull_requests=tuple(keys), removed=True).model_copy(update=changes)
    return marks.model_copy(update={"stories": (*stories, new)})


def _is(keys: Sequence[str]) -> str:
    return "is" if len(keys) == 1 else "are"


def _has(keys: Sequence[str]) -> str:
    return "has" if len(keys) == 1 else "have"
