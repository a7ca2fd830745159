"""A document that is written in pieces is the one that pydantic would write whole."""

import pytest

from digest.deliver.pieces import spread
from digest.model import PullRequest
from tests import history
from tests.builders import pull, snapshot
from tests.fetching import W19


@pytest.mark.parametrize(
    "pulls",
    [(), (pull(1),), (pull(1), pull(2, title='"pull_requests": []\n  "pull_requests": [] 🚀')), history.told(W19)],
)
def test_pieces_are_the_whole(pulls: tuple[PullRequest, ...]) -> None:
    facts = snapshot(*pulls, notices=('\n  "pull_requests": []',))
    without = facts.model_copy(update={"pull_requests": ()}).model_dump_json(indent=2)
    assert "".join(spread(without, facts.pull_requests)) == facts.model_dump_json(indent=2) + "\n"
