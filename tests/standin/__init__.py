"""A fake GitHub API on loopback, filled with public facts.

README.md lists the made-up facts.
"""

from tests.standin.faults import Fault
from tests.standin.newsletter import Newsletter, Pull
from tests.standin.server import TOKEN, Request, StandIn
from tests.standin.views import as_in_graphql
from tests.standin.weight import Heavy
from tests.standin.world import Count, Repo, World, facts

__all__ = [
    "TOKEN",
    "Count",
    "Fault",
    "Heavy",
    "Newsletter",
    "Pull",
    "Repo",
    "Request",
    "StandIn",
    "World",
    "as_in_graphql",
    "facts",
]
