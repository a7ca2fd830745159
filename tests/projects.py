"""The public history of other projects, in tests/facts, as model objects; None is unknown."""

import gzip
import json
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any

from digest.model import ChangedFile, Person, PullRequest
from tests import history


@cache
def pull_requests() -> Mapping[str, tuple[PullRequest, ...]]:
    """The merged pull requests of each project, oldest merge first."""
    found: defaultdict[str, list[PullRequest]] = defaultdict(list)
    with gzip.open(history.FACTS / "projects.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            found[row["repository"]].append(_pull_request(row))
    return {name: tuple(found[name]) for name in sorted(found)}


def _pull_request(row: Mapping[str, Any]) -> PullRequest:
    keys = ("repository", "number", "title", "merged_at", "labels", "additions", "deletions")
    files = [
        ChangedFile(path=path, status=status, additions=additions, deletions=deletions)
        for path, status, additions, deletions in row["files"]
    ]
    return PullRequest.model_validate(
        {key: row[key] for key in (*keys, "changed_files")}
        | {
            "url": f"https://github.com/{row['repository']}/pull/{row['number']}",
            "author": Person(
                login=row["author_login"], name=row["author_name"], is_bot=row["is_bot"]
            ),
            "files": files if len(files) == row["changed_files"] else None,
        }
    )
