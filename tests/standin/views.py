"""Pull requests, accounts and repositories as objects of GraphQL."""

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from graphql import GraphQLError

from digest.model import ChangedFile, Person, PullRequest
from tests.standin import made_up
from tests.standin.search import NotUnderstoodError
from tests.standin.world import Repo

STATUS = {
    "added": "ADDED",
    "modified": "MODIFIED",
    "removed": "DELETED",
    "renamed": "RENAMED",
    "copied": "COPIED",
}
BOT = "[bot]"
One = TypeVar("One")


def as_in_graphql(pull: PullRequest) -> PullRequest:
    """Return a pull request as in GraphQL: a bot has only a login without `[bot]`."""
    return pull.model_copy(update={"author": _graphql_author(pull.author)})


def _graphql_author(one: Person | None) -> Person | None:
    if one is None or not one.is_bot:
        return one
    return Person(login=(one.login or "").removesuffix(BOT), is_bot=True)


def moment(value: datetime) -> str:
    """Return a time in UTC, to the second, with a Z."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def connection(
    items: Sequence[One], view: Callable[[One], object], first: int | None, after: str | None
) -> dict[str, Any]:
    """Return a page of `items`, and call `view` for those on the page only.

    Cursors are opaque and stay valid for the same items.
    """
    start = _place(after) if after else 0
    page = items[start : start + (first or 0)]
    ends = [_cursor(start + 1), _cursor(start + len(page))] if page else [None, None]
    nodes = [view(item) for item in page]
    return {
        "totalCount": len(items),
        "nodes": nodes,
        "edges": [
            {"cursor": _cursor(start + place), "node": node} for place, node in enumerate(nodes, 1)
        ],
        "pageInfo": {
            "startCursor": ends[0],
            "endCursor": ends[1],
            "hasPreviousPage": start > 0,
            "hasNextPage": start + len(page) < len(items),
        },
    }


def _cursor(place: int) -> str:
    return base64.b64encode(f"stand-in:{place}".encode()).decode()


def _place(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("stand-in:"))
    except ValueError:
        raise GraphQLError(f"`{cursor}` does not appear to be a valid cursor.") from None


def repository(repo: Repo) -> dict[str, Any]:
    """Return a repository without its pull requests."""
    owner, _, name = repo.name.partition("/")
    branch = repo.default_branch
    return {
        "__typename": "Repository",
        "id": repo.node_id or f"R_{owner}_{name}",
        "name": name,
        "nameWithOwner": repo.name,
        "url": repo.url,
        "isPrivate": repo.private,
        "viewerPermission": "READ",
        "owner": _owner(repo),
        "defaultBranchRef": branch and _ref(repo, branch),
        "ref": lambda _info, qualifiedName: _named(repo, qualifiedName),  # noqa: N803
    }


def _owner(repo: Repo) -> dict[str, Any] | None:
    return account(Person(login=repo.name.partition("/")[0]), "Organization")


def _named(repo: Repo, qualified: str) -> dict[str, Any] | None:
    branch = qualified.removeprefix("refs/heads/")
    return _ref(repo, branch) if branch in repo.branches else None


def _ref(repo: Repo, branch: str) -> dict[str, Any]:
    owner, _, name = repo.name.partition("/")
    unknown = {"target": _unknown, "compare": _unknown}
    return {"__typename": "Ref", "id": f"REF_{owner}_{name}_{branch}", "name": branch} | unknown


def _unknown(_info: object, **_: object) -> object:
    raise NotUnderstoodError("the commits of a repository other than a newsletter's")


def account(one: Person | None, kind: str) -> dict[str, Any] | None:
    """Return an account of one of GitHub's five kinds; the schema hides fields of other kinds."""
    if one is None:
        return None
    login = (one.login or "").removesuffix(BOT) if kind == "Bot" else one.login
    return {
        "__typename": kind,
        "id": f"ACCOUNT_{login}",
        "login": login,
        "url": f"https://github.com/apps/{login}"
        if kind == "Bot"
        else f"https://github.com/{login}",
        "name": one.name,
        "company": one.company,
    }


def pull_request(repo: Repo, pull: PullRequest) -> dict[str, Any]:
    """Return a pull request; graphql-core calls its connections with their arguments."""
    return {
        "__typename": "PullRequest",
        "id": pull.node_id,
        "number": pull.number,
        "title": pull.title,
        "url": pull.url,
        "createdAt": moment(made_up.opened_at(pull)),
        "updatedAt": moment(repo.updated(pull)),
        "mergedAt": moment(pull.merged_at),
        "merged": True,
        "state": "MERGED",
        "isDraft": False,
        "author": _account(repo, pull.author),
        "baseRefName": pull.base,
        "headRefName": pull.head,
        "headRepositoryOwner": None if pull.number in repo.forked else _owner(repo),
        "milestone": {"id": "MILESTONE", "number": 1, "title": pull.milestone}
        if pull.milestone
        else None,
        "additions": pull.additions,
        "deletions": pull.deletions,
        "changedFiles": pull.changed_files,
        "body": pull.body,
        "mergeCommit": pull.merge_commit
        and {"__typename": "Commit", "id": "COMMIT", "oid": pull.merge_commit},
        "repository": lambda _info: repository(repo),
        "labels": listed_labels(pull.labels),
        "files": _listed(pull.files, _file),
        "comments": _counted(pull.comments),
        "reactions": _counted(pull.reactions),
    }


def listed_labels(labels: Sequence[str] | None) -> object:
    """The connection of labels; None if they are unknown."""
    return _listed(labels, lambda name: {"id": f"LABEL_{name}", "name": name})


def _account(repo: Repo, one: Person | None) -> dict[str, Any] | None:
    kind = "Bot" if one and one.is_bot else repo.kinds.get((one and one.login) or "", "User")
    return account(made_up.person(one), kind)


def _listed(items: Sequence[One] | None, view: Callable[[One], object]) -> object:
    if items is None:
        return None
    return lambda _info, first=None, after=None: connection(items, view, first, after)


def _counted(count: int | None) -> object:
    return None if count is None else {"totalCount": count}


def _file(file: ChangedFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "changeType": STATUS.get(file.status, "CHANGED"),
        "additions": file.additions,
        "deletions": file.deletions,
    }
