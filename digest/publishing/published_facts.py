"""The facts of an edition as they are published: without private texts, and what changed in them. Pure."""

from digest.compose import keys
from digest.model import PullRequest, Snapshot

# These change on GitHub every day without any merge.
VOLATILE = {"comments": None, "reactions": None, "reviews": None}
MOST_NAMED = 10


def without_private(snapshot: Snapshot, repository: str) -> Snapshot:
    """The snapshot as it may be published in a repository.

    It lacks descriptions, their pictures and changesets' texts, unless the source is known to be public or is that
    repository itself.
    """
    public = {one.name.casefold() for one in snapshot.repositories if one.private is False} | {repository.casefold()}

    def publishable(pull: PullRequest) -> PullRequest:
        if pull.repository.casefold() in public:
            return pull
        changesets = pull.changesets and tuple(one.model_copy(update={"summary": ""}) for one in pull.changesets)
        return pull.model_copy(update={"body": None, "changesets": changesets})

    pictures = (one for one in snapshot.pictures if keys.repository_of(one.pull_request).casefold() in public)
    return snapshot.model_copy(
        update={
            "pictures": tuple(pictures),
            "pull_requests": tuple(map(publishable, snapshot.pull_requests)),
            "others": tuple(map(publishable, snapshot.others)),
        }
    )


def is_same(one: Snapshot, other: Snapshot) -> bool:
    """Whether two snapshots are equal in all that lasts.

    The time of reading does not last, nor do counts of comments, reactions and reviews, nor the reason why a picture
    is missing.
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
            named = [one.key for one in (*after.pull_requests, *before.pull_requests) if one.key in changed]
            names = keys.short(sorted(set(named), key=named.index)[:MOST_NAMED], sorted(old | new))
            lines.append(f"{len(changed):,} {verb}: {names}{', …' if len(changed) > MOST_NAMED else ''}.")
    return lines


def _lasting(snapshot: Snapshot) -> Snapshot:
    def lasting(pull: PullRequest) -> PullRequest:
        return pull.model_copy(update=VOLATILE)

    pulls, others = (tuple(map(lasting, several)) for several in (snapshot.pull_requests, snapshot.others))
    pictures = tuple(one for one in snapshot.pictures if one.file)
    return snapshot.model_copy(update={"pull_requests": pulls, "others": others, "pictures": pictures})
