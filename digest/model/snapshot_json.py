"""Snapshots as JSON, read and written one pull request at a time to save memory."""

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import TypeVar

from pydantic import ValidationError

from digest.model.facts import PullRequest, Snapshot

Made = TypeVar("Made")
EMPTY = '\n  "pull_requests": []'


def snapshot_chunks(header: str, pulls: Iterable[PullRequest]) -> Iterator[str]:
    """The JSON of a snapshot in chunks, with a final newline.

    `header` is the snapshot's JSON without pull requests, indented by 2.
    """
    # JSON has no line breaks inside strings, so no string can look like this.
    head, _, tail = header.partition(EMPTY)
    yield head + EMPTY.removesuffix("]")
    before, end = "\n    ", "]"
    for pull in pulls:
        yield before + pull.model_dump_json(indent=2).replace("\n", "\n    ")
        before, end = ",\n    ", "\n  ]"
    yield end + tail + "\n"


def parse_snapshot(document: bytes) -> Snapshot:
    """The snapshot in a JSON document in UTF-8, with any layout. Raises ValidationError."""
    header, pulls = parse_pull_requests(document, lambda pull: pull)
    facts = {name: value for name, value in header if name in header.model_fields_set}
    return Snapshot.model_validate(facts | {"pull_requests": pulls})


def parse_pull_requests(
    document: bytes, make: Callable[[PullRequest], Made]
) -> tuple[Snapshot, list[Made]]:
    """The snapshot in a document without its pull requests, and `make` applied to each of these.

    Parses one pull request at a time, to save memory. Does not check that the parts fit together.
    Raises ValidationError.
    """
    header_lines: list[bytes] = []
    try:
        made = [
            make(PullRequest.model_validate_json(pull))
            for pull in _split(BytesIO(document), header_lines)
        ]
        header = Snapshot.model_validate_json(b"".join(header_lines))
    except ValidationError:
        # Another program's layout may differ. If the document is broken, this raises the error
        # with the right place.
        made, header = [], Snapshot.model_validate_json(document)
    made += map(make, header.pull_requests)
    return header.model_copy(update={"pull_requests": ()}), made


def _split(lines: Iterable[bytes], header_lines: list[bytes]) -> Iterator[bytes]:
    """The JSON of each pull request in the layout of `snapshot_chunks`.

    All other lines go to `header_lines`.
    """
    is_inside = False
    pull: list[bytes] = []
    for line in lines:
        bare = line.rstrip().removesuffix(b",")
        if not is_inside:
            header_lines.append(line)
            is_inside = bare == b'  "pull_requests": ['
        elif bare == b"  ]":
            header_lines.append(line)
            is_inside = False
        elif bare == b"    }":
            yield b"".join([*pull, b"}"])
            pull = []
        else:
            pull.append(line)
    # An unfinished pull request makes the document invalid, so the parser must see it.
    header_lines += pull
