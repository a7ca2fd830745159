"""Suggestions: people's pull requests, largest first, each with its reasons in words.

Sorting by added lines finds most of what editors pick; no tuned weighting was shown to beat it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digest.compose import keys, rules
from digest.compose.people import is_bot
from digest.model import PullRequest, Suggestion
from digest.settings import Settings

# Lines that nobody wrote: they do not make a pull request large.
GENERATED = re.compile(
    r"(?:^|/)(?:yarn\.lock|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum|[^/]+\.lock)$"
    r"|(?:^|/)__snapshots__/|\.snap$|(?:^|/)__recordings__/|(?:^|/)cassettes/"
    r"|(?:^|/)changelog(?:\.[a-z]+)?$|(?:^|/)\.changeset/"
    r"|(?:^|/)(?:dist|generated|__generated__|node_modules|vendor)/"
    r"|\.min\.(?:js|css)$|\.(?:js|css)\.map$|\.generated\.|\.pb\.go$|_pb2\.py$",
    re.IGNORECASE,
)
RELEASE = re.compile(
    r"version packages\b|(?:chore\()?release\b.*\d+\.\d+|v?\d+\.\d+\.\d+[\w.+-]*$|bump (?:the )?version\b",
    re.IGNORECASE,
)
REVERT = re.compile(r'(?:^|\s)revert "(?P<title>.+)"$', re.IGNORECASE)
REVERTS = re.compile(r"^reverts (?:(?P<repository>[\w.-]+/[\w.-]+))?#(?P<number>\d+)\b", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Suggested:
    """All candidates in the order of their rank, and what was left out."""

    suggestions: tuple[Suggestion, ...]
    notices: tuple[str, ...]


def suggest(pull_requests: Sequence[PullRequest], settings: Settings) -> Suggested:
    """People's pull requests by added lines, the most first; without releases, and what was reverted in the window.

    Generated files do not count for the rank where the files are known; the lines shown are GitHub's own figure.
    """
    taken_back = _taken_back(pull_requests)
    undone = {pull.key for pair in taken_back for pull in pair}
    candidates = [
        pull
        for pull in pull_requests
        if pull.key not in undone and not is_bot(pull.author, settings.bots) and not RELEASE.match(pull.title.strip())
    ]
    lacking = [_lacking(pull, settings) for pull in candidates]
    ranked = sorted(candidates, key=lambda pull: (-_written(pull), pull.merged_at, pull.key))
    return Suggested(
        tuple(Suggestion(pull_requests=(pull.key,), reasons=_reasons(pull, settings)) for pull in ranked),
        (
            *(_says_taken_back(*pair, [pull.key for pull in pull_requests]) for pair in taken_back),
            *rules.notices(lacking, "suggestions"),
        ),
    )


def _written(pull: PullRequest) -> int:
    files = pull.files or ()
    added = sum(file.additions for file in files) if pull.additions is None else pull.additions
    return added - sum(file.additions for file in files if GENERATED.search(file.path))


def _reasons(pull: PullRequest, settings: Settings) -> tuple[str, ...]:
    matches = ((rule, rules.match(rule, pull, is_bot=False)) for rule in settings.reasons)
    words = [_filled(rule.words, match.captures) for rule, match in matches if match]
    return (*words, *_size(pull))


def _lacking(pull: PullRequest, settings: Settings) -> frozenset[str]:
    return frozenset().union(*(rules.unknown(rule, pull, is_bot=False) for rule in settings.reasons))


def _filled(words: str, captures: Mapping[str, str]) -> str:
    return re.sub(r"( ?)\{(\w+)\}", lambda place: place[1] + captures[place[2]] if place[2] in captures else "", words)


def _size(pull: PullRequest) -> Iterable[str]:
    if pull.additions is None:
        return
    lines = _amount(pull.additions, "line")
    yield lines if pull.changed_files is None else f"{lines} in {_amount(pull.changed_files, 'file')}"


def _amount(count: int, of: str) -> str:
    return f"{count:,} {of}" if count == 1 else f"{count:,} {of}s"


def _taken_back(pull_requests: Sequence[PullRequest]) -> tuple[tuple[PullRequest, PullRequest], ...]:
    """Pairs of a pull request and its revert, both merged in the window, the earliest revert first."""
    pairs: list[tuple[PullRequest, PullRequest]] = []
    undone: set[str] = set()
    by_merge = sorted(pull_requests, key=lambda pull: pull.merged_at)
    # From the last one back, so that the revert of a revert brings the first one back.
    for at, revert in reversed(list(enumerate(by_merge))):
        if revert.key in undone or not _says_it_reverts(revert):
            continue
        for earlier in reversed(by_merge[:at]):
            if earlier.key not in undone and _reverts(revert, earlier):
                pairs.insert(0, (earlier, revert))
                undone |= {earlier.key, revert.key}
                break
    return tuple(pairs)


def _says_it_reverts(pull: PullRequest) -> bool:
    return bool(REVERT.search(pull.title.strip()) or REVERTS.search(pull.body or ""))


def _reverts(revert: PullRequest, earlier: PullRequest) -> bool:
    if revert.repository != earlier.repository:
        return False
    title = REVERT.search(revert.title.strip())
    if title and title["title"].strip() == earlier.title.strip():
        return True
    named = REVERTS.search(revert.body or "")
    return named is not None and earlier.key == f"{named['repository'] or revert.repository}#{named['number']}"


def _says_taken_back(reverted: PullRequest, revert: PullRequest, others: Sequence[str]) -> str:
    lines = f" ({_amount(reverted.additions, 'line')})" if reverted.additions is not None else ""
    when = " the same day" if reverted.merged_at.date() == revert.merged_at.date() else ""
    undone, by = (keys.short([pull.key], others) for pull in (reverted, revert))
    return f"{undone}{lines} was taken back{when} by {by}."
