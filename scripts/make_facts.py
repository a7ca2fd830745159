"""Makes tests/facts from a folder of public facts: `python scripts/make_facts.py FOLDER`.

It copies only facts: no text of a changeset or an edition, no company, no guessed login. Of the
projects in FOLDER/projects it makes one small file.
"""

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FACTS = Path(__file__).resolve().parent.parent / "tests" / "facts"
MERGED_KEYS = (
    "number",
    "title",
    "title_source",
    "merged_at",
    "merged_by",
    "merge_sha",
    "kind",
    "head",
    "author_name",
    "author_login",
    "is_bot",
    "additions",
    "deletions",
    "changed_files",
    "commits",
    "files",
)
EDITION_KEYS = ("edition", "date", "window_weeks", "claimed_count")
HIGHLIGHT_KEYS = ("pull_requests", "has_image")
PROJECT_KEYS = (
    "number",
    "title",
    "merged_at",
    "author_name",
    "author_login",
    "is_bot",
    "additions",
    "deletions",
    "changed_files",
)


def main(folder: Path) -> None:
    """Write the facts of the three files in `folder` to tests/facts, always as the same bytes."""
    FACTS.mkdir(exist_ok=True)
    _write_lines(FACTS / "merged.jsonl.gz", _merged(folder / "backstage-merged.jsonl.gz"))
    _write_json(
        FACTS / "weekly_counts.json", json.loads((folder / "weekly_counts.json").read_text("utf-8"))
    )
    _write_json(
        FACTS / "editions.json",
        _editions(json.loads((folder / "editions.json").read_text("utf-8"))),
    )
    _write_lines(FACTS / "projects.jsonl.gz", _projects(folder / "projects"))


def _merged(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            # A bot's login is its name in lower case. A person's login is not guessed.
            if row["author_login_derived"] and not row["is_bot"]:
                row["author_login"] = None
            yield {key: row[key] for key in MERGED_KEYS}


def _projects(folder: Path) -> Iterator[dict[str, Any]]:
    """The pull requests of other projects, each file as path, status, additions and deletions."""
    for path in sorted(folder.glob("*+*.jsonl.gz")):
        repository = path.name.rpartition("-")[0].replace("+", "/")
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                # Rows from the history before the window have no files.
                if row["title_source"] == "history":
                    continue
                if row["author_login_source"] == "slug":
                    row["author_login"] = None
                files = [[*file.values()] for file in row["files"]]
                yield {
                    "repository": repository,
                    **{key: row[key] for key in PROJECT_KEYS},
                    "labels": row.get("labels"),
                    "files": files,
                }


def _editions(editions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {key: edition[key] for key in EDITION_KEYS}
        | {
            "highlights": [
                {key: highlight[key] for key in HIGHLIGHT_KEYS}
                for highlight in edition["highlights"]
            ]
        }
        for edition in editions
    ]


def _write_lines(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    lines = "".join(
        json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows
    )
    path.write_bytes(gzip.compress(lines.encode("utf-8"), compresslevel=9, mtime=0))


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    match sys.argv[1:]:
        case [folder]:
            main(Path(folder))
        case _:
            sys.exit("usage: python scripts/make_facts.py FOLDER")
