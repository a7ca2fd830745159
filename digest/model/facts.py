"""Facts from outside: a window's pull requests and the people behind them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, model_validator

from digest.model.base import Facts

# What becomes of a file in a pull request.
STATUS = Literal["added", "modified", "removed", "renamed", "copied", "changed"]
# It changes when a fact gets another meaning. A new fact needs no new version: it is optional, and
# None where an older digest saved the snapshot; an older digest passes it over and keeps it.
SNAPSHOT_SCHEMA: Final = 1


class Window(Facts):
    """A half-open span `[start, end)`.

    Both ends are first moments of a day in `zone`, so a week can have 167 hours.
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
            raise ValueError(
                "a month's window must begin with its first day and end with the next month's"
            )
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
    """Somebody on GitHub as their profile has it.

    `is_bot` is the account's type, not a guess from a name.
    """

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


class Changeset(Facts):
    """A changeset that a pull request adds: the packages that it bumps ("minor"), and its summary in Markdown."""

    path: str
    bumps: Mapping[str, str]
    summary: str


class PullRequest(Facts):
    """A merged pull request.

    `author` None: unknown, or the account is deleted; `milestone` empty: it has none.
    """

    repository: str
    number: int
    node_id: str | None = None
    title: str
    url: str
    merged_at: AwareDatetime
    author: Person | None = None
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
    changesets: tuple[Changeset, ...] | None = None
    merge_commit: str | None = None

    @property
    def key(self) -> str:
        """`owner/name#n`, the name of a pull request wherever one is meant."""
        return f"{self.repository}#{self.number}"


class Picture(Facts):
    """A picture that a pull request's description shows: its file beside the section, or the `problem` in having it."""

    pull_request: str
    url: str
    file: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9-]*\.(png|jpg|gif|webp)$")
    problem: str | None = None


class Repository(Facts):
    """A repository in a snapshot.

    `base` is the branch that counts, "*" for all branches. `listed_by` is how its pull requests
    were listed, and `listing_reason` is why in this way, or why not at all. `search_count` is the
    number that GitHub's search reports for the same window and base; `search_count_any_base` is
    the number for every base.
    """

    name: str
    url: str
    default_branch: str | None = None
    base: str
    private: bool | None = None
    listed_by: Literal["list", "search", "nothing"]
    listing_reason: str
    search_count: int | None = None
    search_count_any_base: int | None = None

    @property
    def was_read(self) -> bool:
        """Whether anything is known of its pull requests."""
        return self.listed_by != "nothing"


class EarlierCount(Facts):
    """How many pull requests an earlier window of the same length saw.

    None when nobody can tell.
    """

    start: AwareDatetime
    end: AwareDatetime
    count: int | None


class Snapshot(Facts):
    """The saved facts of one window; the oldest merge comes first.

    `complete` is false when pull requests are missing or a count suggests it; `notices` explain
    it. `uncounted_pull_requests` have stories, but were merged at another time or in another
    repository. `pictures` belong to the stories. `since_last`: the window starts where the last
    edition ends. `first_contributions` are the keys of the pull requests that are their author's
    first in that repository; None: unknown.
    """

    schema_version: Literal[1] = SNAPSHOT_SCHEMA
    repositories: tuple[Repository, ...] = Field(min_length=1)
    window: Window
    fetched_at: AwareDatetime
    complete: bool
    notices: tuple[str, ...] = ()
    pull_requests: tuple[PullRequest, ...]
    uncounted_pull_requests: tuple[PullRequest, ...] = ()
    pictures: tuple[Picture, ...] = ()
    earlier_counts: tuple[EarlierCount, ...] | None = None
    since_last: bool = False
    first_contributions: tuple[str, ...] | None = None

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
