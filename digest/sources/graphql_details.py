"""Reads the details of pull requests by GraphQL: changed files and first contributions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from digest.errors import DigestError
from digest.github import graphql_nodes, searches
from digest.github.client import Question
from digest.github.graphql_answers import ChangedFileNode, ChangedFiles, Counted, FilesAnswer
from digest.github.queries import read_query
from digest.github.treatments import TREATMENTS
from digest.model import ChangedFile, PullRequest
from digest.sources.repository_fetch import RepositoryFetch, ask_shrinking, shrinking

TOO_HEAVY: Final = "too heavy"
FilesPage = ChangedFiles | Literal["too heavy"] | None


def with_files(fetch: RepositoryFetch, pulls: Sequence[PullRequest]) -> Iterator[PullRequest]:
    """Each pull request with its files; None, with a notice, if GitHub lacks some."""
    done = 0
    fetch.watch.progress(done, len(pulls))
    while done < len(pulls):
        page = _page_of_files(fetch, pulls[done:])
        for pull in pulls[done : done + len(page)]:
            yield pull.model_copy(update={"files": _files(fetch, pull, page[pull.number])})
        done += len(page)
        fetch.watch.progress(done, len(pulls))


def _page_of_files(
    fetch: RepositoryFetch, pulls: Sequence[PullRequest], after: str | None = None
) -> Mapping[int, FilesPage]:
    """The files connections of the first few of `pulls`, by number.

    None if GitHub does not return one. TOO_HEAVY if GitHub fails to answer for a single pull
    request but answers other questions.
    """

    def question(most: int) -> Question[FilesAnswer]:
        variables: dict[str, Any] = {"ids": [pull.node_id for pull in pulls[:most]]}
        return Question(
            read_query("files"),
            FilesAnswer,
            variables | ({"after": after} if after else {}),
            validate=_has_empty_files,
        )

    count, data = ask_shrinking(
        fetch.ask, fetch.ask_alive, question, fetch.sizes.files_of, len(pulls)
    )
    if data is None:
        fetch.notices.append(
            f"The changed files of #{pulls[0].number} are unknown: they were too much for GitHub."
        )
        return {pulls[0].number: TOO_HEAVY}
    connections = {node.id: node.files for node in data.nodes if node}
    return {pull.number: connections.get(pull.node_id or "") for pull in pulls[:count]}


def _has_empty_files(data: FilesAnswer) -> str | None:
    connections = [node and node.files for node in data.nodes]
    whole = all(connection and all(connection.nodes or ()) for connection in connections)
    return None if whole else "empty entries"


def _files(
    fetch: RepositoryFetch, pull: PullRequest, page: FilesPage
) -> tuple[ChangedFile, ...] | None:
    nodes: list[ChangedFileNode] = []
    after: str | None = None
    while isinstance(page, ChangedFiles):
        nodes += [node for node in page.nodes or () if node]
        if page.page_info.next_cursor in {None, after}:
            break
        after = page.page_info.next_cursor
        page = _page_of_files(fetch, [pull], after)[pull.number]
    if page == TOO_HEAVY:
        return None
    # Rules could be wrong about a part of the files, so a cut list is unknown.
    if page is None or len(nodes) < max(page.total_count, pull.changed_files or 0):
        fetch.notices.append(TREATMENTS["unknown facts"].message.format(number=pull.number))
        return None
    return tuple(graphql_nodes.changed_file(node) for node in nodes)


@dataclass(frozen=True)
class FirstContributions:
    """The keys of people's first merged pull requests, None if unknown; `notices` give reasons."""

    keys: tuple[str, ...] | None
    notices: tuple[str, ...] = ()


def first_contributions(
    fetch: RepositoryFetch, pulls: Sequence[PullRequest], start: datetime
) -> FirstContributions:
    """The pull requests of a window that are their author's first merged one, into any branch.

    `pulls` are ordered by merge time. Search hides some accounts, and its index may be behind, so a
    person without earlier pull requests counts as new only if search finds any of theirs. Bots are
    left out. This is asked last, so a fault here costs no other fact. None if search is blind.
    """
    if fetch.is_blind:
        return FirstContributions(None)
    earliest: dict[str, PullRequest] = {}
    for pull in pulls:
        if pull.author and pull.author.login and not pull.author.is_bot:
            earliest.setdefault(pull.author.login, pull)
    try:
        new, hidden = _split_by_search(fetch, list(earliest.items()), start)
    except DigestError as error:
        # The other facts are read, and matter more than these.
        return FirstContributions(None, (f"First contributions are unknown: {error.message}",))
    numbers = ", ".join(f"#{pull.number}" for pull in hidden)
    notice = (
        f"GitHub's search does not find the authors of {numbers}, "
        "so it is unknown whether they are new."
    )
    if hidden and len(hidden) == len(earliest):
        return FirstContributions(None, (notice,))
    return FirstContributions(tuple(pull.key for pull in new), (notice,) if hidden else ())


def _split_by_search(
    fetch: RepositoryFetch, people: Sequence[tuple[str, PullRequest]], start: datetime
) -> tuple[list[PullRequest], list[PullRequest]]:
    """The pull requests of newcomers, and of the authors whom search does not find."""
    new: list[PullRequest] = []
    hidden: list[PullRequest] = []
    waiting = list(people)
    size = fetch.sizes.people

    def question(most: int) -> Question[Counted]:
        counting: dict[str, str] = {}
        for place, (login, _) in enumerate(waiting[:most]):
            counting[f"before{place}"] = searches.merged_by(fetch.repository, login, start)
            counting[f"ever{place}"] = searches.merged_by(fetch.repository, login)
        return Question(
            searches.with_counts(read_query("firsts"), counting),
            Counted,
            validate=_finds_no_author,
        )

    while waiting:
        counts = fetch.ask(shrinking(question, size, len(waiting))).counts
        count = min(size.now, len(waiting))
        for place, (_, pull) in enumerate(waiting[:count]):
            if counts[f"before{place}"] == 0:
                (new if counts[f"ever{place}"] else hidden).append(pull)
        del waiting[:count]
    return new, hidden


def _finds_no_author(data: Counted) -> str | None:
    """The fault of an answer that finds no author, although each has a merged pull request."""
    ever = [count for alias, count in data.counts.items() if alias.startswith("ever")]
    return None if any(ever) else "blind search"
