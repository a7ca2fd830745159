"""The whole digest as one JSON object."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal

from pydantic import TypeAdapter

from digest.model import DIGEST_SCHEMA, Digest
from digest.model.facts import snapshot_chunks


@dataclass(frozen=True, kw_only=True)
class DigestDocument(Digest):
    """The output of `--json`: the digest, its schema version and the section in Markdown."""

    schema_version: Literal[1] = DIGEST_SCHEMA
    section: str


def to_json(digest: Digest, section: str) -> Iterator[str]:
    """Indented JSON with a final newline, in pieces. Times are ISO 8601 with an offset."""
    values = {field.name: getattr(digest, field.name) for field in fields(digest)}
    document = DigestDocument(**values | {"pull_requests": ()}, section=section)
    return snapshot_chunks(
        TypeAdapter(DigestDocument).dump_json(document, indent=2).decode(), digest.pull_requests
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of the output of `--json`."""
    return TypeAdapter(DigestDocument).json_schema(mode="serialization")
