"""The nouns. Facts from outside are frozen pydantic models, what is computed from them frozen dataclasses.

Everywhere `None` means "this source cannot tell" and an empty value means "none".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import core_schema

# What becomes of a file in a pull request.
STATUS = Literal["added", "modified", "removed", "renamed", "copied", "changed"]
SNAPSHOT_SCHEMA: Final = 1
DIGEST_SCHEMA: Final = 1


class Markdown(str):
    """Text that is safe in a Markdown file as it is: text.py makes it, and what is joined of it alone is it too."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: object) -> core_schema.CoreSchema:
        """In JSON it is a string like any other."""
        return core_schema.str_schema()


class Facts(BaseModel):
    """A thing parsed from outside: unknown keys are refused, nothing changes after parsing."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Window(Facts):
    """A half-open span `[start, end)`; both ends are first moments of a day in `zone`, so a week can have 167 hours.

    `kind` keeps what was asked for: February 2021 is a month and also four ISO weeks.
    """

    start: AwareDatetime
    end: AwareDatetime
    zone: str
    kind: Literal["weeks", "month", "days"]

    @model_validator(mode="after")
    def _runs_forward(self) -> "Window":
        if self.start >= self.end:
            raise ValueError("a window's start must be before its end")
        return self

    @model_validator(mode="after")
    def _is_whole(self) -> "Window":
        first, after = (_first_moment(moment, self.zone) for moment in (self.start, self.end))
        if self.kind == "weeks" and (first.weekday(), after.weekday()) != (0, 0):
            raise ValueError("a window of weeks must begin and end with a Monday's first moment")
        if self.kind == "month" and (first.day, after) != (
            1,
            (first.replace(day=28) + timedelta(days=4)).replace(day=1),
        ):
            raise ValueError("a month's window must begin with its first day and end with the next month's")
        return self


def _first_moment(moment: datetime, zone: str) -> date:
    """The day in the zone that begins with this moment; ValueError when none does."""
    try:
        there = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # unknown; a path; a folder such as "Europe"
        raise ValueError(f"there is no zone {zone!r}") from None
    day = moment.astimezone(there).date()
    if (moment.astimezone(UTC) - timedelta.resolution).astimezone(there).date() == day:
        raise ValueError(f"a window must begin and end with the first moment of a day in {zone}")
    return day


class Person(Facts):
    """Somebody on GitHub as their profile has it. `is_bot` is the account's type, not a guess from a name."""

    login: str | None = None
    name: str | None = None
    company: str | None = None
    is_bot: bool = False


class ChangedFile(Facts):
    """A file that a pull request changes; a rename carries the new path only."""

    path: str
    status: STATUS
    additions: int
    deletions: int


class PullRequest(Facts):
    """A merged pull request. `author` None: the source cannot tell who, or the account is deleted."""

    repository: str
    number: int
    node_id: str | None = None
    title: str
    url: str
    opened_at: AwareDatetime | None = None
    merged_at: AwareDatetime
    author: Person | None = None
    merged_by: Person | None = None
    base: str | None = None
    head: str | None = None
    labels: tuple[str, ...] | None = None
    milestone: str | None = None
    additions: int | None = None
    deletions: int | None = None
    changed_files: int | None = None
    files: tuple[ChangedFile, ...] | None = None
    body: str | None = None
    comments: int | None = None
    reactions: int | None = None
    reviews: int | None = None
    closing_issues: tuple[str, ...] | None = None
    merge_commit: str | None = None

    @property
    def key(self) -> str:
        """`owner/name#n`, the name of a pull request wherever one is meant."""
        return f"{self.repository}#{self.number}"


class Repository(Facts):
    """A repository as it was read. `base` is the branch that counts, "*" for all of them.

    `listed_by` and `listed_because` say how its pull requests were found; `found` is how many
    GitHub's search knows for the same window and base, `unfiltered` for any base.
    """

    name: str
    url: str
    default_branch: str | None = None
    base: str
    private: bool | None = None
    listed_by: Literal["list", "search", "git history"]
    listed_because: str
    found: int | None = None
    unfiltered: int | None = None


class EarlierCount(Facts):
    """How many pull requests an earlier window of the same length saw; None when nobody can tell."""

    start: AwareDatetime
    end: AwareDatetime
    count: int | None


class Snapshot(Facts):
    """The facts of one window, as they are saved: pull requests oldest merge first.

    `complete` is false when something was cut or a count says that more exist; `notices` say what.
    """

    schema_version: Literal[1] = SNAPSHOT_SCHEMA
    repositories: tuple[Repository, ...] = Field(min_length=1)
    window: Window
    fetched_at: AwareDatetime
    complete: bool
    notices: tuple[str, ...] = ()
    pull_requests: tuple[PullRequest, ...]
    earlier_counts: tuple[EarlierCount, ...] | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> "Snapshot":
        names = {repository.name for repository in self.repositories}
        seen: set[str] = set()
        for pull in self.pull_requests:
            if pull.repository not in names:
                raise ValueError(f"{pull.key} is of a repository that the snapshot does not name")
            if pull.key in seen:
                raise ValueError(f"{pull.key} is there twice")
            if not self.window.start <= pull.merged_at < self.window.end:
                raise ValueError(f"{pull.key} was not merged inside the window")
            seen.add(pull.key)
        return self


@dataclass(frozen=True, kw_only=True)
class Group:
    """Where pull requests are counted. `rules` tells for each key which rule put it here."""

    name: str
    count: int
    pull_requests: tuple[str, ...]
    rules: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A candidate for a story, with its reasons in words; several keys are one story."""

    pull_requests: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Story:
    """A heading, in plain text, and paragraphs on pull requests; `reasons` say why it was drafted.

    `quote` is what the pull request says of itself, for its editor to retell or delete.
    """

    pull_requests: tuple[str, ...]
    heading: str
    paragraphs: tuple[Markdown, ...]
    quote: Markdown | None = None
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Digest:
    """Everything a window's section is made from; count = by_people + by_bots."""

    edition: str
    repositories: tuple[Repository, ...]
    window: Window
    fetched_at: AwareDatetime
    count: int
    by_people: int
    by_bots: int
    complete: bool
    notices: tuple[str, ...]
    heading: Markdown
    lead: Markdown
    stories: tuple[Story, ...]
    suggestions: tuple[Suggestion, ...]
    groups: tuple[Group, ...]
    pull_requests: tuple[PullRequest, ...]
    earlier_counts: tuple[EarlierCount, ...] | None
