"""What the nouns are made from: safe Markdown, facts that do not change, and names that are compared as GitHub does."""

from collections.abc import Iterable
from typing import Any, Self

from pydantic import BaseModel, ConfigDict
from pydantic_core import core_schema


class Markdown(str):
    """Text that is safe in a Markdown file as it is: text/ makes it, and what is joined of it alone is it too."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: object) -> core_schema.CoreSchema:
        """In JSON it is a string like any other."""
        return core_schema.str_schema()


class Frozen(BaseModel):
    """A thing parsed from outside: unknown keys are refused, nothing changes after parsing."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def same_name(one: str, other: str) -> bool:
    """Whether two names mean the same repository: case does not matter to GitHub."""
    return one.casefold() == other.casefold()


def folded(names: Iterable[str]) -> frozenset[str]:
    """Names of repositories in the form in which GitHub compares them."""
    return frozenset(name.casefold() for name in names)


class Facts(Frozen):
    """A part of a snapshot.

    A later digest may know more facts: they are kept, written again, and mean nothing here.
    So two facts are equal when all that this digest knows of them is equal.
    """

    model_config = ConfigDict(extra="allow")

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
        """Whether there are facts in it that this digest does not know."""
        parts = (part for value in self.__dict__.values() for part in _in(value))
        return bool(self.model_extra) or any(part.has_unknown for part in parts)

    def known(self) -> Self:
        """The same without facts that this digest does not know."""
        if not self.has_unknown:
            return self
        known: dict[str, Any] = {name: _known(value) for name, value in self.__dict__.items()}
        return self.model_construct(**known)


def _in(value: object) -> Iterable["Facts"]:
    several = value if isinstance(value, tuple) else (value,)
    return (one for one in several if isinstance(one, Facts))


def _known(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_known, value))
    return value.known() if isinstance(value, Facts) else value
