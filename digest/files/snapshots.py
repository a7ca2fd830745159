"""Reads saved snapshots, and explains why a file is not one."""

import json
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from digest.compose.keys import RepositoryNames
from digest.errors import UsageError, explain_validation_error
from digest.model import SNAPSHOT_SCHEMA, PullRequest, Snapshot, facts
from digest.model.edition_files import SavedFacts, fingerprint

HINT = "--from takes a pull_requests.json that digest saved."


def read_snapshot(file: str) -> Snapshot:
    """The snapshot saved in `file`, "-" for standard input.

    Raises UsageError when it cannot be read, is not a snapshot, or has another schema version.
    """
    return parse_snapshot_file(read_document(file), "Standard input" if file == "-" else file)


def read_document(file: str) -> bytes:
    """The content of `file`, "-" for standard input. Raises UsageError."""
    name = "Standard input" if file == "-" else file
    if file == "-" and sys.stdin is None:
        raise UsageError(
            "Standard input is closed.", "Pipe a snapshot into it, or give its file: --from FILE."
        )
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except FileNotFoundError:
        raise UsageError(f"There is no file {file}.", HINT) from None
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.") from None


def parse_snapshot_file(document: bytes, name: str) -> Snapshot:
    """The snapshot in a document; `name` is its name in errors. Raises UsageError."""
    try:
        snapshot = facts.parse_snapshot(document)
    except ValidationError as error:
        raise _refusal(document, name, error) from None
    if "schema_version" not in snapshot.model_fields_set:
        raise _no_snapshot(name)
    return snapshot


def _refusal(document: bytes, name: str, error: ValidationError) -> UsageError:
    """The error for a document that is not a snapshot, with the most general reason that helps."""
    try:
        raw: Any = json.loads(document.decode())
    except UnicodeDecodeError:
        return UsageError(f"{name} is not UTF-8 text, so it is not a snapshot.")
    except RecursionError:
        return UsageError(f"{name} is nested too deeply to be a snapshot of digest.", HINT)
    except ValueError as broken:
        return UsageError(f"{name} is not JSON: {broken}.", HINT)
    if not isinstance(raw, dict) or "schema_version" not in raw:
        return _no_snapshot(name)
    if raw["schema_version"] != SNAPSHOT_SCHEMA:
        version = raw["schema_version"]
        is_newer = isinstance(version, int) and version > SNAPSHOT_SCHEMA
        return UsageError(
            f"{name} is a snapshot of version {version!r}; "
            f"this digest reads version {SNAPSHOT_SCHEMA}.",
            "Update digest, or fetch the window again." if is_newer else "Fetch the window again.",
        )
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    colon = ":" if first["type"] == "value_error" and where else ""
    says = f"{where}{colon} {explain_validation_error(first)}"
    return UsageError(f"{name} is not a snapshot of digest: {says.strip()}.", HINT)


def _no_snapshot(name: str) -> UsageError:
    return UsageError(f"{name} is JSON, but not a snapshot of digest.", HINT)


def summarize_facts(
    document: bytes | None, unread: RepositoryNames, fetched: Iterable[PullRequest] = ()
) -> SavedFacts | None:
    """A summary of the facts in a document; None if there is none or it cannot be read.

    The pull requests of the `unread` repositories are kept whole, and those that were `fetched` are
    completed.
    """
    if document is None:
        return None
    new = {pull.key: pull for pull in fetched}
    completed: dict[str, PullRequest] = {}

    def summary(pull: PullRequest) -> tuple[str, bytes, PullRequest | None]:
        run = new.get(pull.key)
        if run and (whole := run.with_saved(pull)) is not run:
            completed[pull.key] = whole
        return pull.key, fingerprint(pull), _kept(pull, unread)

    with suppress(ValidationError):
        header, pulls = facts.parse_pull_requests(document, summary)
        fingerprints = {key: print_ for key, print_, _ in pulls}
        kept = tuple(pull for *_, pull in pulls if pull)
        return SavedFacts(header, fingerprints, kept, completed)
    return None


def _kept(pull: PullRequest, unread: RepositoryNames) -> PullRequest | None:
    # This run does not know the current name, so the requested name is used.
    name = unread.resolve(pull.repository)
    return pull.model_copy(update={"repository": name}) if name in unread.names else None
