"""The work behind `digest init` and `digest config`."""

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit

from digest import settings
from digest.editions import learn
from digest.errors import DigestError, UsageError
from digest.files import settings_files
from digest.model import Snapshot, name_in_url
from digest.output import render

FILE = "digest.toml"
PATIENCE = 5  # seconds
DIALECT = "https://json-schema.org/draft/2020-12/schema"
PUBLISHED = "https://raw.githubusercontent.com/OWNER/digest/main/docs/schemas"
SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "settings": settings.schema,
    "digest": render.digest_schema,
    "snapshot": lambda: Snapshot.model_json_schema(mode="serialization"),
}


def init(repositories: Sequence[str], given: Mapping[str, object], *, learns: bool = False) -> int:
    """Write digest.toml with the given values, and with rules that fit the repositories.

    The file has no rules if there is no token or GitHub does not answer. Raises UsageError if the
    file exists or a value is wrong.
    """
    if not repositories:
        clone = remote_repository(Path.cwd())
        raise UsageError(
            "No repository was given.",
            f"To use the repository of this clone: digest init --repo {clone}"
            if clone
            else "Give one: digest init --repo owner/name",
        )
    several = {"repositories": [{"name": name} for name in repositories]}
    values = (
        {"repository": repositories[0], **given} if len(repositories) == 1 else {**given, **several}
    )
    text = _short_file(values)
    loaded = settings_files.load(settings.Layer("digest init", text)).settings
    if Path(FILE).exists():
        raise _file_exists_error()
    findings: Sequence[str] = ()
    if learns:
        learned = learn.learn_rules(repositories, loaded)
        findings = learned.findings
        text = _short_file({**values, **learned.values}) + learned.rules_text
        settings_files.load(settings.Layer("digest init", text))
    try:
        with Path(FILE).open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise _file_exists_error() from None
    except OSError as error:
        raise DigestError(f"{FILE} cannot be written: {error.strerror}.") from None
    for line in (*findings, f"Wrote {FILE}. Next: digest week"):
        print(line, file=sys.stderr)
    return 0


def _file_exists_error() -> UsageError:
    return UsageError(
        f"{FILE} already exists, so digest did not change it.",
        "Edit it yourself, or delete it first.",
    )


def show(config: Path | None) -> int:
    """Print the packaged config.toml with the current values and the file or preset of each."""
    found = settings_files.find(config, Path.cwd())
    first, *others = settings_files.defaults(found.layer)
    whole = tomlkit.parse(first.text)
    for layer in others:
        _lay_over(whole, tomlkit.parse(layer.text))
    if found.layer:
        above = tomlkit.parse(found.layer.text)["digest"]
        _lay_over(whole["digest"], above)
    _add_origins(whole["digest"], found.loaded.origins)
    sys.stdout.write(tomlkit.dumps(whole))
    return 0


def show_changed(config: Path | None) -> int:
    """Print the settings that differ from the packaged config.toml, as a settings file."""
    found = settings_files.find(config, Path.cwd())
    default = tomllib.loads(settings_files.shipped().text)["digest"]
    own = tomllib.loads(found.layer.text)["digest"] if found.layer else {}
    changed = _differences(own, default)
    if not changed:
        print("All settings have their default values.", file=sys.stderr)
        return 0
    file = tomlkit.document()
    file.add(tomlkit.comment(f"From {found.layer.origin if found.layer else ''}"))
    file.add("digest", tomlkit.item(changed))
    sys.stdout.write(tomlkit.dumps(file))
    return 0


def _differences(own: Mapping[str, Any], default: Mapping[str, Any]) -> dict[str, Any]:
    """The values that differ from the defaults, in nested tables too."""
    changed = {}
    for key, value in own.items():
        if isinstance(value, dict) and isinstance(default.get(key), dict):
            value = _differences(value, default[key])  # noqa: PLW2901 (the rest of the table)
            if not value:
                continue
        if key not in default or value != default[key]:
            changed[key] = value
    return changed


def print_schema(name: str) -> int:
    """Print the JSON Schema of a settings file, of the output of --json, or of a saved snapshot."""
    sys.stdout.write(schema_text(name))
    return 0


def schema_text(name: str) -> str:
    """A JSON Schema by name, as docs/schemas has it."""
    schema = {"$schema": DIALECT, "$id": f"{PUBLISHED}/{name}.json", **SCHEMAS[name]()}
    if "schema_version" in schema["properties"]:
        # It has a default in the code, but every written file has it.
        schema["required"] = [
            "schema_version",
            *(key for key in schema["required"] if key != "schema_version"),
        ]
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _short_file(given: Mapping[str, object]) -> str:
    # In TOML the tables come after all other values.
    tables = {"repositories", "pictures"}
    given = dict(sorted(given.items(), key=lambda item: item[0] in tables))
    file = tomlkit.document()
    file.add(
        tomlkit.comment("Settings of digest. To list all settings with comments: digest config")
    )
    file.add("digest", tomlkit.item(dict(given)))
    return tomlkit.dumps(file)


def _lay_over(below: Any, above: Mapping[str, Any]) -> None:
    for key, value in above.items():
        if isinstance(value, dict) and key in below:
            _lay_over(below[key], value)
        else:
            below[key] = value


def _add_origins(table: Any, origins: Mapping[str, str], at: str = "") -> None:
    for key in table:
        # table[key] returns true and false as plain Python values, which cannot have a comment.
        name, value = f"{at}{key}", table.value.item(key)
        if isinstance(value, dict):
            _add_origins(value, origins, f"{name}.")
        elif isinstance(value, tomlkit.items.AoT):
            value[0].comment(
                f"{len(value)} {'repositories' if key == 'repositories' else 'rules'} "
                f"from {origins[name]}"
            )
        else:
            value.comment(origins[name])


def remote_repository(folder: Path) -> str | None:
    """The repository, as owner/name, that a clone was made from; None outside of a clone.

    A fork's clone usually names the original `upstream`, so that one comes first.
    """
    git = shutil.which("git")
    if git is None:
        return None
    for remote in ("upstream", "origin"):
        try:
            result = subprocess.run(
                [git, "config", "--get", f"remote.{remote}.url"],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        url = result.stdout.decode(errors="replace").strip()
        if (name := name_in_url(url)) != url:
            return name
    return None
