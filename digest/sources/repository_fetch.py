"""The state of one repository's fetch by GraphQL; requests smaller pages after a failure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from types import MappingProxyType
from typing import Generic, TypeVar

from digest.errors import DigestError
from digest.github import faults, searches
from digest.github.client import GitHub, Question, Watch
from digest.github.faults import Withheld
from digest.github.graphql_answers import AliveAnswer, Counted, Selected
from digest.github.queries import read_query
from digest.github.treatments import TooHeavyError

CountedAnswer = TypeVar("CountedAnswer", bound=Counted)

COUNTS = "query Counts {\n}\n"
# The alias of a search for all merged pull requests. Search is blind if it finds none of those that
# the list counts.
CONTROL = "merged"


@dataclass(frozen=True)
class Query(Generic[CountedAnswer]):
    """A query to which counts of searches can be added, and the type of its answer."""

    text: str
    shape: type[CountedAnswer]


@dataclass
class Size:
    """The number of things in one request."""

    now: int

    def __post_init__(self) -> None:
        self._usual = self.now

    def restore(self) -> None:
        """Return to the first size, because the reason for a smaller one is known."""
        self.now = self._usual

    def halve(self, count: int | None = None) -> bool:
        """Halve the size, or `count` if that is smaller; False if it is 1 already."""
        most = self.now if count is None else min(self.now, count)
        if most > 1:
            self.now = most // 2
        return most > 1


def shrinking(
    build: Callable[[int], Question[Selected]], size: Size, left: int
) -> Question[Selected]:
    """The question for the first few of `left` things; its smaller one requests half as many.

    `build` returns the question for a number of things.
    """

    def smaller() -> Question[Selected] | None:
        return shrinking(build, size, left) if size.halve(left) else None

    return replace(build(min(size.now, left)), smaller=smaller)


def ask_shrinking(
    ask: Callable[[Question[Selected]], Selected],
    is_alive: Callable[[], object],
    build: Callable[[int], Question[Selected]],
    size: Size,
    left: int,
) -> tuple[int, Selected | None]:
    """Ask about the first few of `left` things; returns their number and the data.

    The data is None if GitHub fails to answer for a single thing but answers another question,
    that of `is_alive`. Raises TooHeavyError if it is unknown which of several things is too heavy.
    """
    try:
        data = ask(shrinking(build, size, left))
    except TooHeavyError:
        if min(size.now, left) > 1:
            raise
        is_alive()
        return 1, None
    return min(size.now, left), data


def ask_alive(github: GitHub, about: str) -> None:
    """Ask the lightest question. Raises DigestError if GitHub does not answer it either."""
    github.ask(Question(read_query("alive"), AliveAnswer), about)


@dataclass(frozen=True)
class Sizes:
    """The sizes of pages in one run; a size that was too heavy is not used again.

    GitHub lists up to 100 entries. It often fails to answer for the files of more than 25 pull
    requests, or for the two searches of each of many people.
    """

    pulls: Size = field(default_factory=lambda: Size(100))
    files_of: Size = field(default_factory=lambda: Size(25))
    counts: Size = field(default_factory=lambda: Size(30))
    people: Size = field(default_factory=lambda: Size(50))


@dataclass
class RepositoryFetch:
    """The fetch of one repository.

    `gaps` are notices about pull requests that may be missing, `notices` those about other facts,
    and `counts` the results of counting searches. `merged` is the number of merged pull requests by
    the list, and `unsearchable` how many of them search does not find. `is_blind`: search finds
    none of them. `reads_front`: GitHub returns the first entry of the list. `withheld` are the
    parts that are missing in the last answer.
    """

    github: GitHub
    watch: Watch
    repository: str
    sizes: Sizes = field(default_factory=Sizes)
    gaps: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    merged: int = 0
    unsearchable: int = 0
    is_blind: bool = False
    reads_front: bool = True
    withheld: tuple[Withheld, ...] = ()
    _uncounted: dict[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        """The variables by which a query names the repository."""
        owner, name = self.repository.split("/")
        return {"owner": owner, "name": name}

    def ask(self, question: Question[Selected]) -> Selected:
        """The data of an answer, with a notice about each part that GitHub withheld."""
        answer = self.github.ask(question, self.repository)
        self.withheld = answer.withheld
        self.notices += [
            f"GitHub withheld part of its answer: {part.message}." for part in answer.withheld
        ]
        return answer.data

    def ask_alive(self) -> None:
        """Ask the lightest question. Raises DigestError if GitHub does not answer it either."""
        ask_alive(self.github, self.repository)

    def reason_for(self, *path: str) -> Withheld | None:
        """The reason why a part of the last answer is null, None if GitHub gives none."""
        return next((part for part in self.withheld if part.path[: len(path)] == path), None)

    def error_of_null(self) -> DigestError:
        """The error for a repository that is null in the last answer."""
        return faults.withheld_error(self.reason_for("repository"), self.repository)

    def page(
        self,
        query: Query[CountedAnswer],
        variables: Mapping[str, object],
        counting: Mapping[str, str] = MappingProxyType({}),
        validate: Callable[[CountedAnswer], str | None] = lambda _: None,
        size: Size | None = None,
    ) -> CountedAnswer:
        """The data of a query for `$first` of `size` that also counts the searches of `counting`.

        If that is too heavy, it leaves the counts to `count_rest`, then halves the page.
        """
        counted = dict(counting)
        self._uncounted = {
            alias: text for alias, text in self._uncounted.items() if alias not in counted
        }

        def question() -> Question[CountedAnswer]:
            first = {"first": size.now} if size else {}
            return Question(
                searches.with_counts(query.text, counted),
                query.shape,
                {**variables, **first},
                smaller,
                validate,
            )

        def smaller() -> Question[CountedAnswer] | None:
            if counted:
                self._uncounted.update(counted)
                counted.clear()
                return question()
            return question() if size and size.halve() else None

        try:
            data = self.ask(question())
        except TooHeavyError:
            self._uncounted.update(counted)
            raise
        self._take(counted, data)
        return data

    def count(self, counting: Mapping[str, str]) -> None:
        """Read the counts of searches, by alias.

        They stay unknown if search is blind, and one that is too heavy alone stays unknown.
        """
        waiting = {alias: text for alias, text in counting.items() if alias != CONTROL}
        control = {CONTROL: searches.merged(self.repository)}

        def question(most: int) -> Question[Counted]:
            batch = dict(islice(waiting.items(), most))
            return Question(
                searches.with_counts(COUNTS, batch | control), Counted, validate=self.blindness
            )

        while waiting and not self.is_blind:
            try:
                data = self.ask(shrinking(question, self.sizes.counts, len(waiting)))
            except TooHeavyError:
                if min(self.sizes.counts.now, len(waiting)) > 1:
                    raise
                del waiting[next(iter(waiting))]
                continue
            batch = [alias for alias in data.counts if alias != CONTROL]
            self._take(batch, data)
            for alias in batch:
                del waiting[alias]

    def count_rest(self) -> None:
        """Read the counts that were too heavy for an earlier request."""
        counting, self._uncounted = self._uncounted, {}
        self.count(counting)

    def blindness(self, data: Counted) -> str | None:
        """The fault of an answer whose control search finds nothing, although the list does."""
        return "blind search" if self.merged and data.counts.get(CONTROL) == 0 else None

    def wait_to_retry(self, kind: str, tries: int) -> bool:
        """Wait before reading again because of a fault; False if there is no other try."""
        return self.github.wait_to_retry(faults.flaw_fault(kind), tries)

    def _take(self, aliases: Iterable[str], data: Counted) -> None:
        if aliases and self.blindness(data):
            self.is_blind = True
        else:
            self.counts.update({alias: data.counts[alias] for alias in aliases})
