"""How much of a long check a run of the tests does: a sample, or with `make sweep` all of it."""

import os
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

import pytest

WHOLE = os.environ.get("SWEEP") == "whole"
Case = TypeVar("Case")


def sample(cases: Sequence[Case], every: int) -> Sequence[Case]:
    """The first of each `every` cases; in `make sweep`, all cases."""
    return cases if WHOLE else cases[::every]


def count(few: int, whole: int) -> int:
    """A number of cases: `few`; in `make sweep`, `whole`."""
    return whole if WHOLE else few


def without_sweeps(config: pytest.Config, items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests without those marked sweep, and only some cases of those marked sample.

    All tests in `make sweep`, or if the command names a test.
    """
    if WHOLE or any("::" in argument for argument in config.args):
        return list(items)
    seen: Counter[str] = Counter()
    chosen = []
    for item in items:
        name = item.nodeid.partition("[")[0]
        sampled = item.get_closest_marker("sample")
        is_due = not sampled or seen[name] % sampled.kwargs["every"] == 0
        seen[name] += 1
        if is_due and not item.get_closest_marker("sweep"):
            chosen.append(item)
    return chosen
