"""Suggestions: people's pull requests, largest first, each with its reasons in words.

Sorting by added lines finds most of what editors pick; no tuned weighting was shown to beat it.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from digest.compose import continuations, keys, rules
from digest.compose.continuations import Earlier
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


def rank(pull_requests: Sequence[PullRequest], settings: Settings) -> tuple[PullRequest, ...]:
    """People's pull requests by added lines, the most first.

    Lines of generated files do not count where the files are known.
    """
    by_people = (pull for pull in pull_requests if not is_bot(pull.author, settings.bots))
    return tuple(sorted(by_people, key=lambda pull: (-_written(pull), pull.merged_at, pull.key)))


def suggest(
    pull_requests: Sequence[PullRequest],
    settings: Settings,
    told: Mapping[str, Earlier] | None = None,
    firsts: Collection[str] | None = None,
) -> Suggested:
    """Those of people that may be told, in the order of their rank; without releases, and what was reverted here.

    `told` is what earlier editions told, which is not offered again; `firsts` are the keys of first contributions, None
    when nobody can tell. The lines shown are GitHub's own figure.
    """
    earlier = told or {}
    every = [pull.key for pull in pull_requests]
    reverts = taken_back(pull_requests)
    undone = {pull.key for pair in reverts for pull in pair}
    ranked = [pull for pull in rank(pull_requests, settings) if not (pull.key in undone or _is_release(pull))]
    candidates = [pull for pull in ranked if pull.key not in earlier]
    lacking = [_lacking(pull, settings, firsts) for pull in candidates]
    return Suggested(
        tuple(
            Suggestion(pull_requests=(pull.key,), reasons=_reasons(pull, settings, earlier, firsts))
            for pull in candidates
        ),
        (
            *(_says_taken_back(*pair, every) for pair in reverts),
            *(
                f"{keys.short([pull.key], every)} was told in {earlier[pull.key].edition}, so it is not offered again."
                for pull in ranked
                if pull.key in earlier
            ),
            *rules.notices(lacking, "suggestions"),
        ),
    )


def _is_release(pull: PullRequest) -> bool:
    return RELEASE.match(pull.title.strip()) is not None


def _written(pull: PullRequest) -> int:
    files = pull.files or ()
    added = sum(file.additions for file in files) if pull.additions is None else pull.additions
    return added - sum(file.additions for file in files if GENERATED.search(file.path))


def _reasons(
    pull: PullRequest, settings: Settings, earlier: Mapping[str, Earlier], firsts: Collection[str] | None
) -> tuple[str, ...]:
    """What it goes on with, what the rules see in it, its size, and how it was received."""
    goes_on = continuations.reason(pull, earlier)
    content: list[str] = [goes_on] if goes_on else []
    reception: list[str] = []
    named: set[str] = set()
    for rule in settings.reasons:
        match = rules.match(rule, pull, is_bot=False, is_first=_is_first(pull, firsts))
        # A plugin and its entry in the catalogue of plugins are one thing.
        if match and not (match.captures and named.issuperset(match.captures.values())):
            named |= {*match.captures.values()}
            received = any(one.comments or one.reactions or one.pictures for one in (*rule.any, *rule.all))
            (reception if received else content).append(_filled(rule.words, match.captures))
    return (*content, *_size(pull), *reception)


def _lacking(pull: PullRequest, settings: Settings, firsts: Collection[str] | None) -> frozenset[str]:
    is_first = _is_first(pull, firsts)
    return frozenset().union(*(rules.unknown(rule, pull, is_bot=False, is_first=is_first) for rule in settings.reasons))


def _is_first(pull: PullRequest, firsts: Collection[str] | None) -> bool | None:
    return None if firsts is None else pull.key in firsts


def _filled(words: str, captures: Mapping[str, str]) -> str:
    return re.sub(r"( ?)\{(\w+)\}", lambda place: place[1] + captures[place[2]] if place[2] in captures else "", words)


def _size(pull: PullRequest) -> Iterable[str]:
    if pull.additions is None:
        return
    lines = _amount(pull.additions, "line")
    yield lines if pull.changed_files is None else f"{lines} in {_amount(pull.changed_files, 'file')}"


def _amount(count: int, of: str) -> str:
    return f"{count:,} {of}" if count == 1 else f"{count:,} {of}s"


def taken_back(pull_requests: Sequence[PullRequest]) -> tuple[tuple[PullRequest, PullRequest], ...]:
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
    return bool(REVERT.search(pull.title.strip()) or _named(pull))


def _named(revert: PullRequest) -> re.Match[str] | None:
    """The pull request that a description says it reverts."""
    # Few hold the word, and looking for it alone is much quicker.
    body = revert.body or ""
    return REVERTS.search(body) if "reverts" in body.lower() else None


def _reverts(revert: PullRequest, earlier: PullRequest) -> bool:
    if revert.repository != earlier.repository:
        return False
    title = REVERT.search(revert.title.strip())
    if title and title["title"].strip() == earlier.title.strip():
        return True
    named = _named(revert)
    return named is not None and earlier.key == f"{named['repository'] or revert.repository}#{named['number']}"


def _says_taken_back(reverted: PullRequest, revert: PullRequest, others: Sequence[str]) -> str:
    lines = f" ({_amount(reverted.additions, 'line')})" if reverted.additions is not None else ""
    when = " the same day" if reverted.merged_at.date() == revert.merged_at.date() else ""
    undone, by = (keys.short([pull.key], others) for pull in (reverted, revert))
    return f"{undone}{lines} was taken back{when} by {by}."
