"""Facts about a window: pull requests, authors and repositories, and their JSON."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any, Final, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

# The change of a file by a pull request.
STATUS = Literal["added", "modified", "removed", "renamed", "copied", "changed"]
# The version changes when a fact changes its meaning. A new fact needs no new version: it is
# optional, None in older snapshots, and older versions of digest keep it without using it.
SNAPSHOT_SCHEMA: Final = 1
# GitHub's limits. Longer texts are from another server, and are cut when they are read.
LONGEST_TITLE: Final = 256
LONGEST_NAME: Final = 255
# The forms in which a browser and `git remote` show a repository.
URL = re.compile(
    r"(?:https?://(?:[^/@\s]*@)?|ssh://(?:[^/@\s]*@)?|git://|[\w.-]+@)[\w.-]+(?::\d+)?[/:]"
    r"(?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?(?:[/?#].*)?"
)
LOCK_FILE = re.compile(
    r"(?:^|/)(?:[^/]+\.lock|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|bun\.lockb"
    r"|go\.sum|gradle\.lockfile|Package\.resolved)$",
    re.IGNORECASE,
)


def same_name(left: str, right: str) -> bool:
    """Whether two names mean the same repository. As on GitHub, case does not matter."""
    return left.casefold() == right.casefold()


def folded(names: Iterable[str]) -> frozenset[str]:
    """Names of repositories in a form that can be compared."""
    return frozenset(name.casefold() for name in names)


def name_in_url(written: str) -> str:
    """The owner/name in the URL of a repository or of one of its pages; other text unchanged."""
    match = URL.fullmatch(written.strip())
    return match["name"] if match else written


class Facts(BaseModel):
    """A part of a snapshot.

    A snapshot of a later version of digest may contain more facts. They are kept and saved again,
    but not used, and they do not count when facts are compared.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Facts)
            and type(self) is type(other)
            and self.__dict__ == other.__dict__
        )

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    @property
    def has_unknown(self) -> bool:
        """Whether it contains facts that this version of digest does not know."""
        parts = (part for value in self.__dict__.values() for part in _parts(value))
        return bool(self.model_extra) or any(part.has_unknown for part in parts)

    def known(self) -> Self:
        """A copy without facts that this version of digest does not know."""
        if not self.has_unknown:
            return self
        known: dict[str, Any] = {name: _known(value) for name, value in self.__dict__.items()}
        return self.model_construct(**known)


def _parts(value: object) -> Iterable["Facts"]:
    values = value if isinstance(value, tuple) else (value,)
    return (part for part in values if isinstance(part, Facts))


def _known(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_known, value))
    return value.known() if isinstance(value, Facts) else value


class Window(Facts):
    """A half-open time span `[start, end)`.

    Both ends are the first moment of a day in `zone`, so a week may have 167 hours. `kind` is
    needed because a span may be several: February 2021 is a month, and also four ISO weeks.
    """

    start: AwareDatetime
    end: AwareDatetime
    zone: str
    kind: Literal["weeks", "month", "days"]

    @model_validator(mode="after")
    def _runs_forward(self) -> "Window":
        if self.start >= self.end:
            raise ValueError("the start of a window must be before its end")
        return self

    @model_validator(mode="after")
    def _is_whole(self) -> "Window":
        first, after = (_first_moment(moment, self.zone) for moment in (self.start, self.end))
        if self.kind == "weeks" and (first.weekday(), after.weekday()) != (0, 0):
            raise ValueError("a window of weeks must start and end at the first moment of a Monday")
        if self.kind == "month" and (first.day, after) != (
            1,
            (first.replace(day=28) + timedelta(days=4)).replace(day=1),
        ):
            raise ValueError("a window of a month must cover one whole month")
        return self


def _first_moment(moment: datetime, zone: str) -> date:
    """The day in the zone that begins at this moment; ValueError if no day begins then."""
    try:
        info = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # unknown; a path; a folder such as "Europe"
        raise ValueError(f"{zone!r} is not a known time zone") from None
    day = moment.astimezone(info).date()
    if (moment.astimezone(UTC) - timedelta.resolution).astimezone(info).date() == day:
        raise ValueError(f"a window must start and end at the first moment of a day in {zone}")
    return day


class Person(Facts):
    """A person's GitHub profile. `is_bot` is the account's type, not a guess from its name."""

    login: str | None = None
    name: str | None = None
    company: str | None = None
    is_bot: bool = False


class ChangedFile(Facts):
    """A file that a pull request changes. A renamed file has its new path."""

    path: str
    status: STATUS
    additions: int
    deletions: int

    @property
    def is_lock_file(self) -> bool:
        """Whether a package manager writes it, to keep the versions of dependencies."""
        return LOCK_FILE.search(self.path) is not None


class Changeset(Facts):
    """A changeset that a pull request adds: bumps by package ("minor"), and a Markdown summary."""

    path: str
    bumps: Mapping[str, str]
    summary: str


class PullRequest(Facts):
    """A merged pull request.

    `author` is None if it is unknown or the account is deleted. `milestone` is its title, "" if
    there is none.
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
        """`owner/name#n`, which identifies a pull request."""
        return f"{self.repository}#{self.number}"

    def with_saved(self, saved: Self) -> Self:
        """The pull request, with the facts that only its saved version has."""
        known = _unknown_in(self, saved)
        if self.author and saved.author and self.author.login == saved.author.login:
            person = _unknown_in(self.author, saved.author)
            known |= {"author": self.author.model_copy(update=person)} if person else {}
        return self.model_copy(update=known) if known else self


def _unknown_in(new: Facts, saved: Facts) -> dict[str, Any]:
    """The facts by name that are unknown in `new` and known in `saved`."""
    return {
        name: value
        for name, value in saved.__dict__.items()
        if value is not None and getattr(new, name) is None
    }


class Picture(Facts):
    """A picture in a description: its file next to the section, or the `problem` with it."""

    pull_request: str
    url: str
    file: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9-]*\.(png|jpg|gif|webp)$")
    problem: str | None = None


class Repository(Facts):
    """A repository in a snapshot.

    `base` is the branch that counts, "*" for all branches. `listed_by` is how its pull requests
    were listed, and `listing_reason` is why in this way, or why not at all. `search_count` is the
    number that GitHub's search reports for the same window and base; `search_count_any_base` is
    the number for every base. `node_id` stays the same when the repository is renamed or
    transferred, and `former_names` are the names that runs have seen it under. `areas` are the
    globs that capture the areas of the code, as learned for this edition; None: not learned.
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
    node_id: str | None = None
    former_names: tuple[str, ...] = ()
    areas: tuple[str, ...] | None = None

    @property
    def was_read(self) -> bool:
        """Whether its pull requests are known."""
        return self.listed_by != "nothing"


class EarlierCount(Facts):
    """The number of pull requests in an earlier window of the same length; None: unknown."""

    start: AwareDatetime
    end: AwareDatetime
    count: int | None


class Snapshot(Facts):
    """The saved facts of one window; the oldest merge comes first.

    `complete` is false when pull requests are missing or a count suggests it; `notices` explain it.
    `uncounted_pull_requests` have stories, but were merged at another time or in another
    repository. `pictures` belong to the stories. `since_last`: the window starts at the end of the
    last edition. `first_contributions` are the keys of the pull requests that are their author's
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
        keys: set[str] = set()
        for pull in self.pull_requests:
            if pull.repository not in names:
                raise ValueError(f"the repository of {pull.key} is missing in the snapshot")
            if pull.key in keys:
                raise ValueError(f"{pull.key} appears twice")
            if not self.window.start <= pull.merged_at < self.window.end:
                raise ValueError(f"{pull.key} was not merged in the window")
            keys.add(pull.key)
        return self


Made = TypeVar("Made")
EMPTY = '\n  "pull_requests": []'


def snapshot_chunks(header: str, pulls: Iterable[PullRequest]) -> Iterator[str]:
    """The JSON of a snapshot in chunks, with a final newline.

    `header` is the snapshot's JSON without pull requests, indented by 2.
    """
    # JSON has no line breaks inside strings, so no string can look like this.
    head, _, tail = header.partition(EMPTY)
    yield head + EMPTY.removesuffix("]")
    before, end = "\n    ", "]"
    for pull in pulls:
        yield before + pull.model_dump_json(indent=2).replace("\n", "\n    ")
        before, end = ",\n    ", "\n  ]"
    yield end + tail + "\n"


def parse_snapshot(document: bytes) -> Snapshot:
    """The snapshot in a JSON document in UTF-8, with any layout. Raises ValidationError."""
    header, pulls = parse_pull_requests(document, lambda pull: pull)
    facts = {name: value for name, value in header if name in header.model_fields_set}
    return Snapshot.model_validate(facts | {"pull_requests": pulls})


def parse_pull_requests(
    document: bytes, make: Callable[[PullRequest], Made]
) -> tuple[Snapshot, list[Made]]:
    """The snapshot in a document without its pull requests, and `make` applied to each of these.

    Parses one pull request at a time, to save memory. Does not check that the parts fit together.
    Raises ValidationError.
    """
    header_lines: list[bytes] = []
    try:
        made = [
            make(PullRequest.model_validate_json(pull))
            for pull in _split(BytesIO(document), header_lines)
        ]
        header = Snapshot.model_validate_json(b"".join(header_lines))
    except ValidationError:
        # Another program's layout may differ. If the document is broken, this raises the error
        # with the right place.
        made, header = [], Snapshot.model_validate_json(document)
    made += map(make, header.pull_requests)
    return header.model_copy(update={"pull_requests": ()}), made


def _split(lines: Iterable[bytes], header_lines: list[bytes]) -> Iterator[bytes]:
    """The JSON of each pull request in the layout of `snapshot_chunks`.

    All other lines go to `header_lines`.
    """
    is_inside = False
    pull: list[bytes] = []
    for line in lines:
        bare = line.rstrip().removesuffix(b",")
        if not is_inside:
            header_lines.append(line)
            is_inside = bare == b'  "pull_requests": ['
        elif bare == b"  ]":
            header_lines.append(line)
            is_inside = False
        elif bare == b"    }":
            yield b"".join([*pull, b"}"])
            pull = []
        else:
            pull.append(line)
    # An unfinished pull request makes the document invalid, so the parser must see it.
    header_lines += pull
