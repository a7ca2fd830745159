"""How much of a long check a run of the tests does: a sample, or with `make sweep` all of it."""

import os
from collections.abc import Sequence
from typing import TypeVar

WHOLE = os.environ.get("SWEEP") == "whole"
Case = TypeVar("Case")


def sample(cases: Sequence[Case], every: int) -> Sequence[Case]:
    """The first of each `every` cases; in `make sweep`, all cases."""
    return cases if WHOLE else cases[::every]


def count(few: int, whole: int) -> int:
    """A number of cases: `few`; in `make sweep`, `whole`."""
    return whole if WHOLE else few
