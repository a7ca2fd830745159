"""The tables of the settings. The shipped config.toml holds every default, so no default of a setting stands here."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from digest import text, windows
from digest.errors import UsageError
from digest.model import STATUS

# Where a text is filled in: {when}, {area}.
PLACE = re.compile(r"\{([^}]*)\}")
# What a path captures: the name of a group in a regular expression.
CAPTURED = r"[A-Za-z_]\w*"


def _as_list(value: object) -> object:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return value
    raise ValueError("must be a text or a list of texts")


def _is_pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    return value


def repository_name(value: str) -> str:
    """The name as it is, or empty; ValueError when it is not owner/name."""
    if value and not re.fullmatch(r"[\w.-]+/[\w.-]+", value):
        raise ValueError("must be owner/name, such as backstage/backstage")
    return value


def _zone(value: str) -> str:
    try:
        windows.zone(value)
    except UsageError as error:
        raise ValueError(f"there is no such zone. {error.hint}".rstrip(".")) from None
    return value


def _branch_name(value: str) -> str:
    # Roughly what git allows (git help check-ref-format); what it does not could also break out of a search.
    if value != "*" and re.search(r"""[\s\x00-\x20\x7f~^:?*\[\\"']|\.\.|@\{|//|^[-/.]|[/.]$|\.lock$""", value):
        raise ValueError('must be the name of one branch, "" for the default branch, or "*" for all')
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


Patterns = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class Table(BaseModel):
    """A table of the settings: frozen, and every key in it is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(Table):
    """What a pull request must be like. All keys that are given must hold; a list of values means any of them.

    `path` holds when some changed file matches (and has the `status`, if given), `only` when every one does,
    `comments` and `reactions` from so many on, `pictures` when the description shows one, `changeset` when the pull
    request adds one that bumps a package so ("minor"), `first_contribution` when its author had nothing merged before.
    """

    label: Patterns | None = None
    title: Annotated[str, AfterValidator(_is_pattern)] | None = None
    path: Patterns | None = None
    status: STATUS | None = None
    only: Patterns | None = None
    author: Patterns | None = None
    bot: bool | None = None
    base: Patterns | None = None
    comments: int | None = Field(default=None, ge=1)
    reactions: int | None = Field(default=None, ge=1)
    pictures: Literal[True] | None = None
    changeset: Patterns | None = None
    first_contribution: Literal[True] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("needs at least one key")
        if self.status and not (self.path or self.only):
            raise ValueError("status needs path or only beside it")
        return self


class Rule(Table):
    """Conditions under `any` (one must hold) and `all` (every one must)."""

    any: tuple[Condition, ...] = ()
    all: tuple[Condition, ...] = ()

    @model_validator(mode="after")
    def _has_conditions(self) -> Self:
        if not (self.any or self.all):
            raise ValueError("needs conditions under any or all")
        return self

    @model_validator(mode="after")
    def _captures_what_it_names(self) -> Self:
        captured = {name for path in self._paths() for name in re.findall(rf"\{{({CAPTURED})\}}", path)}
        counted = ("comments", "reactions", "changeset")
        captured |= {name for one in (*self.any, *self.all) for name in counted if getattr(one, name)}
        if uncaught := [place for text in self._texts() for place in PLACE.findall(text) if place not in captured]:
            raise ValueError(f"no path of it captures {{{uncaught[0]}}}")
        return self

    def _paths(self) -> Iterator[str]:
        for condition in (*self.any, *self.all):
            yield from (*(condition.path or ()), *(condition.only or ()))

    def _texts(self) -> tuple[str, ...]:
        return ()


class GroupRule(Rule):
    """The first rule that matches a pull request names its group; `{segment}` in `name` comes from the path.

    At most `at_most` groups are made from captured names; what is beyond them goes to `otherwise`.
    """

    name: str
    at_most: int | None = Field(default=None, ge=1)
    otherwise: str | None = None

    def _texts(self) -> tuple[str, ...]:
        return (self.name,)


class ReasonRule(Rule):
    """Words that say why a pull request may deserve a story; `draft` makes it one without asking."""

    words: str
    draft: bool = False

    def _texts(self) -> tuple[str, ...]:
        return (self.words,)


class PersonWords(Table):
    """What the settings say of a person, by login; it wins over the profile. `company = ""`: none.

    Whoever is `left_out` is told as "A contributor".
    """

    name: str | None = None
    company: str | None = None
    left_out: bool = False


class GitHub(Table):
    """How GitHub is read: seconds for one answer and for all waiting, and how far a list is walked."""

    timeout: int = Field(ge=1)
    patience: int = Field(ge=0)
    list_up_to: int = Field(ge=0)


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
    calendar: Calendar
    wording: Wording
    names: Mapping[str, str]
    people: Mapping[str, PersonWords]
    companies: Mapping[str, str]
    repository_aliases: Mapping[Name, Name]
    groups: tuple[GroupRule, ...]
    reasons: tuple[ReasonRule, ...]
