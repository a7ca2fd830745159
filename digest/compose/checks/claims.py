"""The rule about numbers: compares those in the heading and the lead with the facts."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from digest.compose import people
from digest.compose.checks.subject import CheckFacts, CheckSubject, Problem
from digest.compose.numbers import ONES, TEENS, TENS

UNITS = ("zero", *ONES, *TEENS)
WORDS = {word: number for number, word in enumerate(UNITS)} | {
    ten + (f"-{UNITS[unit]}" if unit else ""): 10 * place + unit
    for place, ten in enumerate(TENS, 2)
    for unit in range(10)
}
DIGITS = r"\d{1,3}(?:[,.\u00a0\u202f'’]\d{3}){1,6}(?!\d)|\d{1,18}(?!\d)"
IN_WORDS = "|".join(sorted(WORDS, key=len, reverse=True))
NUMBER = rf"(?<![\w#.,/-])(?P<n>{DIGITS}|(?i:{IN_WORDS}))(?![\w/]|\.\d)"
ANY_NUMBER = re.compile(rf"(?<![\w#/-])(?:{DIGITS})(?!\w)")
# "About 30" claims nothing that can be wrong.
ROUGHLY = re.compile(
    r"\b(?:about|almost|approximately|around|at least|at most|circa|fewer than|less than|more than|"
    r"nearly|over|roughly|some|than|under|up to)\s+(?:the\s+)?$|[~≈]\s*$",
    re.IGNORECASE,
)
# "Of these, 5 pull requests …" is a part that the facts do not count.
PARTLY = re.compile(
    r"\b(?:among|another|includ\w+|of (?:that|them|these|those|which)|other|plus)\b[^.!?]*$",
    re.IGNORECASE,
)
# A lead that mentions bots may count without them.
WITH_BOTS = re.compile(r"\b(?:bots?|dependabot|humans?|people|renovate)\b", re.IGNORECASE)
OTHERS = r"(?:(?!of\b|of\s)[A-Za-z-]+\s+){0,2}?"
# "Merged: 31", "Pull requests this week: 31", "a total of 31".
BEFORE_TOTAL = r"\b(?:merged|(?:merged|PRs?|pull[ -]requests?|total)\b[^.!?\d:]{0,30}:|total\s+of)"
Values = Sequence[int] | None


@dataclass(frozen=True)
class Claim:
    """A number in a sentence: its pattern, the values that are right, and the name of these.

    The values are None if the facts do not know them.
    """

    pattern: str
    values: Callable[[CheckFacts, CheckSubject], Values]
    name: str


def _counts(facts: CheckFacts, subject: CheckSubject) -> Values:
    digest = facts.digest
    lead = " ".join(text for _, text in _lead_lines(subject))
    parts = (digest.by_people, digest.by_bots) if WITH_BOTS.search(lead) else ()
    return digest.count, *parts


def _bots(facts: CheckFacts, _: CheckSubject) -> Values:
    return (facts.digest.by_bots,)


def _by_people(facts: CheckFacts, _: CheckSubject) -> Values:
    return (facts.digest.by_people,)


def _days(facts: CheckFacts, _: CheckSubject) -> Values:
    return tuple(calendar.days for calendar in facts.digest.working_days) or None


def _windows_before(facts: CheckFacts, _: CheckSubject) -> Values:
    return (facts.digest.trend.windows,) if facts.digest.trend else None


def _repositories(facts: CheckFacts, _: CheckSubject) -> Values:
    return (len(facts.digest.repositories),)


def _stories(_: CheckFacts, subject: CheckSubject) -> Values:
    return (len([*subject.stories()]),)


def _authors(facts: CheckFacts, _: CheckSubject) -> Values:
    found = [
        pull.author
        for pull in facts.digest.pull_requests
        if not people.is_bot(pull.author, facts.settings.bots)
    ]
    logins = {person.login or person.name for person in found if person}
    return None if None in found or None in logins else (len(logins),)


def _newcomers(facts: CheckFacts, _: CheckSubject) -> Values:
    first = facts.digest.first_contributions
    if first is None:
        return None
    authors = [facts.pulls[key.lower()].author for key in first if key.lower() in facts.pulls]
    return (len({person.login or person.name for person in authors if person}),)


# The first claim that matches a number decides.
CLAIMS = (
    Claim(rf"{NUMBER}\s+(?:(?:were|came|are)\s+)?(?:by|from)\s+bots\b", _bots, "by bots"),
    Claim(rf"{NUMBER}\s+(?:(?:were|came|are)\s+)?by\s+people\b", _by_people, "by people"),
    Claim(
        rf"{NUMBER}\s+(?:first[ -]time(?:rs|\s+contributors?)|new\s+contributors?|newcomers?)\b",
        _newcomers,
        "first-time contributors",
    ),
    Claim(
        rf"{NUMBER}[- ](?:working[- ])?day\s+(?:work(?:ing)?[- ]?)?week\b", _days, "working days"
    ),
    Claim(rf"{NUMBER}\s+(?:weeks|months)\s+before\b", _windows_before, "windows before"),
    Claim(rf"{NUMBER}\s+repositories\b", _repositories, "repositories"),
    Claim(rf"{NUMBER}\s+(?:highlights|stories)\b", _stories, "stories in the text"),
    Claim(rf"{NUMBER}\s+(?:different\s+)?(?:contributors|authors|people)\b", _authors, "authors"),
    Claim(
        rf"{NUMBER}\s+{OTHERS}(?:pull[ -]requests?|PRs?|merges|merged)\b"
        rf"|{BEFORE_TOTAL}\s+{NUMBER.replace('?P<n>', '?P<m>')}(?=\s*(?:$|[.,;:!)]))",
        _counts,
        "merged",
    ),
)


def find_wrong_numbers(subject: CheckSubject) -> Iterator[Problem]:
    """Numbers in the heading and the lead that differ from the facts."""
    facts = subject.facts
    if facts is None:
        return
    found: dict[tuple[int, int], Problem] = {}
    for line, text in _lead_lines(subject):
        for start, problem in (
            *_wrong_sentences(line, text, facts),
            *_wrong_claims(line, text, facts, subject),
        ):
            found.setdefault((line, start), problem)
    yield from (found[place] for place in sorted(found))


def _lead_lines(subject: CheckSubject) -> Iterator[tuple[int, str]]:
    end = subject.first_story()
    yield from ((words.line, words.text) for words in subject.document.words if words.line < end)


def _wrong_sentences(line: int, text: str, facts: CheckFacts) -> Iterator[tuple[int, Problem]]:
    """Numbers in sentences that digest writes with another number, in any language."""
    for sentence in _sentences(facts):
        numbers = ANY_NUMBER.findall(sentence)
        pattern = rf"({DIGITS})".join(map(re.escape, ANY_NUMBER.split(sentence)))
        found = re.search(rf"(?<![\w.,]){pattern}(?!\w)", text) if numbers else None
        if found is None:
            continue
        for place, number in enumerate(numbers, 1):
            if _value(found[place]) != _value(number):
                reason = f"The text has {found[place]}, but the facts have {number}."
                cure = f"Write {number}, or fetch the facts again: {facts.fetch_command}"
                yield found.start(place), (line, reason, cure)


def _sentences(facts: CheckFacts) -> Iterator[str]:
    digest = facts.digest
    for markdown in (digest.heading, digest.lead):
        yield from re.split(r"(?<=[.!?;])\s+", re.sub(r"\\([^\w\s])", r"\1", markdown))


def _wrong_claims(
    line: int, text: str, facts: CheckFacts, subject: CheckSubject
) -> Iterator[tuple[int, Problem]]:
    taken: set[int] = set()
    for claim in CLAIMS:
        for found in re.finditer(claim.pattern, text, re.IGNORECASE):
            group = "n" if found["n"] else "m"
            start, written = found.start(group), found[group]
            if start in taken:
                continue
            taken.add(start)
            values = claim.values(facts, subject)
            if values is None or _value(written) in values or _is_vague(text[:start]):
                continue
            reason = f"The text has {written}, but the facts have {values[0]:,} ({claim.name})."
            cure = f"Correct the number, or fetch the facts again: {facts.fetch_command}"
            yield start, (line, reason, cure)


def _is_vague(before: str) -> bool:
    return bool(ROUGHLY.search(before) or PARTLY.search(before))


def _value(written: str) -> int:
    word = written.lower()
    return WORDS[word] if word in WORDS else int(re.sub(r"\D", "", written))
