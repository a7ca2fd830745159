"""Checks a section: a table of small rules, each a pure function."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from digest.compose.checks import claims, references, texts
from digest.compose.checks.document import Document, read_document
from digest.compose.checks.subject import CheckFacts, CheckSubject, Problem
from digest.compose.checks.texts import local_target
from digest.model.computed import Finding
from digest.model.decisions import RULES

__all__ = [
    "CheckFacts",
    "CheckSubject",
    "Document",
    "check_section",
    "findings_by_advice",
    "local_target",
    "read_document",
]

FINDERS: Final[Mapping[str, Callable[[CheckSubject], Iterator[Problem]]]] = {
    "todo": texts.find_open_todos,
    "link-label": texts.find_wrong_labels,
    "unknown-link": references.find_unknown_links,
    "reverted-link": references.find_reverted_links,
    "unknown-number": references.find_unknown_numbers,
    "unlinked-story": texts.find_unlinked_stories,
    "heading-twice": texts.find_repeated_headings,
    "numbers": claims.find_wrong_numbers,
    "missing-picture": texts.find_missing_pictures,
    "picture-text": texts.find_undescribed_pictures,
    "unclosed": texts.find_unclosed,
    "incomplete-facts": references.find_incomplete_facts,
    "old-facts": references.find_old_facts,
}


def check_section(subject: CheckSubject, ignore: Collection[str] = ()) -> tuple[Finding, ...]:
    """The findings in a section, by line; `ignore` are names of rules to skip.

    Findings about the facts come first and have no line.
    """
    found = (
        Finding(line=line, rule=rule, reason=reason, cure=cure)
        for rule in RULES
        if rule not in ignore
        for line, reason, cure in FINDERS[rule](subject)
    )
    return tuple(sorted(found, key=lambda finding: finding.line or 0))


def findings_by_advice(findings: Iterable[Finding]) -> Sequence[tuple[str, Sequence[Finding]]]:
    """The findings with the same reason, below it and its fix; a fix is not repeated."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.reason, finding.cure), []).append(finding)
    cures = [cure for _, cure in groups]
    return [
        (reason if cure in cures[:place] else f"{reason} {cure}", group)
        for place, ((reason, cure), group) in enumerate(groups.items())
    ]
