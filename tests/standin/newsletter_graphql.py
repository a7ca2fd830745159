"""A newsletter's repository in GraphQL, and the one mutation; README.md has the sources."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLError

from tests.standin import git, views
from tests.standin.newsletter import ROBOT, Newsletter
from tests.standin.newsletter_rest import NOT_YOURS
from tests.standin.newsletter_views import as_repo
from tests.standin.search import NotUnderstoodError

SHOWN_BYTES = 512_000
FOLDER_MODE, FILE_MODE, LINK_MODE = 0o40000, 0o100644, 0o120000
VIOLATION = "Repository rule violations found\n\nChanges must be made through a pull request.\n\n"

Document = dict[str, Any]


def repository(newsletter: Newsletter) -> Document:
    """Return the repository without its pull requests, which only REST has."""
    return views.repository(as_repo(newsletter)) | {
        "viewerPermission": "WRITE" if newsletter.can_write_contents else "READ",
        "defaultBranchRef": _ref(newsletter, newsletter.default_branch),
        "ref": lambda _info, qualifiedName: _ref(
            newsletter,
            qualifiedName.removeprefix("refs/heads/"),
        ),
        "object": lambda _info, expression: _object(newsletter, expression),
        "pullRequest": _elsewhere,
        "pullRequests": _elsewhere,
    }


def _elsewhere(_info: object, **_: object) -> object:
    raise NotUnderstoodError("a newsletter's pull requests in GraphQL")


def _ref(newsletter: Newsletter, branch: str) -> Document | None:
    commit = newsletter.git.branches.get(branch)
    if commit is None:
        return None
    return {
        "__typename": "Ref",
        "id": f"REF_{branch}",
        "name": branch,
        "target": _commit(newsletter, commit),
        "compare": lambda _info, headRef: _compare(newsletter, commit, headRef),
    }


def _commit(newsletter: Newsletter, oid: str) -> Document:
    return {
        "__typename": "Commit",
        "id": f"C_{oid}",
        "oid": oid,
        "url": f"{newsletter.url}/commit/{oid}",
    }


def _compare(newsletter: Newsletter, base: str, head: str) -> Document:
    found = newsletter.git.find(head)
    if found is None:
        raise _error("NOT_FOUND", f"Could not resolve to a Ref with the name '{head}'.")
    ahead, behind = newsletter.git.compare(base, found.oid)
    return {
        "__typename": "Comparison",
        "id": f"COMPARISON_{base}",
        "aheadBy": ahead,
        "behindBy": behind,
    }


def _object(newsletter: Newsletter, expression: str) -> Document | None:
    name, colon, path = expression.partition(":")
    commit = newsletter.git.find(name)
    if commit is None:
        return None
    if not colon:
        return _commit(newsletter, commit.oid)
    if path in commit.files:
        return _blob(commit.files[path])
    return _tree(commit, f"{path}/" if path else "")


def _tree(commit: git.Commit, folder: str) -> Document | None:
    """A folder, whose path ends with a slash; None if it does not exist."""
    modes: dict[str, int] = {}
    for path in sorted(commit.files):
        if path.startswith(folder):
            name, inside, _ = path.removeprefix(folder).partition("/")
            mode = LINK_MODE if path in commit.links else FILE_MODE
            modes[name] = FOLDER_MODE if inside else mode
    if not modes:
        return None
    return {
        "__typename": "Tree",
        "id": f"T_{commit.oid}:{folder}",
        "oid": git.blob_oid(repr(sorted(modes)).encode()),
        "entries": [{"name": name, "mode": mode} for name, mode in modes.items()],
    }


def _blob(content: bytes) -> Document:
    oid, is_truncated = git.blob_oid(content), len(content) > SHOWN_BYTES
    if git.is_binary(content):
        shown: Document = {"isBinary": True, "text": None}
    else:
        # The cut may split a character, which is dropped. Other bytes outside UTF-8 are replaced.
        shown = {
            "isBinary": False,
            "text": content[:SHOWN_BYTES].decode("utf-8", "ignore" if is_truncated else "replace"),
        }
    known = {
        "__typename": "Blob",
        "id": f"B_{oid}",
        "oid": oid,
        "byteSize": len(content),
        "isTruncated": is_truncated,
    }
    return known | shown


def commit(newsletters: Sequence[Newsletter], asked: Mapping[str, Any]) -> Document:
    """Execute createCommitOnBranch completely, or raise GitHub's error."""
    branch, where = asked["branch"]["branchName"], asked["branch"]["repositoryNameWithOwner"]
    newsletter = next((one for one in newsletters if one.name.lower() == where.lower()), None)
    if newsletter is None:
        raise _error("NOT_FOUND", f"Could not resolve to a Repository with the name '{where}'.")
    if not newsletter.can_write_contents:
        raise _error("FORBIDDEN", NOT_YOURS, saml_failure=False)
    branch = branch.removeprefix("refs/heads/")
    if branch not in newsletter.git.branches:
        raise _error("NOT_FOUND", f"Could not resolve to a Ref with the name '{branch}'.")
    expected, head = asked["expectedHeadOid"], newsletter.head(branch)
    if expected not in newsletter.git.commits:
        raise _error("NOT_FOUND", f"No commit exists with specified expectedHeadOid '{expected}'.")
    if expected != head:
        raise _error(
            "STALE_DATA",
            f'Expected branch to point to "{expected}" but it did not.  Pull and try again.',
        )
    if newsletter.is_protected(branch):
        raise _error("UNPROCESSABLE", VIOLATION)
    changes = _changes(newsletter, head, asked.get("fileChanges") or {})
    words = asked["message"]["headline"], asked["message"].get("body")
    made = newsletter.git.commit(branch, changes, "\n\n".join(filter(None, words)), ROBOT)
    newsletter.writes.append(f"commit {branch} {' '.join(sorted(changes))}")
    return {"commit": _commit(newsletter, made.oid), "ref": _ref(newsletter, branch)}


def _changes(
    newsletter: Newsletter, head: str, asked: Mapping[str, Any]
) -> dict[str, bytes | None]:
    added, deleted = (
        asked.get("additions") or (),
        [one["path"] for one in asked.get("deletions") or ()],
    )
    paths = [*(one["path"] for one in added), *deleted]
    if len(paths) != len(set(paths)) or any(not path or path.startswith("/") for path in paths):
        raise NotUnderstoodError(f"paths that are named twice, or are none: {paths}")
    if missing := set(deleted) - newsletter.git.commits[head].files.keys():
        raise _error(
            "NOT_FOUND",
            f"A path was requested for deletion which does not exist as of commit oid `{head}`",
            paths=sorted(missing),
        )
    try:
        contents = {one["path"]: base64.b64decode(one["contents"], validate=True) for one in added}
    except binascii.Error as error:
        raise NotUnderstoodError(f"contents that are not base64: {error}") from None
    return contents | dict.fromkeys(deleted)


def _error(kind: str, message: str, **more: object) -> GraphQLError:
    return GraphQLError(message, extensions={"type": kind} | ({"extensions": more} if more else {}))
