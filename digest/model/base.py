"""What the nouns are made from: safe Markdown, facts that do not change, and names that are compared as GitHub does."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict
from pydantic_core import core_schema


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


def same_name(one: str, other: str) -> bool:
    """Whether two names mean the same repository: case does not matter to GitHub."""
    return one.casefold() == other.casefold()


def folded(names: Iterable[str]) -> frozenset[str]:
    """Names of repositories in the form in which GitHub compares them."""
    return frozenset(name.casefold() for name in names)
