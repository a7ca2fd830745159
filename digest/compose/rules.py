"""Rules: where the conditions of the settings meet a pull request.

A fact may be unknown (`None`), so a condition holds, fails, or cannot be told; what cannot be told does not match.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from digest import text
from digest.model import STATUS, ChangedFile, PullRequest
from digest.settings import CAPTURED, Condition, Rule
from digest.text import descriptions

GLOB = re.compile(rf"(\*\*/|\*\*|\*|\{{{CAPTURED}\}})")


@dataclass(frozen=True, kw_only=True)
class Match:
    """What made a rule match, in words, and the path segments that it captured, by name."""

    words: str
    captures: Mapping[str, str]


# A condition holds, fails (None), or lacks facts, here by name.
Outcome = Match | frozenset[str] | None


def match(rule: Rule, pull_request: PullRequest, is_bot: bool, is_first: bool | None = None) -> Match | None:  # noqa: FBT001 (facts, no switches)
    """How the rule matches; None when it does not, or when that cannot be told (see `unknown`).

    `is_first` is whether its author had nothing merged before, None when nobody can tell.
    """
    outcome = _outcome(rule, pull_request, is_bot, is_first)
    return outcome if isinstance(outcome, Match) else None


def unknown(rule: Rule, pull_request: PullRequest, is_bot: bool, is_first: bool | None = None) -> frozenset[str]:  # noqa: FBT001 (facts, no switches)
    """The facts whose absence leaves it open whether the rule matches: "files", "labels"; empty when it is decided."""
    outcome = _outcome(rule, pull_request, is_bot, is_first)
    return outcome if isinstance(outcome, frozenset) else frozenset()


def notices(lacking: Iterable[frozenset[str]], matter: str) -> tuple[str, ...]:
    """What to say when rules on some matter ("groups") met pull requests that lack facts.

    Facts that the same number of them lacks stand in one line.
    """
    counts = Counter(fact for facts in lacking for fact in facts)
    by_count: dict[int, list[str]] = {}
    for fact, count in sorted(counts.items()):
        by_count.setdefault(count, []).append(fact)
    return tuple(
        f"The {text.listed(facts)} of {count:,} "
        f"pull request{'s' if count > 1 else ''} cannot be told; rules for {matter} that ask for them did not match."
        for count, facts in sorted(by_count.items(), reverse=True)
    )


def _outcome(rule: Rule, pull: PullRequest, is_bot: bool, is_first: bool | None) -> Outcome:  # noqa: FBT001 (facts, no switches)
    every = [_condition(one, pull, is_bot, is_first) for one in rule.all]
    some = [_some(_condition(one, pull, is_bot, is_first) for one in rule.any)] if rule.any else []
    return _every([*every, *some])


def _condition(condition: Condition, pull: PullRequest, is_bot: bool, is_first: bool | None) -> Outcome:  # noqa: FBT001 (facts, no switches)
    author = pull.author.login or pull.author.name if pull.author else None
    outcomes: list[Outcome] = []
    if condition.bot is not None:
        outcomes.append(_held("by a bot" if is_bot else "by a person") if is_bot is condition.bot else None)
    if condition.title is not None:
        found = re.search(condition.title, pull.title)
        outcomes.append(_held(f"title “{found.group().strip(' :]') or condition.title}”") if found else None)
    if condition.label is not None:
        outcomes.append(_value("label", condition.label, pull.labels))
    if condition.author is not None:
        outcomes.append(_value("author", condition.author, author and (author,)))
    if condition.base is not None:
        outcomes.append(_value("base", condition.base, pull.base and (pull.base,)))
    if condition.path is not None:
        outcomes.append(_path(condition.path, condition.status, pull))
    if condition.only is not None:
        outcomes.append(_only(condition.only, condition.status, pull))
    if condition.changeset is not None:
        outcomes.append(_changeset(condition.changeset, pull))
    if condition.first_contribution is not None:
        # Where nobody can tell, that is said of the whole window, not of each pull request.
        outcomes.append(_held("first contribution") if is_first else None)
    return _every([*outcomes, *_reception(condition, pull)])


def _reception(condition: Condition, pull: PullRequest) -> Iterator[Outcome]:
    """What people said of it, and what there is to see."""
    for fact in ("comments", "reactions"):
        if (wanted := getattr(condition, fact)) is not None:
            yield _at_least(wanted, fact, getattr(pull, fact))
    if condition.pictures is not None:
        yield _pictures(pull.body)


def _held(words: str, captures: Mapping[str, str] | None = None) -> Match:
    return Match(words=words, captures=captures or {})


def _every(outcomes: Sequence[Outcome]) -> Outcome:
    if None in outcomes:
        return None
    if lacking := [one for one in outcomes if isinstance(one, frozenset)]:
        return frozenset().union(*lacking)
    held = [one for one in outcomes if isinstance(one, Match)]
    captures = {name: value for one in held for name, value in one.captures.items()}
    return Match(words=" and ".join(one.words for one in held), captures=captures)


def _some(outcomes: Iterable[Outcome]) -> Outcome:
    lacking: frozenset[str] = frozenset()
    for outcome in outcomes:
        if isinstance(outcome, Match):
            return outcome
        lacking |= outcome or frozenset()
    return lacking or None


def _value(key: str, patterns: Sequence[str], values: Sequence[str] | None) -> Outcome:
    if values is None:
        return frozenset({f"{key}s" if key == "label" else key})
    found = next((value for pattern in patterns for value in values if text.matches_glob(pattern, value)), None)
    return None if found is None else _held(f"{key} {found}")


def _changeset(patterns: Sequence[str], pull: PullRequest) -> Outcome:
    """Whether a changeset that it adds bumps some package so; without such a file there is nothing to know."""
    if pull.changesets is None:
        none = pull.files is not None and not any(file.path.startswith(".changeset/") for file in pull.files)
        return None if none else frozenset({"changesets"})
    bumps = [bump for one in pull.changesets for bump in one.bumps.values()]
    found = next((bump for pattern in patterns for bump in bumps if text.matches_glob(pattern, bump)), None)
    return None if found is None else _held(f"{found} changeset", {"changeset": found})


def _at_least(wanted: int, fact: str, count: int | None) -> Outcome:
    """Whether there are so many; the words of a rule may say how many there are."""
    if count is None:
        return frozenset({fact})
    return _held(f"{count:,} {fact}", {fact: f"{count:,}"}) if count >= wanted else None


def _pictures(body: str | None) -> Outcome:
    if body is None:
        return frozenset({"descriptions"})
    return _held("a picture in the description") if descriptions.images(body) else None


def _path(patterns: Sequence[str], status: STATUS | None, pull: PullRequest) -> Outcome:
    """Whether some file matches. Of several captures that with the most changed lines wins, then the alphabet."""
    if pull.files is None:
        return frozenset({"files"})
    lines: Counter[tuple[tuple[str, str], ...]] = Counter()
    pattern_of: dict[tuple[tuple[str, str], ...], str] = {}
    for file in pull.files:
        if found := _found(patterns, status, file):
            pattern, captures = found
            lines[captures] += file.additions + file.deletions
            pattern_of.setdefault(captures, pattern)
    if not lines:
        return frozenset({"files"}) if _cut(pull) else None
    captures = min(lines, key=lambda each: (-lines[each], each))
    return _held(f"path {pattern_of[captures]}{f' {status}' if status else ''}", dict(captures))


def _only(patterns: Sequence[str], status: STATUS | None, pull: PullRequest) -> Outcome:
    """Whether every file matches, and there is one."""
    if pull.files is None:
        return frozenset({"files"})
    found = [_found(patterns, status, file) for file in pull.files]
    if not all(found):
        return None
    if _cut(pull):
        return frozenset({"files"})
    used = dict.fromkeys(one[0] for one in found if one)
    return _held(f"only {' or '.join(used)}{f' {status}' if status else ''}") if used else None


def _cut(pull: PullRequest) -> bool:
    return pull.files is not None and pull.changed_files is not None and pull.changed_files > len(pull.files)


def _found(
    patterns: Sequence[str], status: STATUS | None, file: ChangedFile
) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """The first pattern that the file's path matches, and what it captures."""
    if status is None or file.status == status:
        for pattern in patterns:
            if matched := _glob(pattern).fullmatch(file.path):
                return pattern, tuple(sorted(matched.groupdict().items()))
    return None


@lru_cache(maxsize=1024)
def _glob(pattern: str) -> re.Pattern[str]:
    """A path's glob as a regular expression: * within a folder, ** across folders, {name} captures within a folder."""
    known: set[str] = set()

    def piece(text: str) -> str:
        if text.startswith("{") and GLOB.fullmatch(text):
            name, again = text[1:-1], text in known
            known.add(text)
            return f"(?P={name})" if again else f"(?P<{name}>[^/]+)"
        return {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}.get(text, re.escape(text))

    return re.compile("".join(map(piece, GLOB.split(pattern))), re.DOTALL)
