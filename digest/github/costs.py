"""The cost of each request in points of GitHub's limits, for the log of `-v`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from digest.github.rest_replies import CORE, SEARCH, Limit, read_limits


@dataclass(frozen=True)
class Cost:
    """The points that a request took from a limit; `at_least` if it may be more.

    `resource` is the name of the limit.
    """

    resource: str
    points: int
    at_least: bool
    limit: Limit

    def __str__(self) -> str:
        """The cost and the rest of the limit: "cost 1, 4,990 of 5,000 core left"."""
        return (
            f"cost {self.points:,}{' or more' if self.at_least else ''}, "
            f"{self.limit.remaining:,} of {self.limit.allowed:,} {self.resource} left"
        )


@dataclass
class Meter:
    """Computes costs from GitHub's counts of used points, one count for each limit."""

    used: dict[str, int] = field(default_factory=dict)

    def read(self, headers: Mapping[str, str]) -> Cost | None:
        """The cost of the request with these headers in its reply; None without a valid limit.

        The count also grows by other programs with the same token. A request of the REST API costs
        one point, and one of GraphQL at least one.
        """
        limits = read_limits(headers)
        if not limits:
            return None
        resource, limit = next(iter(limits.items()))
        count = headers.get("x-ratelimit-used", "")
        used = int(count) if count.isdecimal() else limit.allowed - limit.remaining
        before = self.used.get(resource)
        self.used[resource] = used
        if before is not None and before < used:
            return Cost(resource, used - before, at_least=False, limit=limit)
        # It is the first request, or the count began again.
        is_exact = resource in (CORE, SEARCH) or used == 1
        return Cost(resource, 1, at_least=not is_exact, limit=limit)
