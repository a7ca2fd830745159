"""Turns GraphQL's answers into the model; pure. A null becomes None, never a guess."""

from collections.abc import Iterator, Mapping

from digest.github.graphql_answers import Account, ChangedFileNode, Labels, PartialNode
from digest.model import STATUS, ChangedFile, Person, PullRequest
from digest.model.facts import LONGEST_NAME, LONGEST_TITLE

STATUSES: Mapping[str, STATUS] = {
    "ADDED": "added",
    "MODIFIED": "modified",
    "DELETED": "removed",
    "RENAMED": "renamed",
    "COPIED": "copied",
    "CHANGED": "changed",
}


def pull_request(node: PartialNode, repository: str) -> PullRequest | None:
    """A merged pull request without its files, which come from another query.

    None if it was not merged.
    """
    if node.merged_at is None:
        return None
    return PullRequest(
        repository=repository,
        number=node.number,
        node_id=node.id,
        title=node.title[:LONGEST_TITLE],
        url=node.url,
        merged_at=node.merged_at,
        author=_person(node.author),
        base=node.base_ref_name,
        head=node.head_ref_name,
        labels=_labels(node.labels),
        milestone=_milestone(node),
        additions=node.additions,
        deletions=node.deletions,
        changed_files=node.changed_files,
        body=node.body,
        comments=node.comments.total_count if node.comments else None,
        reactions=node.reactions.total_count if node.reactions else None,
        merge_commit=node.merge_commit.oid if node.merge_commit else None,
    )


def changed_file(node: ChangedFileNode) -> ChangedFile:
    """A changed file. GitHub does not return the old name of a rename."""
    return ChangedFile(
        path=node.path,
        status=STATUSES.get(node.change_type, "changed"),
        additions=node.additions,
        deletions=node.deletions,
    )


def cuts(node: PartialNode) -> Iterator[str]:
    """A notice if GitHub did not return all labels of a pull request."""
    labels = node.labels
    if "labels" not in node.model_fields_set:
        return
    if labels is None:
        yield f"GitHub did not return the labels of #{node.number}."
        return
    count = sum(label is not None for label in labels.nodes or ())
    if count < labels.total_count:
        yield (f"#{node.number} has {labels.total_count} labels, but GitHub returned only {count}.")


def _person(account: Account | None) -> Person | None:
    if account is None:
        return None
    return Person(
        login=account.login,
        name=(account.name or "")[:LONGEST_NAME] or None,
        company=(account.company or "")[:LONGEST_NAME] or None,
        is_bot=account.typename == "Bot",
    )


def _milestone(node: PartialNode) -> str | None:
    if node.milestone:
        return node.milestone.title
    return "" if "milestone" in node.model_fields_set else None


def _labels(connection: Labels | None) -> tuple[str, ...] | None:
    if connection is None:
        return None
    return tuple(label.name for label in connection.nodes or () if label is not None)
