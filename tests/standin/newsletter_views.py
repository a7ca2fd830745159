"""A newsletter's repository and its pull requests as documents of REST."""

from datetime import UTC, datetime, timedelta
from typing import Any

from digest.model import Person
from tests.standin import rest_views
from tests.standin.git import Commit
from tests.standin.newsletter import ROBOT, Newsletter, Pull
from tests.standin.views import moment
from tests.standin.world import Repo

Document = dict[str, Any]

NINE = datetime(2021, 5, 17, 9, tzinfo=UTC)


def as_repo(newsletter: Newsletter) -> Repo:
    """Return it as a repository of a World, without pull requests."""
    return Repo(
        newsletter.name,
        default_branch=newsletter.default_branch,
        private=newsletter.private,
        host=newsletter.host,
    )


def repository(newsletter: Newsletter, api: str) -> Document:
    """Return the repository's document."""
    rights = dict.fromkeys(("admin", "maintain"), False) | {"pull": True}
    rights |= dict.fromkeys(("push", "triage"), newsletter.can_write_contents)
    return rest_views.repository(api, as_repo(newsletter)) | {"permissions": rights}


def ref(newsletter: Newsletter, api: str, branch: str) -> Document:
    """Return a branch as git's reference."""
    here, oid = f"{api}/repos/{newsletter.name}/git", newsletter.head(branch)
    return {
        "ref": f"refs/heads/{branch}",
        "node_id": f"REF_{branch}",
        "url": f"{here}/refs/heads/{branch}",
        "object": {"type": "commit", "sha": oid, "url": f"{here}/commits/{oid}"},
    }


def commit(newsletter: Newsletter, api: str, one: Commit) -> Document:
    """A commit as the list shows it."""
    return {
        "sha": one.oid,
        "url": f"{api}/repos/{newsletter.name}/commits/{one.oid}",
        "commit": {"message": one.message, "author": {"name": one.author}},
        "parents": [{"sha": parent} for parent in one.parents],
    }


def comparison(newsletter: Newsletter, base: str, head: str) -> Document:
    """The comparison of two commits, with at most 300 files."""
    git = newsletter.git
    ahead, behind = git.compare(base, head)
    renames, changes = git.renames(base, head), git.changes(base, head)
    files = []
    for path, content in changes.items():
        if path in renames.values():
            continue
        status = "removed" if content is None else "modified"
        if content is not None and path not in git.commits[base].files:
            status = "renamed" if path in renames else "added"
        old = {"previous_filename": renames[path]} if path in renames else {}
        files.append({"filename": path, "status": status} | old)
    return {"status": "ahead", "ahead_by": ahead, "behind_by": behind, "files": files[:300]}


def label(name: str) -> Document:
    """Return the document of a label."""
    return {"id": 1, "node_id": f"LABEL_{name}", "name": name, "color": "ededed", "default": False}


def listed(newsletter: Newsletter, api: str, one: Pull) -> Document:
    """Return a pull request as the list shows it, with times made up from its number."""
    opened = NINE + timedelta(minutes=one.number)
    return {
        "url": f"{api}/repos/{newsletter.name}/pulls/{one.number}",
        "html_url": one.url,
        "id": one.number,
        "node_id": f"PR_{newsletter.name.replace('/', '_')}_{one.number}",
        "number": one.number,
        "state": one.state,
        "draft": one.draft,
        "locked": False,
        "title": one.title,
        "user": rest_views.account(api, Person(login=one.author, is_bot=one.author == ROBOT)),
        "body": one.body or None,
        "labels": [label(name) for name in one.labels],
        "created_at": moment(opened),
        "updated_at": moment(opened),
        "closed_at": moment(opened) if one.state == "closed" else None,
        "merged_at": moment(opened) if one.merged else None,
        "merge_commit_sha": one.merge_commit,
        "head": _end(newsletter, api, one.head, one.head_oid),
        "base": _end(newsletter, api, one.base, newsletter.head(one.base)),
        "author_association": "NONE",
    }


def pull(newsletter: Newsletter, api: str, one: Pull) -> Document:
    """Return a pull request's own document."""
    return listed(newsletter, api, one) | {"merged": one.merged, "maintainer_can_modify": False}


def _end(newsletter: Newsletter, api: str, branch: str, oid: str) -> Document:
    return {
        "label": f"{newsletter.owner}:{branch}",
        "ref": branch,
        "sha": oid,
        "repo": rest_views.repository(api, as_repo(newsletter)),
    }
