"""The files of an edition, their names and texts, and a summary of the saved facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from digest.model.facts import PullRequest, Snapshot

FACTS = "pull_requests.json"
MARKS = "marks.toml"
SECTION = "section.md"
RENDERED = "rendered.md"
WORKSHEET = "worksheet.md"


@dataclass(frozen=True)
class EditionTexts:
    """The texts of an edition's files, the facts as bytes. None: there is no such file."""

    facts: bytes | None = None
    marks: str | None = None
    section: str | None = None
    rendered: str | None = None
    worksheet: str | None = None


@dataclass(frozen=True)
class SavedFacts:
    """A summary of an edition's saved facts, to save memory.

    `header` is the snapshot without its pull requests, and `fingerprints` has a hash of each pull
    request by key. `unread` are the pull requests of repositories that this run could not read.
    """

    header: Snapshot
    fingerprints: Mapping[str, bytes]
    unread: tuple[PullRequest, ...] = ()

    def equals(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot contains the same facts, apart from the time of fetching."""
        if snapshot.has_unknown:
            return False
        same = {"pull_requests": (), "fetched_at": self.header.fetched_at}
        if self.header != snapshot.model_copy(update=same):
            return False
        fingerprints = [(pull.key, fingerprint(pull)) for pull in snapshot.pull_requests]
        return list(self.fingerprints.items()) == fingerprints


def saved_facts(snapshot: Snapshot) -> SavedFacts:
    """The summary of a snapshot."""
    fingerprints = {pull.key: fingerprint(pull) for pull in snapshot.pull_requests}
    return SavedFacts(snapshot.model_copy(update={"pull_requests": ()}), fingerprints)


def fingerprint(pull_request: PullRequest) -> bytes:
    """A hash of all facts of a pull request."""
    return blake2b(pull_request.known().model_dump_json().encode(), digest_size=16).digest()
