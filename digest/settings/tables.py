"""The tables of the settings.

The shipped config.toml holds every default, so no default of a setting stands here.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, Field

from digest import text, windows
from digest.errors import UsageError
from digest.settings.rules import GroupRule, ReasonRule
from digest.settings.values import PLACE, Patterns, Regex, Table


def repository_name(value: str) -> str:
    """The name as it is, or empty; ValueError when it is not owner/name."""
    if value and not re.fullmatch(r"[\w.-]+/[\w.-]+", value):
        raise ValueError("must be owner/name, such as backstage/backstage")
    return value


def _zone(value: str) -> str:
    try:
        windows.find_zone(value)
    except UsageError as error:
        raise ValueError(f"there is no such zone. {error.hint}".rstrip(".")) from None
    return value


def _branch_name(value: str) -> str:
    # Roughly what git allows (git help check-ref-format); what it does not could also break out of
    # a search.
    if value != "*" and re.search(
        r"""[\s\x00-\x20\x7f~^:?*\[\\"']|\.\.|@\{|//|^[-/.]|[/.]$|\.lock$""", value
    ):
        raise ValueError(
            'must be the name of one branch, "" for the default branch, or "*" for all'
        )
    return value


def _wording(*names: str) -> AfterValidator:
    def known_places(value: str) -> str:
        unknown = [place for place in PLACE.findall(value) if place not in names]
        if unknown:
            known = text.listed([f"{{{name}}}" for name in names])
            raise ValueError(f"knows {known}, not {{{unknown[0]}}}")
        if re.search("[{}]", PLACE.sub("", value)):
            raise ValueError("has a brace without its partner")
        return value

    return AfterValidator(known_places)


Name = Annotated[str, AfterValidator(repository_name)]


def _without_empty(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for value in values if value.strip())


def _are_hosts(values: tuple[str, ...]) -> tuple[str, ...]:
    if wrong := [value for value in values if re.search(r"[/@\s]|^[^:]*:\d*$", value)]:
        raise ValueError(
            f"must name hosts alone, such as github.com or *.example.com, not {wrong[0]!r}"
        )
    return _without_empty(values)


class PersonWords(Table):
    """What the settings say of a person, by login; it wins over the profile. `company = ""`: none.

    Whoever is `left_out` is told as "A contributor".
    """

    name: str | None = None
    company: str | None = None
    left_out: bool = False


class GitHub(Table):
    """How GitHub is asked: seconds for one answer, for all waiting, between writes.

    How far a list is walked.
    """

    timeout: int = Field(ge=1)
    patience: int = Field(ge=0)
    between_writes: int = Field(ge=0)
    list_up_to: int = Field(ge=0)


class WithoutToken(Table):
    """What the few requests that GitHub allows without a token are spent on.

    The patterns are for titles.
    """

    keep: int = Field(ge=0)
    for_names: int = Field(ge=0)
    read_first: tuple[Regex, ...]
    read_last: tuple[Regex, ...]


class Pictures(Table):
    """Whether and whence pictures are fetched.

    Sizes in megabytes (10^6 bytes), `at_most` of one pull request.
    """

    save: bool
    hosts: Annotated[Patterns, AfterValidator(_are_hosts)]
    redirects: Annotated[Patterns, AfterValidator(_are_hosts)]
    largest: int = Field(ge=1)
    together: int = Field(ge=1)
    at_most: int = Field(ge=1)


class Publish(Table):
    """Where and how an edition is published.

    `path` may hold {edition} {year} {week} {date} {slug}.
    """

    to: Name
    path: str = Field(min_length=1)
    pictures_path: str
    pictures_link: str
    title: Annotated[str, _wording("heading", "edition")] = Field(min_length=1)
    label: str
    allow_empty: bool


class OneRepository(Table):
    """A repository of the edition.

    Where it says nothing of a base or of groups, the edition's hold.
    """

    name: Name = Field(min_length=1)
    base: str | None = None
    groups: tuple[GroupRule, ...] | None = None


class Calendar(Table):
    """Whose working days count: countries, or parts of them such as "DE-BY", and how sentences name them."""

    country: Annotated[Patterns, AfterValidator(_without_empty)]
    bridge_days: bool
    places: Mapping[str, str]


class Wording(Table):
    """The sentences of the lead and of the closing line as data."""

    none: Annotated[str, _wording("n", "when", "across")]
    one: Annotated[str, _wording("n", "when", "across")]
    skipped: Annotated[str, _wording("n", "when", "across", "weeks")]
    skipped_more: Annotated[str, _wording("n", "when", "across", "weeks")]
    short: Annotated[str, _wording("n", "when", "across", "days", "place")]
    quiet: Annotated[str, _wording("n", "when", "across", "before", "range")]
    busy: Annotated[str, _wording("n", "when", "across", "before", "range")]
    plain: Annotated[str, _wording("n", "when", "across")]
    across: Annotated[str, _wording("repositories")]
    highlights: str
    highlight: str
    welcome: str
    newcomers: Annotated[str, _wording("names")]


class Settings(Table):
    """The settings in force; config.toml explains each."""

    repository: Name
    repositories: tuple[OneRepository, ...]
    base: Annotated[str, AfterValidator(_branch_name)]
    zone: Annotated[str, AfterValidator(_zone)]
    output: str
    heading: Annotated[str, _wording("when")]
    bots: Patterns
    catch_all: str
    group_order: Patterns
    team: Annotated[Patterns, AfterValidator(_without_empty)]
    first_contributions: bool
    github: GitHub
    without_token: WithoutToken
    calendar: Calendar
    pictures: Pictures
    publish: Publish
    wording: Wording
    names: Mapping[str, str]
    people: Mapping[str, PersonWords]
    companies: Mapping[str, str]
    repository_aliases: Mapping[Name, Name]
    groups: tuple[GroupRule, ...]
    reasons: tuple[ReasonRule, ...]

    def without_pictures(self) -> Self:
        """The settings of a run that fetches no picture."""
        return self.model_copy(
            update={"pictures": self.pictures.model_copy(update={"save": False})}
        )

    @property
    def names_of_repositories(self) -> tuple[str, ...]:
        """The repositories of an edition, `repository` first, each once."""
        first: dict[str, str] = {}
        for name in filter(None, (self.repository, *(one.name for one in self.repositories))):
            first.setdefault(name.casefold(), name)
        return tuple(first.values())

    def base_of(self, repository: str) -> str:
        """The base that counts in a repository: its own, else the edition's."""
        own = self._own(repository)
        return self.base if own is None or own.base is None else own.base

    def groups_of(self, repository: str) -> tuple[GroupRule, ...]:
        """The rules that a repository's pull requests are grouped by: its own, else the edition's."""
        own = self._own(repository)
        return self.groups if own is None or own.groups is None else own.groups

    def _own(self, repository: str) -> OneRepository | None:
        return next(
            (one for one in self.repositories if one.name.casefold() == repository.casefold()), None
        )
