"""Reads GraphQL's answers: nodes to the model's nouns; pure. A null is None, never a guess."""

from collections.abc import Callable, Iterator, Mapping
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
    """A merged pull request without its files, which are asked for apart."""
    return PullRequest(
        repository=repository,
        number=node["number"],
        node_id=node["id"],
        title=node["title"],
        url=node["url"],
        opened_at=moment(node["createdAt"]),
        merged_at=moment(node["mergedAt"]),
        author=_person(node["author"]),
        merged_by=_person(node["mergedBy"]),
        base=node["baseRefName"],
        head=node["headRefName"],
        labels=_each(node["labels"], lambda label: str(label["name"])),
        milestone=node["milestone"]["title"] if node["milestone"] else "",
        additions=node["additions"],
        deletions=node["deletions"],
        changed_files=node["changedFiles"],
        body=node["body"],
        comments=node["comments"]["totalCount"],
        reactions=node["reactions"]["totalCount"],
        reviews=node["reviews"] and node["reviews"]["totalCount"],
        closing_issues=_each(
            node["closingIssuesReferences"],
            lambda issue: f"{issue['repository']['nameWithOwner']}#{issue['number']}",
        ),
        merge_commit=node["mergeCommit"] and node["mergeCommit"]["oid"],
    )


def changed_file(node: Node) -> ChangedFile:
    """A changed file; GitHub tells no old name for a rename."""
    return ChangedFile(
        path=node["path"],
        status=STATUSES[node["changeType"]],
        additions=node["additions"],
        deletions=node["deletions"],
    )


def cuts(node: Node) -> Iterator[str]:
    """A notice for each list of a pull request of which GitHub holds more than it gave."""
    for field, words in (("labels", "labels"), ("closingIssuesReferences", "closing issues")):
        connection = node[field]
        if connection is None:
            yield f"GitHub does not tell the {words} of #{node['number']}."
            continue
        given = sum(one is not None for one in connection["nodes"] or ())
        if given < connection["totalCount"]:
            yield f"#{node['number']} has {connection['totalCount']} {words}, of which GitHub gave {given}."


def _person(account: Node | None) -> Person | None:
    if account is None:
        return None
    return Person(
        login=account["login"],
        name=account.get("name") or None,
        company=account.get("company") or None,
        is_bot=account["__typename"] == "Bot",
    )


def _each(connection: Node | None, words: Callable[[Node], str]) -> tuple[str, ...] | None:
    if connection is None:
        return None
    return tuple(words(one) for one in connection["nodes"] or () if one is not None)
