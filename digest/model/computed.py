"""Values computed from facts and marks, and facts that explain a count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from pydantic import AwareDatetime
from pydantic_core import core_schema

from digest.model.decisions import Layout
from digest.model.facts import EarlierCount, PullRequest, Repository, Window


class Markdown(str):
    """Text that is safe in a Markdown file. `digest.text` makes it; joined Markdown is Markdown."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: object) -> core_schema.CoreSchema:
        """The schema of a plain string, for JSON."""
        return core_schema.str_schema()


@dataclass(frozen=True, kw_only=True)
class DayOff:
    """A weekday off. `name` is the English name of the holiday, or "bridge day"."""

    day: date
    name: str


@dataclass(frozen=True, kw_only=True)
class WorkingDays:
    """The working days of a country or region in a window.

    `code` is such as "SE", and `place` is the name for sentences.
    `days` is the number of working days, `days_off` are the other weekdays.
    """

    code: str
    place: str
    days: int
    days_off: tuple[DayOff, ...]


@dataclass(frozen=True, kw_only=True)
class Trend:
    """A window's count compared with the `windows` windows before it.

    Their counts are from `low` to `high`. "quiet" is below all of them, "busy" above.
    """

    kind: Literal["quiet", "busy", "usual"]
    windows: int
    low: int
    high: int
    median: float
    is_below_median: bool


@dataclass(frozen=True, kw_only=True)
class Community:
    """The number of people's pull requests from the companies of `team` and from others.

    `unknown` counts those by people whose company is unknown. Bots are not counted.
    """

    team: tuple[str, ...]
    by_team: int
    by_others: int
    unknown: int


DIGEST_SCHEMA: Final = 1


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group of pull requests. `rules` names the rule that matched, for each key."""

    name: str
    count: int
    pull_requests: tuple[str, ...]
    rules: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A suggested story about one or several pull requests, with the reasons in words."""

    pull_requests: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Story:
    """A plain-text heading and paragraphs about one or several pull requests.

    `quote` is a quotation from the pull request, for the editor to rewrite or delete. `pictures`
    are the pictures that the section shows, or TODOs for them. `further_pictures` are not shown:
    names of files, or links if there is no file. `reasons` explain why digest drafted the story.
    """

    pull_requests: tuple[str, ...]
    heading: str
    paragraphs: tuple[Markdown, ...]
    quote: Markdown | None = None
    pictures: tuple[Markdown, ...] = ()
    further_pictures: tuple[Markdown, ...] = ()
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ListedItem:
    """An item of a list: one or several pull requests in one line.

    `title` and `by` are the drafted words, `links` the pull requests. `text` is an editor's, and
    replaces them all; its further lines are indented for a list.
    """

    pull_requests: tuple[str, ...]
    title: Markdown
    links: Markdown
    by: Markdown
    first_contribution: bool = False
    text: Markdown | None = None


@dataclass(frozen=True, kw_only=True)
class ListedGroup:
    """A group of a list, never empty."""

    name: str
    listed_items: tuple[ListedItem, ...]


@dataclass(frozen=True, kw_only=True)
class Digest:
    """The content of a window's section. `count` is `by_people` + `by_bots`.

    `uncounted_pull_requests` have stories, but are not in the count. `warnings` are problems of the
    stories, `notices` are facts about the data, and `skipped_rules` are rules that needed unknown
    facts. `working_days` has one entry for each country in the settings. `first_contributions` does
    not include bots. `listed_groups` are the groups of the list; in the layout "stories" only
    templates have them. `left_out` are the pull requests that an editor left out of it.
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
    skipped_rules: tuple[str, ...] = ()
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
    layout: Layout = "stories"
    listed_groups: tuple[ListedGroup, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to correct: its line (None for the facts), the rule, the reason and the fix."""

    line: int | None
    rule: str
    reason: str
    cure: str
