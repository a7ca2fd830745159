"""A large JSON document in pieces, so that thousands of pull requests need no memory beside their own."""

from collections.abc import Iterable, Iterator

from digest.model import PullRequest

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
