"""Ranks pull requests by people as candidates, each with its reasons.

Sorting by added lines, with upkeep last, finds most stories that editors pick. No tuned weighting
did better.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import lru_cache

from digest.compose import keys, titles
from digest.compose.people import is_bot
from digest.compose.reverts import is_revert, reverted_pairs
from digest.model import Candidate, PullRequest
from digest.settings import Settings, Subject, rules

PART = re.compile(
    r"[\s(\[,:;–-]*\b(?:part|pt\.?)\s*(?P<number>\d+|[ivx]+|two|three|four)\b[\s)\]:–-]*",
    re.IGNORECASE,
)
FOLLOW_UP = re.compile(r"\bfollow(?:s|ing)?[ -]?up\b|\bcontinu(?:es|ed|ation)\b", re.IGNORECASE)
MENTION = re.compile(
    # A name must not begin inside another name, so that long texts are read once.
    r"(?<![\w/#])(?:(?<![.-])(?P<repository>[\w.-]+/[\w.-]+))?#(?P<number>\d{1,9})\b"
    r"|/(?P<linked>[\w.-]+/[\w.-]+)/pull/(?P<pull>\d{1,9})\b"
)


@dataclass(frozen=True)
class Coverage:
    """The edition that covered a pull request, and its title there; None if unknown."""

    edition: str
    title: str | None = None


def continuation_reason(pull: PullRequest, covered: Mapping[str, Coverage]) -> str | None:
    """The reason for a pull request that continues a covered one: "part 2: #4360 was in 2021-W06".

    It mentions the other one, or has the same title apart from "part 2". Otherwise None.
    """
    if not covered:
        return None  # descriptions can be long, so do not search them for nothing
    part = PART.search(pull.title)
    mentioned = next((key for key in _mentions(pull) if key in covered), None)
    stem = _stem(pull.title)
    same_title = next(
        (
            key
            for key, coverage in covered.items()
            if coverage.title and _stem(coverage.title) == stem
        ),
        None,
    )
    earlier = mentioned or same_title
    if earlier is None:
        return None
    if part:
        how = f"part {part['number']}"
    elif FOLLOW_UP.search(pull.title):
        how = "follow-up"
    else:
        how = "mentions an earlier story" if mentioned else "same title"
    return f"{how}: {keys.format_keys([earlier], [pull.key])} was in {covered[earlier].edition}"


def _mentions(pull: PullRequest) -> Iterator[str]:
    for found in MENTION.finditer(f"{pull.title}\n{pull.body or ''}"):
        repository, number = (
            found["repository"] or found["linked"] or pull.repository,
            found["number"] or found["pull"],
        )
        if (key := f"{repository}#{number}") != pull.key:
            yield key


# Each covered title is compared with the title of every candidate.
@lru_cache(maxsize=4096)
def _stem(title: str) -> str:
    return " ".join(PART.sub(" ", titles.strip_title(title, None, None)).casefold().split())


# Generated lines do not make a pull request large.
GENERATED = re.compile(
    r"(?:^|/)__snapshots__/|\.snap$|(?:^|/)__recordings__/|(?:^|/)cassettes/"
    r"|(?:^|/)changelog(?:\.[a-z]+)?$|(?:^|/)\.changeset/"
    r"|(?:^|/)(?:dist|generated|__generated__|node_modules|vendor)/"
    r"|\.min\.(?:js|css)$|\.(?:js|css)\.map$|\.generated\.|\.pb\.go$|_pb2\.py$",
    re.IGNORECASE,
)
RELEASE = re.compile(
    r"version packages\b|(?:chore\()?release\b.*\d+\.\d+|v?\d+\.\d+\.\d+[\w.+-]*$"
    r"|bump (?:the )?version\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Candidates:
    """The candidates, best first, and notices about pull requests that are not among them.

    `skipped_rules` are notices about rules that needed unknown facts. `undrafted` are the keys of
    those that are never drafted.
    """

    ranked: tuple[Candidate, ...]
    notices: tuple[str, ...]
    skipped_rules: tuple[str, ...] = ()
    undrafted: frozenset[str] = frozenset()


class Place(IntEnum):
    """The rank of a candidate: before, among or behind the usual ones."""

    FIRST = 0
    USUAL = 1
    LAST = 2


def place_of(subject: Subject, settings: Settings) -> Place:
    """The place by the first reason that matches and has one; upkeep and reverts are last."""
    for rule in settings.reasons:
        if (rule.first or rule.last) and rules.match_rule(rule, subject):
            return Place.FIRST if rule.first else Place.LAST
    pull = subject.pull_request
    return Place.LAST if is_upkeep(pull) or is_revert(pull) else Place.USUAL


def rank_by_size(
    pull_requests: Sequence[PullRequest],
    settings: Settings,
    firsts: Collection[str] | None = None,
) -> tuple[PullRequest, ...]:
    """Pull requests by people: by place, then the one with most added lines first.

    `firsts` are the keys of first contributions; None means unknown. Lines of generated files do
    not count if the files are known.
    """

    def sort_key(pull: PullRequest) -> tuple[Place, int, datetime, str]:
        place = place_of(_subject(pull, firsts), settings)
        return place, -_written(pull), pull.merged_at, pull.key

    return tuple(sorted(_by_people(pull_requests, settings), key=sort_key))


def rank_by_title(
    pull_requests: Sequence[PullRequest], settings: Settings
) -> tuple[PullRequest, ...]:
    """Pull requests by people, likely stories first, judged by the title alone.

    The order is stable. It is for sources that cannot read the files of all pull requests.
    """
    patterns = settings.without_token

    def sort_key(pull: PullRequest) -> tuple[bool, int]:
        title = pull.title.strip()
        first = (
            index for index, pattern in enumerate(patterns.read_first) if re.search(pattern, title)
        )
        is_last = any(re.search(pattern, title) for pattern in patterns.read_last)
        return is_last, next(first, len(patterns.read_first))

    return tuple(sorted(_by_people(pull_requests, settings), key=sort_key))


def rank_candidates(
    pull_requests: Sequence[PullRequest],
    settings: Settings,
    covered: Mapping[str, Coverage] | None = None,
    firsts: Collection[str] | None = None,
) -> Candidates:
    """The candidates among the pull requests, best first.

    Releases, reverted pull requests and those that earlier editions `covered` are left out.
    `firsts` are the keys of first contributions; None means unknown. Reasons give the line count
    that GitHub shows, generated files included.
    """
    earlier = covered or {}
    every = [pull.key for pull in pull_requests]
    reverts = reverted_pairs(pull_requests)
    paired_keys = {pull.key for pair in reverts for pull in pair}
    ranked = [
        pull
        for pull in rank_by_size(pull_requests, settings, firsts)
        if not (pull.key in paired_keys or _is_release(pull))
    ]
    subjects = [_subject(pull, firsts) for pull in ranked if pull.key not in earlier]
    unknown = [
        frozenset().union(*(rules.unknown_facts(rule, subject) for rule in settings.reasons))
        for subject in subjects
    ]
    return Candidates(
        ranked=tuple(
            Candidate(
                pull_requests=(subject.pull_request.key,),
                reasons=_reasons(subject, settings, earlier),
            )
            for subject in subjects
        ),
        notices=(
            *(_revert_notice(*pair, every) for pair in reverts),
            *(
                f"{keys.format_keys([pull.key], every)} was covered in "
                f"{earlier[pull.key].edition}, so it is not a candidate."
                for pull in ranked
                if pull.key in earlier
            ),
        ),
        skipped_rules=rules.unknown_fact_notices(unknown, "candidate"),
        undrafted=frozenset(
            subject.pull_request.key for subject in subjects if _is_undrafted(subject, settings)
        ),
    )


def _is_undrafted(subject: Subject, settings: Settings) -> bool:
    place = place_of(subject, settings)
    return place is Place.LAST or (
        place is Place.USUAL and has_documentation_prefix(subject.pull_request)
    )


def _subject(pull: PullRequest, firsts: Collection[str] | None) -> Subject:
    return Subject(pull_request=pull, is_first=None if firsts is None else pull.key in firsts)


def _by_people(pull_requests: Sequence[PullRequest], settings: Settings) -> Iterator[PullRequest]:
    return (pull for pull in pull_requests if not is_bot(pull.author, settings.bots))


def _is_release(pull: PullRequest) -> bool:
    return RELEASE.match(pull.title.strip()) is not None


def _written(pull: PullRequest) -> int:
    files = pull.files or ()
    added = sum(file.additions for file in files) if pull.additions is None else pull.additions
    return added - sum(
        file.additions for file in files if file.is_lock_file or GENERATED.search(file.path)
    )


def _reasons(
    subject: Subject, settings: Settings, covered: Mapping[str, Coverage]
) -> tuple[str, ...]:
    """The reasons in reading order: continuation, content, size, reception."""
    pull = subject.pull_request
    continuation = continuation_reason(pull, covered)
    content: list[str] = [continuation] if continuation else []
    reception: list[str] = []
    names: set[str] = set()
    for rule in settings.reasons:
        match = rules.match_rule(rule, subject)
        # A plugin and its entry in the plugin catalogue are one reason.
        if match and not (match.captures and names.issuperset(match.captures.values())):
            names |= {*match.captures.values()}
            (reception if rule.is_about_reception else content).append(
                _fill_in(rule.words, match.captures)
            )
    size = size_reason(pull)
    return (*content, *([size] if size else []), *reception)


def _fill_in(words: str, captures: Mapping[str, str]) -> str:
    return re.sub(
        r"( ?)\{(\w+)\}",
        lambda place: place[1] + captures[place[2]] if place[2] in captures else "",
        words,
    )


def size_reason(pull: PullRequest) -> str | None:
    """The size among the reasons, "733 lines in 16 files"; None if it is unknown."""
    if pull.additions is None:
        return None
    lines = _amount(pull.additions, "line")
    if pull.changed_files is None:
        return lines
    return f"{lines} in {_amount(pull.changed_files, 'file')}"


def split_size(reasons: Iterable[str], pulls: Sequence[PullRequest]) -> tuple[str, tuple[str, ...]]:
    """The lines that these pull requests add, "733 lines", and the reasons without their sizes."""
    sizes = {size_reason(pull) for pull in pulls}
    added = [pull.additions for pull in pulls if pull.additions is not None]
    lines = _amount(sum(added), "line") if added else ""
    return lines, tuple(reason for reason in reasons if reason not in sizes)


def _amount(count: int, of: str) -> str:
    return f"{count:,} {of}" if count == 1 else f"{count:,} {of}s"


def _revert_notice(reverted: PullRequest, revert: PullRequest, others: Sequence[str]) -> str:
    lines = f" ({_amount(reverted.additions, 'line')})" if reverted.additions is not None else ""
    when = " the same day" if reverted.merged_at.date() == revert.merged_at.date() else ""
    reverted_name, revert_name = (
        keys.format_keys([pull.key], others) for pull in (reverted, revert)
    )
    return f"{reverted_name}{lines} was reverted{when} by {revert_name}."


# A typed prefix: "chore(core)!: …", "[CI] …", "ci/cd: …", also after an emoji.
_PREFIX = r"\W*(?:{types})(?:\([^()]*\)|/[^\s:]+)?!?(?::|\])"
CHORE = re.compile(
    _PREFIX.format(types=r"chores?|refactor\w*|internal|minor|clean-?ups?|style|tests?|ci|build"),
    re.IGNORECASE,
)
DOCUMENTATION = re.compile(_PREFIX.format(types="docs?|documentation|readme"), re.IGNORECASE)
_VERSION = r"\bto (?:\S+ )?v?\d+(?:\.[\dx]+)*(?![\w%])"
DEPENDENCIES = re.compile(
    r"\W*(?:\w+\()?deps(?:[-_]dev)?(?:\([^()]*\)|\))?!?(?::|\])"
    r"|(?:.*: +|.*\] *)?(?:manually )?(?:"
    r"bump(?:s|ed|ing)?\b(?!.*\b(?:time-?outs?|limits?)\b)"
    rf"|(?:upgrad|updat)(?:e[sd]?|ing)\b.*(?:\bdependenc(?:y|ies)\b|\block ?files?\b|{_VERSION}))",
    re.IGNORECASE,
)
# A deeper folder may contain the code that makes documentation.
DOCUMENTATION_FILE = re.compile(
    r"(?:docs?|documentation)/|.*\.(?:md|mdx|markdown|rst|adoc|asciidoc)$"
    r"|(?:.*/)?docs?/.*\.(?:css|gif|html|jpe?g|png|svg|txt|webp|ya?ml)$",
    re.IGNORECASE,
)
# These list dependencies, but also other facts.
MANIFEST = re.compile(
    r"(?:.*/)?(?:package\.json|Cargo\.toml|pyproject\.toml|requirements[\w.-]*\.txt|go\.mod|Gemfile"
    r"|composer\.json|build\.gradle(?:\.kts)?|Package\.swift|Pipfile|pubspec\.yaml|mix\.exs)$"
)


def is_upkeep(pull: PullRequest) -> bool:
    """Whether it is a chore, dependency work or, by its files, documentation only.

    Readers seldom want a story about these.
    """
    title = pull.title.strip()
    if CHORE.match(title) or DEPENDENCIES.match(title):
        return True
    changed = pull.files or ()
    if not changed or len(changed) < (pull.changed_files or 0):
        return has_documentation_prefix(pull)
    return all(DOCUMENTATION_FILE.match(file.path) for file in changed) or (
        any(file.is_lock_file for file in changed)
        and all(file.is_lock_file or MANIFEST.match(file.path) for file in changed)
    )


def has_documentation_prefix(pull: PullRequest) -> bool:
    """Whether the title begins with "docs:" or "[docs]". It may still change other files."""
    return DOCUMENTATION.match(pull.title.strip()) is not None
