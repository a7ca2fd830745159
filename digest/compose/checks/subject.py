"""The section that is checked, the facts about it, and the numbers that its text names."""

import re
import shlex
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from digest import windows
from digest.compose.checks.document import Document, Heading
from digest.compose.keys import RepositoryNames
from digest.model import Digest, PullRequest
from digest.settings import Settings

STORY = 3  # the level of a story's heading
PULL_REQUEST = re.compile(
    r"//[^/]+/(?P<repository>[\w.-]+/[\w.-]+)/pull/(?P<number>\d{1,9})\b", re.IGNORECASE
)
# A typing mistake changes, drops or adds one digit, so a number with far fewer digits is not a
# typing mistake.
FEWER_DIGITS = 1
DAYS_OF_WEEK = 7
# An item, a line that continues one, or an empty line.
LIST_LINE = re.compile(r"[-*+] |\d{1,9}[.)] |  |\s*$")

Problem = tuple[int | None, str, str]


@dataclass(frozen=True, kw_only=True)
class CheckFacts:
    """The facts of an edition, and the time of the check.

    `elsewhere` are pull requests of other editions, which a text may mention. `options` are those
    that the commands in a finding need.
    """

    digest: Digest
    settings: Settings
    names: RepositoryNames
    now: datetime
    elsewhere: AbstractSet[str] = frozenset()
    options: tuple[str, ...] = ()

    @property
    def fetch_command(self) -> str:
        """The command that fetches the edition's facts again."""
        window = self.digest.window
        first, last = windows.first_day(window), windows.last_day(window)
        if window.kind == "month":
            words = ["month", "--month", self.digest.edition]
        elif window.kind == "weeks" and (last - first).days < DAYS_OF_WEEK:
            words = ["week", "--week", self.digest.edition]
        else:
            words = ["week", "--since", str(first), "--until", str(last)]
        return shlex.join(["digest", *words, *self.options])

    @cached_property
    def pulls(self) -> dict[str, PullRequest]:
        """All pull requests by key in lower case."""
        known = (*self.digest.uncounted_pull_requests, *self.digest.pull_requests)
        return {pull.key.lower(): pull for pull in known}

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of all known pull requests, in lower case."""
        return frozenset(self.pulls) | {key.lower() for key in self.elsewhere}

    @cached_property
    def read_repositories(self) -> frozenset[str]:
        """The edition's repositories whose pull requests are all known, in lower case."""
        read = (one.name.lower() for one in self.digest.repositories if one.was_read)
        return frozenset(read)

    def key(self, repository: str, number: str) -> str:
        """The key of a pull request in lower case; an old name of a repository becomes the new."""
        return f"{self.names.resolve(repository).lower()}#{int(number)}"

    def looks_like_number(self, number: str) -> bool:
        """Whether a number has about as many digits as the edition's pull requests."""
        known = [pull.number for pull in self.digest.pull_requests]
        return len(number) >= len(str(min(known, default=0))) - FEWER_DIGITS


@dataclass(frozen=True)
class CheckSubject:
    """A section to check.

    Without `facts`, rules that need them find nothing. `pictures` are the targets of its pictures
    whose files exist; None if that is unknown.
    """

    document: Document
    facts: CheckFacts | None = None
    pictures: AbstractSet[str] | None = None

    def stories(self) -> Iterator[tuple[Heading, int]]:
        """The stories, each with the line after it.

        A file that is not an edition may have other text, so there the headings next to a story
        that links to a pull request are the stories. Headings above a list are groups.
        """
        closing = {self.facts.settings.wording.newcomers_heading} if self.facts else set()
        spans = [span for span in self.document.spans(STORY) if span[0].text not in closing]
        if self.facts:
            return iter(spans)
        linked = {link.line for link in self.document.links if PULL_REQUEST.search(link.target)}
        with_links = {
            self.parent(heading)
            for heading, end in spans
            if any(heading.line <= line < end for line in linked)
        }
        return (
            span
            for span in spans
            if self.parent(span[0]) in with_links and not self._is_list(*span)
        )

    def _is_list(self, heading: Heading, end: int) -> bool:
        """Whether all lines below a heading are items of a list."""
        lines = self.document.text.split("\n")[heading.line : end - 1]
        return all(LIST_LINE.match(line) for line in lines) and any(map(str.strip, lines))

    def first_story(self) -> int:
        """The line of the first story, or the line after the text."""
        first = next(self.document.spans(STORY), None)
        return first[0].line if first else self.document.text.count("\n") + 2

    def parent(self, heading: Heading) -> int:
        """The line of the heading above with a lower level; 0 if there is none."""
        above = (
            other.line
            for other in self.document.headings
            if other.line < heading.line and other.level < heading.level
        )
        return max(above, default=0)
