"""Continuations: what goes on with something that an earlier edition covered."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from digest.compose import keys, titles
from digest.model import PullRequest

PART = re.compile(
    r"[\s(\[,:;–-]*\b(?:part|pt\.?)\s*(?P<number>\d+|[ivx]+|two|three|four)\b[\s)\]:–-]*",
    re.IGNORECASE,
)
FOLLOW_UP = re.compile(r"\bfollow(?:s|ing)?[ -]?up\b|\bcontinu(?:es|ed|ation)\b", re.IGNORECASE)
MENTION = re.compile(
    r"(?<![\w/#])(?:(?P<repository>[\w.-]+/[\w.-]+))?#(?P<number>\d+)\b"
    r"|/(?P<linked>[\w.-]+/[\w.-]+)/pull/(?P<pull>\d+)\b"
)


@dataclass(frozen=True)
class Coverage:
    """The edition that covered a pull request, and the title that it had, None: unknown."""

    edition: str
    title: str | None = None


def continuation_reason(pull: PullRequest, covered: Mapping[str, Coverage]) -> str | None:
    """Why a pull request goes on with one that is covered, "part 2: #4360 was in 2021-W06".

    None where it does not.
    It mentions that one, or has the same title but for "part 2".
    """
    if not covered:
        return None  # a long description is not searched for nothing
    part = PART.search(pull.title)
    mentioned = next((key for key in _mentions(pull) if key in covered), None)
    same = next(
        (
            key
            for key, one in covered.items()
            if one.title and _stem(one.title) == _stem(pull.title)
        ),
        None,
    )
    before = mentioned or same
    if before is None:
        return None
    if part:
        how = f"part {part['number']}"
    elif FOLLOW_UP.search(pull.title):
        how = "follow-up"
    else:
        how = "mentions an earlier story" if mentioned else "same title"
    return f"{how}: {keys.format_keys([before], [pull.key])} was in {covered[before].edition}"


def _mentions(pull: PullRequest) -> Iterator[str]:
    for found in MENTION.finditer(f"{pull.title}\n{pull.body or ''}"):
        repository, number = (
            found["repository"] or found["linked"] or pull.repository,
            found["number"] or found["pull"],
        )
        if (key := f"{repository}#{number}") != pull.key:
            yield key


def _stem(title: str) -> str:
    return " ".join(PART.sub(" ", titles.strip_title(title, None, None)).casefold().split())
