"""What every source of pull requests promises."""

from collections.abc import Sequence
from typing import Protocol

from digest.model import Snapshot, Window


class Source(Protocol):
    """A place where the merged pull requests of one repository come from."""

    def fetch(self, repository: str, base: str, window: Window, earlier: Sequence[Window]) -> Snapshot:
        """The pull requests of `repository` ("owner/name") that were merged into `base` in `[start, end)`.

        A `base` of "" is the default branch, "*" any branch. The snapshot has one repository, by its
        present name, and each pull request once, the oldest merge first, then by number. Its
        `earlier_counts` follow `earlier`, one for one, with the same base. `first_contributions` are people's,
        bots by the account's type left out. What the source cannot
        tell is None; what was cut, or is counted but not there, makes `complete` false and is said
        in a notice. Raises DigestError, TryLaterError for limits, GitHub's trouble and the network.
        """
