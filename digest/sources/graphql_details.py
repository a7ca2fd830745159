"""What GraphQL tells of pull requests once they are found: their files, and whose first contribution they are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.errors import DigestError
from digest.github import graphql_nodes, searches
from digest.github.client import Question
from digest.github.graphql_nodes import Node
from digest.github.queries import read_query
from digest.model import ChangedFile, PullRequest
from digest.sources.repository_fetch import Data, RepositoryFetch, ask_shrinking, shrinking

FILES = read_query("files")
FIRST_CONTRIBUTIONS = read_query("firsts")
TOO_HEAVY: Node = {}


def with_files(fetch: RepositoryFetch, pulls: Sequence[PullRequest]) -> Iterator[PullRequest]:
    """Each pull request with its files.

    Where GitHub does not give all of them, they are None and a gap.
    """
    done = 0
    fetch.watch.progress(done, len(pulls))
    while done < len(pulls):
        given = _page_of_files(fetch, pulls[done:])
        for pull in pulls[done : done + len(given)]:
            yield pull.model_copy(update={"files": _files(fetch, pull, given[pull.number])})
        done += len(given)
        fetch.watch.progress(done, len(pulls))


def _page_of_files(
    fetch: RepositoryFetch, pulls: Sequence[PullRequest], after: str | None = None
) -> Mapping[int, Node | None]:
    """The connection of files of the first few of `pulls`, by number.

    None for one that GitHub does not give.
    TOO_HEAVY stands for that of a single pull request which GitHub fails to answer while it answers
    other questions.
    """

    def question(most: int) -> Question:
        variables: dict[str, Any] = {"ids": [pull.node_id for pull in pulls[:most]]}
        return Question(
            FILES, variables | ({"after": after} if after else {}), validate=_has_empty_files
        )

    asked, data = ask_shrinking(fetch.ask, question, fetch.sizes.files_of, len(pulls))
    if data is None:
        fetch.gaps.append(
            f"The files of #{pulls[0].number} are too heavy for GitHub to answer, so they are unknown."
        )
        return {pulls[0].number: TOO_HEAVY}
    given = {node["id"]: node["files"] for node in data["nodes"] if node}
    return {pull.number: given.get(pull.node_id) for pull in pulls[:asked]}


def _has_empty_files(data: Data) -> str | None:
    connections = [node and node["files"] for node in data["nodes"]]
    whole = all(connection and all(connection["nodes"] or ()) for connection in connections)
    return None if whole else "empty entries"


def _files(
    fetch: RepositoryFetch, pull: PullRequest, connection: Node | None
) -> tuple[ChangedFile, ...] | None:
    nodes: list[Node] = []
    while connection:
        nodes += [node for node in connection["nodes"] or () if node]
        if not connection["pageInfo"]["hasNextPage"]:
            break
        connection = _page_of_files(fetch, [pull], connection["pageInfo"]["endCursor"])[pull.number]
    if connection is TOO_HEAVY:
        return None
    # A list that was cut is no list of the files: a rule could be wrong about them.
    if connection is None or len(nodes) < max(connection["totalCount"], pull.changed_files or 0):
        fetch.gaps.append(f"GitHub does not give all files of #{pull.number}, so they are unknown.")
        return None
    return tuple(graphql_nodes.changed_file(node) for node in nodes)


@dataclass(frozen=True)
class FirstContributions:
    """The keys of the first merged pull requests of people, None when nobody can tell.

    `notices` say why.
    """

    keys: tuple[str, ...] | None
    notices: tuple[str, ...] = ()


def first_contributions(
    fetch: RepositoryFetch, pulls: Sequence[PullRequest], start: datetime
) -> FirstContributions:
    """Which of a window's pull requests, oldest merge first, are their author's first merged one since ever.

    Into whatever branch, as far as search sees. That a person had none before counts only where
    search sees one at all of theirs: it hides some accounts, and its index may lag. Bots are not
    asked for. Asked last, so that what was found stands even if GitHub does not answer this; where
    search is blind, it is not asked at all.
    """
    if fetch.is_blind:
        return FirstContributions(None)
    earliest: dict[str, PullRequest] = {}
    for pull in pulls:
        if pull.author and pull.author.login and not pull.author.is_bot:
            earliest.setdefault(pull.author.login, pull)
    try:
        new, unseen = _asked(fetch, list(earliest.items()), start)
    except DigestError as error:
        # All else is there by now, and is worth more than this.
        return FirstContributions(
            None, (f"Whose first contribution it is remains unknown: {error.message}",)
        )
    numbers = ", ".join(f"#{pull.number}" for pull in unseen)
    notice = f"Whether {numbers} are first contributions is unknown: GitHub's search does not see their authors."
    if unseen and len(unseen) == len(earliest):
        return FirstContributions(None, (notice,))
    return FirstContributions(tuple(pull.key for pull in new), (notice,) if unseen else ())


def _asked(
    fetch: RepositoryFetch, people: Sequence[tuple[str, PullRequest]], start: datetime
) -> tuple[list[PullRequest], list[PullRequest]]:
    """The pull requests of those who are new, and of those whom search does not see at all."""
    new: list[PullRequest] = []
    unseen: list[PullRequest] = []
    waiting = list(people)
    size = fetch.sizes.people

    def question(most: int) -> Question:
        counting: dict[str, str] = {}
        for place, (login, _) in enumerate(waiting[:most]):
            counting[f"before{place}"] = searches.merged_by(fetch.repository, login, start)
            counting[f"ever{place}"] = searches.merged_by(fetch.repository, login)
        return Question(searches.with_counts(FIRST_CONTRIBUTIONS, counting), validate=_sees_nobody)

    while waiting:
        data = fetch.ask(shrinking(question, size, len(waiting)))
        asked = min(size.now, len(waiting))
        for place, (_, pull) in enumerate(waiting[:asked]):
            if data[f"before{place}"]["issueCount"] == 0:
                (new if data[f"ever{place}"]["issueCount"] else unseen).append(pull)
        del waiting[:asked]
    return new, unseen


def _sees_nobody(data: Data) -> str | None:
    """The flaw of an answer in which nobody has merged anything, though each of them has just now."""
    ever = [found["issueCount"] for alias, found in data.items() if alias.startswith("ever")]
    return None if any(ever) else "blind search"
