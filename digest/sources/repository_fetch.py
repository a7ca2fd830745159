"""The fetch of one repository by GraphQL: what was asked, counted and found missing.

And requests that shrink.
"""

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

ALIVE = read_query("alive")
COUNTS = "query Counts {\n}\n"
# A repository's merged pull requests, which the list has counted: search is blind where it sees
# none of them.
CONTROL = "merged"


@dataclass
class Size:
    """How much one request asks for."""

    now: int

    def halve(self, asked: int | None = None) -> bool:
        """Ask for half as much from here on, `asked` being less than usual.

        False where it cannot be less.
        """
        most = self.now if asked is None else min(self.now, asked)
        if most > 1:
            self.now = most // 2
        return most > 1


def shrinking(build: Callable[[int], Question], size: Size, left: int) -> Question:
    """The question for the first few of `left` things, which gives way to one for half as many where it is too heavy.

    `build` makes it for a number of them.
    """

    def smaller() -> Question | None:
        return shrinking(build, size, left) if size.halve(left) else None

    return replace(build(min(size.now, left)), smaller=smaller)


def ask_shrinking(
    ask: Callable[[Question], Data], build: Callable[[int], Question], size: Size, left: int
) -> tuple[int, Data | None]:
    """Ask about the first few of `left` things: how many they were, and the data of the answer.

    The data is None for a single one that GitHub fails to answer while it answers another question.
    Raises TooHeavyError where nobody knows which of several is too heavy.
    """
    try:
        data = ask(shrinking(build, size, left))
    except TooHeavyError:
        if min(size.now, left) > 1:
            raise
        ask(Question(ALIVE))
        return 1, None
    return min(size.now, left), data


@dataclass(frozen=True)
class Sizes:
    """The sizes of pages in one run: what was too heavy once is not asked for again.

    GitHub lists 100 at once. Files of more than 25 pull requests make a page that it often cannot
    answer, and so do the two searches that each of many people costs.
    """

    pulls: Size = field(default_factory=lambda: Size(100))
    files_of: Size = field(default_factory=lambda: Size(25))
    counts: Size = field(default_factory=lambda: Size(30))
    people: Size = field(default_factory=lambda: Size(50))


@dataclass
class RepositoryFetch:
    """The fetch of one repository.

    `gaps` say what is missing, `counts` what the counting searches found.
    `merged` is how many pull requests the list counts in all. `is_blind`: search does not see the
    repository.
    """

    github: GitHub
    watch: Watch
    repository: str
    sizes: Sizes = field(default_factory=Sizes)
    gaps: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    merged: int = 0
    is_blind: bool = False
    _uncounted: dict[str, str] = field(default_factory=dict)

    def ask(self, question: Question) -> Data:
        """The data of an answer; what GitHub withheld of it is a gap."""
        answer = self.github.ask(question, self.repository)
        self.gaps += [f"GitHub withheld a part of its answer: {words}." for words in answer.errors]
        return answer.data

    def page(
        self,
        query: str,
        variables: Mapping[str, object],
        counting: Mapping[str, str],
        validate: Validate,
        size: Size | None = None,
    ) -> Data:
        """The data of a query that carries counts along and asks for `$first` of `size`.

        Where that is too heavy, first the counts go, for `count_rest` to ask for, then the page is
        halved.
        """
        carried = dict(counting)
        self._uncounted = {
            alias: text for alias, text in self._uncounted.items() if alias not in carried
        }

        def question() -> Question:
            first = {"first": size.now} if size else {}
            return Question(
                searches.with_counts(query, carried), {**variables, **first}, smaller, validate
            )

        def smaller() -> Question | None:
            if carried:
                self._uncounted.update(carried)
                carried.clear()
                return question()
            return question() if size and size.halve() else None

        data = self.ask(question())
        self._take(carried, data)
        return data

    def count(self, counting: Mapping[str, str]) -> None:
        """Ask for the counts of searches, by alias; where search is blind they stay unknown."""
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
        """Ask for the counts that were too heavy to be carried along."""
        counting, self._uncounted = self._uncounted, {}
        self.count(counting)

    def blindness(self, data: Data) -> str | None:
        """The flaw of an answer whose control question finds nothing, where the list counts some."""
        control = data.get(CONTROL)
        return "blind search" if control and self.merged and control["issueCount"] == 0 else None

    def wait_to_retry(self, kind: str, tries: int) -> bool:
        """Whether to read again because of a flaw, after so many tries; the pause is over then."""
        return self.github.wait_to_retry(faults.flaw_fault(kind), tries)

    def _take(self, aliases: Iterable[str], data: Data) -> None:
        if aliases and self.blindness(data):
            self.is_blind = True
        else:
            self.counts.update({alias: data[alias]["issueCount"] for alias in aliases})
