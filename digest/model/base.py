"""Base types: safe Markdown, frozen facts, and names of repositories."""

import re
from collections.abc import Iterable
from typing import Any, Self

from pydantic import BaseModel, ConfigDict
from pydantic_core import core_schema


class Markdown(str):
    """Text that is safe in a Markdown file. `digest.text` makes it; joined Markdown is Markdown."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: object) -> core_schema.CoreSchema:
        """The schema of a plain string, for JSON."""
        return core_schema.str_schema()


class Frozen(BaseModel):
    """Parsed data that does not change. Unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def same_name(left: str, right: str) -> bool:
    """Whether two names mean the same repository. As on GitHub, case does not matter."""
    return left.casefold() == right.casefold()


def folded(names: Iterable[str]) -> frozenset[str]:
    """Names of repositories in a form that can be compared."""
    return frozenset(name.casefold() for name in names)


# The forms in which a browser and `git remote` show a repository.
URL = re.compile(
    r"(?:https?://(?:[^/@\s]*@)?|ssh://(?:[^/@\s]*@)?|git://|[\w.-]+@)[\w.-]+(?::\d+)?[/:]"
    r"(?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?(?:[/?#].*)?"
)


def name_in_url(written: str) -> str:
    """The owner/name in the URL of a repository or of one of its pages; other text unchanged."""
    match = URL.fullmatch(written.strip())
    return match["name"] if match else written


class Facts(Frozen):
    """A part of a snapshot.

    A snapshot of a later version of digest may contain more facts. They are kept and saved again,
    but not used, and they do not count when facts are compared.
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
