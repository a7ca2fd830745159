"""One run of the program, as a source sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from digest.github.client import Watch
from digest.model import PullRequest


@dataclass(frozen=True)
class Run:
    """The moment that a snapshot is stamped with, and who is shown what happens.

    `repositories` are as many as are read; `known` has what an earlier run read of the same edition, by key.
    """

    now: Callable[[], datetime]
    watch: Watch
    repositories: int = 1
    known: Mapping[str, PullRequest] = field(default_factory=dict)
