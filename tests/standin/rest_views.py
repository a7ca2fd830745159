"""Pull requests, accounts and repositories as documents of GitHub's REST API."""

from collections.abc import Sequence
from typing import Any

from digest.model import ChangedFile, Person, PullRequest
from tests.standin import made_up
from tests.standin.views import moment
from tests.standin.world import Repo

Document = dict[str, Any]


def repository(api: str, repo: Repo) -> Document:
    """Return the document of a repository."""
    owner, _, name = repo.name.partition("/")
    return {
        "id": 1,
        "node_id": repo.node_id or f"R_{owner}_{name}",
        "name": name,
        "full_name": repo.name,
        "private": repo.private,
        "owner": account(api, Person(login=owner), "Organization"),
        "html_url": repo.url,
        "url": f"{api}/repos/{repo.name}",
        # GitHub names a branch even if the repository has none yet.
        "default_branch": repo.default_branch or "main",
    }


def account(api: str, one: Person | None, kind: str = "User") -> Document:
    """Return an account as in other documents: without name and company.

    A deleted one is called ghost.
    """
    login = (one.login if one else None) or "ghost"
    return {
        "login": login,
        "id": 1,
        "node_id": f"ACCOUNT_{login}",
        "url": f"{api}/users/{login}",
        "html_url": f"https://github.com/{login}",
        "type": "Bot" if one and one.is_bot else kind,
    }


def profile(api: str, one: Person, kind: str = "User") -> Document:
    """Return an account's own document."""
    names = {"name": one.name, "company": one.company}
    return account(api, one, kind) | (dict.fromkeys(names) if one.is_bot else names)


def _author(api: str, repo: Repo, one: Person | None) -> Document:
    person = made_up.person(one)
    return account(api, person, repo.kinds.get((person and person.login) or "", "User"))


def found(api: str, repo: Repo, pull: PullRequest) -> Document:
    """Return a pull request as a search for issues shows it."""
    here = f"{api}/repos/{repo.name}"
    return {
        "url": f"{here}/issues/{pull.number}",
        "repository_url": here,
        "html_url": pull.url,
        "id": pull.number,
        "node_id": pull.node_id,
        "number": pull.number,
        "title": pull.title,
        "user": _author(api, repo, pull.author),
        "labels": [{"id": 1, "name": name} for name in pull.labels or ()],
        "state": "closed",
        "milestone": {"number": 1, "title": pull.milestone} if pull.milestone else None,
        "comments": pull.comments,
        "created_at": moment(made_up.opened_at(pull)),
        "updated_at": moment(repo.updated(pull)),
        "closed_at": moment(pull.merged_at),
        "pull_request": {
            "url": f"{here}/pulls/{pull.number}",
            "html_url": pull.url,
            "merged_at": moment(pull.merged_at),
        },
        "body": pull.body or None,
        "reactions": {"total_count": pull.reactions},
        "score": 1.0,
    }


def listed(api: str, repo: Repo, pull: PullRequest) -> Document:
    """Return a pull request as the list of a repository shows it."""
    return {
        "url": f"{api}/repos/{repo.name}/pulls/{pull.number}",
        "html_url": pull.url,
        "id": pull.number,
        "node_id": pull.node_id,
        "number": pull.number,
        "state": "closed",
        "title": pull.title,
        "user": _author(api, repo, pull.author),
        "body": pull.body or None,
        "labels": [{"id": 1, "name": name} for name in pull.labels or ()],
        "created_at": moment(made_up.opened_at(pull)),
        "updated_at": moment(repo.updated(pull)),
        "closed_at": moment(pull.merged_at),
        "merged_at": moment(pull.merged_at),
        "merge_commit_sha": pull.merge_commit,
        "head": {"ref": pull.head},
        "base": {"ref": pull.base},
    }


def pull_request(api: str, repo: Repo, pull: PullRequest) -> Document:
    """Return a pull request's own document."""
    return listed(api, repo, pull) | {
        "merged": True,
        "comments": pull.comments,
        "additions": pull.additions,
        "deletions": pull.deletions,
        "changed_files": pull.changed_files,
    }


def files(some: Sequence[ChangedFile]) -> list[Document]:
    """Return the documents of changed files."""
    return [
        {
            "filename": file.path,
            "status": file.status,
            "additions": file.additions,
            "deletions": file.deletions,
            "changes": file.additions + file.deletions,
        }
        for file in some
    ]
