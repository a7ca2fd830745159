"""Puts each pull request into a group. The first rule that matches decides."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from digest import text
from digest.compose.people import is_bot
from digest.model import Group, PullRequest
from digest.settings import GroupRule, Match, Settings, Subject, rules


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """The groups in display order, and notices about rules that lacked facts."""

    groups: tuple[Group, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Place:
    """The group of a pull request, and the position of the rule that chose it.

    `beyond`: the pull request is in `otherwise` because the captured name is unknown or too rare.
    """

    pull: PullRequest
    name: str
    words: str
    position: int
    beyond: bool = False
    unknown: frozenset[str]


def group_pull_requests(pull_requests: Sequence[PullRequest], settings: Settings) -> Grouping:
    """Every pull request in exactly one group, without empty groups.

    The order is `group_order`, then the order of the rules, then the group for the rest. Groups
    with captured names are sorted by size, then by name.
    """
    places = _places(pull_requests, settings)
    members: defaultdict[str, list[_Place]] = defaultdict(list)
    for place in places:
        members[place.name].append(place)
    groups = tuple(
        Group(
            name=name,
            count=len(members[name]),
            pull_requests=tuple(place.pull.key for place in members[name]),
            rules={place.pull.key: place.words for place in members[name]},
        )
        for name in sorted(members, key=lambda name: _rank(name, members[name], settings))
    )
    return Grouping(
        groups=groups,
        notices=rules.unknown_fact_notices((place.unknown for place in places), "grouping"),
    )


def _places(pull_requests: Sequence[PullRequest], settings: Settings) -> list[_Place]:
    """The places in the order of the pull requests.

    A cap counts all pull requests with the same rules together.
    """
    by_rules: defaultdict[tuple[GroupRule, ...], list[_Place]] = defaultdict(list)
    for pull in pull_requests:
        groups = settings.groups_of(pull.repository)
        by_rules[groups].append(_place(pull, groups, settings))
    all_places: list[_Place] = []
    for groups, places in by_rules.items():
        capped = places
        for position, rule in enumerate(groups):
            capped = _capped(capped, position, rule, settings.default_group)
        all_places += capped
    order = {pull.key: place for place, pull in enumerate(pull_requests)}
    return sorted(all_places, key=lambda place: order[place.pull.key])


def _place(pull: PullRequest, groups: Sequence[GroupRule], settings: Settings) -> _Place:
    subject = Subject(pull_request=pull, is_bot=is_bot(pull.author, settings.bots))
    unknown: frozenset[str] = frozenset()
    for position, rule in enumerate(groups):
        outcome = rules.evaluate_rule(rule, subject)
        if isinstance(outcome, Match):
            name = _name(rule.name, outcome.captures, settings.display_names)
            beyond = rule.overflow_group or settings.default_group
            return _Place(
                pull=pull,
                name=name or beyond,
                words=outcome.words,
                position=position,
                beyond=name is None,
                unknown=unknown,
            )
        unknown |= outcome or frozenset()
    last = len(groups)
    return _Place(
        pull=pull, name=settings.default_group, words="no rule", position=last, unknown=unknown
    )


def _name(template: str, captures: Mapping[str, str], names: Mapping[str, str]) -> str | None:
    """The name of the group with captures filled in; None if one is missing."""

    def in_words(place: re.Match[str]) -> str:
        segment = captures[place.group(1)]
        plain = text.plain(re.sub("[-_]+", " ", segment))
        return names.get(segment.lower(), plain[:1].upper() + plain[1:])

    try:
        return re.sub(r"\{(\w+)\}", in_words, template)
    except KeyError:
        return None


def _capped(
    places: list[_Place], position: int, rule: GroupRule, default_group: str
) -> list[_Place]:
    """Keep the largest groups of a rule and move the rest to `otherwise`."""
    if rule.max_names is None:
        return places
    sizes = Counter(
        place.name for place in places if place.position == position and not place.beyond
    )
    kept = sorted(sizes, key=lambda name: (-sizes[name], name.casefold()))[: rule.max_names]
    return [
        replace(place, name=rule.overflow_group or default_group, beyond=True)
        if place.position == position and place.name not in kept
        else place
        for place in places
    ]


def _rank(
    name: str, members: Sequence[_Place], settings: Settings
) -> tuple[bool, int, int, bool, int, str]:
    order = settings.group_order
    listed = order.index(name) if name in order else len(order)
    first = min(members, key=lambda place: (place.position, place.beyond))
    return (
        name == settings.default_group,
        listed,
        first.position,
        first.beyond,
        -len(members),
        name.casefold(),
    )
