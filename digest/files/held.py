"""Summarizes the facts of an edition without holding all of them in memory."""

from contextlib import suppress

from pydantic import ValidationError

from digest.compose.keys import RepositoryNames
from digest.model import PullRequest, snapshot_json
from digest.model.edition_files import SavedFacts, fingerprint


def summarize_facts(document: bytes | None, unread: RepositoryNames) -> SavedFacts | None:
    """A summary of the facts in a document; None where there is none or it cannot be read.

    The pull requests of the `unread` repositories are kept whole.
    """
    if document is None:
        return None
    with suppress(ValidationError):
        header, pulls = snapshot_json.parse_pull_requests(
            document, lambda pull: (pull.key, fingerprint(pull), _kept(pull, unread))
        )
        fingerprints = {key: print_ for key, print_, _ in pulls}
        return SavedFacts(header, fingerprints, tuple(pull for *_, pull in pulls if pull))
    return None


def _kept(pull: PullRequest, unread: RepositoryNames) -> PullRequest | None:
    # Its present name is unknown this time, so it goes by the name that was asked for.
    name = unread.resolve(pull.repository)
    return pull.model_copy(update={"repository": name}) if name in unread.names else None
