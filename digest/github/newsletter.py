"""A newsletter's repository on GitHub: reads an edition's branch, pull request and files, and carries out a plan.

Each write is sent once. It takes a token.
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from digest.errors import DigestError
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
MOST_PAGES = 5
FIELDS = "... on Blob { oid isBinary isTruncated text }"
MAY_NOT_OPEN = (
    "GitHub Actions may not open pull requests here; the branch is ready, open one on the page below.",
    "To let it: Settings, Actions, General, “Allow GitHub Actions to create and approve pull requests”.",
)


def read_newsletter(
    github: GitHub, repository: str, edition: str, paths: Sequence[str]
) -> Newsletter:
    """The repository, an edition's branch and pull request, and the files of these paths, all of one moment.

    Raises DigestError, also for a repository without any commit.
    """
    owner, _, name = repository.partition("/")
    branch = branch_of(edition)
    question = Question(
        read_query("newsletter"), {"owner": owner, "name": name, "ref": f"refs/heads/{branch}"}
    )
    found = github.ask(question, repository).data["repository"]
    if found is None:
        raise faults.not_found(repository)
    if found["defaultBranchRef"] is None:
        raise DigestError(f"{repository} has no commit yet.", "Put a first file into it.")
    newsletter = Newsletter(
        repository=found["nameWithOwner"],
        url=found["url"],
        default_branch=found["defaultBranchRef"]["name"],
        default_head=found["defaultBranchRef"]["target"]["oid"],
        branch=branch,
        head=found["ref"] and found["ref"]["target"]["oid"],
        draft=_read_own_draft(github, found["nameWithOwner"], branch),
        open_drafts=_read_other_drafts(github, found["nameWithOwner"], branch),
    )
    return read_files(github, newsletter, paths)


def read_files(github: GitHub, newsletter: Newsletter, paths: Iterable[str]) -> Newsletter:
    """The newsletter with more of its files, read at the commit that was its branch's head before."""
    head = newsletter.head or newsletter.default_head
    ahead = "" if newsletter.head is None else _ahead_field(newsletter)
    names = list(dict.fromkeys(paths))
    fields = [
        *_file_fields("there", head, names),
        *_file_fields("base", newsletter.default_head, names, "__typename"),
    ]
    question = Question(
        f"query Files {{\n  {repository_field(newsletter.repository)} {{\n{''.join(fields)}{ahead}  }}\n}}\n"
    )
    found = github.ask(question, newsletter.repository).data["repository"]
    on_head = {name: found[f"there{place}"] for place, name in enumerate(names)}
    blobs = {name: blob for name, blob in on_head.items() if blob and "oid" in blob}
    files = {name: _read_blob(github, newsletter.repository, blob) for name, blob in blobs.items()}
    on_default = {name for place, name in enumerate(names) if found[f"base{place}"]}
    return replace(
        newsletter,
        files={**newsletter.files, **files},
        on_default=newsletter.on_default | on_default,
        own_commits=found["defaultBranchRef"]["compare"]["aheadBy"] if ahead else 0,
    )


def read_draft(github: GitHub, repository: str, number: int) -> Draft:
    """A pull request as it is now.

    Raises DigestError, also where its branch is in another repository.
    """
    about = f"pull request {number} of {repository}"
    found = github.get(f"/repos/{repository}/pulls/{number}", about).data
    if not same_name((found["head"]["repo"] or {}).get("full_name") or "", repository):
        raise DigestError(
            f"{about[0].upper()}{about[1:]} comes from another repository, so it is no draft of digest."
        )
    return _parse_draft(found)


def lacks_label(github: GitHub, repository: str, draft: Draft | None, label: str) -> bool:
    """Whether a pull request never had the label.

    One that a person took off again is not lacking.
    """
    if draft is None or not label or label.casefold() in map(str.casefold, draft.labels):
        return False
    about = f"pull request {draft.number} of {repository}"
    # digest adds its label right after opening, so the first page has the event.
    events = github.get(
        f"/repos/{repository}/issues/{draft.number}/events", about, per_page=PAGE
    ).data
    names = (one["label"]["name"] for one in events if one["event"] == "labeled")
    return label.casefold() not in map(str.casefold, names)


def carry_out(
    plan: Plan,
    github: GitHub,
    newsletter: Newsletter,
    texts: DraftTexts,
    update_body: Callable[[str], str | None],
) -> Outcome:
    """Do what the plan says.

    `update_body` gets the body of the open pull request right before the write, and returns the new
    one or None. Raises writing.StaleError where somebody else was quicker and writing.LostError
    where an answer was lost: after both, read the newsletter again. Other errors say what is
    missing; what was written before stays, and the next run goes on from it.
    """
    writer = _Writer(github, newsletter)
    if plan.branch_at:
        writer.create_branch(plan.branch_at)
    if plan.files:
        writer.commit(plan.head, plan.files, texts.message)
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
    found = [
        _parse_draft(one) for one in github.get(f"/repos/{repository}/pulls", about, **fields).data
    ]
    return next(
        (one for one in found if one.state == "open"),
        max(found, key=lambda one: one.number, default=None),
    )


def _read_other_drafts(github: GitHub, repository: str, branch: str) -> tuple[Draft, ...]:
    """The open drafts of other editions, the last edition first."""
    found: list[Draft] = []
    for page in range(1, MOST_PAGES + 1):
        fields: Mapping[str, str | int] = {"state": "open", "per_page": PAGE, "page": page}
        pulls = github.get(
            f"/repos/{repository}/pulls", f"the pull requests of {repository}", **fields
        )
        ours = (
            one
            for one in pulls.data
            if ((one["head"]["repo"] or {}).get("full_name")) == repository
        )
        found += [
            one
            for one in map(_parse_draft, ours)
            if edition_of(one.branch) and one.branch != branch
        ]
        if not pulls.has_next:
            break
    return tuple(sorted(found, key=lambda one: one.branch, reverse=True))


def _parse_draft(pull: Mapping[str, Any]) -> Draft:
    return Draft(
        number=pull["number"],
        url=pull["html_url"],
        branch=pull["head"]["ref"],
        state="merged" if pull["merged_at"] else pull["state"],
        is_draft=pull["draft"],
        body=pull["body"] or "",
        labels=tuple(label["name"] for label in pull["labels"]),
    )


def _file_fields(alias: str, commit: str, names: Sequence[str], fields: str = FIELDS) -> list[str]:
    return [
        f"    {alias}{place}: object(expression: {json.dumps(f'{commit}:{name}')}) {{ {fields} }}\n"
        for place, name in enumerate(names)
    ]


def _ahead_field(newsletter: Newsletter) -> str:
    return f"    defaultBranchRef {{ compare(headRef: {json.dumps(newsletter.branch)}) {{ aheadBy }} }}\n"


def _read_blob(github: GitHub, repository: str, found: Mapping[str, Any]) -> Blob:
    if not found["isTruncated"] or found["isBinary"]:
        return Blob(found["oid"], found["text"])
    # GraphQL cuts long texts, such as the facts of a busy month.
    whole = github.get(
        f"/repos/{repository}/git/blobs/{found['oid']}", f"the files of {repository}"
    ).data
    return Blob(found["oid"], base64.b64decode(whole["content"]).decode("utf-8", "replace"))


class _Writer:
    def __init__(self, github: GitHub, newsletter: Newsletter) -> None:
        self.github = github
        self.newsletter = newsletter

    def create_branch(self, commit: str) -> None:
        self.write(
            "POST", "/git/refs", {"ref": f"refs/heads/{self.newsletter.branch}", "sha": commit}
        )

    def commit(self, head: str, files: Mapping[str, bytes], message: str) -> None:
        additions = [
            {"path": path, "contents": base64.b64encode(files[path]).decode()}
            for path in sorted(files)
        ]
        wanted = {
            "branch": {
                "repositoryNameWithOwner": self.newsletter.repository,
                "branchName": self.newsletter.branch,
            },
            "expectedHeadOid": head,
            "message": {"headline": message},
            "fileChanges": {"additions": additions},
        }
        self.write("POST", None, {"query": read_query("commit"), "variables": {"input": wanted}})

    def open_draft(self, plan: Plan, texts: DraftTexts) -> Outcome:
        """The draft pull request.

        Where GitHub Actions may not open one, the page on which a person can.
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
                messages = (
                    *messages,
                    "This plan of GitHub's has no drafts here, so it is an ordinary pull request.",
                )
        except RefusedError as error:
            if not writing.MAY_NOT_OPEN.search(error.answer):
                raise
            page = _compare_page(self.newsletter, texts)
            return Outcome("branch-only", None, page, (*messages, *MAY_NOT_OPEN))
        messages = (*messages, *self.add_label(pull["number"], texts.label))
        return Outcome(plan.operation, pull["number"], pull["html_url"], messages)

    def add_label(self, number: int, label: str) -> tuple[str, ...]:
        if not label:
            return ()
        try:
            self.write("POST", f"/issues/{number}/labels", {"labels": [label]})
        except DigestError as error:
            return (f"The label {label!r} could not be put on it: {error.message}",)
        return ()

    def write(self, verb: str, path: str | None, fields: Mapping[str, Any]) -> Any:
        """One write; a refusal becomes an error that says what to do."""
        about = self.newsletter.repository
        try:
            return self.github.write(verb, path and f"/repos/{about}{path}", about, fields)
        except RefusedError as error:
            raise writing.explained(error, about, self.newsletter.branch) from None


def _compare_page(newsletter: Newsletter, texts: DraftTexts) -> str:
    query_string = urlencode(
        {"expand": 1, "title": texts.title, "labels": texts.label}, quote_via=quote
    )
    branches = f"{quote(newsletter.default_branch)}...{quote(newsletter.branch)}"
    return f"{newsletter.url}/compare/{branches}?{query_string}"
