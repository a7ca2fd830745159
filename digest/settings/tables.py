"""The tables of the settings. Their defaults are in config.toml."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from digest import text, windows
from digest.errors import UsageError
from digest.model import Frozen, Layout
from digest.model.decisions import RULES, check_rule_names
from digest.settings.conditions import Patterns, Regex
from digest.settings.rules import PLACEHOLDER, GroupRule, ReasonRule


def _list_schema(names: Iterable[str]) -> dict[str, Any]:
    """The JSON Schema of a value that is one of these names, or a list of them."""
    name = {"type": "string", "enum": [*names]}
    return {"anyOf": [name, {"type": "array", "items": name}]}


def repository_name(value: str) -> str:
    """The name unchanged; ValueError unless it is owner/name or empty."""
    if value and not re.fullmatch(r"[\w.-]+/[\w.-]+", value):
        raise ValueError("must be owner/name, such as backstage/backstage")
    return value


def _zone(value: str) -> str:
    try:
        windows.find_zone(value)
    except UsageError as error:
        raise ValueError(f"is not a known time zone. {error.hint}".rstrip(".")) from None
    return value


def _branch_name(value: str) -> str:
    # Close to git's own rules (git help check-ref-format). A name outside of them could also
    # change the meaning of a search.
    if value != "*" and re.search(
        r"""[\s\x00-\x20\x7f~^:?*\[\\"']|\.\.|@\{|//|^[-/.]|[/.]$|\.lock$""", value
    ):
        raise ValueError(
            'must be the name of one branch, "" for the default branch, or "*" for all branches'
        )
    return value


def _wording(*names: str) -> AfterValidator:
    def check_placeholders(value: str) -> str:
        unknown = [name for name in PLACEHOLDER.findall(value) if name not in names]
        if unknown:
            known = text.join_words([f"{{{name}}}" for name in names])
            raise ValueError(f"may contain {known}, but not {{{unknown[0]}}}")
        if re.search("[{}]", PLACEHOLDER.sub("", value)):
            raise ValueError("has an unmatched brace")
        return value

    return AfterValidator(check_placeholders)


Name = Annotated[str, AfterValidator(repository_name)]


def _without_empty(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for value in values if value.strip())


def _are_hosts(values: tuple[str, ...]) -> tuple[str, ...]:
    if wrong := [value for value in values if re.search(r"[/@\s]|^[^:]*:\d*$", value)]:
        raise ValueError(
            f"must be host names only, such as github.com or *.example.com, not {wrong[0]!r}"
        )
    return _without_empty(values)


# "First Last from Company", "First Last", "First Last (@login)" or "@login".
PeopleStyle = Literal["name-company", "name", "name-login", "login"]


def _are_logins(values: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(value.strip().removeprefix("@") for value in values)
    if wrong := [name for name in names if name and not re.fullmatch(r"[\w.\[\]-]+", name)]:
        raise ValueError(f"must be logins, such as octocat, not {wrong[0]!r}")
    return _without_empty(names)


def _are_reviewers(values: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(value.strip().removeprefix("@") for value in values)
    if wrong := [name for name in names if name and not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", name)]:
        raise ValueError(f"must be logins or teams, such as octocat or org/team, not {wrong[0]!r}")
    return _without_empty(names)


Logins = Annotated[Patterns, AfterValidator(_are_logins)]
Reviewers = Annotated[Patterns, AfterValidator(_are_reviewers)]


class PersonSettings(Frozen):
    """The settings of a person, which override the profile.

    `company = ""` means no company. An `anonymous` person appears as "A contributor".
    """

    name: str | None = None
    company: str | None = None
    anonymous: bool = False


class GitHub(Frozen):
    """The settings for requests to GitHub. Times are in seconds."""

    timeout_seconds: int = Field(ge=1)
    max_wait_seconds: int = Field(ge=0)
    write_pause_seconds: int = Field(ge=0)
    max_listed: int = Field(ge=0)


class WithoutToken(Frozen):
    """The settings for runs without a token, for which GitHub allows few requests per hour.

    `read_first` and `read_last` are patterns for titles.
    """

    reserve_requests: int = Field(ge=0)
    name_requests: int = Field(ge=0)
    read_first: tuple[Regex, ...]
    read_last: tuple[Regex, ...]


class Pictures(Frozen):
    """The pictures that digest downloads. Sizes are in megabytes (10^6 bytes)."""

    save: bool
    hosts: Annotated[Patterns, AfterValidator(_are_hosts)]
    redirect_hosts: Annotated[Patterns, AfterValidator(_are_hosts)]
    max_mb: int = Field(ge=1)
    max_total_mb: int = Field(ge=1)
    max_per_pull_request: int = Field(ge=1)


class Publish(Frozen):
    """The settings of `digest publish`.

    `path` may contain {edition} {year} {week} {date} {slug}.
    """

    to: Name
    path: str = Field(min_length=1)
    pictures_path: str
    pictures_link: str
    title: Annotated[str, _wording("heading", "edition")] = Field(min_length=1)
    label: str
    reviewers: Reviewers
    assignees: Logins
    allow_empty: bool


class Check(Frozen):
    """The rules of `digest check` to switch off, by name."""

    ignore: Annotated[
        Patterns, AfterValidator(check_rule_names), WithJsonSchema(_list_schema(RULES))
    ]


class RepositorySettings(Frozen):
    """One repository of an edition. `base` and `groups` default to the edition's."""

    name: Name = Field(min_length=1)
    base: str | None = None
    groups: tuple[GroupRule, ...] | None = None


class Calendar(Frozen):
    """Countries, or regions such as "DE-BY", whose working days count, and their names."""

    country: Annotated[Patterns, AfterValidator(_without_empty)]
    bridge_days: bool
    places: Mapping[str, str]


class Wording(Frozen):
    """The sentences of the lead and of the closing block."""

    unknown: Annotated[str, _wording("n", "when", "across")]
    none: Annotated[str, _wording("n", "when", "across")]
    one: Annotated[str, _wording("n", "when", "across")]
    skipped_week: Annotated[str, _wording("n", "when", "across", "skipped", "weeks")]
    skipped_weeks: Annotated[str, _wording("n", "when", "across", "skipped", "weeks")]
    short_week: Annotated[str, _wording("n", "when", "across", "days", "place")]
    quiet: Annotated[str, _wording("n", "when", "across", "before", "range")]
    busy: Annotated[str, _wording("n", "when", "across", "before", "range")]
    plain: Annotated[str, _wording("n", "when", "across")]
    across: Annotated[str, _wording("repositories")]
    highlights: str
    one_highlight: str
    newcomers_heading: str
    newcomers: Annotated[str, _wording("names")]
    one_unlisted_bot: str
    unlisted_bots: Annotated[str, _wording("n")]


Preset = Literal["general", "by-area", "conventional", "backstage"]


class Settings(Frozen):
    """The settings of a run; config.toml explains each of them."""

    repository: Name
    repositories: tuple[RepositorySettings, ...]
    base: Annotated[str, AfterValidator(_branch_name)]
    zone: Annotated[str, AfterValidator(_zone)]
    output: str
    heading: Annotated[str, _wording("when")]
    bots: Patterns
    more_bots: Patterns
    preset: Preset
    default_group: str
    group_order: Patterns
    spellings: Patterns
    team: Annotated[Patterns, AfterValidator(_without_empty)]
    first_contributions: bool
    people: PeopleStyle
    layout: Layout
    list_groups: Annotated[Patterns, AfterValidator(_without_empty)]
    list_bots: Literal["line", "none"]
    list_order: Literal["size", "number"]
    github: GitHub
    without_token: WithoutToken
    calendar: Calendar
    pictures: Pictures
    publish: Publish
    check: Check
    wording: Wording
    display_names: Mapping[str, str]
    profiles: Mapping[str, PersonSettings]
    companies: Mapping[str, str]
    repository_aliases: Mapping[Name, Name]
    groups: tuple[GroupRule, ...] = ()
    reasons: tuple[ReasonRule, ...]

    @model_validator(mode="before")
    @classmethod
    def _joins_bots(cls, tables: dict[str, Any]) -> dict[str, Any]:
        # All code that reads `bots` gets both lists.
        bots, more = (tables.get(key, ()) for key in ("bots", "more_bots"))
        lists = [[value] if isinstance(value, str) else value for value in (bots, more)]
        if all(isinstance(values, list | tuple) for values in lists):
            return {**tables, "bots": [value for values in lists for value in values]}
        return tables

    def without_pictures(self) -> Self:
        """These settings for an edition that downloads no pictures."""
        return self.model_copy(
            update={"pictures": self.pictures.model_copy(update={"save": False})}
        )

    def with_former_names(self, repositories: Iterable[tuple[str, Sequence[str]]]) -> Self:
        """These settings, with tables under an old name of a repository applied to it too."""
        former = {old: name for name, olds in repositories for old in olds}
        if not former:
            return self
        aliases = {**self.repository_aliases, **former}
        return self.model_copy(update={"repository_aliases": aliases})

    def with_layout(self, layout: Layout | None) -> Self:
        """These settings for an edition with its own layout; None keeps the layout."""
        return self.model_copy(update={"layout": layout}) if layout else self

    @property
    def repository_names(self) -> tuple[str, ...]:
        """The repositories of an edition without duplicates, `repository` first."""
        listed = (entry.name for entry in self.repositories)
        by_folded_name: dict[str, str] = {}
        for name in filter(None, (self.repository, *listed)):
            by_folded_name.setdefault(name.casefold(), name)
        return tuple(by_folded_name.values())

    def base_of(self, repository: str) -> str:
        """The base of a repository: from its own table, or else the edition's."""
        entry = self._entry(repository)
        return self.base if entry is None or entry.base is None else entry.base

    @property
    def rest_groups(self) -> tuple[str, ...]:
        """The groups without a subject: `default_group`, then those for names that are too rare."""
        rare = (rule.overflow_group for rule in self.groups)
        return tuple(dict.fromkeys([self.default_group, *filter(None, rare)]))

    @property
    def uses_areas(self) -> bool:
        """Whether a group rule needs areas that are learned from the facts."""
        lists = (self.groups, *(entry.groups or () for entry in self.repositories))
        return any(
            condition.area for groups in lists for rule in groups for condition in rule.conditions
        )

    def groups_of(self, repository: str) -> tuple[GroupRule, ...]:
        """The group rules of a repository: from its own table, or else the edition's."""
        entry = self._entry(repository)
        return self.groups if entry is None or entry.groups is None else entry.groups

    def _entry(self, repository: str) -> RepositorySettings | None:
        aliases = {old.casefold(): new for old, new in self.repository_aliases.items()}
        present = aliases.get(repository.casefold(), repository).casefold()
        names = [entry.name.casefold() for entry in self.repositories]
        places = [names.index(name) for name in (repository.casefold(), present) if name in names]
        places += [
            place
            for place, name in enumerate(names)
            if aliases.get(name, name).casefold() == present
        ]
        return self.repositories[places[0]] if places else None


# Earlier names of settings and their names today, by table.
RENAMED: Final[Mapping[type[Frozen], Mapping[str, str]]] = {
    Settings: {"catch_all": "default_group", "names": "display_names"},
    GitHub: {
        "timeout": "timeout_seconds",
        "patience": "max_wait_seconds",
        "between_writes": "write_pause_seconds",
        "list_up_to": "max_listed",
    },
    WithoutToken: {"keep": "reserve_requests", "for_names": "name_requests"},
    Pictures: {
        "redirects": "redirect_hosts",
        "largest": "max_mb",
        "together": "max_total_mb",
        "at_most": "max_per_pull_request",
    },
    Wording: {
        "skipped": "skipped_week",
        "skipped_more": "skipped_weeks",
        "short": "short_week",
        "highlight": "one_highlight",
        "welcome": "newcomers_heading",
    },
    PersonSettings: {"left_out": "anonymous"},
    GroupRule: {"at_most": "max_names", "otherwise": "overflow_group"},
}
