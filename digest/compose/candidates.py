"""Candidates: people's pull requests, largest first, each with its reasons in words.

Sorting by added lines finds most of what editors pick; no tuned weighting was shown to beat it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from digest.compose import continuations, keys, matching
from digest.compose.continuations import Coverage
from digest.compose.people import is_bot
from digest.model import Candidate, PullRequest
from digest.settings import Settings, Subject

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
REVERTS = re.compile(
    r"^reverts (?:(?P<repository>[\w.-]+/[\w.-]+))?#(?P<number>\d+)\b", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True)
class Candidates:
    """All candidates in the order of their rank, and what was left out."""

    ranked: tuple[Candidate, ...]
    notices: tuple[str, ...]


def rank_by_size(
    pull_requests: Sequence[PullRequest], settings: Settings
) -> tuple[PullRequest, ...]:
    """People's pull requests by added lines, the most first.

    Lines of generated files do not count where the files are known.
    """
    by_people = _by_people(pull_requests, settings)
    return tuple(sorted(by_people, key=lambda pull: (-_written(pull), pull.merged_at, pull.key)))


def rank_by_title(
    pull_requests: Sequence[PullRequest], settings: Settings
) -> tuple[PullRequest, ...]:
    """People's pull requests, the likeliest story first by their titles.

    Among equals the order stays.
    For a source that cannot read more than the titles of them all.
    """
    words = settings.without_token

    def place(pull: PullRequest) -> tuple[bool, int]:
        title = pull.title.strip()
        first = (at for at, pattern in enumerate(words.read_first) if re.search(pattern, title))
        is_last = any(re.search(pattern, title) for pattern in words.read_last)
        return is_last, next(first, len(words.read_first))

    return tuple(sorted(_by_people(pull_requests, settings), key=place))


def rank_candidates(
    pull_requests: Sequence[PullRequest],
    settings: Settings,
    covered: Mapping[str, Coverage] | None = None,
    firsts: Collection[str] | None = None,
) -> Candidates:
    """The candidates among people's pull requests, by rank.

    Without releases, and what was reverted here.
    `covered` is what earlier editions have, which is not offered again; `firsts` are the keys of
    first contributions, None: unknown. The lines shown are GitHub's own figure.
    """
    earlier = covered or {}
    every = [pull.key for pull in pull_requests]
    reverts = reverted_pairs(pull_requests)
    undone = {pull.key for pair in reverts for pull in pair}
    ranked = [
        pull
        for pull in rank_by_size(pull_requests, settings)
        if not (pull.key in undone or _is_release(pull))
    ]
    subjects = [
        Subject(pull_request=pull, is_first=None if firsts is None else pull.key in firsts)
        for pull in ranked
        if pull.key not in earlier
    ]
    unknown = [
        frozenset().union(*(matching.unknown_facts(rule, one) for rule in settings.reasons))
        for one in subjects
    ]
    return Candidates(
        tuple(
            Candidate(
                pull_requests=(one.pull_request.key,), reasons=_reasons(one, settings, earlier)
            )
            for one in subjects
        ),
        (
            *(_revert_notice(*pair, every) for pair in reverts),
            *(
                f"{keys.format_keys([pull.key], every)} was told in {earlier[pull.key].edition}, so it is not offered again."
                for pull in ranked
                if pull.key in earlier
            ),
            *matching.unknown_fact_notices(unknown, "candidates"),
        ),
    )


def _by_people(pull_requests: Sequence[PullRequest], settings: Settings) -> Iterator[PullRequest]:
    return (pull for pull in pull_requests if not is_bot(pull.author, settings.bots))


def _is_release(pull: PullRequest) -> bool:
    return RELEASE.match(pull.title.strip()) is not None


def _written(pull: PullRequest) -> int:
    files = pull.files or ()
    added = sum(file.additions for file in files) if pull.additions is None else pull.additions
    return added - sum(file.additions for file in files if GENERATED.search(file.path))


def _reasons(
    subject: Subject, settings: Settings, covered: Mapping[str, Coverage]
) -> tuple[str, ...]:
    """What it goes on with, what the rules see in it, its size, and how it was received."""
    pull = subject.pull_request
    goes_on = continuations.continuation_reason(pull, covered)
    content: list[str] = [goes_on] if goes_on else []
    reception: list[str] = []
    named: set[str] = set()
    for rule in settings.reasons:
        match = matching.match_rule(rule, subject)
        # A plugin and its entry in the catalogue of plugins are one thing.
        if match and not (match.captures and named.issuperset(match.captures.values())):
            named |= {*match.captures.values()}
            (reception if rule.is_about_reception else content).append(
                _filled(rule.words, match.captures)
            )
    return (*content, *_size(pull), *reception)


def _filled(words: str, captures: Mapping[str, str]) -> str:
    return re.sub(
        r"( ?)\{(\w+)\}",
        lambda place: place[1] + captures[place[2]] if place[2] in captures else "",
        words,
    )


def _size(pull: PullRequest) -> Iterable[str]:
    if pull.additions is None:
        return
    lines = _amount(pull.additions, "line")
    yield (
        lines if pull.changed_files is None else f"{lines} in {_amount(pull.changed_files, 'file')}"
    )


def _amount(count: int, of: str) -> str:
    return f"{count:,} {of}" if count == 1 else f"{count:,} {of}s"


def reverted_pairs(
    pull_requests: Sequence[PullRequest],
) -> tuple[tuple[PullRequest, PullRequest], ...]:
    """Pairs of a pull request and its revert, both merged in the window, the earliest revert first."""
    pairs: list[tuple[PullRequest, PullRequest]] = []
    undone: set[str] = set()
    by_merge = sorted(pull_requests, key=lambda pull: pull.merged_at)
    # From the last one back, so that the revert of a revert brings the first one back.
    for at, revert in reversed(list(enumerate(by_merge))):
        if revert.key in undone or not _is_revert(revert):
            continue
        for earlier in reversed(by_merge[:at]):
            if earlier.key not in undone and _reverts(revert, earlier):
                pairs.insert(0, (earlier, revert))
                undone |= {earlier.key, revert.key}
                break
    return tuple(pairs)


def _is_revert(pull: PullRequest) -> bool:
    return bool(REVERT.search(pull.title.strip()) or _named_in_body(pull))


def _named_in_body(revert: PullRequest) -> re.Match[str] | None:
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
    named = _named_in_body(revert)
    return (
        named is not None
        and earlier.key == f"{named['repository'] or revert.repository}#{named['number']}"
    )


def _revert_notice(reverted: PullRequest, revert: PullRequest, others: Sequence[str]) -> str:
    lines = f" ({_amount(reverted.additions, 'line')})" if reverted.additions is not None else ""
    when = " the same day" if reverted.merged_at.date() == revert.merged_at.date() else ""
    undone, by = (keys.format_keys([pull.key], others) for pull in (reverted, revert))
    return f"{undone}{lines} was taken back{when} by {by}."
