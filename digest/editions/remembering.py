"""What earlier runs found out and this one's source does not know."""

from collections.abc import Collection, Sequence

from digest import windows
from digest.editions.place import Place
from digest.files import editions
from digest.files.editions import Edition
from digest.model import EarlierCount, Marks, Snapshot


def with_what_is_there(snapshot: Snapshot, place: Place, decided: Marks) -> Snapshot:
    """What was fetched for a story stays known, whichever source the window's facts come from.

    So does what is told of a repository that could not be read this time. Of pictures, only this place's own are known.
    """
    before = place.before
    if place.pictures is not None:
        snapshot = snapshot.model_copy(update={"pictures": before.without.pictures if before else ()})
    if before is None:
        return snapshot
    known = {pull.key for pull in (*snapshot.pull_requests, *snapshot.others)}
    told = {key for mark in decided.stories for key in mark.pull_requests}
    lost = (pull for pull in before.lost if pull.key in told)
    more = (pull for pull in (*before.without.others, *lost) if pull.key not in known)
    return snapshot.model_copy(update={"others": (*snapshot.others, *more)})


def with_pictures_there(snapshot: Snapshot, place: Place, new: Collection[str] = ()) -> Snapshot:
    """The snapshot without the pictures whose file a person took away, and may put back; `new` files are to come."""
    if place.pictures is None:
        return snapshot
    there = {*place.pictures, *new, None}
    return snapshot.model_copy(update={"pictures": tuple(one for one in snapshot.pictures if one.file in there)})


def with_earlier_counts(snapshot: Snapshot, others: Sequence[Edition]) -> Snapshot:
    """The snapshot with the counts of earlier windows that saved editions know, where its source knew none of them."""
    if snapshot.earlier_counts is not None:
        return snapshot
    names = [one.name for one in snapshot.repositories]
    saved = {(one.window.start, one.window.end): one for one in others if one.is_of(names)}
    counts = []
    for window in windows.windows_before(snapshot.window):
        there = saved.get((window.start, window.end))
        count = len(editions.titles(there)) if there else None
        counts.append(EarlierCount(start=window.start, end=window.end, count=count))
    known = any(one.count is not None for one in counts)
    return snapshot.model_copy(update={"earlier_counts": tuple(counts)}) if known else snapshot
