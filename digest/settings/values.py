"""Types of settings: tables, texts or lists of texts, and regular expressions."""

import re
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

# A placeholder in a text, such as {when} or {area}.
PLACEHOLDER = re.compile(r"\{([^}]*)\}")


class Table(BaseModel):
    """A table of the settings: frozen, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _as_list(value: object) -> object:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return value
    raise ValueError("must be a text or a list of texts")


def _regular_expression(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a valid regular expression: {error}") from None
    return value


TEXT_OR_LIST = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


def list_schema(names: Iterable[str]) -> dict[str, Any]:
    """The JSON Schema of a value that is one of these names, or a list of them."""
    name = {"type": "string", "enum": [*names]}
    return {"anyOf": [name, {"type": "array", "items": name}]}


# One pattern needs no brackets.
Patterns = Annotated[tuple[str, ...], BeforeValidator(_as_list), WithJsonSchema(TEXT_OR_LIST)]
Regex = Annotated[str, AfterValidator(_regular_expression)]
