"""Settings: TOML texts in, one frozen Settings out, with the place that each value comes from.

The shipped config.toml holds every default, so no default stands in this file.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from digest.errors import UsageError

STATUS = Literal["added", "modified", "removed", "renamed", "copied", "changed"]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


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


def _wording(*names: str) -> AfterValidator:
    def known_places(value: str) -> str:
        unknown = [place for place in re.findall(r"\{([^}]*)\}", value) if place not in names]
        if unknown:
            known = " and ".join("{%s}" % name for name in names)
            raise ValueError(f"knows {known}, not {{{unknown[0]}}}")
        return value

    return AfterValidator(known_places)


Patterns = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class Table(BaseModel):
    """A table of the settings: frozen, and every key in it is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(Table):
    """What a pull request must be like. All keys that are given must hold; a list of values means any of them.

    `path` holds when some changed file matches (and has the `status`, if given), `only` when every one does.
    """

    label: Patterns | None = None
    title: Annotated[str, AfterValidator(_is_pattern)] | None = None
    path: Patterns | None = None
    status: STATUS | None = None
    only: Patterns | None = None
    author: Patterns | None = None
    bot: bool | None = None
    base: Patterns | None = None

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


class GroupRule(Rule):
    """The first rule that matches a pull request names its group; `{segment}` in `name` comes from the path.

    At most `at_most` groups are made from captured names; what is beyond them goes to `otherwise`.
    """

    name: str
    at_most: int | None = Field(default=None, ge=1)
    otherwise: str | None = None


class ReasonRule(Rule):
    """Words that say why a pull request may deserve a story; `draft` makes it one without asking."""

    words: str
    draft: bool = False


class GitHub(Table):
    """How GitHub is read: seconds for one answer and for all waiting, and how far a list is walked."""

    timeout: int = Field(ge=1)
    patience: int = Field(ge=0)
    list_up_to: int = Field(ge=0)


class Wording(Table):
    """The sentences of the lead as data; `{n}` is the count, `{when}` the window's words."""

    none: Annotated[str, _wording("n", "when")]
    one: Annotated[str, _wording("n", "when")]
    plain: Annotated[str, _wording("n", "when")]
    highlights: str
    highlight: str


class Settings(Table):
    """The settings in force; config.toml explains each."""

    repository: Annotated[str, AfterValidator(repository_name)]
    base: str
    zone: str
    output: str
    heading: Annotated[str, _wording("when")]
    bots: Patterns
    catch_all: str
    group_order: Patterns
    github: GitHub
    wording: Wording
    names: Mapping[str, str]
    groups: tuple[GroupRule, ...]
    reasons: tuple[ReasonRule, ...]


@dataclass(frozen=True)
class Layer:
    """The text of one settings file and the name by which a person knows it."""

    origin: str
    text: str


@dataclass(frozen=True)
class Loaded:
    """The settings in force and, for each dotted key, the origin of its value."""

    settings: Settings
    origins: Mapping[str, str]


def load(layers: Sequence[Layer]) -> Loaded:
    """Lay settings files over each other, the later ones stronger: tables key by key, lists whole.

    Raises UsageError that names every mistake at once (key, value, nearest name).
    """
    merged: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for layer in layers:
        _lay_over(merged, _table(layer), origins, layer.origin)
    try:
        return Loaded(Settings.model_validate(merged), origins)
    except ValidationError as error:
        raise UsageError(_mistakes(error, origins)) from None


def schema() -> dict[str, Any]:
    """The JSON Schema of a settings file; no key is required, since config.toml has them all."""
    whole = Settings.model_json_schema()
    whole.pop("required", None)
    for table in ("GitHub", "Wording"):
        whole["$defs"][table].pop("required", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of digest",
        "type": "object",
        "properties": {"digest": {"$ref": "#/$defs/Settings"}},
        "$defs": {**whole.pop("$defs"), "Settings": whole},
    }


def _table(layer: Layer) -> dict[str, Any]:
    try:
        parsed = tomllib.loads(layer.text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{layer.origin} is not valid TOML: {error}") from None
    strangers = [key for key in parsed if key != "digest"]
    if strangers:
        raise UsageError(f"{layer.origin}: every setting lives under [digest], so {strangers[0]!r} means nothing there")
    table = parsed.get("digest", {})
    if not isinstance(table, dict):
        raise UsageError(f"{layer.origin}: digest must be a table, [digest]")
    return table


def _lay_over(below: dict[str, Any], above: Mapping[str, Any], origins: dict[str, str], origin: str, at: str = "") -> None:
    for key, value in above.items():
        name = f"{at}{key}"
        if isinstance(value, dict) and isinstance(below.get(key, {}), dict):
            _lay_over(below.setdefault(key, {}), value, origins, origin, f"{name}.")
        else:
            below[key] = value
            origins[name] = origin


def _mistakes(error: ValidationError, origins: Mapping[str, str]) -> str:
    return "; ".join(_mistake(detail["loc"], detail, origins) for detail in error.errors())


def _mistake(where: tuple[int | str, ...], detail: Any, origins: Mapping[str, str]) -> str:
    key = ".".join(str(part) for part in where)
    origin = next((origins[name] for name in _prefixes(where) if name in origins), "the settings")
    if detail["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(where[-1]), _known(where[:-1]), n=1)
        return f"{origin}: unknown key {key!r}" + (f", did you mean {near[0]!r}?" if near else "")
    if detail["type"] == "missing":
        return f"{origin}: {key} is missing"
    says = str(detail["msg"]).removeprefix("Value error, ")
    says = says[0].lower() + says[1:]
    return f"{origin}: {key} = {detail['input']!r}: {says}"


def _prefixes(where: tuple[int | str, ...]) -> list[str]:
    return [".".join(str(part) for part in where[:length]) for length in range(len(where), 0, -1)]


def _known(where: Sequence[int | str]) -> list[str]:
    model: Any = Settings
    for part in where:
        if isinstance(part, str):
            model = model.model_fields[part].annotation
            if get_origin(model) is tuple:
                model = get_args(model)[0]
    return list(model.model_fields)
