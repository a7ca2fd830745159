"""Snapshots as JSON: written in chunks as pydantic would write them, and parsed in any layout."""

import json
from unittest import mock

import pytest
from pydantic import ValidationError

from digest.model import PullRequest, Snapshot
from digest.model.facts import parse_snapshot, snapshot_chunks
from tests import history
from tests.builders import pull, snapshot
from tests.fetching import W19

LISTS = [
    (),
    (pull(1),),
    (pull(1), pull(2, title='"pull_requests": []\n  "pull_requests": [] 🚀')),
    history.graphql_facts(W19),
]


def written(facts: Snapshot) -> bytes:
    without = facts.model_copy(update={"pull_requests": ()}).model_dump_json(indent=2)
    return "".join(snapshot_chunks(without, facts.pull_requests)).encode()


@pytest.mark.parametrize("pulls", LISTS)
def test_the_chunks_are_the_json_of_pydantic(pulls: tuple[PullRequest, ...]) -> None:
    facts = snapshot(*pulls, notices=('\n  "pull_requests": []',))
    assert written(facts).decode() == facts.model_dump_json(indent=2) + "\n"


@pytest.mark.parametrize("pulls", LISTS)
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_a_document_of_digest_is_parsed_one_pull_request_at_a_time(
    pulls: tuple[PullRequest, ...], newline: bytes
) -> None:
    facts = snapshot(
        *pulls, uncounted_pull_requests=(pull(7),), notices=('\n  "pull_requests": []',)
    )
    document = written(facts).replace(b"\n", newline)
    with mock.patch.object(
        PullRequest, "model_validate_json", side_effect=PullRequest.model_validate_json
    ) as one:
        assert parse_snapshot(document) == facts
    assert one.call_count == len(pulls)


@pytest.mark.parametrize("indent", [None, 0, 1, 3, 4, "\t"])
def test_any_other_layout_is_parsed(indent: int | str | None) -> None:
    facts = snapshot(pull(1), pull(2), uncounted_pull_requests=(pull(7),))
    assert parse_snapshot(json.dumps(json.loads(written(facts)), indent=indent).encode()) == facts


def test_a_similar_layout_is_parsed() -> None:
    facts = snapshot(pull(1), pull(2))
    document = written(facts).replace(b"\n      ", b"\n    ")
    assert parse_snapshot(document) == facts


@pytest.mark.parametrize(
    "broken",
    [
        written(snapshot(pull(1)))[:-20],
        written(snapshot(pull(1))).replace(b"    }\n  ],", b"    }\n"),
        written(snapshot(pull(1))).replace(b'"number": 1', b'"number": "one"'),
        written(snapshot(pull(1), pull(2))).replace(b'"number": 2', b'"number": 1'),
        b"",
    ],
)
def test_a_broken_document_is_refused(broken: bytes) -> None:
    with pytest.raises(ValidationError):
        parse_snapshot(broken)
