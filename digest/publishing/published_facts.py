"""The facts of an edition to publish, without private texts. Pure."""

from digest.compose import keys
from digest.model import PullRequest, Snapshot, folded
from digest.settings import VOLATILE


def remove_private(snapshot: Snapshot, repository: str) -> Snapshot:
    """The snapshot as it may be published in a repository.

    Pull requests of private repositories, and of those that may be private, lose their
    descriptions, pictures, changeset texts and facts that this digest does not know. Those of
    `repository` itself keep everything.
    """
    public = folded(source.name for source in snapshot.repositories if source.private is False)
    public |= folded([repository])

    def publishable(pull: PullRequest) -> PullRequest:
        if folded([pull.repository]) <= public:
            return pull
        changesets = pull.changesets and tuple(
            changeset.model_copy(update={"summary": ""}) for changeset in pull.changesets
        )
        return pull.known().model_copy(update={"body": None, "changesets": changesets})

    pictures = (
        picture
        for picture in snapshot.pictures
        if folded([keys.repository_of(picture.pull_request)]) <= public
    )
    # A later digest may have saved a private text as a fact that this one does not know.
    is_public = folded(source.name for source in snapshot.repositories) <= public
    whole = snapshot if is_public else snapshot.known()
    return whole.model_copy(
        update={
            "pictures": tuple(pictures),
            "pull_requests": tuple(map(publishable, snapshot.pull_requests)),
            "uncounted_pull_requests": tuple(map(publishable, snapshot.uncounted_pull_requests)),
        }
    )


def has_same_facts(snapshot: Snapshot, other: Snapshot) -> bool:
    """Whether two snapshots are equal in all lasting facts.

    The time of the fetch, counts of comments and reactions, and the reason for a missing picture do
    not last.
    """
    same_time = {"fetched_at": snapshot.fetched_at}
    return _lasting_facts(snapshot) == _lasting_facts(other).model_copy(update=same_time)


def _lasting_facts(snapshot: Snapshot) -> Snapshot:
    def lasting(pull: PullRequest) -> PullRequest:
        return pull.model_copy(update=dict.fromkeys(VOLATILE))

    pulls, others = (
        tuple(map(lasting, several))
        for several in (snapshot.pull_requests, snapshot.uncounted_pull_requests)
    )
    pictures = tuple(picture for picture in snapshot.pictures if picture.file)
    return snapshot.model_copy(
        update={"pull_requests": pulls, "uncounted_pull_requests": others, "pictures": pictures}
    )
