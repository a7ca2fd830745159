"""The rules about pull requests and about the facts themselves."""

import difflib
import re
from collections.abc import Iterator
from datetime import timedelta

from digest.compose.checks.subject import PULL_REQUEST, CheckFacts, CheckSubject, Problem
from digest.compose.keys import format_keys, repository_of
from digest.compose.reverts import reverted_pairs
from digest.text import cut, plain

NUMBER = re.compile(r"(?<![\w/#&.-])(?:(?P<repository>[\w.-]+/[\w.-]+))?#(?P<number>\d{1,9})\b")
A_DAY = timedelta(days=1)


def find_unknown_links(subject: CheckSubject) -> Iterator[Problem]:
    """Links to pull requests of the edition's repositories that the facts do not have."""
    if subject.facts is None:
        return
    for line, key in _linked(subject, subject.facts):
        if key not in subject.facts.keys and repository_of(key) in subject.facts.read_repositories:
            name = _name(key, subject.facts)
            yield (
                line,
                f"The link leads to {name}, which was not merged in this window.",
                _nearest(key, subject.facts) or "Correct the number, if it is wrong.",
            )


def find_reverted_links(subject: CheckSubject) -> Iterator[Problem]:
    """Links to pull requests that were reverted, unless the same story links to the revert."""
    if subject.facts is None:
        return
    linked = [*_linked(subject, subject.facts)]
    limits = sorted({0, *(heading.line for heading in subject.document.headings)})
    for reverted, revert in reverted_pairs(subject.facts.digest.pull_requests):
        for line in (line for line, key in linked if key == reverted.key.lower()):
            block = max(limit for limit in limits if limit <= line)
            end = min((limit for limit in limits if limit > line), default=None)
            reported = [at for at, key in linked if key == revert.key.lower() and at >= block]
            if not any(end is None or at < end for at in reported):
                names = [_name(pull.key, subject.facts) for pull in (reverted, revert)]
                yield (
                    line,
                    f"The link leads to {names[0]}, which {names[1]} reverted.",
                    "Delete the story, or mention the revert with its link.",
                )


def find_unknown_numbers(subject: CheckSubject) -> Iterator[Problem]:
    """Numbers in the text, such as #736, that no pull request has."""
    facts = subject.facts
    if facts is None:
        return
    quoted = _quoted_numbers(subject, facts)
    for words in subject.document.words:
        for found in NUMBER.finditer(words.outside):
            number, repository = found["number"], found["repository"]
            names = [repository] if repository else [one.name for one in facts.digest.repositories]
            possible = [facts.key(name, number) for name in names]
            if {repository_of(key) for key in possible} <= facts.read_repositories and not (
                facts.keys & {*possible} or number in quoted or not facts.looks_like_number(number)
            ):
                yield (
                    words.line,
                    f"No pull request of this edition has the number {found[0]}.",
                    _nearest(possible[0], facts) or "Correct the number, or link it.",
                )


def find_incomplete_facts(subject: CheckSubject) -> Iterator[Problem]:
    """Facts of which pull requests may be missing."""
    if subject.facts and not subject.facts.digest.complete:
        notices = subject.facts.digest.notices
        reason = plain(notices[0].splitlines()[0]) if notices else ""
        yield None, f"Pull requests may be missing. {reason}".strip(), "Run digest week again."


def find_old_facts(subject: CheckSubject) -> Iterator[Problem]:
    """Facts that are older than a day."""
    facts = subject.facts
    if facts and facts.now - facts.digest.fetched_at > A_DAY:
        when = f"{facts.digest.fetched_at:%Y-%m-%d %H:%M %Z}"
        reason = f"The facts were fetched on {when}, more than a day ago."
        yield None, reason, f"To fetch them again: {facts.fetch_command}"


def _linked(subject: CheckSubject, facts: CheckFacts) -> Iterator[tuple[int, str]]:
    """The pull requests that the text links to, each with its line."""
    for link in subject.document.links:
        if found := PULL_REQUEST.search(link.target):
            yield link.line, facts.key(found["repository"], found["number"])


def _quoted_numbers(subject: CheckSubject, facts: CheckFacts) -> frozenset[str]:
    """The numbers in the titles and descriptions of the linked pull requests."""
    linked = (facts.pulls.get(key) for _, key in _linked(subject, facts))
    texts = (
        text
        for pull in linked
        if pull
        for text in (
            pull.title,
            pull.body or "",
            *(changeset.summary for changeset in pull.changesets or ()),
        )
    )
    return frozenset(number for text in texts for number in re.findall(r"\d+", text))


def _name(key: str, facts: CheckFacts) -> str:
    """A key for a sentence, with the repository if the edition has several."""
    pull = facts.pulls.get(key.lower())
    return format_keys([pull.key if pull else key], [one.key for one in facts.pulls.values()])


def _nearest(key: str, facts: CheckFacts) -> str:
    numbers = {
        str(pull.number): pull
        for pull in facts.digest.pull_requests
        if pull.repository.lower() == repository_of(key)
    }
    near = difflib.get_close_matches(key.rpartition("#")[2], numbers, n=1, cutoff=0.7)
    titles = [f"#{number} ({cut(plain(numbers[number].title), 50)})" for number in near]
    return f"Did you mean {titles[0]}?" if titles else ""
