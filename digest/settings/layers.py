"""Settings files laid over each other, with the place that each value comes from and every mistake named."""

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from digest.errors import UsageError, explain_validation_error
from digest.settings.tables import Settings


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
    for table in ("Calendar", "GitHub", "Pictures", "Publish", "WithoutToken", "Wording"):
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
        names = " and ".join(map(repr, strangers))
        mean = "means" if len(strangers) == 1 else "mean"
        raise UsageError(
            f"{layer.origin}: every setting lives under [digest], so {names} {mean} nothing there"
        )
    table = parsed.get("digest", {})
    if not isinstance(table, dict):
        raise UsageError(f"{layer.origin}: digest must be a table, [digest]")
    return table


def _lay_over(
    below: dict[str, Any],
    above: Mapping[str, Any],
    origins: dict[str, str],
    origin: str,
    at: str = "",
) -> None:
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
    # To pydantic, a wrong key of a table is a place of its own.
    key = ".".join(str(part) for part in where if part != "[key]")
    origin = next((origins[name] for name in _prefixes(where) if name in origins), "the settings")
    if detail["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(where[-1]), _known(where[:-1]), n=1)
        return f"{origin}: unknown key {key!r}" + (f", did you mean {near[0]!r}?" if near else "")
    if detail["type"] == "missing":
        return f"{origin}: {key} is missing"
    return f"{origin}: {key} = {detail['input']!r}: {explain_validation_error(detail)}"


def _prefixes(where: tuple[int | str, ...]) -> list[str]:
    return [".".join(str(part) for part in where[:length]) for length in range(len(where), 0, -1)]


def _known(where: Sequence[int | str]) -> list[str]:
    model: Any = Settings
    for part in where:
        if get_origin(model) is Mapping:
            model = get_args(model)[1]
        elif isinstance(part, str):
            model = model.model_fields[part].annotation
            model = get_args(model)[0] if get_origin(model) is tuple else model
    return list(model.model_fields)
