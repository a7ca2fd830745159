"""A run's plan for the draft pull request of an edition, as a value and in words. Pure."""

import difflib
from collections.abc import Iterator, Mapping

from digest.errors import DigestError
from digest.model.edition_files import FACTS, RENDERED, WORKSHEET
from digest.model.newsletter import FOLDER, DraftTexts, Newsletter, Operation, Plan, data_path
from digest.text import INVISIBLE

ATTRIBUTES = ".gitattributes"
GENERATED = f"{FOLDER}/** linguist-generated=true\n"
# digest writes these as a whole each time, so their lines would only hide the others.
WRITTEN_WHOLE = (FACTS, RENDERED, WORKSHEET)


def make_plan(
    newsletter: Newsletter,
    edition: str,
    files: Mapping[str, bytes],
    *,
    updates_body: bool,
    labels: bool = False,
) -> Plan:
    """The writes after which an edition's files are on its branch and a pull request is open for it.

    `updates_body`: the list in the body is out of date; `labels`: the pull request never got the
    label. Raises DigestError for a branch of that name that is not digest's.
    """
    head = newsletter.head or newsletter.default_head
    if closed := closed_plan(newsletter, edition):
        return closed
    if newsletter.head and newsletter.own_commits and not _is_ours(newsletter, edition):
        raise DigestError(
            f"{newsletter.repository} has a branch {newsletter.branch} that is not digest's, so nothing was written.",
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
        messages=() if newsletter.draft.is_draft else ("It is ready for review, and stays so.",),
    )


def closed_plan(newsletter: Newsletter, edition: str) -> Plan | None:
    """The plan for a pull request that is closed or merged, which writes nothing.

    None for any other.
    """
    draft = newsletter.draft
    if draft is None or draft.state == "open":
        return None
    message = f"Pull request {draft.number} of {edition} was {draft.state}, so nothing is written."
    if draft.state == "closed":
        message += " To go on with it, open it again."
    return Plan(
        operation=draft.state, head=newsletter.head or newsletter.default_head, messages=(message,)
    )


def describe_plan(plan: Plan, newsletter: Newsletter, texts: DraftTexts, body: str | None) -> str:
    """The plan in words and with its diff.

    `body` is the new one of an open pull request, None where it stays.
    """
    lines = [*_steps(plan, newsletter, texts, body), *plan.messages]
    if plan.opens or body is not None:
        lines += [
            "",
            "The pull request's body:",
            "",
            *(texts.body if plan.opens else body or "").splitlines(),
        ]
    for path in sorted(plan.files):
        lines += _diff(path, newsletter.text(path) or "", plan.files[path])
    return "".join(f"{INVISIBLE.sub('', line)}\n" for line in lines)


def _is_ours(newsletter: Newsletter, edition: str) -> bool:
    return any(path.startswith(data_path(edition, "")) for path in newsletter.files)


def _steps(
    plan: Plan, newsletter: Newsletter, texts: DraftTexts, body: str | None
) -> Iterator[str]:
    yield f"{newsletter.repository}, branch {newsletter.branch}: nothing is written, since this is a dry run."
    if plan.branch_at:
        yield f"It would make the branch at {plan.branch_at[:7]} of {newsletter.default_branch}."
    if plan.files:
        yield f"It would commit {_counted(len(plan.files), 'file')}: {texts.message}"
    if plan.opens:
        yield f"It would open a draft pull request: {texts.title}"
    if body is not None:
        yield "It would bring the list in the pull request's body up to date."
    if plan.labels:
        yield f"It would put the label {texts.label!r} on the pull request."
    elif plan.operation == "unchanged":
        yield "There is nothing to do."


def _diff(path: str, before: str, content: bytes) -> Iterator[str]:
    try:
        after = content.decode()
    except UnicodeDecodeError:
        yield f"\n{path}: {_counted(len(content), 'byte')}"
        return
    if path.rpartition("/")[2] in WRITTEN_WHOLE:
        yield f"\n{path}: {_counted(after.count(chr(10)), 'line')}, before {before.count(chr(10)):,}"
        return
    yield ""
    old, new = before.splitlines(), after.splitlines()
    yield from difflib.unified_diff(
        old, new, f"a/{path}" if before else "/dev/null", f"b/{path}", lineterm=""
    )


def _counted(number: int, of: str) -> str:
    return f"{number:,} {of}{'' if number == 1 else 's'}"
