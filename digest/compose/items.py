"""Makes the lists of a section: groups, and an item for each pull request without a story. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from digest import text
from digest.compose import people, titles
from digest.compose.blocks import plain_words, split_blocks, union
from digest.compose.stories import link_pull_request
from digest.model import (
    Group,
    ListedGroup,
    ListedItem,
    Mark,
    Markdown,
    Marks,
    PullRequest,
    Repository,
)
from digest.settings import Settings

INDENT = "  "
NO_MARK = Mark()
UNKNOWN = "TODO: say what it does"


@dataclass(frozen=True)
class ItemPlace:
    """An item before it is written: its pull requests, their group, and its mark if it has one."""

    pull_requests: tuple[str, ...]
    group: str
    mark: Mark = NO_MARK


@dataclass(frozen=True)
class ItemFacts:
    """The facts for items: pull requests by key, and the keys of those by bots and of firsts.

    `ranks` are the places of the pull requests in the order of lists.
    """

    pulls: Mapping[str, PullRequest]
    repositories: Sequence[Repository]
    bots: AbstractSet[str]
    ranks: Mapping[str, int]
    first_contributions: AbstractSet[str] = frozenset()


def list_groups(
    groups: Sequence[Group], decided: Marks, facts: ItemFacts, settings: Settings
) -> tuple[ListedGroup, ...]:
    """The groups of a list with their items, in order; without pull requests that have a story.

    Marks can leave an item out, join several, move one and replace its words. An item that a mark
    is about is shown even in a group that the settings leave out.
    """
    writer = _ItemWriter(facts, settings)
    return tuple(
        ListedGroup(name=name, listed_items=tuple(map(writer.item, places)))
        for name, places in arrange_items(groups, decided, facts, settings).items()
    )


def arrange_items(
    groups: Sequence[Group], decided: Marks, facts: ItemFacts, settings: Settings
) -> Mapping[str, Sequence[ItemPlace]]:
    """The items of each group of a list, in order."""
    by_group: dict[str, list[ItemPlace]] = {}
    for place in _places(groups, decided, facts, settings):
        by_group.setdefault(place.group, []).append(place)
    order = [group.name for group in groups]
    names = sorted(by_group, key=lambda name: order.index(name) if name in order else len(order))
    return {name: _with_places(by_group[name]) for name in names}


def item_facts(
    pulls: Mapping[str, PullRequest],
    repositories: Sequence[Repository],
    settings: Settings,
    first: AbstractSet[str] = frozenset(),
) -> ItemFacts:
    """The facts for the items of these pull requests."""
    bots = {key for key, pull in pulls.items() if people.is_bot(pull.author, settings.bots)}
    ordered = sorted(pulls, key=lambda key: _rank(pulls[key], settings))
    ranks = {key: rank for rank, key in enumerate(ordered)}
    return ItemFacts(pulls, repositories, bots, ranks, first)


def is_listed_group(name: str, settings: Settings) -> bool:
    """Whether the settings show a group in lists."""
    is_listed = False
    for pattern in settings.list_groups:
        if text.matches_glob(pattern.removeprefix("!"), name):
            is_listed = not pattern.startswith("!")
    return is_listed


def _places(
    groups: Sequence[Group], decided: Marks, facts: ItemFacts, settings: Settings
) -> Iterator[ItemPlace]:
    """The items of each group in the order of the settings."""
    marks = {key: mark for mark in decided.stories for key in mark.pull_requests}
    in_groups = {key for group in groups for key in group.pull_requests}
    names = {plain_words(group.name): group.name for group in groups}
    done: set[str] = set()

    def place_of(mark: Mark, group: str) -> ItemPlace:
        done.update(mark.pull_requests)
        name = names.setdefault(plain_words(mark.group), mark.group) if mark.group else group
        return ItemPlace(mark.pull_requests, name, mark)

    for group in groups:
        is_listed = is_listed_group(group.name, settings)
        for key in sorted(group.pull_requests, key=lambda key: facts.ranks[key]):
            mark = marks.get(key)
            if key in done or (mark and (mark.is_story(settings.layout) or not mark.listed)):
                continue
            is_bot = key in facts.bots
            if mark and (_is_asked_for(mark, settings) or (is_listed and not is_bot)):
                yield place_of(mark, group.name)
            elif is_listed and not is_bot:
                yield ItemPlace((key,), group.name)
    for mark in decided.stories:
        is_item = mark.listed and not mark.is_story(settings.layout)
        is_other = in_groups.isdisjoint(mark.pull_requests) and mark.pull_requests
        if is_item and is_other and _is_asked_for(mark, settings):
            yield place_of(mark, settings.default_group)


def _is_asked_for(mark: Mark, settings: Settings) -> bool:
    """Whether an editor asked for this item, and did not only remove its story."""
    is_worded = mark.text or mark.heading or mark.group
    return bool(is_worded) or (settings.layout == "list" and not mark.removed)


def _rank(pull: PullRequest, settings: Settings) -> tuple[int, str, int]:
    size = -(pull.additions or 0) if settings.list_order == "size" else 0
    return size, pull.repository, pull.number


def _with_places(places: Sequence[ItemPlace]) -> list[ItemPlace]:
    """The items of a group. Items with a place are at this place; the first place is 1."""
    ordered = [place for place in places if place.mark.place is None]
    for place in sorted(places, key=lambda place: place.mark.place or 0):
        if place.mark.place is not None:
            ordered.insert(place.mark.place - 1, place)
    return ordered


class _ItemWriter:
    """Writes items with the facts and settings that they share."""

    def __init__(self, facts: ItemFacts, settings: Settings) -> None:
        self.facts, self.settings = facts, settings
        self.repositories = {one.name: one.url for one in facts.repositories}

    def item(self, place: ItemPlace) -> ListedItem:
        """The item of a place."""
        keys, mark = place.pull_requests, place.mark
        known = [self.facts.pulls[key] for key in keys if key in self.facts.pulls]
        drafted = [text.inline(titles.bare_title(pull)) for pull in known]
        bylines = dict.fromkeys(
            people.byline(pull.author, self.settings, people.site_of(pull)) for pull in known
        )
        item = ListedItem(
            pull_requests=keys,
            title=text.inline(mark.heading)
            if mark.heading
            else Markdown(text.join_words(drafted) or Markdown(UNKNOWN)),
            links=Markdown(", ".join(map(self._link, keys))),
            by=Markdown(text.join_words([*bylines]) or people.LEFT_OUT),
            first_contribution=self.settings.first_contributions
            and not self.facts.first_contributions.isdisjoint(keys),
        )
        return replace(item, text=self._editor_text(mark.text, keys)) if mark.text else item

    def _editor_text(self, markdown: str, keys: Sequence[str]) -> Markdown:
        """The editor's words, and links to the pull requests that these do not link."""
        first, *more = markdown.strip().split("\n")
        linked = union(block.keys for block in split_blocks(markdown))
        if unlinked := [key for key in keys if key.lower() not in linked]:
            first = f"{first} ({', '.join(map(self._link, unlinked))})"
        lines = (f"{INDENT}{line}" if line.strip() else "" for line in more)
        return Markdown("\n".join([re.sub(r"^\s+", "", first), *lines]))

    def _link(self, key: str) -> Markdown:
        return link_pull_request(key, self.facts.pulls, self.repositories)
