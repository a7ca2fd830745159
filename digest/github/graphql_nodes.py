"""Turns GraphQL's nodes into the model; pure. A null becomes None, never a guess."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from digest.model import STATUS, ChangedFile, Person, PullRequest

Node = Mapping[str, Any]

STATUSES: Mapping[str, STATUS] = {
    "ADDED": "added",
    "MODIFIED": "modified",
    "DELETED": "removed",
    "RENAMED": "renamed",
    "COPIED": "copied",
    "CHANGED": "changed",
}


def moment(value: str) -> datetime:
    """GitHub's date-times are in UTC, such as 2021-05-12T09:30:00Z."""
    return datetime.fromisoformat(value)


def pull_request(node: Node, repository: str) -> PullRequest:
    """A merged pull request without its files, which come from another query."""
    return PullRequest(
        repository=repository,
        number=node["number"],
        node_id=node["id"],
        title=node["title"],
        url=node["url"],
        merged_at=moment(node["mergedAt"]),
        author=_person(node["author"]),
        base=node["baseRefName"],
        head=node["headRefName"],
        labels=_labels(node["labels"]),
        milestone=node["milestone"]["title"] if node["milestone"] else "",
        additions=node["additions"],
        deletions=node["deletions"],
        changed_files=node["changedFiles"],
        body=node["body"],
        comments=node["comments"]["totalCount"],
        reactions=node["reactions"]["totalCount"],
        merge_commit=node["mergeCommit"] and node["mergeCommit"]["oid"],
    )


def changed_file(node: Node) -> ChangedFile:
    """A changed file. GitHub does not return the old name of a rename."""
    return ChangedFile(
        path=node["path"],
        status=STATUSES[node["changeType"]],
        additions=node["additions"],
        deletions=node["deletions"],
    )


def cuts(node: Node) -> Iterator[str]:
    """A notice if GitHub did not return all labels of a pull request."""
    labels = node["labels"]
    if labels is None:
        yield f"GitHub did not return the labels of #{node['number']}."
        return
    count = sum(label is not None for label in labels["nodes"] or ())
    if count < labels["totalCount"]:
        yield (
            f"#{node['number']} has {labels['totalCount']} labels, "
            f"but GitHub returned only {count}."
        )


def _person(account: Node | None) -> Person | None:
    if account is None:
        return None
    return Person(
        login=account["login"],
        name=account.get("name") or None,
        company=account.get("company") or None,
        is_bot=account["__typename"] == "Bot",
    )


def _labels(connection: Node | None) -> tuple[str, ...] | None:
    if connection is None:
        return None
    return tuple(label["name"] for label in connection["nodes"] or () if label is not None)
