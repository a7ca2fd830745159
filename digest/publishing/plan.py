"""Plans the writes of a run, and describes the plan and its outcome. Pure."""

import difflib
from collections.abc import Iterator, Mapping

from digest.compose import keys
from digest.errors import DigestError
from digest.model import PullRequest, Snapshot, folded
from digest.model.edition_files import FACTS, RENDERED, WORKSHEET
from digest.model.newsletter import (
    FOLDER,
    DraftTexts,
    Newsletter,
    Operation,
    Outcome,
    Plan,
    data_path,
)
from digest.publishing.paths import MissingPage
from digest.settings import VOLATILE
from digest.text import INVISIBLE, find_todos

ATTRIBUTES = ".gitattributes"
GENERATED = f"{FOLDER}/** linguist-generated=true\n"
# digest writes these files from scratch, and their diff would hide the others.
WRITTEN_WHOLE = (FACTS, RENDERED, WORKSHEET)
# The other operations explain themselves in their messages.
SENTENCES: Mapping[Operation, str] = {
    "created": "Opened draft pull request {name}.",
    "updated": "Updated pull request {name}.",
    "unchanged": "Nothing to update in pull request {name}.",
}


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
            f"digest did not create the branch {newsletter.branch} of {newsletter.repository}, "
            "so nothing was written.",
            "Rename or delete that branch, and run the command again.",
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


def describe_outcome(outcome: Outcome, edition: str, section: str) -> tuple[str, ...]:
    """The result of a run and the TODOs that its section has left, as one line or none."""
    if outcome.operation not in SENTENCES:
        return ()
    number = f"#{outcome.number}" if outcome.number else f"of {edition}"
    name = f"{number}: {outcome.url}" if outcome.url else number
    todos = len(find_todos(section))
    left = f" {todos} TODO{'' if todos == 1 else 's'} left." if todos else ""
    return (f"{SENTENCES[outcome.operation].format(name=name)}{left}",)


def remove_private(snapshot: Snapshot, repository: str) -> Snapshot:
    """The snapshot as it may be published in a repository.

    Pull requests of private repositories, and of those that may be private, lose their
    descriptions, pictures, changeset texts and facts that this digest does not know. Those of
    `repository` itself keep everything.
    """
    public = folded(source.name for source in snapshot.repositories if source.private is False)
    public |= folded([repository])

    def publishable(pull: PullRequest) -> PullRequest:
        if folded([pull.repository]) <= public:
            return pull
        changesets = pull.changesets and tuple(
            changeset.model_copy(update={"summary": ""}) for changeset in pull.changesets
        )
        return pull.known().model_copy(update={"body": None, "changesets": changesets})

    pictures = (
        picture
        for picture in snapshot.pictures
        if folded([keys.repository_of(picture.pull_request)]) <= public
    )
    # A later digest may have saved a private text as a fact that this one does not know.
    is_public = folded(source.name for source in snapshot.repositories) <= public
    whole = snapshot if is_public else snapshot.known()
    return whole.model_copy(
        update={
            "pictures": tuple(pictures),
            "pull_requests": tuple(map(publishable, snapshot.pull_requests)),
            "uncounted_pull_requests": tuple(map(publishable, snapshot.uncounted_pull_requests)),
        }
    )


def has_same_facts(snapshot: Snapshot, other: Snapshot) -> bool:
    """Whether two snapshots are equal in all lasting facts.

    The time of the fetch, counts of comments and reactions, and the reason for a missing picture do
    not last.
    """
    same_time = {"fetched_at": snapshot.fetched_at}
    return _lasting_facts(snapshot) == _lasting_facts(other).model_copy(update=same_time)


def _lasting_facts(snapshot: Snapshot) -> Snapshot:
    def lasting(pull: PullRequest) -> PullRequest:
        return pull.model_copy(update=dict.fromkeys(VOLATILE))

    pulls, others = (
        tuple(map(lasting, several))
        for several in (snapshot.pull_requests, snapshot.uncounted_pull_requests)
    )
    pictures = tuple(picture for picture in snapshot.pictures if picture.file)
    return snapshot.model_copy(
        update={"pull_requests": pulls, "uncounted_pull_requests": others, "pictures": pictures}
    )
