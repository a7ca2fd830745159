"""When facts are the same as before, and which window a draft covers."""

from digest import windows
from digest.compose import joining
from digest.model import PullRequest, Snapshot, Window
from digest.settings import VOLATILE


def is_same(one: Snapshot, other: Snapshot) -> bool:
    """Whether two snapshots differ in nothing that lasts.

    The time at which they were read does not last, nor what changes every day without any merge (comments,
    reactions), nor the reason why a picture could not be had.
    """
    return _lasting(one) == _lasting(other).model_copy(update={"fetched_at": one.fetched_at})


def covering(snapshot: Snapshot, before: Snapshot | None) -> Snapshot:
    """The snapshot with the weeks before it that the draft covers already, where both end at the same time."""
    if before is None or before.window.end != snapshot.window.end or before.window.start >= snapshot.window.start:
        return snapshot
    if {one.name.casefold() for one in before.repositories} != {one.name.casefold() for one in snapshot.repositories}:
        return snapshot
    return joining.follow(until(before, snapshot.window), snapshot)


def until(whole: Snapshot, window: Window) -> Snapshot:
    """The part of a snapshot that was merged before a window."""
    before = Window(start=whole.window.start, end=window.start, zone=whole.window.zone, kind=whole.window.kind)
    return joining.narrow(whole, before)


def last_week(whole: Snapshot) -> Snapshot:
    """The last week of a snapshot of several."""
    asked = windows.Asked(week=windows.edition_name(whole.window))
    week = windows.resolve(asked, windows.zone(whole.window.zone), whole.fetched_at, None)
    return joining.narrow(whole, week)


def _lasting(snapshot: Snapshot) -> Snapshot:
    def lasting(pull: PullRequest) -> PullRequest:
        return pull.model_copy(update=dict.fromkeys(VOLATILE))

    pulls, others = (tuple(map(lasting, several)) for several in (snapshot.pull_requests, snapshot.others))
    pictures = tuple(one for one in snapshot.pictures if one.file)
    return snapshot.model_copy(update={"pull_requests": pulls, "others": others, "pictures": pictures})
