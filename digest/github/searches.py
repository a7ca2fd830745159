"""The queries for GitHub's search, in its syntax; pure.

https://docs.github.com/en/search-github/searching-on-github/searching-issues-and-pull-requests
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from digest.github.queries import with_fields
from digest.model import Window

# GitHub counts more results than these but does not return them.
SHOWN = 1000
ANY_BRANCH = "*"
# GraphQL takes the order as a part of the text, REST as a parameter.
ORDER = " sort:created-asc"


def merged(repository: str) -> str:
    """All merged pull requests of a repository."""
    return f"repo:{repository} is:pr is:merged"


def updated_since(repository: str, start: datetime) -> str:
    """The merged pull requests updated at `start` or later: those that a list must cover."""
    return f"{merged(repository)} updated:>={_moment(start)}"


def merged_in(repository: str, window: Window, base: str = ANY_BRANCH) -> str:
    """The pull requests merged into `base` in a window, in a stable order for paging."""
    # A search range includes both ends and has whole seconds.
    span = f"{_moment(window.start)}..{_moment(window.end - timedelta(seconds=1))}"
    return f"{merged(repository)} merged:{span}{_branch(base)}{ORDER}"


def merged_before(repository: str, moment: datetime, base: str = ANY_BRANCH) -> str:
    """The pull requests merged into `base` before a moment."""
    return f"{merged(repository)} merged:<{_moment(moment)}{_branch(base)}"


def merged_since(repository: str, moment: datetime, base: str = ANY_BRANCH) -> str:
    """The pull requests merged into `base` at a moment or later."""
    return f"{merged(repository)} merged:>={_moment(moment)}{_branch(base)}"


def merged_between(repository: str, first: datetime, last: datetime, base: str) -> str:
    """The pull requests merged into `base` from one moment to another, both included."""
    return f"{merged(repository)} merged:{_moment(first)}..{_moment(last)}{_branch(base)}"


def merged_by(repository: str, login: str, before: datetime | None = None) -> str:
    """The merged pull requests of an account into any branch: those before a moment, or all."""
    until = f" merged:<{_moment(before)}" if before else ""
    return f"{merged(repository)} author:{login}{until}"


def with_counts(document: str, searches: Mapping[str, str]) -> str:
    """The query with a count for each search, by alias; a count needs no extra request."""
    return with_fields(
        document,
        (
            f"{alias}: search(query: {json.dumps(text, ensure_ascii=False)}, type: ISSUE) "
            "{ issueCount }"
            for alias, text in searches.items()
        ),
    )


def _branch(base: str) -> str:
    return "" if base == ANY_BRANCH else f" base:{base}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
