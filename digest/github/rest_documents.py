"""Turns the REST API's documents into the model; pure. A null becomes None, never a guess."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from digest.model import ChangedFile, Person, PullRequest

Document = Mapping[str, Any]
# The REST API names this account as the author of every deleted one.
GHOST = "ghost"
BOT = "[bot]"


def merged_at(found: Document) -> datetime:
    """When a pull request in a search result was merged."""
    return datetime.fromisoformat(found["pull_request"]["merged_at"])


def pull_request(found: Document, repository: str, base: str | None) -> PullRequest:
    """A pull request of a search result: without files, lines, branches and people's names."""
    return PullRequest(
        repository=repository,
        number=found["number"],
        node_id=found["node_id"],
        title=found["title"],
        url=found["html_url"],
        merged_at=merged_at(found),
        author=person(found["user"]),
        base=base,
        labels=tuple(label["name"] for label in found["labels"]),
        milestone=found["milestone"]["title"] if found["milestone"] else "",
        body=found["body"] or "",
        comments=found["comments"],
        reactions=found["reactions"]["total_count"],
    )


def details(pull: Document) -> dict[str, object]:
    """The facts that a pull request's document adds to the search result."""
    return {
        "base": pull["base"]["ref"],
        "head": pull["head"]["ref"],
        "additions": pull["additions"],
        "deletions": pull["deletions"],
        "changed_files": pull["changed_files"],
        "merge_commit": pull["merge_commit_sha"],
    }


def changed_files(files: Sequence[Document]) -> dict[str, object]:
    """All changed files of a pull request, and their sums."""
    return {
        "files": tuple(
            ChangedFile(
                path=file["filename"],
                status=file["status"],
                additions=file["additions"],
                deletions=file["deletions"],
            )
            for file in files
            if file["status"] != "unchanged"
        ),
        "additions": sum(file["additions"] for file in files),
        "deletions": sum(file["deletions"] for file in files),
        "changed_files": len(files),
    }


def person(account: Document | None) -> Person | None:
    """An account; only an account's own document contains the name and company."""
    if account is None or account["login"] == GHOST:
        return None
    is_bot = account["type"] == "Bot"
    return Person(
        login=account["login"].removesuffix(BOT) if is_bot else account["login"],
        name=account.get("name") or None,
        company=account.get("company") or None,
        is_bot=is_bot,
    )
