"""Facts without what must not be told elsewhere."""

from digest.compose import keys
from digest.model import PullRequest, Snapshot


def stripped(snapshot: Snapshot, to: str) -> Snapshot:
    """The snapshot as it may be published in the repository `to`.

    Descriptions, their pictures and changesets' texts stay out of it unless their repository is known to be public, or
    is `to` itself.
    """
    public = {one.name.casefold() for one in snapshot.repositories if one.private is False} | {to.casefold()}

    def told(pull: PullRequest) -> PullRequest:
        if pull.repository.casefold() in public:
            return pull
        changesets = pull.changesets and tuple(one.model_copy(update={"summary": ""}) for one in pull.changesets)
        return pull.model_copy(update={"body": None, "changesets": changesets})

    return snapshot.model_copy(
        update={
            "pictures": tuple(
                one for one in snapshot.pictures if keys.repository_of(one.pull_request).casefold() in public
            ),
            "pull_requests": tuple(map(told, snapshot.pull_requests)),
            "others": tuple(map(told, snapshot.others)),
        }
    )
