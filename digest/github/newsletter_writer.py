"""Carries a plan out through GitHub's API, each write once: branch, commit, pull request, label, list of boxes."""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from digest.errors import DigestError, TryLaterError
from digest.github.client import GitHub
from digest.github.queries import read as query
from digest.github.writing import RefusedError
from digest.model.newsletter import Newsletter, Operation, Plan

PERMISSIONS = "contents: write and pull-requests: write"
STALE = re.compile(r"STALE_DATA|expected branch to point to|reference already exists", re.IGNORECASE)
PROTECTED = re.compile(r"PROTECTION|protected branch|rule violations|reference update failed", re.IGNORECASE)
NO_DRAFTS = re.compile(r"draft pull requests are not supported", re.IGNORECASE)
IS_OPEN = re.compile(r"a pull request already exists", re.IGNORECASE)
MAY_NOT_OPEN = re.compile(r"not permitted to create or approve pull requests", re.IGNORECASE)


class StaleError(TryLaterError):
    """Somebody else wrote meanwhile, so nothing was written: what is there must be read again."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What is said with the writes: the commit's message, the pull request's title, body and label ("" for none)."""

    message: str
    title: str
    body: str
    label: str


@dataclass(frozen=True)
class Done:
    """What a run came to; `url` is the pull request's or, where none may be opened, the page that opens one."""

    operation: Operation
    number: int | None
    url: str | None
    says: tuple[str, ...] = ()


def carry_out(
    plan: Plan, github: GitHub, newsletter: Newsletter, words: Words, renewed: Callable[[], str | None]
) -> Done:
    """Do what the plan says. `renewed` reads the body once more, right before it is written: the new one, or None.

    Raises StaleError where somebody was quicker, api.writing.LostError where an answer was lost: both want a look at
    what is there. Other errors say what is missing; what was written before stays, and the next run goes on from it.
    """
    writer = _Writer(github, newsletter)
    if plan.branch_at:
        writer.branch(plan.branch_at)
    if plan.files:
        writer.commit(plan.head, plan.files, words.message)
    if plan.opens:
        return writer.opened(plan, words)
    draft = newsletter.draft
    if draft and plan.renews and (body := renewed()) is not None:
        writer.write("PATCH", f"/pulls/{draft.number}", {"body": body})
    if draft is None:
        return Done(plan.operation, None, None, plan.says)
    says = writer.label(draft.number, words.label) if plan.labels else ()
    return Done(plan.operation, draft.number, draft.url, (*plan.says, *says))


class _Writer:
    def __init__(self, github: GitHub, newsletter: Newsletter) -> None:
        self.github = github
        self.newsletter = newsletter

    def branch(self, at: str) -> None:
        self.write("POST", "/git/refs", {"ref": f"refs/heads/{self.newsletter.branch}", "sha": at})

    def commit(self, head: str, files: Mapping[str, bytes], message: str) -> None:
        additions = [{"path": path, "contents": base64.b64encode(files[path]).decode()} for path in sorted(files)]
        wanted = {
            "branch": {"repositoryNameWithOwner": self.newsletter.repository, "branchName": self.newsletter.branch},
            "expectedHeadOid": head,
            "message": {"headline": message},
            "fileChanges": {"additions": additions},
        }
        self.write("POST", None, {"query": query("commit"), "variables": {"input": wanted}})

    def opened(self, plan: Plan, words: Words) -> Done:
        """The draft pull request; where GitHub Actions may not open one, the page on which a person can."""
        asked = {"head": self.newsletter.branch, "base": self.newsletter.default_branch, "body": words.body}
        says: tuple[str, ...] = plan.says
        try:
            try:
                made = self.write("POST", "/pulls", {**asked, "title": words.title, "draft": True})
            except RefusedError as error:
                if not NO_DRAFTS.search(error.says):
                    raise
                made = self.write("POST", "/pulls", {**asked, "title": f"Draft: {words.title}", "draft": False})
                says = (*says, "This plan of GitHub's has no drafts here, so it is an ordinary pull request.")
        except RefusedError as error:
            if not MAY_NOT_OPEN.search(error.says):
                raise
            return Done("branch-only", None, _compare(self.newsletter, words), (*says, *_may_not_open()))
        says = (*says, *self.label(made["number"], words.label))
        return Done(plan.operation, made["number"], made["html_url"], says)

    def label(self, number: int, label: str) -> tuple[str, ...]:
        if not label:
            return ()
        try:
            self.write("POST", f"/issues/{number}/labels", {"labels": [label]})
        except DigestError as error:
            return (f"The label {label!r} could not be put on it: {error.message}",)
        return ()

    def write(self, verb: str, path: str | None, sent: Mapping[str, Any]) -> Any:
        """One write; what GitHub refuses becomes an error that says what to do."""
        about = self.newsletter.repository
        try:
            return self.github.write(verb, path and f"/repos/{about}{path}", about, sent)
        except RefusedError as error:
            raise _explained(error, self.newsletter) from None


def _explained(error: RefusedError, newsletter: Newsletter) -> DigestError:
    if STALE.search(error.says) or IS_OPEN.search(error.says):
        return StaleError("Somebody else wrote to the draft at the same time.", "Run the same command again.")
    if NO_DRAFTS.search(error.says) or MAY_NOT_OPEN.search(error.says):
        return error
    if PROTECTED.search(error.says):
        return DigestError(
            f"The branch {newsletter.branch} of {newsletter.repository} is protected, so nothing can be written there.",
            "Leave branches that begin with digest/ out of the repository's branch protection and rulesets.",
        )
    if error.is_denied:
        return DigestError(
            f"The token may not write to {newsletter.repository}.",
            f"It needs {PERMISSIONS} there. In a workflow, give them to the job under permissions.",
        )
    return error


def _may_not_open() -> tuple[str, ...]:
    return (
        "GitHub Actions may not open pull requests here; the branch is ready, open one on the page below.",
        "To let it: Settings, Actions, General, “Allow GitHub Actions to create and approve pull requests”.",
    )


def _compare(newsletter: Newsletter, words: Words) -> str:
    asked = urlencode({"expand": 1, "title": words.title, "labels": words.label}, quote_via=quote)
    return f"{newsletter.url}/compare/{quote(newsletter.default_branch)}...{quote(newsletter.branch)}?{asked}"
