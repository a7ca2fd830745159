"""Sources of pull requests: what each of them promises, and what it may know of the run.

table.py lists them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from digest.github.client import Watch
from digest.model import PullRequest, Snapshot, Window, same_name
from digest.settings import Settings


class Source(Protocol):
    """A place that facts about merged pull requests come from."""

    @property
    def snapshots(self) -> Sequence[Snapshot]:
        """The snapshots that are all it has.

        None where any window of any repository may be asked for.
        """

    @property
    def host(self) -> str:
        """The host that shows the pages of its repositories."""

    @property
    def origin(self) -> str:
        """Where the facts came from, or what they cost so far, for the person to read: "8 requests, 4 s"."""

    def fetch(
        self, repository: str, base: str, window: Window, earlier: Sequence[Window]
    ) -> Snapshot:
        """The pull requests of `repository` ("owner/name") that were merged into `base` in `[start, end)`.

        A `base` of "" is the default branch, "*" any branch. The snapshot has the repository by its
        present name, and each pull request once, the oldest merge first, then by number. Its
        `earlier_counts` follow `earlier`, one for one, with the same base. `first_contributions`
        are people's; accounts that GitHub marks as bots are left out. What the source does not know
        is None; what was cut, or is counted but not there, makes `complete` false and is said in a
        notice. Raises DigestError, TryLaterError for limits, GitHub's trouble and the network.
        """

    def add_story_facts(self, snapshot: Snapshot, keys: Sequence[str]) -> Snapshot:
        """The snapshot with what only stories need: texts of changesets, and pull requests from elsewhere.

        `keys` are the pull requests that are marked; the likeliest candidates get their texts too.
        A source that does not know these returns the snapshot as it is. The count stands without
        them, so a fault is a notice.
        """


@dataclass(frozen=True)
class Context:
    """The run that a source is opened for: its settings, who is shown what happens, and the present moment.

    `files` are saved snapshots to read instead of GitHub. `repositories` is how many will be read.
    `known` gives the pull requests that an earlier run read for the same edition, by key.
    """

    settings: Settings
    watch: Watch
    now: datetime
    files: Sequence[str] = ()
    repositories: int = 1
    known: Callable[[], Mapping[str, PullRequest]] = dict


def rename_notices(asked: str, name: str) -> list[str]:
    """The notice for a repository that has another name now; none where the names are the same."""
    return (
        []
        if same_name(asked, name)
        else [f"{asked} is called {name} now; use that name from here on."]
    )
