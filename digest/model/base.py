"""What the nouns are made from: safe Markdown, and facts that do not change."""

from pydantic import BaseModel, ConfigDict
from pydantic_core import core_schema


class Markdown(str):
    """Text that is safe in a Markdown file as it is: text/ makes it, and what is joined of it alone is it too."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: object) -> core_schema.CoreSchema:
        """In JSON it is a string like any other."""
        return core_schema.str_schema()


class Facts(BaseModel):
    """A thing parsed from outside: unknown keys are refused, nothing changes after parsing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
