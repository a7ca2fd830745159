"""Random histories with renames, a search that lags, withheld parts, limits and heavy pages.

The count is correct, or the run reports that it is not complete and does not compare it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from digest.model import PullRequest, Window
from digest.windows import windows_before
from tests.bad_days import SHORT, SHOWN
from tests.builders import REPOSITORY, pull
from tests.composing import compose
from tests.fetching import W19, read
from tests.shipped import shipped
from tests.standin import Fault, Repo, StandIn, World
from tests.sweep import count

EARLIER = windows_before(W19)
# Weeks after the start of the first earlier window; the window that is read is the last but one.
WEEKS = 14
MINUTES = WEEKS * 7 * 24 * 60
OLD_NAME = "made-up/old"
BEGIN = EARLIER[0].start - timedelta(weeks=1)


@dataclass(frozen=True)
class History:
    """A history, the times when its default branch got another name, and its gaps.

    `unindexed` are numbers that search does not know, `withheld` are those that GitHub leaves empty
    in pages, and `broken` one and its field that GitHub always fails to return. `max_listed` decides
    between list and search. `faults` are limits and failures of single requests. `requested` is a
    current or an old name of the repository.
    """

    pulls: tuple[PullRequest, ...]
    renamed: tuple[datetime, ...]
    names: tuple[str, ...]
    unindexed: frozenset[int]
    withheld: frozenset[int]
    broken: tuple[int, str] | None
    max_listed: int
    asked: Window
    faults: tuple[Fault, ...]
    requested: str

    def truth(self, window: Window) -> int:
        """The number of merges into the default branch, under any of its names."""
        return sum(
            window.start <= one.merged_at < window.end and one.base in self.names
            for one in self.pulls
        )

    def has_a_lone_merge(self, windows: Sequence[Window]) -> bool:
        """Whether a base that got its name back has one merge under the other, next to more.

        That looks like a merge into a feature branch, so it does not count.
        """
        for window in windows:
            bases = [one.base for one in self.pulls if window.start <= one.merged_at < window.end]
            named = [base for base in bases if base in self.names]
            others = [base for base in named if base != self.names[0]]
            if len(others) == 1 and len(named) > 1 and self.names[0] in self.names[1:]:
                return True
        return False


def _at(minute: int) -> datetime:
    return BEGIN + timedelta(minutes=minute)


# Each hits one request: a limit that ends in time, or a failure of GitHub.
faults = st.builds(
    replace,
    st.sampled_from(
        [
            *SHORT["primary limit"],
            *SHORT["secondary limit"],
            *SHOWN["too heavy"],
            *SHOWN["server error"],
            *SHOWN["refusal without a reason"],
        ]
    ),
    passes=st.integers(0, 6),
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A history; another branch, if there is one, is used from the beginning to the end."""
    minutes = draw(st.lists(st.integers(0, MINUTES - 1), min_size=1, max_size=40, unique=True))
    others = draw(st.sets(st.sampled_from(minutes), max_size=8))
    names = draw(
        st.sampled_from(
            [
                ("main", "master", "develop"),
                ("main", "trunk", "master"),
                ("trunk", "develop", "dev"),
                ("main", "develop", "master"),
                ("main", "trunk", "main"),
                ("main", "master", "main"),
                ("trunk", "main", "trunk"),
            ]
        )
    )
    renamed = sorted(draw(st.lists(st.integers(0, MINUTES), max_size=2)))
    pulls = [
        pull(
            number,
            merged_at=_at(minute),
            base=names[sum(minute < moment for moment in renamed)]
            if minute not in others
            else "release",
        )
        for number, minute in enumerate(sorted(minutes), start=1)
    ]
    if others:
        ends = ((901, -90), (902, MINUTES + 90))
        pulls += [pull(number, merged_at=_at(minute), base="release") for number, minute in ends]
    return History(
        pulls=tuple(pulls),
        renamed=tuple(map(_at, renamed)),
        names=names[: len(renamed) + 1],
        unindexed=frozenset(draw(st.sets(st.integers(1, 40), max_size=3))),
        withheld=frozenset(draw(st.sets(st.integers(1, 40), max_size=1))),
        broken=draw(
            st.none()
            | st.tuples(
                st.sampled_from([one.number for one in pulls]),
                st.sampled_from(["title", "id", "updatedAt", "mergedAt", "baseRefName"]),
            )
        ),
        max_listed=draw(st.sampled_from([0, 500])),
        asked=draw(st.sampled_from([W19, EARLIER[5]])),
        faults=draw(st.lists(faults, max_size=1).map(tuple)),
        requested=draw(st.sampled_from([REPOSITORY, OLD_NAME])),
    )


def check(history: History) -> None:
    repo = Repo(
        pulls=history.pulls,
        default_branch=history.names[0],
        unindexed=history.unindexed,
        withheld=history.withheld,
        deleted=frozenset(history.names[1:]) - {history.names[0]},
    )
    earlier = windows_before(history.asked)
    with StandIn(World((repo,), {OLD_NAME: REPOSITORY})) as github:
        github.faults += history.faults
        if history.broken:
            number, name = history.broken
            github.broken[number] = (name, (HTTPStatus.BAD_GATEWAY, {}))
        snapshot = read(
            github,
            history.asked,
            repository=history.requested,
            earlier=earlier,
            max_listed=history.max_listed,
            max_wait_seconds=600,
        ).snapshot
    assume(not history.has_a_lone_merge((*earlier, history.asked)))
    known = [(one, history.truth(one)) for one in earlier]
    counts = [one.count for one in snapshot.earlier_counts or ()]
    assert [
        (one.start, count, truth)
        for (one, truth), count in zip(known, counts, strict=True)
        if count not in (None, truth)
    ] == []
    digest = compose(snapshot, shipped())
    if snapshot.complete:
        assert digest.count == history.truth(history.asked)
    else:
        assert digest.trend is None
        assert "No pull requests were merged" not in digest.lead


@pytest.mark.slow
@settings(
    max_examples=count(15, whole=60),
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(histories())
def test_the_count_is_the_truth_or_is_not_complete(history: History) -> None:
    check(history)
