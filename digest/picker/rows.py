"""What the list shows: the stories in their order, then everything else that was merged, the likely ones first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from digest import text
from digest.compose import keys, people
from digest.model import Digest, Mark, Marks, PullRequest
from digest.settings import Settings

Kind = Literal["story", "candidate", "not offered", "bot"]
NO_NAME = "name unknown"


@dataclass(frozen=True)
class Row:
    """A story or a pull request, in plain text. `place` is a story's place or a candidate's rank, 0 for the others.

    `names` are its pull requests, or the heading of a story without any; `removed` is what was taken out for ever,
    `titles` are those of all pull requests of a story.
    """

    names: tuple[str, ...]
    kind: Kind
    place: int
    number: str
    title: str
    people: str = ""
    company: str = ""
    group: str = ""
    reasons: str = ""
    titles: str = ""
    removed: bool = False

    @property
    def is_story(self) -> bool:
        """Whether the section tells it."""
        return self.kind == "story"

    @cached_property
    def words(self) -> str:
        """What a filter looks at."""
        about = f"{self.people} {self.company} {self.group} {self.reasons}"
        return f"{self.number} {self.title} {self.titles} {about}".casefold()


@dataclass(frozen=True)
class Candidates:
    """The pull requests of a digest as rows, none of them told: made once, since no decision changes them."""

    rows: tuple[Row, ...]
    pulls: Mapping[str, PullRequest]

    @cached_property
    def by_key(self) -> Mapping[str, Row]:
        """The rows by their pull request."""
        return {row.names[0]: row for row in self.rows}


def candidates(digest: Digest, settings: Settings) -> Candidates:
    """The pull requests of a digest: the suggestions by rank, what is not suggested, what bots made."""
    pulls = {pull.key: pull for pull in (*digest.others, *digest.pull_requests)}
    ranks = {key: (at, one) for at, one in enumerate(digest.suggestions, start=1) for key in one.pull_requests}
    groups = {key: group.name for group in digest.groups for key in group.pull_requests}
    repositories = tuple(pulls)

    def row(pull: PullRequest) -> Row:
        rank, suggestion = ranks.get(pull.key, (0, None))
        is_bot = people.is_bot(pull.author, settings.bots)
        name = people.name(pull.author)
        return Row(
            names=(pull.key,),
            kind="candidate" if suggestion else "bot" if is_bot else "not offered",
            place=rank,
            number=keys.short([pull.key], repositories),
            title=text.plain(pull.title),
            people=text.plain(name or ((pull.author and pull.author.login) or "" if is_bot else NO_NAME)),
            company=text.plain((pull.author and people.employer(pull.author, settings)) or ""),
            group=text.plain(groups.get(pull.key, "")),
            reasons=text.plain(" · ".join(suggestion.reasons)) if suggestion else "",
        )

    return Candidates(tuple(sorted(map(row, pulls.values()), key=_order)), pulls)


def rows(offered: Candidates, marks: Marks, wanted: str = "") -> tuple[Row, ...]:
    """The stories of the marks in their order, then the other pull requests; only those that hold all wanted words."""
    words = wanted.casefold().split()
    return tuple(row for row in _all(offered, marks) if all(word in row.words for word in words))


def _all(offered: Candidates, marks: Marks) -> Iterator[Row]:
    live = [mark for mark in marks.stories if not mark.removed]
    for place, mark in enumerate(live, start=1):
        yield _story(offered, mark, place)
    told = {key for mark in live for key in mark.pull_requests}
    removed = {key for mark in marks.stories if mark.removed for key in mark.pull_requests}
    for row in offered.rows:
        if row.names[0] not in told:
            yield replace(row, removed=True) if row.names[0] in removed else row


def _story(offered: Candidates, mark: Mark, place: int) -> Row:
    """A story with all that is known of its pull requests."""
    known = [offered.by_key[key] for key in mark.pull_requests if key in offered.by_key]
    several = tuple(offered.pulls)

    def joined(*values: str, by: str) -> str:
        return by.join(dict.fromkeys(filter(None, values)))

    return Row(
        names=mark.pull_requests or (mark.heading or "",),
        kind="story",
        place=place,
        number="+".join(keys.short([key], several) for key in mark.pull_requests),
        title=text.plain(mark.heading or next((row.title for row in known), "nothing is known of it")),
        people=joined(*(row.people for row in known), by=", "),
        company=joined(*(row.company for row in known), by=", "),
        group=joined(*(row.group for row in known), by=", "),
        reasons=joined(*(row.reasons for row in known), by=" · "),
        titles=joined(*(row.title for row in known), by=" "),
    )


def _order(row: Row) -> tuple[int, int]:
    return ("candidate", "not offered", "bot").index(row.kind), row.place
