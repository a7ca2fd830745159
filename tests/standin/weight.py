"""Requests too heavy for GitHub to answer in time, as others have measured them.

100 pull requests with their files end in 502, 50 in 504. 25 with files are answered, and so are 100
without.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.standin.faults import Fault
from tests.standin.graphql import Query
from tests.standin.limits import Asked, broken
from tests.standin.world import World

FILES = 100


@dataclass(frozen=True)
class Heavy:
    """The most files, pull requests on a page and searches that GitHub answers.

    A pull request weighs the number of files in `weighing`, by default a page of files. `ends` are
    the faults for too heavy questions, the last one for all heavier ones.
    """

    files: int = 25 * FILES
    pulls: int = 100
    searches: int = 100
    weighing: Mapping[int, int] = field(default_factory=dict)
    ends: tuple[Fault, ...] = (Fault(status=504), Fault(status=502))

    def fault(self, world: World, query: Query) -> Fault | None:
        """Return the fault of a question; None if it is light enough."""
        if broken(query.document, query.variables):
            return None
        asked = Asked(query.document, query.variables)
        weights = [
            self._files(world, asked) / self.files,
            asked.page / self.pulls,
            asked.searches / self.searches,
        ]
        times = max(weights)
        return None if times <= 1 else self.ends[min(int(times > 2), len(self.ends) - 1)]

    def _files(self, world: World, asked: Asked) -> int:
        if not asked.has("files"):
            return 0
        known = [world.nodes[one][1].number for one in asked.ids if one in world.nodes]
        return asked.page * FILES + sum(self.weighing.get(number, FILES) for number in known)
