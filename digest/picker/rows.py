"""The rows of the list: stories, items, candidates, other pull requests and those of bots."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

from digest import text
from digest.compose import keys, people
from digest.compose.candidates import split_size
from digest.compose.items import ItemFacts, ItemPlace, arrange_items, item_facts
from digest.model import Digest, Group, Layout, Mark, Marks, PullRequest
from digest.settings import Settings

Kind = Literal["story", "item", "candidate", "left out", "other", "bot"]
# In the order of the list.
KINDS: tuple[Kind, ...] = get_args(Kind)
HEADINGS: dict[Kind, str] = {
    "story": "In the section",
    "candidate": "Candidates, largest first",
    "left out": "Not in the list",
    "other": "Others: releases, reverts, already covered",
    "bot": "By bots",
}


@dataclass(frozen=True)
class Row:
    """A story, an item of a list or a pull request, in plain text.

    `names` are its pull requests, or the heading of a story without any. `place` is the place of a
    story, else 0. `size` is the number of lines that it adds, `tags` are the group and the reasons
    without the size. `titles` are those of all pull requests of a story. A `removed` story stays
    out. `in_text` if only a person's text covers it, without a mark.
    """

    names: tuple[str, ...]
    kind: Kind
    number: str
    title: str
    place: int = 0
    people: str = ""
    company: str = ""
    group: str = ""
    reasons: str = ""
    size: str = ""
    tags: str = ""
    titles: str = ""
    removed: bool = False
    in_text: bool = False

    @property
    def is_story(self) -> bool:
        """Whether it is a story."""
        return self.kind == "story"

    @property
    def is_item(self) -> bool:
        """Whether it is an item of a list."""
        return self.kind == "item"

    @property
    def heading(self) -> str:
        """The heading above the row: the group of an item, or the kind of another row."""
        return self.group if self.is_item else HEADINGS[self.kind]

    @cached_property
    def search_text(self) -> str:
        """The text that a filter searches, case-folded."""
        facts = f"{self.people} {self.company} {self.group} {self.reasons}"
        return f"{self.number} {self.title} {self.titles} {facts}".casefold()


@dataclass(frozen=True)
class PullRequestRows:
    """The pull requests of a digest as rows, without the decisions about stories.

    `groups` and `settings` are for the items of a list.
    """

    rows: tuple[Row, ...]
    pulls: Mapping[str, PullRequest]
    groups: tuple[Group, ...]
    settings: Settings

    @property
    def layout(self) -> Layout:
        """The layout of the section."""
        return self.settings.layout

    def arranged(self, decided: Marks) -> Mapping[str, Sequence[ItemPlace]]:
        """The items of each group of a list, in order."""
        return arrange_items(self.groups, decided, self.item_facts, self.settings)

    @cached_property
    def item_facts(self) -> ItemFacts:
        """The facts for the places of items."""
        return item_facts(self.pulls, (), self.settings)

    def item_row(self, place: ItemPlace, group: str) -> Row:
        """The row of an item."""
        keys, mark = place.pull_requests, place.mark
        if len(keys) == 1 and not mark.heading:
            known, row = (keys[0], group), self.by_key.get(keys[0])
            if row and known not in self.item_rows:
                self.item_rows[known] = replace(row, kind="item", group=group)
            if row:
                return self.item_rows[known]
        return replace(_story_row(self, mark, 0), kind="item", group=group)

    @cached_property
    def item_rows(self) -> dict[tuple[str, str], Row]:
        """The rows of items, each made once."""
        return {}

    @cached_property
    def by_key(self) -> Mapping[str, Row]:
        """The rows by the key of their pull request."""
        return {row.names[0]: row for row in self.rows}


def pull_request_rows(digest: Digest, settings: Settings) -> PullRequestRows:
    """The pull requests of a digest: candidates by rank, then the others, then those of bots."""
    pulls = {pull.key: pull for pull in (*digest.uncounted_pull_requests, *digest.pull_requests)}
    candidates = {
        key: candidate for candidate in digest.candidates for key in candidate.pull_requests
    }
    ranks = {key: rank for rank, key in enumerate(candidates)}
    groups = {key: group.name for group in digest.groups for key in group.pull_requests}
    all_keys = tuple(pulls)

    def row(pull: PullRequest) -> Row:
        candidate = candidates.get(pull.key)
        is_bot = people.is_bot(pull.author, settings.bots)
        reasons = candidate.reasons if candidate else ()
        tags = (groups.get(pull.key, ""), *split_size(reasons, [pull])[1])
        return Row(
            names=(pull.key,),
            kind="candidate" if candidate else "bot" if is_bot else "other",
            number=keys.format_keys([pull.key], all_keys),
            title=text.plain(pull.title),
            people=text.plain(people.plain_name(pull.author, settings)),
            company=text.plain(people.shown_company(pull.author, settings) or ""),
            group=text.plain(groups.get(pull.key, "")),
            reasons=text.plain(" · ".join(reasons)),
            size=_size([pull]),
            tags=text.plain(" · ".join(filter(None, tags))),
        )

    def order(row: Row) -> tuple[int, int]:
        return KINDS.index(row.kind), ranks.get(row.names[0], 0)

    ordered = tuple(sorted(map(row, pulls.values()), key=order))
    return PullRequestRows(ordered, pulls, digest.groups, settings.with_layout(digest.layout))


def filter_rows(rows: tuple[Row, ...], filter_text: str) -> tuple[Row, ...]:
    """The rows that match all words of the filter."""
    for word in filter_text.casefold().split():
        rows = tuple(row for row in rows if word in row.search_text)
    return rows


def list_rows(
    pull_rows: PullRequestRows, marks: Marks, in_text: AbstractSet[str] = frozenset()
) -> Iterator[Row]:
    """The stories in order, then the other pull requests.

    `in_text` are the keys of the pull requests that the section covers.
    """
    live = marks.stories_in(pull_rows.layout)
    for place, mark in enumerate(live, start=1):
        yield _story_row(pull_rows, mark, place)
    covered = {key for mark in live for key in mark.pull_requests}
    if pull_rows.layout != "stories":
        yield from _list_rows(pull_rows, marks, covered)
        return
    removed = {key for mark in marks.stories if mark.removed for key in mark.pull_requests}
    for row in pull_rows.rows:
        if row.names[0] in covered:
            continue
        if row.names[0] in in_text:
            yield replace(row, in_text=True)
        else:
            yield replace(row, removed=True) if row.names[0] in removed else row


def _size(pulls: Sequence[PullRequest]) -> str:
    """The lines that pull requests add, "+1,200"; empty if that is unknown."""
    added = [pull.additions for pull in pulls if pull.additions is not None]
    return f"+{sum(added):,}" if added else ""


def _list_rows(
    pull_rows: PullRequestRows, marks: Marks, covered: AbstractSet[str]
) -> Iterator[Row]:
    """The items by group, then the pull requests that are neither items nor in stories."""
    shown = set(covered)
    for name, places in pull_rows.arranged(marks).items():
        group = text.plain(name)
        for place in places:
            shown.update(place.pull_requests)
            yield pull_rows.item_row(place, group)
    left_out = {key for mark in marks.stories if not mark.listed for key in mark.pull_requests}
    rest = [row for row in pull_rows.rows if row.names[0] not in shown]
    for row in sorted(rest, key=lambda row: row.kind == "bot"):
        kind: Kind = "bot" if row.kind == "bot" else "left out"
        yield replace(row, kind=kind, removed=row.names[0] in left_out)


def _story_row(pull_rows: PullRequestRows, mark: Mark, place: int) -> Row:
    """The row of a story, with the facts of its pull requests."""
    by_key, all_keys = pull_rows.by_key, tuple(pull_rows.pulls)
    known = [by_key[key] for key in mark.pull_requests if key in by_key]

    def number(key: str) -> str:
        return by_key[key].number if key in by_key else keys.format_keys([key], all_keys)

    def joined(*values: str, by: str) -> str:
        return by.join(dict.fromkeys(filter(None, values)))

    return Row(
        names=mark.pull_requests or (mark.heading or "",),
        kind="story",
        place=place,
        number="+".join(map(number, mark.pull_requests)),
        title=text.plain(
            mark.heading or next((row.title for row in known), "unknown pull request")
        ),
        people=joined(*(row.people for row in known), by=", "),
        company=joined(*(row.company for row in known), by=", "),
        group=joined(*(row.group for row in known), by=", "),
        reasons=joined(*(row.reasons for row in known), by=" · "),
        size=_size([pull_rows.pulls[key] for key in mark.pull_requests if key in pull_rows.pulls]),
        tags=joined(*(row.tags for row in known), by=" · "),
        titles=joined(*(row.title for row in known), by=" "),
    )
