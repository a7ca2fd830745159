"""A newsletter's repository on GitHub: reads an edition's branch and draft, and writes a plan."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from digest.errors import DigestError, TryLaterError
from digest.github import faults, rest_documents, writing
from digest.github.client import Done, GitHub, Question
from digest.github.graphql_answers import Selected
from digest.github.newsletter_answers import (
    BlobNode,
    CommitAnswer,
    Head,
    NewsletterAnswer,
    NewsletterFilesAnswer,
)
from digest.github.queries import read_query, repository_field
from digest.github.writing import RefusedError
from digest.model import same_name
from digest.model.newsletter import (
    Blob,
    Draft,
    DraftTexts,
    Newsletter,
    Outcome,
    Plan,
    branch_of,
    edition_of,
    oid,
)

PAGE = 100
MAX_PAGES = 5
FIELDS = "... on Blob { oid isBinary isTruncated text }"
ALLOW_OPENING = (
    "To allow it, go to Settings, Actions, General and turn on “Allow GitHub Actions to create and "
    "approve pull requests”."
)
NO_DRAFTS = (
    "GitHub's plan for this repository has no drafts, so digest opened an ordinary pull request."
)


def read_newsletter(
    github: GitHub, repository: str, edition: str, paths: Sequence[str]
) -> Newsletter:
    """The repository, an edition's branch and pull request, and the files with these paths.

    All files are from the same commit. Raises DigestError, also for a repository without commits.
    """
    owner, _, name = repository.partition("/")
    branch = branch_of(edition)
    question = Question(
        read_query("newsletter"),
        NewsletterAnswer,
        {"owner": owner, "name": name, "ref": f"refs/heads/{branch}"},
    )
    found = _ask_whole(github, question, repository).repository
    if found is None:
        raise faults.not_found(repository)
    name = found.name_with_owner
    if found.default_branch_ref is None:
        raise DigestError(f"{name} has no commits yet.", "Add a first file to it.")
    newsletter = Newsletter(
        repository=name,
        url=found.url,
        default_branch=found.default_branch_ref.name,
        default_head=_read_head(found.default_branch_ref, name),
        branch=branch,
        head=_read_head(found.ref, name) if found.ref else None,
        draft=_read_own_draft(github, name, branch),
        open_drafts=_read_other_drafts(github, name, branch),
    )
    return read_files(github, newsletter, paths)


def read_files(github: GitHub, newsletter: Newsletter, paths: Iterable[str]) -> Newsletter:
    """The newsletter with more of its files, read at the same commit as before."""
    head = newsletter.head or newsletter.default_head
    names = list(dict.fromkeys(paths))
    fields = [
        _files_field("head", newsletter.repository, head, names, FIELDS),
        _files_field("base", newsletter.repository, newsletter.default_head, names, "__typename"),
        _ahead_field(newsletter),
    ]
    question = Question(f"query BranchFiles {{\n{''.join(fields)}}}\n", NewsletterFilesAnswer)
    found = _ask_whole(github, question, newsletter.repository)
    if found.head is None or found.base is None:
        raise faults.not_found(newsletter.repository)
    files = {
        names[_place(alias)]: _read_blob(github, newsletter.repository, blob)
        for alias, blob in found.head.parts.items()
        if blob
    }
    on_default = {names[_place(alias)] for alias, entry in found.base.parts.items() if entry}
    return replace(
        newsletter,
        files={**newsletter.files, **files},
        on_default=newsletter.on_default | on_default,
        own_commits=0 if newsletter.head is None else _count_own_commits(found),
    )


def read_draft(github: GitHub, repository: str, number: int) -> Draft:
    """The current state of a pull request.

    Raises DigestError, also if its branch is in another repository.
    """
    about = f"pull request {number} of {repository}"
    path = f"/repos/{repository}/pulls/{number}"
    found = github.get(path, about, rest_documents.draft).data
    if not same_name(found.head_repository or "", repository):
        raise DigestError(
            f"Pull request {number} of {repository} is not a draft of digest: "
            "its branch is in another repository."
        )
    return found.draft


def read_drafts(github: GitHub, repository: str) -> Mapping[str, Draft]:
    """The pull request of each edition by its name: the open one, else the last one.

    Raises DigestError.
    """
    drafts: dict[str, Draft] = {}
    # The newest comes first.
    for draft in _list_drafts(github, repository, "all"):
        edition = edition_of(draft.branch) or ""
        if edition not in drafts or (draft.state == "open" != drafts[edition].state):
            drafts[edition] = draft
    return drafts


def lacks_label(github: GitHub, repository: str, draft: Draft | None, label: str) -> bool:
    """Whether a pull request never had the label; False if a person removed it."""
    if draft is None or not label or label.casefold() in map(str.casefold, draft.labels):
        return False
    about = f"pull request {draft.number} of {repository}"
    # digest adds its label right after it opens a draft, so the first page has the event.
    added = github.get(
        f"/repos/{repository}/issues/{draft.number}/events",
        about,
        rest_documents.added_labels,
        per_page=PAGE,
    ).data
    return label.casefold() not in map(str.casefold, added)


def carry_out(
    plan: Plan,
    github: GitHub,
    newsletter: Newsletter,
    texts: DraftTexts,
    update_body: Callable[[str], str | None],
) -> Outcome:
    """Write the plan, each write once.

    `update_body` gets the body of the open pull request right before the write, and returns the new
    one or None. Raises writing.StaleError if the branch changed meanwhile, and writing.LostError if
    an answer is missing: after both, read the newsletter again. After any DigestError, the next run
    continues with what was written.
    """
    writer = _Writer(github, newsletter)
    head = plan.head
    if plan.branch_at:
        writer.create_branch(plan.branch_at)
    if plan.files:
        head = writer.commit(plan.head, plan.files, texts.message)
    outcome = _update_draft(writer, plan, texts, update_body)
    return replace(outcome, head=head)


def _update_draft(
    writer: "_Writer", plan: Plan, texts: DraftTexts, update_body: Callable[[str], str | None]
) -> Outcome:
    github, newsletter = writer.github, writer.newsletter
    if plan.opens:
        return writer.open_draft(plan, texts)
    draft = newsletter.draft
    if draft is None:
        return Outcome(plan.operation, None, None, plan.messages)
    if plan.updates_body:
        body = update_body(read_draft(github, newsletter.repository, draft.number).body)
        if body is not None:
            path = f"/pulls/{draft.number}"
            writer.write("PATCH", path, {"body": body}, rest_documents.written)
    messages = writer.add_label(draft.number, texts.label) if plan.labels else ()
    return Outcome(plan.operation, draft.number, draft.url, (*plan.messages, *messages))


def _read_own_draft(github: GitHub, repository: str, branch: str) -> Draft | None:
    owner = repository.partition("/")[0]
    about = f"the pull requests of {repository}"
    fields: Mapping[str, str | int] = {
        "head": f"{owner}:{branch}",
        "state": "all",
        "per_page": PAGE,
    }
    pulls = github.get(f"/repos/{repository}/pulls", about, rest_documents.drafts, **fields)
    drafts = [pull.draft for pull in pulls.data]
    return next(
        (draft for draft in drafts if draft.state == "open"),
        max(drafts, key=lambda draft: draft.number, default=None),
    )


def _read_other_drafts(github: GitHub, repository: str, branch: str) -> tuple[Draft, ...]:
    """The open drafts of other editions, the newest edition first."""
    drafts = _list_drafts(github, repository, "open")
    others = (draft for draft in drafts if draft.branch != branch)
    return tuple(sorted(others, key=lambda draft: draft.branch, reverse=True))


def _list_drafts(github: GitHub, repository: str, state: str) -> list[Draft]:
    drafts: list[Draft] = []
    for page in range(1, MAX_PAGES + 1):
        fields: Mapping[str, str | int] = {"state": state, "per_page": PAGE, "page": page}
        pulls = github.get(
            f"/repos/{repository}/pulls",
            f"the pull requests of {repository}",
            rest_documents.drafts,
            **fields,
        )
        drafts += [
            pull.draft
            for pull in pulls.data
            if same_name(pull.head_repository or "", repository) and edition_of(pull.draft.branch)
        ]
        if not pulls.has_next:
            break
    return drafts


def _files_field(
    alias: str, repository: str, commit: str, names: Sequence[str], fields: str
) -> str:
    objects = [
        f"    f{place}: object(expression: {json.dumps(f'{commit}:{name}')}) {{ {fields} }}\n"
        for place, name in enumerate(names)
    ]
    return f"  {alias}: {repository_field(repository)} {{\n    __typename\n{''.join(objects)}  }}\n"


def _place(alias: str) -> int:
    return int(alias.removeprefix("f"))


def _ahead_field(newsletter: Newsletter) -> str:
    head = newsletter.default_branch if newsletter.head is None else newsletter.branch
    comparison = f"compare(headRef: {json.dumps(head)}) {{ aheadBy }}"
    field = repository_field(newsletter.repository)
    return f"  ahead: {field} {{ defaultBranchRef {{ {comparison} }} }}\n"


def _ask_whole(github: GitHub, question: Question[Selected], repository: str) -> Selected:
    """The data of an answer from which a permission withholds nothing.

    A file that the token may not read must not look like a missing one.
    """
    answer = github.ask(question, repository)
    for part in answer.withheld:
        if part.kind != "not found":
            raise faults.withheld_error(part, repository)
    return answer.data


def _read_head(ref: Head, repository: str) -> str:
    if ref.target is None:
        raise TryLaterError(
            f"GitHub did not return the last commit of the branch {ref.name} of {repository}.",
            "Run the same command again.",
        )
    return ref.target.oid


def _count_own_commits(found: NewsletterFilesAnswer) -> int | None:
    branch = found.ahead and found.ahead.default_branch_ref
    return branch.compare.ahead_by if branch and branch.compare else None


def _read_blob(github: GitHub, repository: str, blob: BlobNode) -> Blob:
    if blob.is_binary:
        return Blob(blob.oid, None)
    if blob.text is not None and oid(blob.text.encode()) == blob.oid:
        return Blob(blob.oid, blob.text)
    # GraphQL truncates long texts, such as the facts of a busy month, and may leave a text out. It
    # replaces what is not UTF-8.
    path = f"/repos/{repository}/git/blobs/{blob.oid}"
    found = github.get(path, f"the files of {repository}", rest_documents.blob)
    content = base64.b64decode(found.data)
    with suppress(UnicodeDecodeError):
        return Blob(blob.oid, None if b"\0" in content else content.decode())
    return Blob(blob.oid, None)


class _Writer:
    def __init__(self, github: GitHub, newsletter: Newsletter) -> None:
        self.github = github
        self.newsletter = newsletter

    def create_branch(self, commit: str) -> None:
        ref = {"ref": f"refs/heads/{self.newsletter.branch}", "sha": commit}
        self.write("POST", "/git/refs", ref, rest_documents.written)

    def commit(self, head: str, files: Mapping[str, bytes], message: str) -> str:
        """Commit the files on top of `head`; returns the new commit."""
        additions = [
            {"path": path, "contents": base64.b64encode(files[path]).decode()}
            for path in sorted(files)
        ]
        commit = {
            "branch": {
                "repositoryNameWithOwner": self.newsletter.repository,
                "branchName": self.newsletter.branch,
            },
            "expectedHeadOid": head,
            "message": {"headline": message},
            "fileChanges": {"additions": additions},
        }
        about = self.newsletter.repository
        with self._explained():
            answer = self.github.mutate(
                read_query("commit"), CommitAnswer, about, {"input": commit}
            )
        payload = answer.create_commit_on_branch
        if payload is None or payload.commit is None:
            raise writing.LostError(
                f"GitHub did not say whether it made the commit in {about}.",
                "Run the same command again: it checks first.",
            )
        return payload.commit.oid

    def open_draft(self, plan: Plan, texts: DraftTexts) -> Outcome:
        """The outcome of opening a draft pull request.

        If GitHub Actions may not open one, its `url` is the page where a person can.
        """
        fields = {
            "head": self.newsletter.branch,
            "base": self.newsletter.default_branch,
            "body": texts.body,
        }
        messages = plan.messages
        try:
            try:
                draft = {**fields, "title": texts.title, "draft": True}
                pull = self.write("POST", "/pulls", draft, rest_documents.opened_draft)
            except RefusedError as error:
                if not writing.NO_DRAFTS.search(error.answer):
                    raise
                plain = {**fields, "title": f"Draft: {texts.title}", "draft": False}
                pull = self.write("POST", "/pulls", plain, rest_documents.opened_draft)
                messages = (*messages, NO_DRAFTS)
        except RefusedError as error:
            if not writing.MAY_NOT_OPEN.search(error.answer):
                raise
            page = _compare_page(self.newsletter, texts)
            ready = f"GitHub Actions may not open pull requests here. Open it yourself: {page}"
            return Outcome("branch-only", None, page, (*messages, ready, ALLOW_OPENING))
        messages = (*messages, *self.add_label(pull.number, texts.label))
        messages = (*messages, *self.ask_people(pull.number, texts))
        return Outcome(plan.operation, pull.number, pull.url, messages)

    def add_label(self, number: int, label: str) -> tuple[str, ...]:
        if not label:
            return ()
        try:
            path = f"/issues/{number}/labels"
            self.write("POST", path, {"labels": [label]}, rest_documents.written)
        except DigestError as error:
            return (f"digest could not add the label {label!r}: {error.message}",)
        return ()

    def ask_people(self, number: int, texts: DraftTexts) -> tuple[str, ...]:
        """Ask for reviews and assign people; returns a message for each that failed."""
        people = [name for name in texts.reviewers if "/" not in name]
        teams = [name.rpartition("/")[2] for name in texts.reviewers if "/" in name]
        requests = (
            ("ask for a review", f"/pulls/{number}/requested_reviewers", "reviewers", people),
            ("ask for a review", f"/pulls/{number}/requested_reviewers", "team_reviewers", teams),
            ("assign", f"/issues/{number}/assignees", "assignees", list(texts.assignees)),
        )
        messages: list[str] = []
        for action, path, field, names in requests:
            # One name at a time: GitHub refuses a whole list for one unknown name.
            messages += filter(None, (self._ask(action, path, field, name) for name in names))
        return tuple(messages)

    def _ask(self, action: str, path: str, field: str, name: str) -> str | None:
        try:
            assigned = self.write("POST", path, {field: [name]}, rest_documents.assignees)
        except DigestError as error:
            return f"digest could not {action}: {name}. {error.message}"
        # GitHub leaves out people without access, and reports no error.
        if field == "assignees" and name.casefold() not in map(str.casefold, assigned):
            return (
                f"digest could not {action}: {name}. This person has no access to the repository."
            )
        return None

    def write(
        self, verb: str, path: str, fields: Mapping[str, Any], read: Callable[[Any], Done]
    ) -> Done:
        """GitHub's answer to one write; a refusal becomes an error with a next step."""
        about = self.newsletter.repository
        with self._explained():
            return self.github.write(verb, f"/repos/{about}{path}", about, fields, read)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except RefusedError as error:
            raise writing.explain_refusal(
                error, self.newsletter.repository, self.newsletter.branch
            ) from None


def _compare_page(newsletter: Newsletter, texts: DraftTexts) -> str:
    query_string = urlencode(
        {"expand": 1, "title": texts.title, "labels": texts.label}, quote_via=quote
    )
    branches = f"{quote(newsletter.default_branch)}...{quote(newsletter.branch)}"
    return f"{newsletter.url}/compare/{branches}?{query_string}"
