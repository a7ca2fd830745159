"""A large JSON document in pieces, so that thousands of pull requests need no memory beside their own."""

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import TypeVar

from pydantic import ValidationError

from digest.model.facts import PullRequest, Snapshot

Made = TypeVar("Made")
EMPTY = '\n  "pull_requests": []'


def spread(whole: str, pulls: Iterable[PullRequest]) -> Iterator[str]:
    """The JSON of `whole`, indented by 2 and without pull requests, with these in their place and a final newline."""
    # A line break stands in JSON between its parts only, so nothing else can look like this.
    head, _, tail = whole.partition(EMPTY)
    yield head + EMPTY.removesuffix("]")
    between, last = "\n    ", "]"
    for pull in pulls:
        yield between + pull.model_dump_json(indent=2).replace("\n", "\n    ")
        between, last = ",\n    ", "\n  ]"
    yield last + tail + "\n"


def snapshot(document: bytes) -> Snapshot:
    """The snapshot in a JSON document in UTF-8, however it is laid out. Raises ValidationError."""
    without, pulls = read(document, lambda pull: pull)
    given = {name: value for name, value in without if name in without.model_fields_set}
    return Snapshot.model_validate(given | {"pull_requests": pulls})


def read(document: bytes, make: Callable[[PullRequest], Made]) -> tuple[Snapshot, list[Made]]:
    """The snapshot in a document without its pull requests, and what is made of each of these before it is let go.

    Whether they fit together is not looked at. Raises ValidationError.
    """
    rest: list[bytes] = []
    try:
        made = [
            make(PullRequest.model_validate_json(one)) for one in _apart(BytesIO(document), rest)
        ]
        without = Snapshot.model_validate_json(b"".join(rest))
    except ValidationError:
        # Laid out by others it may look different; if it is broken, this says where.
        made, without = [], Snapshot.model_validate_json(document)
    made += map(make, without.pull_requests)
    return without.model_copy(update={"pull_requests": ()}), made


def _apart(lines: Iterable[bytes], rest: list[bytes]) -> Iterator[bytes]:
    """The JSON of each pull request of a document as `spread` lays it out.

    All its other lines go into `rest`.
    """
    is_inside = False
    pull: list[bytes] = []
    for line in lines:
        bare = line.rstrip().removesuffix(b",")
        if not is_inside:
            rest.append(line)
            is_inside = bare == b'  "pull_requests": ['
        elif bare == b"  ]":
            rest.append(line)
            is_inside = False
        elif bare == b"    }":
            yield b"".join([*pull, b"}"])
            pull = []
        else:
            pull.append(line)
    # What was begun and not ended breaks the document, and is seen there.
    rest += pull
