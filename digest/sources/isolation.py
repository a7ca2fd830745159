"""Reads one pull request for which GitHub fails to answer, without the field that it fails on."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from digest.github.client import Question
from digest.github.graphql_answers import Counted, PartialPage
from digest.github.treatments import TooHeavyError
from digest.sources.repository_fetch import Query, RepositoryFetch

PartialAnswer = TypeVar("PartialAnswer", bound=Counted)

# The fields that a pull request can do without, by their variables, in words.
FIELDS: Mapping[str, str] = {
    "author": "author",
    "body": "description",
    "labels": "labels",
    "reactions": "number of reactions",
    "comments": "number of comments",
    "mergeCommit": "merge commit",
    "milestone": "milestone",
    "headRefName": "branch",
    "additions": "number of added lines",
    "deletions": "number of deleted lines",
    "changedFiles": "number of changed files",
}


def read_partly(
    fetch: RepositoryFetch,
    query: Query[PartialAnswer],
    select: Callable[[PartialAnswer], PartialPage | None],
    variables: Mapping[str, object],
) -> PartialAnswer | None:
    """A page of one pull request without the fields for which GitHub fails to answer.

    A notice names them. None if GitHub answers without none of the fields either.
    """

    def ask(left_out: Sequence[str]) -> PartialAnswer | None:
        selected = {name: name not in left_out for name in FIELDS}
        question = Question(query.text, query.shape, {**variables, **selected}, is_probe=True)
        try:
            return fetch.ask(question)
        except TooHeavyError:
            return None

    bad = list(FIELDS)
    data = ask(bad)
    if data is None:
        return None
    while len(bad) > 1:
        half = bad[: len(bad) // 2]
        found = ask(half)
        if found:
            bad, data = half, found
        else:
            bad = bad[len(half) :]
    found = ask(bad)
    bad, data = (bad, found) if found else (list(FIELDS), data)
    page = select(data)
    for node in (page and page.nodes) or ():
        words = ", ".join(FIELDS[name] for name in bad)
        if node:
            fetch.notices.append(
                f"Some facts of #{node.number} are unknown, because GitHub fails to return them: "
                f"{words}."
            )
    return data
