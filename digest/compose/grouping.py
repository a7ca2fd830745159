"""Puts each pull request into a group. The first rule that matches decides."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from digest import text
from digest.compose.people import is_bot
from digest.model import Group, PullRequest
from digest.settings import GroupRule, Match, Settings, Subject, rules

# The last word of a captured name, such as "widgets" in "ui_widgets".
_LAST_WORD = re.compile(r"(?<=\w)[-_ ]+[^-_ ]+$")


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """The groups in display order, and notices about rules that needed unknown facts."""

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


def group_pull_requests(
    pull_requests: Sequence[PullRequest],
    settings: Settings,
    areas: Mapping[str, tuple[str, ...]] | None = None,
) -> Grouping:
    """Every pull request in exactly one group, without empty groups.

    `areas` are the learned areas by repository. The order is `group_order`, then the order of the
    rules, then the group for the rest. Groups with captured names are sorted by size, then by name.
    """
    places = _places(pull_requests, settings, areas or {})
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


def _places(
    pull_requests: Sequence[PullRequest],
    settings: Settings,
    areas: Mapping[str, tuple[str, ...]],
) -> list[_Place]:
    """The places in the order of the pull requests.

    Bounds on names count all pull requests with the same rules together.
    """
    subjects: defaultdict[str, list[Subject]] = defaultdict(list)
    for pull in pull_requests:
        subject = Subject(
            pull_request=pull,
            is_bot=is_bot(pull.author, settings.bots),
            areas=areas.get(pull.repository, ()),
        )
        subjects[pull.repository].append(subject)
    by_rules: defaultdict[tuple[GroupRule, ...], list[Subject]] = defaultdict(list)
    for repository, theirs in subjects.items():
        by_rules[settings.groups_of(repository)] += theirs
    all_places: list[_Place] = []
    for groups, with_these in by_rules.items():
        capped = _frequent_places(with_these, groups, settings)
        for position, rule in enumerate(groups):
            capped = _capped(capped, position, rule, settings.default_group)
        all_places += capped
    order = {pull.key: place for place, pull in enumerate(pull_requests)}
    return sorted(all_places, key=lambda place: order[place.pull.key])


def _frequent_places(
    subjects: Sequence[Subject], groups: Sequence[GroupRule], settings: Settings
) -> list[_Place]:
    """The places, without captured names with fewer pull requests than their rule requires.

    Long names are judged first, because their pull requests may move to a shorter one.
    """
    places = {subject.pull_request.key: _place(subject, groups, settings) for subject in subjects}
    rare: frozenset[str] = frozenset()
    while True:
        sizes = Counter(place.name for place in places.values())
        fewer = {
            place.name
            for place in places.values()
            if not place.beyond
            and place.position < len(groups)
            and sizes[place.name] < groups[place.position].min_pull_requests
        }
        if not fewer:
            return list(places.values())
        longest = max(map(_word_count, fewer))
        fewer = {name for name in fewer if _word_count(name) == longest}
        rare |= fewer
        for subject in subjects:
            if places[subject.pull_request.key].name in fewer:
                places[subject.pull_request.key] = _place(subject, groups, settings, rare)


def _place(
    subject: Subject,
    groups: Sequence[GroupRule],
    settings: Settings,
    rare: frozenset[str] = frozenset(),
) -> _Place:
    """The place by the first rule that matches and whose captured name is not a rare one.

    Instead of a rare name, such as "UI widgets", its beginning may count: "UI". If no other rule
    matches, it is the `overflow_group` of the rule with the rare name.
    """
    pull = subject.pull_request
    unknown: frozenset[str] = frozenset()
    rest = _Place(
        pull=pull,
        name=settings.default_group,
        words="no rule",
        position=len(groups),
        unknown=unknown,
    )
    for position, rule in enumerate(groups):
        outcome = rules.evaluate_rule(rule, subject)
        if isinstance(outcome, Match):
            names = _names(rule, outcome.captures, settings)
            may_be_rare = rule.min_pull_requests > 1
            name = next((one for one in names if not may_be_rare or one not in rare), None)
            place = _Place(
                pull=pull,
                name=name or rule.overflow_group or settings.default_group,
                words=outcome.words,
                position=position,
                beyond=name is None,
                unknown=unknown,
            )
            if name or not names:
                return place
            if not rest.beyond:
                rest = place
        else:
            unknown |= outcome or frozenset()
    return replace(rest, unknown=unknown)


def _names(rule: GroupRule, captures: Mapping[str, str], settings: Settings) -> list[str]:
    """The group's name, and shorter ones if it may be rare; none without a capture."""
    name = fill_in_name(rule.name, captures, settings)
    if name is None:
        return []
    names = [name]
    while rule.min_pull_requests > 1:
        captures = {key: _LAST_WORD.sub("", value) for key, value in captures.items()}
        shorter = fill_in_name(rule.name, captures, settings)
        if shorter is None or shorter == names[-1]:
            break
        names.append(shorter)
    return names


def _word_count(name: str) -> int:
    return len(name.split())


def fill_in_name(template: str, captures: Mapping[str, str], settings: Settings) -> str | None:
    """The name of a group with captures filled in, written well; None if one is missing."""
    spellings = {word.casefold(): word for word in settings.spellings}

    def in_words(place: re.Match[str]) -> str:
        segment = captures[place.group(1)]
        for written in (segment.lower(), segment.lower().replace("_", "-")):
            if name := settings.display_names.get(written):
                return name
        words = text.plain(re.sub("[-_]+", " ", segment)).strip().split(" ")
        first, *others = [spellings.get(word.casefold(), word) for word in words]
        is_spelled = first.casefold() in spellings
        return " ".join([first if is_spelled else first[:1].upper() + first[1:], *others])

    try:
        return re.sub(r"\{(\w+)\}", in_words, template)
    except KeyError:
        return None


def _capped(
    places: list[_Place], position: int, rule: GroupRule, default_group: str
) -> list[_Place]:
    """Keep the largest groups of a rule and move the rest to `overflow_group`."""
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
