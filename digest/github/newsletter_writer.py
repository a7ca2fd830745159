"""Writes to a newsletter's repository: branch, commit, draft, label and people."""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from digest.errors import DigestError
from digest.github import newsletter_documents, writing
from digest.github.client import Done, GitHub
from digest.github.newsletter_answers import CommitAnswer
from digest.github.newsletter_documents import OpenedDraft
from digest.github.queries import read_query
from digest.github.writing import RefusedError
from digest.model.newsletter import DraftTexts, Newsletter, Outcome, Plan

if TYPE_CHECKING:
    from github.Repository import Repository

ALLOW_OPENING = (
    "To allow it, go to Settings, Actions, General and turn on “Allow GitHub Actions to create and "
    "approve pull requests”."
)
OPENED_WITHOUT_DRAFT = (
    "GitHub's plan for this repository has no drafts, so digest opened an ordinary pull request."
)


class NewsletterWriter:
    """Writes to an edition's branch and draft; a refusal becomes an error with a next step.

    `number` is the number of writes to come, for the progress.
    """

    def __init__(self, github: GitHub, newsletter: Newsletter, number: int) -> None:
        self.github = github
        self.newsletter = newsletter
        self._done, self._number = 0, number
        if number:
            github.watch.begin(f"Publishing to {newsletter.repository}")
            github.watch.progress(0, number)

    def create_branch(self, commit: str) -> None:
        """Create the edition's branch at a commit."""
        ref = f"refs/heads/{self.newsletter.branch}"
        self._write(lambda repository: repository.create_git_ref(ref, commit))

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
                f"GitHub did not confirm the commit in {about}.",
                "Run the command again: it checks first.",
            )
        return payload.commit.oid

    def open_draft(self, plan: Plan, texts: DraftTexts) -> Outcome:
        """The outcome of opening a draft pull request.

        If GitHub Actions may not open one, its `url` is the page where a person can.
        """
        messages = plan.messages
        try:
            try:
                pull = self._open_pull(texts.title, texts.body, draft=True)
            except RefusedError as error:
                if not writing.NO_DRAFTS.search(error.answer):
                    raise
                pull = self._open_pull(f"Draft: {texts.title}", texts.body, draft=False)
                messages = (*messages, OPENED_WITHOUT_DRAFT)
        except RefusedError as error:
            if not writing.MAY_NOT_OPEN.search(error.answer):
                raise
            page = _compare_page(self.newsletter, texts)
            ready = f"GitHub Actions may not open pull requests here. Open it yourself: {page}"
            return Outcome("branch-only", None, page, (*messages, ready, ALLOW_OPENING))
        messages = (*messages, *self.add_label(pull.number, texts.label))
        messages = (*messages, *self.ask_people(pull.number, texts))
        return Outcome(plan.operation, pull.number, pull.url, messages)

    def _open_pull(self, title: str, body: str, *, draft: bool) -> OpenedDraft:
        base, head = self.newsletter.default_branch, self.newsletter.branch
        return self._write(
            lambda repository: newsletter_documents.opened_draft(
                repository.create_pull(base, head, title=title, body=body, draft=draft)
            )
        )

    def replace_body(self, number: int, body: str) -> None:
        """Replace the body of a pull request."""
        self._write(lambda repository: repository.get_pull(number).edit(body=body))

    def add_label(self, number: int, label: str) -> tuple[str, ...]:
        """Add a label to a pull request; returns a message if that failed."""
        if not label:
            return ()
        try:
            # PyGithub's add_to_labels sends a bare list.
            self._write(
                lambda repository: repository.requester.requestJsonAndCheck(
                    "POST", f"{repository.url}/issues/{number}/labels", input={"labels": [label]}
                )
            )
        except DigestError as error:
            return (f"digest could not add the label {label!r}: {error.message}",)
        return ()

    def ask_people(self, number: int, texts: DraftTexts) -> tuple[str, ...]:
        """Ask for reviews and assign people; returns a message for each that failed."""
        people = [name for name in texts.reviewers if "/" not in name]
        teams = [name.rpartition("/")[2] for name in texts.reviewers if "/" in name]
        # One name at a time: GitHub refuses a whole list for one unknown name.
        messages = (
            *(self._ask_for_review(number, name, reviewers=[name]) for name in people),
            *(self._ask_for_review(number, name, team_reviewers=[name]) for name in teams),
            *(self._assign(number, name) for name in texts.assignees),
        )
        return tuple(filter(None, messages))

    def _ask_for_review(self, number: int, name: str, **names: list[str]) -> str | None:
        try:
            self._write(
                lambda repository: repository.get_pull(number).create_review_request(**names)
            )
        except DigestError as error:
            return f"digest could not ask for a review: {name}. {error.message}"
        return None

    def _assign(self, number: int, name: str) -> str | None:
        def assign(repository: "Repository") -> tuple[str, ...]:
            issue = repository.get_issue(number)
            issue.add_to_assignees(name)
            return newsletter_documents.assignees(issue)

        try:
            assigned = self._write(assign)
        except DigestError as error:
            return f"digest could not assign: {name}. {error.message}"
        # GitHub leaves out people without access, and reports no error.
        if name.casefold() not in map(str.casefold, assigned):
            return f"digest could not assign: {name}. This person has no access to the repository."
        return None

    def _write(self, do: Callable[["Repository"], Done]) -> Done:
        """GitHub's answer to one write; a refusal becomes an error with a next step."""
        with self._explained():
            return self.github.write(self.newsletter.repository, do)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
            self._done += 1
            self.github.watch.progress(self._done, self._number)
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
