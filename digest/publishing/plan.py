"""The plan of a run for the draft pull request of an edition, as a value and in words. Pure."""

import difflib
from collections.abc import Iterator, Mapping

from digest.errors import DigestError
from digest.model.edition_files import FACTS, RENDERED, WORKSHEET
from digest.model.newsletter import FOLDER, DraftTexts, Newsletter, Operation, Plan, data_path
from digest.publishing.location import MissingPage
from digest.text import INVISIBLE

ATTRIBUTES = ".gitattributes"
GENERATED = f"{FOLDER}/** linguist-generated=true\n"
# digest writes these files from scratch, and their diff would hide the others.
WRITTEN_WHOLE = (FACTS, RENDERED, WORKSHEET)


def make_plan(
    newsletter: Newsletter,
    edition: str,
    files: Mapping[str, bytes],
    *,
    updates_body: bool,
    labels: bool = False,
) -> Plan:
    """The writes that put an edition's files on its branch and open a pull request for it.

    `updates_body` if the list in the body is out of date, `labels` if the pull request never had
    the label. Raises DigestError if another person made the branch.
    """
    head = newsletter.head or newsletter.default_head
    # An unknown number may hide a person's commits.
    has_own_commits = newsletter.own_commits != 0
    if newsletter.head and has_own_commits and not _is_ours(newsletter, edition):
        raise DigestError(
            f"digest did not make the branch {newsletter.branch} of {newsletter.repository}, "
            "so nothing was written.",
            "Rename or delete that branch, and run the same command again.",
        )
    changed = {
        path: content for path, content in files.items() if newsletter.differs(path, content)
    }
    if newsletter.draft is None:
        branch_at = None if newsletter.head else head
        return Plan(operation="created", head=head, branch_at=branch_at, files=changed, opens=True)
    operation: Operation = "updated" if changed or updates_body else "unchanged"
    return Plan(
        operation=operation,
        head=head,
        files=changed,
        updates_body=updates_body,
        labels=labels,
        messages=() if newsletter.draft.is_draft else ("The pull request stays ready for review.",),
    )


def closed_plan(newsletter: Newsletter, edition: str) -> Plan | None:
    """The plan for a closed or merged pull request, which writes nothing; None for any other."""
    draft = newsletter.draft
    if draft is None or draft.state == "open":
        return None
    message = f"Pull request {draft.number} of {edition} is {draft.state}, so nothing was written."
    if draft.state == "closed":
        message += " Reopen it to continue."
    return Plan(
        operation=draft.state, head=newsletter.head or newsletter.default_head, messages=(message,)
    )


def missing_plan(newsletter: Newsletter, page: MissingPage, *, updates_body: bool) -> Plan:
    """The plan for an edition whose page is missing: at most a line in the body."""
    return Plan(
        operation="page-missing",
        head=newsletter.head or newsletter.default_head,
        updates_body=updates_body and newsletter.draft is not None,
        messages=(page.message,),
    )


def describe_plan(plan: Plan, newsletter: Newsletter, texts: DraftTexts, body: str | None) -> str:
    """The plan in words, with its diff.

    `body` is the new body of an open pull request, None if it stays.
    """
    # The page and its pictures come first: they are the reason for a look.
    ours = {path for path in plan.files if path == ATTRIBUTES or path.startswith(f"{FOLDER}/")}
    lines = [f"{newsletter.repository}, branch {newsletter.branch}: dry run, nothing is written."]
    for path in sorted(plan.files.keys() - ours):
        lines += _diff(path, newsletter.text(path) or "", plan.files[path])
    lines += [""] if len(lines) > 1 else []
    lines += [*_steps(plan, newsletter, texts, body), *plan.messages]
    if plan.opens or body is not None:
        lines += [
            "",
            "The pull request's body:",
            "",
            *(texts.body if plan.opens else body or "").splitlines(),
        ]
    for path in sorted(ours):
        lines += _diff(path, newsletter.text(path) or "", plan.files[path])
    return "".join(f"{INVISIBLE.sub('', line)}\n" for line in lines)


def _is_ours(newsletter: Newsletter, edition: str) -> bool:
    folder = data_path(edition, "")
    return any(path.startswith(folder) for path in newsletter.files)


def _steps(
    plan: Plan, newsletter: Newsletter, texts: DraftTexts, body: str | None
) -> Iterator[str]:
    if plan.branch_at:
        yield f"Would create the branch at {plan.branch_at[:7]} of {newsletter.default_branch}."
    if plan.files:
        yield f"Would commit {_count(len(plan.files), 'file')}: {texts.message}"
    if plan.opens:
        yield f"Would open a draft pull request: {texts.title}"
        if texts.reviewers:
            yield f"Would ask for a review: {', '.join(texts.reviewers)}"
        if texts.assignees:
            yield f"Would assign: {', '.join(texts.assignees)}"
    if body is not None:
        yield "Would update the list in the pull request's body."
    if plan.labels:
        yield f"Would add the label {texts.label!r} to the pull request."
    elif plan.operation == "unchanged":
        yield "Nothing to do."


def _diff(path: str, before: str, content: bytes) -> Iterator[str]:
    try:
        after = content.decode()
    except UnicodeDecodeError:
        yield f"\n{path}: {_count(len(content), 'byte')}"
        return
    if path.rpartition("/")[2] in WRITTEN_WHOLE:
        lines, lines_before = after.count("\n"), before.count("\n")
        yield f"\n{path}: {_count(lines, 'line')}, before {lines_before:,}"
        return
    yield ""
    old, new = before.splitlines(), after.splitlines()
    yield from difflib.unified_diff(
        old, new, f"a/{path}" if before else "/dev/null", f"b/{path}", lineterm=""
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
