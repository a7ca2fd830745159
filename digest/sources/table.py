"""What every source of pull requests promises, and the table of those that ask GitHub."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol

from digest.github.client import GitHub
from digest.model import Snapshot, Window
from digest.settings import Settings
from digest.sources.graphql import GraphQLSource
from digest.sources.rest import RestSource
from digest.sources.run import Run

Access = Literal["with a token", "without a token"]


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


Making = Callable[[GitHub, Settings, Run], Source]


def _graphql(github: GitHub, settings: Settings, run: Run) -> Source:
    return GraphQLSource(github, settings.github, run.now, run.watch)


# GraphQL answers nobody without a token, and tells everything; REST answers everybody, though not for long.
SOURCES: Mapping[Access, Making] = {"with a token": _graphql, "without a token": RestSource}
