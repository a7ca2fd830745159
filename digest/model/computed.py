"""What is computed from facts and decisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import AwareDatetime

from digest.model.background import Community, Trend, WorkingDays
from digest.model.base import Markdown
from digest.model.facts import EarlierCount, PullRequest, Repository, Window

DIGEST_SCHEMA: Final = 1


@dataclass(frozen=True, kw_only=True)
class Group:
    """Where pull requests are counted. `rules` tells for each key which rule put it here."""

    name: str
    count: int
    pull_requests: tuple[str, ...]
    rules: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A candidate for a story, with its reasons in words; several keys are one story."""

    pull_requests: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Story:
    """A heading, in plain text, and paragraphs on pull requests; `reasons` say why it was drafted.

    `quote` is what the pull request says of itself, for its editor to retell or delete. `pictures`
    are shown, or say what is to be put there; `further_pictures` are not: the names of their files,
    or links to those that have none.
    """

    pull_requests: tuple[str, ...]
    heading: str
    paragraphs: tuple[Markdown, ...]
    quote: Markdown | None = None
    pictures: tuple[Markdown, ...] = ()
    further_pictures: tuple[Markdown, ...] = ()
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Digest:
    """Everything a window's section is made from; count = by_people + by_bots.

    `uncounted_pull_requests` have stories, but are not in the count.
    `warnings` say what is wrong with the stories, `notices` what there is to know. `working_days`
    has a calendar for each configured country; `first_contributions` are people's only.
    """

    edition: str
    repositories: tuple[Repository, ...]
    window: Window
    fetched_at: AwareDatetime
    count: int
    by_people: int
    by_bots: int
    complete: bool
    warnings: tuple[str, ...]
    notices: tuple[str, ...]
    heading: Markdown
    lead: Markdown
    stories: tuple[Story, ...]
    candidates: tuple[Candidate, ...]
    groups: tuple[Group, ...]
    pull_requests: tuple[PullRequest, ...]
    uncounted_pull_requests: tuple[PullRequest, ...]
    earlier_counts: tuple[EarlierCount, ...] | None
    working_days: tuple[WorkingDays, ...] = ()
    trend: Trend | None = None
    community: Community | None = None
    first_contributions: tuple[str, ...] | None = None
    closing: Markdown | None = None
