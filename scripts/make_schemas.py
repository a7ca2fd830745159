"""Makes docs/schemas, the JSON Schemas of the files that digest reads and writes."""

from pathlib import Path

from digest.editions.setup import SCHEMAS, schema_text

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "schemas"


def main() -> None:
    """Write each schema as `digest config --schema` prints it."""
    FOLDER.mkdir(exist_ok=True)
    for name in SCHEMAS:
        (FOLDER / f"{name}.json").write_text(schema_text(name), "utf-8")


if __name__ == "__main__":
    main()
