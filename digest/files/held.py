"""What an edition remembers of the facts that it holds: enough for the next run, and no second copy of them all."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b

from pydantic import ValidationError

from digest.compose.keys import Repositories
from digest.model import PullRequest, Snapshot, pieces


@dataclass(frozen=True)
class Held:
    """The facts of an edition: the snapshot `without` its pull requests, a fingerprint of each of these by key.

    `lost` are those, whole, that the next snapshot cannot have.
    """

    without: Snapshot
    prints: Mapping[str, bytes]
    lost: tuple[PullRequest, ...] = ()

    def equals(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot brings nothing new but the time at which it was fetched."""
        same = {"pull_requests": (), "fetched_at": self.without.fetched_at}
        return (
            not snapshot.has_unknown
            and self.without == snapshot.model_copy(update=same)
            and list(self.prints.items()) == [(pull.key, _print(pull)) for pull in snapshot.pull_requests]
        )


def held(document: bytes | None, unread: Repositories) -> Held | None:
    """What to remember of the facts in a document; None where there is none, or one that nobody can read.

    Of the repositories that are `unread` this time, the pull requests are kept whole.
    """
    if document is None:
        return None
    with suppress(ValidationError):
        without, pulls = pieces.read(document, lambda pull: (pull.key, _print(pull), _lost(pull, unread)))
        return Held(without, {key: mark for key, mark, _ in pulls}, tuple(pull for *_, pull in pulls if pull))
    return None


def _lost(pull: PullRequest, unread: Repositories) -> PullRequest | None:
    # Nobody says this time how GitHub spells it, so it goes by the name that was asked for.
    name = unread.name(pull.repository)
    return pull.model_copy(update={"repository": name}) if name in unread.names else None


def _print(pull: PullRequest) -> bytes:
    return blake2b(pull.known().model_dump_json().encode(), digest_size=16).digest()
