"""The files of an edition: their names and their texts."""

from dataclasses import dataclass

FACTS = "pull_requests.json"
MARKS = "marks.toml"
SECTION = "section.md"
RENDERED = "rendered.md"
WORKSHEET = "worksheet.md"


@dataclass(frozen=True)
class EditionTexts:
    """The texts of an edition's files, None where there is no such file; the facts as bytes."""

    facts: bytes | None = None
    marks: str | None = None
    section: str | None = None
    rendered: str | None = None
    worksheet: str | None = None
