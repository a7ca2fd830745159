"""The facts of an edition as they are published: without private texts, and what changed in them.

Pure.
"""

from digest.compose import keys
from digest.model import PullRequest, Snapshot, folded
from digest.settings import VOLATILE

MOST_NAMED = 10


def without_private(snapshot: Snapshot, repository: str) -> Snapshot:
    """The snapshot as it may be published in a repository.

    It lacks descriptions, their pictures, changesets' texts and unknown facts, unless the source is
    known to be public or is that repository itself.
    """
    public = folded(one.name for one in snapshot.repositories if one.private is False)
    public |= folded([repository])

    def publishable(pull: PullRequest) -> PullRequest:
        if folded([pull.repository]) <= public:
            return pull
        changesets = pull.changesets and tuple(
            one.model_copy(update={"summary": ""}) for one in pull.changesets
        )
        return pull.known().model_copy(update={"body": None, "changesets": changesets})

    pictures = (
        one for one in snapshot.pictures if folded([keys.repository_of(one.pull_request)]) <= public
    )
    # A fact that this digest does not know may be a text as well.
    is_public = folded(one.name for one in snapshot.repositories) <= public
    whole = snapshot if is_public else snapshot.known()
    return whole.model_copy(
        update={
            "pictures": tuple(pictures),
            "pull_requests": tuple(map(publishable, snapshot.pull_requests)),
            "others": tuple(map(publishable, snapshot.others)),
        }
    )


def is_same(one: Snapshot, other: Snapshot) -> bool:
    """Whether two snapshots are equal in all that lasts.

    The time of reading does not last, nor do counts of comments and reactions, nor the reason why a
    picture is missing.
    """
    return _lasting(one) == _lasting(other).model_copy(update={"fetched_at": one.fetched_at})


def describe_changes(before: Snapshot | None, after: Snapshot) -> list[str]:
    """Lines on the pull requests that came in since the facts before, and on those that no longer count."""
    if before is None:
        return []
    old, new = ({one.key for one in snapshot.pull_requests} for snapshot in (before, after))
    lines = []
    for changed, verb in ((new - old, "came in"), (old - new, "are not counted any more")):
        if changed:
            named = [
                one.key
                for one in (*after.pull_requests, *before.pull_requests)
                if one.key in changed
            ]
            names = keys.format_keys(
                sorted(set(named), key=named.index)[:MOST_NAMED], sorted(old | new)
            )
            lines.append(
                f"{len(changed):,} {verb}: {names}{', …' if len(changed) > MOST_NAMED else ''}."
            )
    return lines


def _lasting(snapshot: Snapshot) -> Snapshot:
    def lasting(pull: PullRequest) -> PullRequest:
        return pull.model_copy(update=dict.fromkeys(VOLATILE))

    pulls, others = (
        tuple(map(lasting, several)) for several in (snapshot.pull_requests, snapshot.others)
    )
    pictures = tuple(one for one in snapshot.pictures if one.file)
    return snapshot.model_copy(
        update={"pull_requests": pulls, "others": others, "pictures": pictures}
    )
