"""What GitHub's search is asked, in its own words; pure.

https://docs.github.com/en/search-github/searching-on-github/searching-issues-and-pull-requests
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from digest.model import Window

# More than these are counted, but never shown.
SHOWN = 1000
ANY_BRANCH = "*"
# GraphQL takes the order as a part of the text, REST as a parameter.
ORDER = " sort:created-asc"


def merged(repository: str) -> str:
    """All merged pull requests of a repository."""
    return f"repo:{repository} is:pr is:merged"


def updated_since(repository: str, start: datetime) -> str:
    """The merged pull requests that were updated at `start` or later: how far a list must be walked."""
    return f"{merged(repository)} updated:>={_moment(start)}"


def merged_in(repository: str, window: Window, base: str = ANY_BRANCH) -> str:
    """The pull requests merged into `base` in a window, in an order that is stable for paging."""
    # Both ends of a search's range belong to it, and it knows whole seconds only.
    span = f"{_moment(window.start)}..{_moment(window.end - timedelta(seconds=1))}"
    branch = "" if base == ANY_BRANCH else f" base:{base}"
    return f"{merged(repository)} merged:{span}{branch}{ORDER}"


def merged_by(repository: str, login: str, before: datetime | None = None) -> str:
    """The merged pull requests of an account, into any branch.

    Those merged before a moment, or all.
    """
    until = f" merged:<{_moment(before)}" if before else ""
    return f"{merged(repository)} author:{login}{until}"


def with_counts(document: str, searches: Mapping[str, str]) -> str:
    """A query that also counts what each search finds, by alias: a count costs no request of its own."""
    counts = [
        f"  {alias}: search(query: {json.dumps(text, ensure_ascii=False)}, type: ISSUE) {{ issueCount }}\n"
        for alias, text in searches.items()
    ]
    head, brace, tail = document.rpartition("}")
    return "".join([head, *counts, brace, tail])


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
