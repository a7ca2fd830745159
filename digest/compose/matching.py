"""Matching: where the rules of the settings meet a pull request.

A rule that lacks facts does not match.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from digest import text
from digest.settings import Match, Outcome, Rule, Subject


def match_rule(rule: Rule, subject: Subject) -> Match | None:
    """How the rule matches; None when it does not, or when that is open (see `unknown_facts`)."""
    outcome = evaluate_rule(rule, subject)
    return outcome if isinstance(outcome, Match) else None


def unknown_facts(rule: Rule, subject: Subject) -> frozenset[str]:
    """The facts whose absence leaves it open whether the rule matches: "files", "labels".

    Empty when it is decided.
    """
    outcome = evaluate_rule(rule, subject)
    return outcome if isinstance(outcome, frozenset) else frozenset()


def unknown_fact_notices(unknown: Iterable[frozenset[str]], matter: str) -> tuple[str, ...]:
    """What to say when rules on some matter ("groups") met pull requests that lack facts.

    Facts that the same number of them lacks share a line.
    """
    counts = Counter(fact for facts in unknown for fact in facts)
    by_count: dict[int, list[str]] = {}
    for fact, count in sorted(counts.items()):
        by_count.setdefault(count, []).append(fact)
    return tuple(
        f"The {text.listed(facts)} of {count:,} "
        f"pull request{'s' if count > 1 else ''} cannot be told; rules for {matter} that ask for them did not match."
        for count, facts in sorted(by_count.items(), reverse=True)
    )


def evaluate_rule(rule: Rule, subject: Subject) -> Outcome:
    """How the rule matches, None when it does not, or the facts whose absence leaves it open."""
    every = [_every(one.outcomes(subject)) for one in rule.all]
    some = [_some(_every(one.outcomes(subject)) for one in rule.any)] if rule.any else []
    return _every([*every, *some])


def _every(outcomes: Sequence[Outcome]) -> Outcome:
    if None in outcomes:
        return None
    if unknown := [one for one in outcomes if isinstance(one, frozenset)]:
        return frozenset().union(*unknown)
    held = [one for one in outcomes if isinstance(one, Match)]
    captures = {name: value for one in held for name, value in one.captures.items()}
    return Match(words=" and ".join(one.words for one in held), captures=captures)


def _some(outcomes: Iterable[Outcome]) -> Outcome:
    unknown: frozenset[str] = frozenset()
    for outcome in outcomes:
        if isinstance(outcome, Match):
            return outcome
        unknown |= outcome or frozenset()
    return unknown or None
