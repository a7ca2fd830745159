"""Facts without what must not be told elsewhere."""

from digest.compose import keys
from digest.model import PullRequest, Snapshot


def stripped(snapshot: Snapshot, to: str) -> Snapshot:
    """The snapshot as it may be published in the repository `to`.

    Descriptions, their pictures, changesets' texts and facts that this digest does not know stay out of it unless
    their repository is known to be public, or is `to` itself.
    """
    public = {one.name.casefold() for one in snapshot.repositories if one.private is False} | {to.casefold()}

    def told(pull: PullRequest) -> PullRequest:
        if pull.repository.casefold() in public:
            return pull
        changesets = pull.changesets and tuple(one.model_copy(update={"summary": ""}) for one in pull.changesets)
        return pull.known().model_copy(update={"body": None, "changesets": changesets})

    # A fact that this digest does not know may be a text as well.
    is_public = all(one.name.casefold() in public for one in snapshot.repositories)
    whole = snapshot if is_public else snapshot.known()
    return whole.model_copy(
        update={
            "pictures": tuple(
                one for one in snapshot.pictures if keys.repository(one.pull_request).casefold() in public
            ),
            "pull_requests": tuple(map(told, snapshot.pull_requests)),
            "others": tuple(map(told, snapshot.others)),
        }
    )
