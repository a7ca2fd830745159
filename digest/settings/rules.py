"""Rules of the settings: their conditions, and whether a pull request matches them.

A rule does not match if a fact that it needs is unknown.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Self

from pydantic import Field, model_validator

from digest import text
from digest.model import Frozen
from digest.settings.conditions import Condition, Match, Outcome, Subject

# A placeholder in a text, such as {when} or {area}.
PLACEHOLDER = re.compile(r"\{([^}]*)\}")


class Rule(Frozen):
    """Conditions under `any` (one must match) and `all` (each must match)."""

    any: tuple[Condition, ...] = ()
    all: tuple[Condition, ...] = ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions under `any` and `all`."""
        return (*self.any, *self.all)

    @property
    def is_about_reception(self) -> bool:
        """Whether the rule tests how people received a pull request."""
        return any(
            kind.about == "reception"
            for condition in self.conditions
            for kind in condition.given.values()
        )

    @model_validator(mode="after")
    def _has_conditions(self) -> Self:
        if not (self.any or self.all):
            raise ValueError("needs conditions under any or all")
        return self

    @model_validator(mode="after")
    def _captures_its_placeholders(self) -> Self:
        captured = {name for condition in self.conditions for name in condition.captured_names()}
        for name in PLACEHOLDER.findall(self._text()):
            if name not in captured:
                raise ValueError(f"no condition of the rule captures {{{name}}}")
        return self

    def _text(self) -> str:
        return ""


class GroupRule(Rule):
    """A group, and which pull requests belong to it. The first rule that matches wins.

    `{segment}` in `name` is captured from a path, a label or a title. A name with fewer than
    `min_pull_requests` loses its last word, or a later rule decides. `max_names` limits how many
    groups the rule creates. The other pull requests go to `overflow_group`.
    """

    name: str
    min_pull_requests: int = Field(default=1, ge=1)
    max_names: int | None = Field(default=None, ge=1)
    overflow_group: str | None = None

    def _text(self) -> str:
        return self.name


class ReasonRule(Rule):
    """Why a pull request may deserve a story.

    `first` ranks it before, `last` behind the usual candidates. `draft` makes it a story of the
    first draft, unless it ranks behind them.
    """

    words: str
    draft: bool = False
    first: bool = False
    last: bool = False

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.last and (self.first or self.draft):
            raise ValueError("last cannot be combined with first or draft")
        return self

    @model_validator(mode="after")
    def _needs_no_areas(self) -> Self:
        if any(condition.area for condition in self.conditions):
            raise ValueError("area is only for groups")
        return self

    def _text(self) -> str:
        return self.words


def match_rule(rule: Rule, subject: Subject) -> Match | None:
    """The match; None if the rule does not match or facts are unknown (see `unknown_facts`)."""
    outcome = evaluate_rule(rule, subject)
    return outcome if isinstance(outcome, Match) else None


def unknown_facts(rule: Rule, subject: Subject) -> frozenset[str]:
    """The unknown facts that the rule needs, such as "files" and "labels"; empty if decided."""
    outcome = evaluate_rule(rule, subject)
    return outcome if isinstance(outcome, frozenset) else frozenset()


def unknown_fact_notices(unknown: Iterable[frozenset[str]], kind: str) -> tuple[str, ...]:
    """Notices that rules of a kind ("grouping") were skipped because facts are unknown.

    Facts that are unknown for the same number of pull requests share a notice.
    """
    counts = Counter(fact for facts in unknown for fact in facts)
    by_count: dict[int, list[str]] = {}
    for fact, count in sorted(counts.items()):
        by_count.setdefault(count, []).append(fact)
    return tuple(
        f"The {text.join_words(facts)} of {count:,} pull request{'s' if count > 1 else ''} "
        f"are unknown, so {kind} rules that use them were skipped."
        for count, facts in sorted(by_count.items(), reverse=True)
    )


def evaluate_rule(rule: Rule, subject: Subject) -> Outcome:
    """The match, None if the rule does not match, or the unknown facts that it needs."""
    return _every(_parts(rule, subject))


def _parts(rule: Rule, subject: Subject) -> Iterator[Outcome]:
    for condition in rule.all:
        yield _every(condition.outcomes(subject))
    if rule.any:
        yield _some(_every(condition.outcomes(subject)) for condition in rule.any)


def _every(outcomes: Iterable[Outcome]) -> Outcome:
    matches: list[Match] = []
    unknown: frozenset[str] = frozenset()
    for outcome in outcomes:
        if outcome is None:
            return None
        if isinstance(outcome, Match):
            matches.append(outcome)
        else:
            unknown |= outcome
    if unknown:
        return unknown
    captures = {name: value for match in matches for name, value in match.captures.items()}
    return Match(words=" and ".join(match.words for match in matches), captures=captures)


def _some(outcomes: Iterable[Outcome]) -> Outcome:
    unknown: frozenset[str] = frozenset()
    for outcome in outcomes:
        if isinstance(outcome, Match):
            return outcome
        unknown |= outcome or frozenset()
    return unknown or None
