"""Finds pull requests that continue one from an earlier edition."""

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
    """The edition that covered a pull request, and its title there; None if unknown."""

    edition: str
    title: str | None = None


def continuation_reason(pull: PullRequest, covered: Mapping[str, Coverage]) -> str | None:
    """Why a pull request continues a covered one: "part 2: #4360 was in 2021-W06".

    It mentions the other one, or both have the same title apart from "part 2". None if neither.
    """
    if not covered:
        return None  # descriptions can be long, so do not search them for nothing
    part = PART.search(pull.title)
    mentioned = next((key for key in _mentions(pull) if key in covered), None)
    same_title = next(
        (
            key
            for key, coverage in covered.items()
            if coverage.title and _stem(coverage.title) == _stem(pull.title)
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


def _stem(title: str) -> str:
    return " ".join(PART.sub(" ", titles.strip_title(title, None, None)).casefold().split())
