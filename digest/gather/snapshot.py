"""A saved snapshot instead of GitHub."""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from digest.errors import UsageError, must
from digest.model import SNAPSHOT_SCHEMA, Snapshot


def read(file: str) -> Snapshot:
    """The snapshot saved in `file`, "-" for standard input.

    Raises UsageError when it cannot be read, is no snapshot, or has another schema version.
    """
    name = "Standard input" if file == "-" else file
    if file == "-" and sys.stdin is None:
        raise UsageError("Standard input is closed.", "Send a snapshot into it, or name its file: --from FILE.")
    try:
        text = sys.stdin.buffer.read().decode() if file == "-" else Path(file).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"There is no file {file}.", "--from takes a pull_requests.json that digest saved.") from None
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not UTF-8 text, so it is no snapshot.") from None
    return parse(text, name)


def parse(text: str, name: str) -> Snapshot:
    """The snapshot in `text`; `name` says in errors where it came from. Raises UsageError."""
    hint = "--from takes a pull_requests.json that digest saved."
    try:
        raw: Any = json.loads(text)
    except RecursionError:
        raise UsageError(f"{name} is nested too deeply to be a snapshot of digest.", hint) from None
    except ValueError as error:
        raise UsageError(f"{name} is not JSON: {error}.", hint) from None
    if not isinstance(raw, dict) or "schema_version" not in raw:
        raise UsageError(f"{name} is JSON, but no snapshot of digest.", hint)
    if raw["schema_version"] != SNAPSHOT_SCHEMA:
        raise UsageError(
            f"{name} has snapshot schema {raw['schema_version']!r}; this digest reads {SNAPSHOT_SCHEMA}.",
            "Fetch the window again, or use the digest that saved it.",
        )
    try:
        return Snapshot.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        says = f"{where}: {must(first)}" if first["type"] == "value_error" and where else f"{where} {must(first)}"
        raise UsageError(f"{name} is no snapshot of digest: {says.strip()}.", hint) from None
