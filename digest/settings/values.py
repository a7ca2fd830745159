"""Values of settings: tables that know their keys, texts or lists of texts, regular expressions."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

# A place in a text that is filled in: {when}, {area}.
PLACE = re.compile(r"\{([^}]*)\}")


class Table(BaseModel):
    """A table of the settings: frozen, and every key in it is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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
# One pattern needs no brackets.
Patterns = Annotated[tuple[str, ...], BeforeValidator(_as_list), WithJsonSchema(ONE_OR_MORE)]
Regex = Annotated[str, AfterValidator(is_pattern)]
