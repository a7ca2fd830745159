"""The state of one repository's fetch by GraphQL, and requests that shrink."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from digest.github import faults, searches
from digest.github.client import GitHub, Question, Watch
from digest.github.queries import read_query
from digest.github.treatments import TooHeavyError

Data = Mapping[str, Any]
Validate = Callable[[Data], str | None]

COUNTS = "query Counts {\n}\n"
# The alias of a search for all merged pull requests. Search is blind if it finds none of those that
# the list counts.
CONTROL = "merged"


@dataclass
class Size:
    """The number of things that one request asks for."""

    now: int

    def halve(self, count: int | None = None) -> bool:
        """Halve the size, or `count` if that is smaller; False if it is 1 already."""
        most = self.now if count is None else min(self.now, count)
        if most > 1:
            self.now = most // 2
        return most > 1


def shrinking(build: Callable[[int], Question], size: Size, left: int) -> Question:
    """The question for the first few of `left` things; its smaller one asks for half as many.

    `build` returns the question for a number of things.
    """

    def smaller() -> Question | None:
        return shrinking(build, size, left) if size.halve(left) else None

    return replace(build(min(size.now, left)), smaller=smaller)


def ask_shrinking(
    ask: Callable[[Question], Data], build: Callable[[int], Question], size: Size, left: int
) -> tuple[int, Data | None]:
    """Ask about the first few of `left` things; returns their number and the data.

    The data is None if GitHub fails to answer for a single thing but answers another question.
    Raises TooHeavyError if it is unknown which of several things is too heavy.
    """
    try:
        data = ask(shrinking(build, size, left))
    except TooHeavyError:
        if min(size.now, left) > 1:
            raise
        ask(Question(read_query("alive")))
        return 1, None
    return min(size.now, left), data


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
    and `counts` the results of counting searches. `merged` is the number of merged pull requests
    by the list, and `unsearchable` how many of them search does not find. `is_blind`: search finds
    none of them.
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
    _uncounted: dict[str, str] = field(default_factory=dict)

    def ask(self, question: Question) -> Data:
        """The data of an answer, with a notice about each part that GitHub withheld."""
        answer = self.github.ask(question, self.repository)
        self.notices += [f"GitHub withheld part of its answer: {error}." for error in answer.errors]
        return answer.data

    def page(
        self,
        query: str,
        variables: Mapping[str, object],
        counting: Mapping[str, str],
        validate: Validate,
        size: Size | None = None,
    ) -> Data:
        """The data of a query for `$first` of `size` that also counts the searches of `counting`.

        If that is too heavy, it leaves the counts to `count_rest`, then halves the page.
        """
        counted = dict(counting)
        self._uncounted = {
            alias: text for alias, text in self._uncounted.items() if alias not in counted
        }

        def question() -> Question:
            first = {"first": size.now} if size else {}
            return Question(
                searches.with_counts(query, counted), {**variables, **first}, smaller, validate
            )

        def smaller() -> Question | None:
            if counted:
                self._uncounted.update(counted)
                counted.clear()
                return question()
            return question() if size and size.halve() else None

        data = self.ask(question())
        self._take(counted, data)
        return data

    def count(self, counting: Mapping[str, str]) -> None:
        """Read the counts of searches, by alias; they stay unknown if search is blind."""
        waiting = {alias: text for alias, text in counting.items() if alias != CONTROL}
        control = {CONTROL: searches.merged(self.repository)}

        def question(most: int) -> Question:
            batch = dict(islice(waiting.items(), most))
            return Question(searches.with_counts(COUNTS, batch | control), validate=self.blindness)

        while waiting and not self.is_blind:
            data = self.ask(shrinking(question, self.sizes.counts, len(waiting)))
            batch = [alias for alias in data if alias != CONTROL]
            self._take(batch, data)
            for alias in batch:
                del waiting[alias]

    def count_rest(self) -> None:
        """Read the counts that were too heavy for an earlier request."""
        counting, self._uncounted = self._uncounted, {}
        self.count(counting)

    def blindness(self, data: Data) -> str | None:
        """The fault of an answer whose control search finds nothing, although the list does."""
        control = data.get(CONTROL)
        return "blind search" if control and self.merged and control["issueCount"] == 0 else None

    def wait_to_retry(self, kind: str, tries: int) -> bool:
        """Wait before reading again because of a fault; False if there is no other try."""
        return self.github.wait_to_retry(faults.flaw_fault(kind), tries)

    def _take(self, aliases: Iterable[str], data: Data) -> None:
        if aliases and self.blindness(data):
            self.is_blind = True
        else:
            self.counts.update({alias: data[alias]["issueCount"] for alias in aliases})
