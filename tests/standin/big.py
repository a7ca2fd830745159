"""A made-up busy month: July 2021 of a repository with thousands of merged pull requests."""

from datetime import UTC, datetime, timedelta
from functools import cache

from digest.model import ChangedFile, Person, PullRequest
from tests.standin.made_up import node_id
from tests.standin.world import Repo, World

NAME = "made-up/busy"
START = datetime(2021, 7, 1, tzinfo=UTC)
SECONDS = 31 * 24 * 3600
# One in RUSH pull requests was merged in two hours of the 14th, at most a second or so apart.
RUSH = 3
BODY = "Made up for tests. 🚀 " + "A description has a few lines, some have many – or none. " * 36


@cache
def busy_month(count: int = 5000) -> World:
    """Return a month of `count` merges, a third of them within two hours, some in the same second."""
    return World(
        (
            Repo(
                NAME,
                tuple(_pull(number, count) for number in range(1, count + 1)),
                default_branch="main",
            ),
        )
    )


def _pull(number: int, count: int) -> PullRequest:
    rush = START + timedelta(days=13, hours=9, seconds=number * 7200 // count)
    merged = (
        rush if number % RUSH == 0 else START + timedelta(seconds=number * SECONDS // (count + 1))
    )
    author = Person(
        login=f"made-up-{number % 97}", name=f"Made Up {number % 97}", company="Made Up"
    )
    files = tuple(
        ChangedFile(path=f"made-up/{number}/{n}", status="modified", additions=n, deletions=1)
        for n in (1, 2)
    )
    return PullRequest(
        repository=NAME,
        number=number,
        node_id=node_id(NAME, number),
        title=f"Add made-up thing number {number}",
        url=f"https://github.com/{NAME}/pull/{number}",
        merged_at=merged,
        author=author,
        base="main",
        head=f"made-up-{number}",
        labels=(),
        additions=3,
        deletions=2,
        changed_files=2,
        files=files,
        body=BODY,
        comments=0,
        reactions=0,
    )
