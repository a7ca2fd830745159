"""Rules of the settings: conditions on pull requests, and what they make of one that matches."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

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


def is_pattern(value: str) -> str:
    """The value as it is; ValueError when it is no regular expression."""
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    return value


ONE_OR_MORE = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
Patterns = Annotated[tuple[str, ...], BeforeValidator(_as_list), WithJsonSchema(ONE_OR_MORE)]


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
    title: Annotated[str, AfterValidator(is_pattern)] | None = None
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
