"""What happened to an edition since the last run, in lines."""

from digest.compose import keys
from digest.model import Snapshot

MOST_NAMED = 10


def merged(before: Snapshot | None, now: Snapshot) -> list[str]:
    """What was merged, or is not counted any more, since the facts before."""
    if before is None:
        return []
    was, ours = ({one.key for one in snapshot.pull_requests} for snapshot in (before, now))
    lines = []
    for more, says in ((ours - was, "came in"), (was - ours, "are not counted any more")):
        if more:
            named = [one.key for one in (*now.pull_requests, *before.pull_requests) if one.key in more]
            of = keys.short(sorted(set(named), key=named.index)[:MOST_NAMED], sorted(was | ours))
            lines.append(f"{len(more):,} {says}: {of}{', …' if len(more) > MOST_NAMED else ''}.")
    return lines
