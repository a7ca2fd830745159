"""Made-up facts that are not in a git history: always the same, and clearly not real."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache

from digest.model import ChangedFile, Person, PullRequest
from tests import history


def whole(pull: PullRequest) -> PullRequest:
    """Return the pull request with made-up values for all unknown facts."""
    known = pull.model_dump(exclude_none=True).keys()
    files = pull.files if pull.files is not None else _files(pull.changed_files or 0)
    facts = {
        "node_id": node_id(pull.repository, pull.number),
        "milestone": "",
        "head": f"made-up-branch-{pull.number}",
        "labels": ("dependencies",) if pull.author and pull.author.is_bot else (),
        "additions": sum(file.additions for file in files),
        "deletions": sum(file.deletions for file in files),
        "changed_files": len(files),
        "files": files,
        "body": f"Made up for tests. This is the description of number {pull.number}.",
        "comments": pull.number % 5,
        "reactions": pull.number % 3,
    }
    unknown = {key: value for key, value in facts.items() if key not in known}
    return pull.model_copy(update=unknown | {"author": person(pull.author)})


def opened_at(pull: PullRequest) -> datetime:
    """Return the made-up time of its opening."""
    return pull.merged_at - timedelta(hours=1 + pull.number % 72)


def changeset(pull: PullRequest) -> str:
    """Return the text of a changeset that a pull request adds."""
    summary = f"Made up for tests: the summary of the changeset of number {pull.number}."
    return f"---\n'@backstage/made-up': minor\n---\n\n{summary}\n"


def node_id(repository: str, number: int) -> str:
    """Return an opaque id such as GitHub's."""
    return "PR_" + re.sub(r"\W", "_", repository) + f"_{number}"


def person(one: Person | None) -> Person | None:
    """Return the person with a login: the one known for the name, or a made-up one."""
    if one is None or one.login is not None:
        return one
    name = one.name or "nobody"
    return one.model_copy(update={"login": _logins().get(name) or "made-up-" + _slug(name)})


@cache
def _logins() -> Mapping[str, str]:
    people = (pull.author for pull in history.pull_requests())
    return {one.name: one.login for one in people if one and one.name and one.login}


def _files(count: int) -> tuple[ChangedFile, ...]:
    return tuple(
        ChangedFile(
            path=f"made-up/file-{place:03}.txt", status="modified", additions=1, deletions=0
        )
        for place in range(1, count + 1)
    )


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "name"
