"""A newsletter's repository on GitHub: reads an edition's branch and draft, and writes a plan."""

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from digest.errors import DigestError, TryLaterError
from digest.github import faults, writing
from digest.github.client import GitHub, Question
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
        read_query("newsletter"), {"owner": owner, "name": name, "ref": f"refs/heads/{branch}"}
    )
    found = _ask_repository(github, question, repository)
    if found["defaultBranchRef"] is None:
        raise DigestError(f"{repository} has no commits yet.", "Add a first file to it.")
    newsletter = Newsletter(
        repository=found["nameWithOwner"],
        url=found["url"],
        default_branch=found["defaultBranchRef"]["name"],
        default_head=_read_head(found["defaultBranchRef"], found["nameWithOwner"]),
        branch=branch,
        head=found["ref"] and _read_head(found["ref"], found["nameWithOwner"]),
        draft=_read_own_draft(github, found["nameWithOwner"], branch),
        open_drafts=_read_other_drafts(github, found["nameWithOwner"], branch),
    )
    return read_files(github, newsletter, paths)


def read_files(github: GitHub, newsletter: Newsletter, paths: Iterable[str]) -> Newsletter:
    """The newsletter with more of its files, read at the same commit as before."""
    head = newsletter.head or newsletter.default_head
    ahead = "" if newsletter.head is None else _ahead_field(newsletter)
    names = list(dict.fromkeys(paths))
    fields = [
        *_file_fields("head", head, names),
        *_file_fields("base", newsletter.default_head, names, "__typename"),
    ]
    selection = f"  {repository_field(newsletter.repository)} {{\n{''.join(fields)}{ahead}  }}\n"
    question = Question(f"query Files {{\n{selection}}}\n")
    found = _ask_repository(github, question, newsletter.repository)
    on_head = {name: found[f"head{place}"] for place, name in enumerate(names)}
    blobs = {name: blob for name, blob in on_head.items() if blob and "oid" in blob}
    files = {name: _read_blob(github, newsletter.repository, blob) for name, blob in blobs.items()}
    on_default = {name for place, name in enumerate(names) if found[f"base{place}"]}
    return replace(
        newsletter,
        files={**newsletter.files, **files},
        on_default=newsletter.on_default | on_default,
        own_commits=_count_own_commits(found["defaultBranchRef"]) if ahead else 0,
    )


def read_draft(github: GitHub, repository: str, number: int) -> Draft:
    """The current state of a pull request.

    Raises DigestError, also if its branch is in another repository.
    """
    about = f"pull request {number} of {repository}"
    found = github.get(f"/repos/{repository}/pulls/{number}", about).data
    if not same_name((found["head"]["repo"] or {}).get("full_name") or "", repository):
        raise DigestError(
            f"Pull request {number} of {repository} is not a draft of digest: "
            "its branch is in another repository."
        )
    return _parse_draft(found)


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
    events = github.get(
        f"/repos/{repository}/issues/{draft.number}/events", about, per_page=PAGE
    ).data
    labels = (event.get("label") or {} for event in events if event["event"] == "labeled")
    return label.casefold() not in ((added.get("name") or "").casefold() for added in labels)


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
            writer.write("PATCH", f"/pulls/{draft.number}", {"body": body})
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
    pulls = github.get(f"/repos/{repository}/pulls", about, **fields).data
    drafts = [_parse_draft(pull) for pull in pulls]
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
            f"/repos/{repository}/pulls", f"the pull requests of {repository}", **fields
        )
        ours = (
            pull
            for pull in pulls.data
            if same_name((pull["head"]["repo"] or {}).get("full_name") or "", repository)
        )
        drafts += [draft for draft in map(_parse_draft, ours) if edition_of(draft.branch)]
        if not pulls.has_next:
            break
    return drafts


def _parse_draft(pull: Mapping[str, Any]) -> Draft:
    return Draft(
        number=pull["number"],
        url=pull["html_url"],
        branch=pull["head"]["ref"],
        state="merged" if pull["merged_at"] else pull["state"],
        is_draft=bool(pull.get("draft")),
        body=pull["body"] or "",
        labels=tuple(label["name"] for label in pull["labels"]),
        head=pull["head"]["sha"],
    )


def _file_fields(alias: str, commit: str, names: Sequence[str], fields: str = FIELDS) -> list[str]:
    return [
        f"    {alias}{place}: object(expression: {json.dumps(f'{commit}:{name}')}) {{ {fields} }}\n"
        for place, name in enumerate(names)
    ]


def _ahead_field(newsletter: Newsletter) -> str:
    branch = json.dumps(newsletter.branch)
    return f"    defaultBranchRef {{ compare(headRef: {branch}) {{ aheadBy }} }}\n"


def _ask_repository(github: GitHub, question: Question, repository: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] | None = github.ask(question, repository).data["repository"]
    if found is None:
        raise faults.not_found(repository)
    return found


def _read_head(ref: Mapping[str, Any], repository: str) -> str:
    if ref["target"] is None:
        raise TryLaterError(
            f"GitHub did not return the last commit of the branch {ref['name']} of {repository}.",
            "Run the same command again.",
        )
    return str(ref["target"]["oid"])


def _count_own_commits(default_branch: Mapping[str, Any] | None) -> int | None:
    comparison = default_branch and default_branch["compare"]
    return comparison["aheadBy"] if comparison else None


def _read_blob(github: GitHub, repository: str, blob: Mapping[str, Any]) -> Blob:
    if blob["isBinary"] or (blob["text"] is not None and not blob["isTruncated"]):
        return Blob(blob["oid"], blob["text"])
    # GraphQL truncates long texts, such as the facts of a busy month, and may leave a text out.
    whole = github.get(
        f"/repos/{repository}/git/blobs/{blob['oid']}", f"the files of {repository}"
    ).data
    content = base64.b64decode(whole["content"])
    return Blob(blob["oid"], None if b"\0" in content else content.decode("utf-8", "replace"))


class _Writer:
    def __init__(self, github: GitHub, newsletter: Newsletter) -> None:
        self.github = github
        self.newsletter = newsletter

    def create_branch(self, commit: str) -> None:
        self.write(
            "POST", "/git/refs", {"ref": f"refs/heads/{self.newsletter.branch}", "sha": commit}
        )

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
        fields = {"query": read_query("commit"), "variables": {"input": commit}}
        answer = self.write("POST", None, fields)
        return str(answer["createCommitOnBranch"]["commit"]["oid"])

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
                pull = self.write("POST", "/pulls", {**fields, "title": texts.title, "draft": True})
            except RefusedError as error:
                if not writing.NO_DRAFTS.search(error.answer):
                    raise
                pull = self.write(
                    "POST", "/pulls", {**fields, "title": f"Draft: {texts.title}", "draft": False}
                )
                messages = (*messages, NO_DRAFTS)
        except RefusedError as error:
            if not writing.MAY_NOT_OPEN.search(error.answer):
                raise
            page = _compare_page(self.newsletter, texts)
            ready = f"GitHub Actions may not open pull requests here. Open it yourself: {page}"
            return Outcome("branch-only", None, page, (*messages, ready, ALLOW_OPENING))
        number = pull["number"]
        messages = (*messages, *self.add_label(number, texts.label))
        messages = (*messages, *self.ask_people(number, texts))
        return Outcome(plan.operation, number, pull["html_url"], messages)

    def add_label(self, number: int, label: str) -> tuple[str, ...]:
        if not label:
            return ()
        try:
            self.write("POST", f"/issues/{number}/labels", {"labels": [label]})
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
            pull = self.write("POST", path, {field: [name]})
        except DigestError as error:
            return f"digest could not {action}: {name}. {error.message}"
        # GitHub leaves out people without access, and reports no error.
        assigned = [person["login"].casefold() for person in pull.get("assignees", ())]
        if field == "assignees" and name.casefold() not in assigned:
            return (
                f"digest could not {action}: {name}. This person has no access to the repository."
            )
        return None

    def write(self, verb: str, path: str | None, fields: Mapping[str, Any]) -> Any:
        """GitHub's answer to one write; a refusal becomes an error with a next step."""
        about = self.newsletter.repository
        try:
            return self.github.write(verb, path and f"/repos/{about}{path}", about, fields)
        except RefusedError as error:
            raise writing.explain_refusal(error, about, self.newsletter.branch) from None


def _compare_page(newsletter: Newsletter, texts: DraftTexts) -> str:
    query_string = urlencode(
        {"expand": 1, "title": texts.title, "labels": texts.label}, quote_via=quote
    )
    branches = f"{quote(newsletter.default_branch)}...{quote(newsletter.branch)}"
    return f"{newsletter.url}/compare/{branches}?{query_string}"
