"""The data that templates get: dicts, lists, strings and numbers, with the names of `--json`."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from digest.model import Digest


def digest_data(digest: Digest, names: Collection[str] | None = None) -> dict[str, Any]:
    """The digest as plain data; `names` are the fields that are needed, None for all."""
    every = [field.name for field in fields(digest)]
    return {
        name: plain_data(getattr(digest, name)) for name in every if names is None or name in names
    }


def plain_data(value: Any) -> Any:
    """A value without methods of ours: a template in a sandbox could call them.

    Text that is safe Markdown stays marked as such, and times are ISO 8601.
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(key): plain_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain_data(item) for item in value]
    return {name: plain_data(item) for name, item in _named_values(value)}


def _named_values(value: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a dataclass or a model, with facts that a later digest saved."""
    if is_dataclass(value):
        yield from ((field.name, getattr(value, field.name)) for field in fields(value))
    elif isinstance(value, BaseModel):
        yield from value
    else:
        raise TypeError(f"a template cannot have a {type(value).__name__}")
