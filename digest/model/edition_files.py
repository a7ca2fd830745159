"""The files of an edition: their names and texts, and a summary of the facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import blake2b

from digest.model.facts import PullRequest, Snapshot

A_DAY = timedelta(days=1)
FACTS = "pull_requests.json"
MARKS = "marks.toml"
SECTION = "section.md"
RENDERED = "rendered.md"
WORKSHEET = "worksheet.md"


@dataclass(frozen=True)
class EditionTexts:
    """The texts of an edition's files, None for a missing file; the facts are bytes.

    `stamps` have a short value of each file's content as it was read.
    """

    facts: bytes | None = None
    marks: str | None = None
    section: str | None = None
    rendered: str | None = None
    worksheet: str | None = None
    stamps: Mapping[str, bytes | None] = field(default_factory=dict)


@dataclass(frozen=True)
class SavedFacts:
    """A summary of an edition's saved facts, to save memory.

    `header` is the snapshot without its pull requests. `fingerprints` has a hash of each pull
    request, by key. `unread` are the complete pull requests of repositories that this run could not
    read, and `completed` those of the run with facts that only the file has, by key. `stamp` is the
    stamp of the file, if the whole file was read.
    """

    header: Snapshot
    fingerprints: Mapping[str, bytes]
    unread: tuple[PullRequest, ...] = ()
    completed: Mapping[str, PullRequest] = field(default_factory=dict)
    stamp: bytes | None = None

    def equals(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot differs only in the time of its fetch."""
        if snapshot.has_unknown:
            return False
        same = {"pull_requests": (), "fetched_at": self.header.fetched_at}
        if self.header != snapshot.model_copy(update=same):
            return False
        fingerprints = [(pull.key, fingerprint(pull)) for pull in snapshot.pull_requests]
        return list(self.fingerprints.items()) == fingerprints

    def is_outdated(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot was fetched more than a day later."""
        return snapshot.fetched_at - self.header.fetched_at > A_DAY


def saved_facts(snapshot: Snapshot, stamp: bytes | None = None) -> SavedFacts:
    """The summary of a snapshot, from a file with this stamp."""
    fingerprints = {pull.key: fingerprint(pull) for pull in snapshot.pull_requests}
    header = snapshot.model_copy(update={"pull_requests": ()})
    return SavedFacts(header, fingerprints, stamp=stamp)


def fingerprint(pull_request: PullRequest) -> bytes:
    """A hash of all facts of a pull request."""
    return blake2b(pull_request.known().model_dump_json().encode(), digest_size=16).digest()
