"""Reads the details of pull requests by GraphQL: changed files and first contributions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from digest import text
from digest.errors import DigestError, TryLaterError
from digest.github import graphql_nodes, searches
from digest.github.client import Question
from digest.github.graphql_answers import ChangedFiles, Counted, CountedTexts, FilesAnswer
from digest.github.queries import further_files_field, read_query, repository_field, with_fields
from digest.github.treatments import TREATMENTS
from digest.model import ChangedFile, PullRequest
from digest.sources.repository_fetch import RepositoryFetch, ask_shrinking, shrinking
from digest.sources.story_facts import Blob, Texts

PAGE: Final = 100
# A notice names so many pull requests, and counts the rest.
MAX_NAMED: Final = 5
TOO_HEAVY: Final = "The changed files of {numbers} are unknown: they were too much for GitHub."


@dataclass(frozen=True)
class FilePage:
    """A page of the changed files of a pull request; `after` is its place, None for the first."""

    pull: PullRequest
    after: str | None = None


def with_files(fetch: RepositoryFetch, pulls: Sequence[PullRequest]) -> tuple[PullRequest, ...]:
    """Each pull request with its files; None, with a notice, if GitHub leaves some out."""
    # The longest lists are first, so that their further pages travel with first pages of others.
    ordered = sorted(pulls, key=_further_pages, reverse=True)
    lists = _FileLists(fetch, [FilePage(pull) for pull in ordered])
    fetch.watch.progress(0, len(pulls))
    while left := lists.left:
        lists.read_pages()
        if lists.left < left:
            fetch.watch.progress(len(pulls) - lists.left, len(pulls))
    fetch.notices += lists.notices()
    return tuple(pull.model_copy(update={"files": lists.files.get(pull.number)}) for pull in pulls)


class _FileLists:
    """The lists of changed files, by number; `cut` and `heavy` are the numbers without one.

    A request has further pages of the lists that were begun, and fills up with first pages.
    """

    def __init__(self, fetch: RepositoryFetch, first: list[FilePage]) -> None:
        self.files: dict[int, tuple[ChangedFile, ...]] = {}
        self.cut: list[int] = []
        self.heavy: list[int] = []
        self._fetch = fetch
        self._first = first
        self._further: list[FilePage] = []
        self._begun: dict[int, list[ChangedFile]] = {}

    @property
    def left(self) -> int:
        """The number of lists that are not whole yet."""
        return len(self._first) + len(self._further)

    def read_pages(self) -> None:
        """Read the next pages by one request, or a smaller one if that is too heavy."""
        size = self._fetch.sizes.files_of
        count, data = ask_shrinking(
            self._fetch.ask, self._fetch.ask_alive, self._question, size, self.left
        )
        further, first = self._pages(count)
        del self._further[: len(further)], self._first[: len(first)]
        if data is None:
            (page,) = (*further, *first)
            self.heavy.append(page.pull.number)
            return
        firsts = {node.id: node.files for node in data.nodes if node}
        for place, page in enumerate(further):
            node = data.further.get(f"further{place}")
            self._take(page, node.files if node else None)
        for page in first:
            self._take(page, firsts.get(page.pull.node_id or ""))

    def _pages(self, most: int) -> tuple[Sequence[FilePage], Sequence[FilePage]]:
        """The further pages and the first pages of the next request, `most` of them together."""
        further = self._further[:most]
        return further, self._first[: most - len(further)]

    def _question(self, most: int) -> Question[FilesAnswer]:
        further, first = self._pages(most)
        fields = (
            f"further{place}: {further_files_field(page.pull.node_id or '', page.after or '')}"
            for place, page in enumerate(further)
        )
        return Question(
            with_fields(read_query("files"), fields),
            FilesAnswer,
            {"ids": [page.pull.node_id for page in first]},
            validate=_has_empty_files,
        )

    def _take(self, page: FilePage, connection: ChangedFiles | None) -> None:
        pull = page.pull
        files = self._begun.pop(pull.number, [])
        if connection:
            nodes = [node for node in connection.nodes or () if node]
            files += map(graphql_nodes.changed_file, nodes)
            if connection.page_info.next_cursor not in {None, page.after}:
                self._begun[pull.number] = files
                self._further.append(FilePage(pull, connection.page_info.next_cursor))
                return
        # Rules could be wrong about a part of the files, so a cut list is unknown.
        if connection and len(files) >= max(connection.total_count, pull.changed_files or 0):
            self.files[pull.number] = tuple(files)
        else:
            self.cut.append(pull.number)

    def notices(self) -> list[str]:
        """A notice for each reason why lists stay unknown."""
        messages = (
            (self.cut, TREATMENTS["unknown facts"].message),
            (self.heavy, TOO_HEAVY),
        )
        return [message.format(numbers=_named(lost)) for lost, message in messages if lost]


def _named(lost: Sequence[int]) -> str:
    first = [f"#{number}" for number in sorted(lost)[:MAX_NAMED]]
    more = [f"{len(lost) - len(first):,} more"] if len(lost) > len(first) else []
    return text.join_words([*first, *more])


def _further_pages(pull: PullRequest) -> int:
    return (max(pull.changed_files or 0, 1) - 1) // PAGE


def _has_empty_files(data: FilesAnswer) -> str | None:
    connections = [node and node.files for node in (*data.nodes, *data.further.values())]
    if any(connection and connection.page_info.is_lost for connection in connections):
        return "lost place"
    whole = all(connection and all(connection.nodes or ()) for connection in connections)
    return None if whole else "empty entries"


@dataclass(frozen=True)
class FirstContributions:
    """The keys of people's first merged pull requests, None if unknown; `notices` give reasons.

    `texts` are those of the blobs that shared a request.
    """

    keys: tuple[str, ...] | None
    notices: tuple[str, ...] = ()
    texts: Texts = field(default_factory=dict)


def first_contributions(
    fetch: RepositoryFetch,
    pulls: Sequence[PullRequest],
    start: datetime,
    blobs: Sequence[Blob] = (),
) -> FirstContributions:
    """The pull requests of a window that are their author's first merged one, into any branch.

    `pulls` are ordered by merge time. Search hides some accounts, and its index may be behind, so a
    person without earlier pull requests counts as new only if search finds any of theirs. Bots are
    left out. This request is the last one, so a fault in it affects no other fact. None if search
    is blind. The last request also reads the texts of `blobs`, unless that is too heavy.
    """
    if fetch.is_blind:
        return FirstContributions(None)
    earliest: dict[str, PullRequest] = {}
    for pull in pulls:
        if pull.author and pull.author.login and not pull.author.is_bot:
            earliest.setdefault(pull.author.login, pull)
    try:
        new, hidden, texts = _split_by_search(fetch, list(earliest.items()), start, blobs)
    except DigestError as error:
        # The other facts are read, and matter more than these.
        return FirstContributions(None, (f"First contributions are unknown: {error.message}",))
    numbers = ", ".join(f"#{pull.number}" for pull in hidden)
    notice = (
        f"GitHub's search does not find the authors of {numbers}, "
        "so it is unknown whether they are new."
    )
    if hidden and len(hidden) == len(earliest):
        return FirstContributions(None, (notice,), texts)
    return FirstContributions(tuple(pull.key for pull in new), (notice,) if hidden else (), texts)


def _split_by_search(
    fetch: RepositoryFetch,
    people: Sequence[tuple[str, PullRequest]],
    start: datetime,
    blobs: Sequence[Blob],
) -> tuple[list[PullRequest], list[PullRequest], Texts]:
    """The pull requests of newcomers, those of authors whom search does not find, and the texts."""
    new: list[PullRequest] = []
    hidden: list[PullRequest] = []
    texts: Texts = {}
    waiting = list(people)
    size = fetch.sizes.people

    def build(most: int) -> Question[Counted]:
        counting: dict[str, str] = {}
        for place, (login, _) in enumerate(waiting[:most]):
            counting[f"before{place}"] = searches.merged_by(fetch.repository, login, start)
            counting[f"ever{place}"] = searches.merged_by(fetch.repository, login)
        return Question(
            searches.with_counts(read_query("firsts"), counting),
            Counted,
            validate=_finds_no_author,
        )

    def question() -> Question[Counted]:
        return shrinking(build, size, len(waiting))

    while waiting:
        data = None
        if len(waiting) <= size.now and blobs:
            data, texts = _ask_with_texts(fetch, question, blobs)
        counts = (data or fetch.ask(question())).counts
        count = min(size.now, len(waiting))
        for place, (_, pull) in enumerate(waiting[:count]):
            if counts[f"before{place}"] == 0:
                (new if counts[f"ever{place}"] else hidden).append(pull)
        del waiting[:count]
    return new, hidden, texts


def _ask_with_texts(
    fetch: RepositoryFetch, question: Callable[[], Question[Counted]], blobs: Sequence[Blob]
) -> tuple[Counted | None, Texts]:
    """The answer to a question, and the texts of blobs; without them if that is too heavy.

    The answer is None if GitHub refuses to give both. Texts that GitHub withholds are left out.
    """
    fields = " ".join(f"f{place}: {blob.field}" for place, blob in enumerate(blobs))
    selection = f"texts: {repository_field(fetch.repository)} {{ {fields} }}"
    both: Question[Counted] = Question(
        with_fields(question().query, [selection]),
        CountedTexts,
        validate=_finds_no_author,
        smaller=question,
    )
    try:
        answer = fetch.github.ask(both, fetch.repository)
    except TryLaterError:
        raise
    except DigestError:
        return None, {}
    found = answer.data.texts if isinstance(answer.data, CountedTexts) else None
    if found is None:
        return answer.data, {}
    withheld = {part.path[1] for part in answer.withheld}
    texts: dict[Blob, str | None] = {}
    for place, blob in enumerate(blobs):
        if f"f{place}" not in withheld:
            text = found.parts.get(f"f{place}")
            texts[blob] = text.text if text else None
    return answer.data, texts


def _finds_no_author(data: Counted) -> str | None:
    """The fault of an answer that finds no author, although each has a merged pull request."""
    ever = [count for alias, count in data.counts.items() if alias.startswith("ever")]
    return None if any(ever) else "blind search"
