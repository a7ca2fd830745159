"""Layers of settings files, merged into one, with the origin of each value."""

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import ValidationError

from digest.errors import UsageError, explain_validation_error
from digest.model import Frozen
from digest.settings.tables import RENAMED, Preset, Settings


@dataclass(frozen=True)
class Layer:
    """The text of one settings file, and the name that messages use for it."""

    origin: str
    text: str


@dataclass(frozen=True)
class Loaded:
    """The merged settings, and the origin of each value by dotted key."""

    settings: Settings
    origins: Mapping[str, str]


def load(layers: Sequence[Layer]) -> Loaded:
    """Merge settings files; later ones win. Tables merge key by key, lists are replaced.

    Raises a UsageError that lists every mistake: key, value, and the most similar name.
    """
    merged: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for layer in layers:
        _merge(merged, _table(layer), origins, layer.origin)
    try:
        return Loaded(Settings.model_validate(merged), origins)
    except ValidationError as error:
        raise UsageError(_mistakes(error, origins)) from None


def preset_name(layers: Sequence[Layer]) -> str | None:
    """The preset that the last of the layers chooses; None if none does. Mistakes are skipped."""
    chosen = None
    for layer in layers:
        with suppress(UsageError):
            name = _table(layer).get("preset")
            chosen = name if name in get_args(Preset) else chosen
    return chosen


def schema() -> dict[str, Any]:
    """The JSON Schema of a settings file. No key is required, because config.toml has all."""
    whole = Settings.model_json_schema()
    whole.pop("required", None)
    for table in ("Calendar", "Check", "GitHub", "Pictures", "Publish", "WithoutToken", "Wording"):
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
        parsed = _parse(layer.text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{layer.origin} is not valid TOML: {error}") from None
    # Editors of TOML find the schema by this key.
    misplaced = [key for key in parsed if key not in {"digest", "$schema"}]
    if misplaced:
        names = " and ".join(map(repr, misplaced))
        raise UsageError(f"{layer.origin}: all settings belong under [digest]; move {names} there")
    table = parsed.get("digest", {})
    if not isinstance(table, dict):
        raise UsageError(f"{layer.origin}: digest must be a table, [digest]")
    # Today `people` is a setting in a word, so the usual check would ask for that word.
    if isinstance(table.get("people"), dict):
        raise UsageError(f"{layer.origin}: the table `people` is now called `profiles`")
    return table


@lru_cache(maxsize=16)
def _parse(text: str) -> Mapping[str, Any]:
    """A file's tables. A run reads each file for its preset and for its values."""
    return tomllib.loads(text)


def _merge(
    merged: dict[str, Any],
    layer: Mapping[str, Any],
    origins: dict[str, str],
    origin: str,
    prefix: str = "",
) -> None:
    for key, value in layer.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and isinstance(merged.get(key, {}), dict):
            _merge(merged.setdefault(key, {}), value, origins, origin, f"{name}.")
        else:
            merged[key] = value
            origins[name] = origin


def _mistakes(error: ValidationError, origins: Mapping[str, str]) -> str:
    by_origin: dict[str, list[str]] = {}
    for detail in error.errors():
        names = _prefixes(detail["loc"])
        found = [origins[name] for name in names if name in origins]
        if detail["type"] == "extra_forbidden":
            # An unknown table has no origin, but its values have one.
            found += [origins[name] for name in origins if name.startswith(f"{names[0]}.")]
        by_origin.setdefault(next(iter(found), "the settings"), []).append(_mistake(detail))
    return "; ".join(f"{origin}: {'; '.join(found)}" for origin, found in by_origin.items())


def _mistake(detail: Any) -> str:
    location = detail["loc"]
    entries, key = _name_location(location)
    if detail["type"] == "extra_forbidden":
        return f"{entries}{_unknown_key(key, location)}"
    if detail["type"] == "missing":
        return f"{entries}{key} is missing"
    given = detail["input"]
    # A whole table would fill the line.
    if not key and isinstance(given, dict):
        return f"{entries}{explain_validation_error(detail)}"
    place = f"{entries}{key}" if key else entries.removesuffix(": ")
    return f"{place} = {given!r} {explain_validation_error(detail)}"


def _name_location(location: Sequence[int | str]) -> tuple[str, str]:
    """The entries of lists around a value, such as "groups, entry 1: ", and the value's key."""
    words: list[str] = []
    keys: list[str] = []
    for part in location:
        if isinstance(part, int):
            words += [*([".".join(keys)] if keys else []), f"entry {part + 1}"]
            keys = []
        # pydantic adds "[key]" if the key of a mapping is wrong.
        elif part != "[key]":
            keys.append(part)
    return f"{', '.join(words)}: " if words else "", ".".join(keys)


def _unknown_key(key: str, location: tuple[int | str, ...]) -> str:
    table, name = _table_at(location[:-1]), str(location[-1])
    if new_name := RENAMED.get(table, {}).get(name):
        return f"`{key}` is now called `{new_name}`"
    similar = difflib.get_close_matches(name, table.model_fields, n=1)
    hint = f". Did you mean `{similar[0]}`?" if similar else ""
    return f"`{key}` is not a known setting{hint}"


def _prefixes(location: tuple[int | str, ...]) -> list[str]:
    """The dotted names of a location and of all tables around it, innermost first."""
    lengths = range(len(location), 0, -1)
    return [".".join(str(part) for part in location[:length]) for length in lengths]


def _table_at(location: Sequence[int | str]) -> type[Frozen]:
    table: Any = Settings
    for part in location:
        if get_origin(table) is Mapping:
            table = get_args(table)[1]
        elif isinstance(part, str):
            table = table.model_fields[part].annotation
            # An optional value; how it is written depends on the versions of Python and pydantic.
            if get_origin(table) in {Union, UnionType}:
                table = next(one for one in get_args(table) if one is not NoneType)
            if get_origin(table) is tuple:
                table = get_args(table)[0]
    found: type[Frozen] = table
    return found
