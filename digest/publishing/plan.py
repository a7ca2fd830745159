"""What is to be done about an edition's draft pull request, as a value."""

from collections.abc import Mapping

from digest.errors import DigestError
from digest.model.newsletter import FOLDER, Newsletter, Operation, Plan, kept_path

ATTRIBUTES = ".gitattributes"
GENERATED = f"{FOLDER}/** linguist-generated=true\n"


def plan(
    newsletter: Newsletter, edition: str, files: Mapping[str, bytes], *, renews: bool, labels: bool = False
) -> Plan:
    """What to do so that an edition's files stand on its branch and a pull request is open for it.

    `renews`: the list in the body is not as it should be; `labels`: the label was never put on. Raises DigestError for
    a branch of that name that is not digest's.
    """
    head = newsletter.head or newsletter.default_head
    if over := closed(newsletter, edition):
        return over
    if newsletter.head and newsletter.own_commits and not _is_ours(newsletter, edition):
        raise DigestError(
            f"{newsletter.repository} has a branch {newsletter.branch} that is not digest's, so nothing was written.",
            "Rename or delete that branch, and run the same command again.",
        )
    changed = {path: content for path, content in files.items() if newsletter.differs(path, content)}
    if newsletter.draft is None:
        branch_at = None if newsletter.head else head
        return Plan(operation="created", head=head, branch_at=branch_at, files=changed, opens=True)
    operation: Operation = "updated" if changed or renews else "unchanged"
    says = () if newsletter.draft.is_draft else ("It is ready for review, and stays so.",)
    return Plan(operation=operation, head=head, files=changed, renews=renews, labels=labels, says=says)


def closed(newsletter: Newsletter, edition: str) -> Plan | None:
    """The plan for a pull request that is closed or merged, which is to do nothing; None for any other."""
    draft = newsletter.draft
    if draft is None or draft.state == "open":
        return None
    done = f"Pull request {draft.number} of {edition} was {draft.state}, so nothing is written."
    more = () if draft.state == "merged" else ("To go on with it, open it again.",)
    return Plan(operation=draft.state, head=newsletter.head or newsletter.default_head, says=(" ".join([done, *more]),))


def _is_ours(newsletter: Newsletter, edition: str) -> bool:
    return any(path.startswith(kept_path(edition, "")) for path in newsletter.files)
