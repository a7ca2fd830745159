"""Reads a newsletter's repository: an edition's branch, its pull request, its files. It takes a token."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from digest.errors import DigestError
from digest.github import faults
from digest.github.client import GitHub, Question
from digest.github.queries import read as query
from digest.github.queries import repository_field
from digest.model import same_name
from digest.model.newsletter import Blob, Draft, Newsletter, branch_of, edition_of

PAGE = 100
MOST_PAGES = 5
FIELDS = "... on Blob { oid isBinary isTruncated text }"


def read(github: GitHub, repository: str, edition: str, wanted: Sequence[str]) -> Newsletter:
    """The repository, an edition's branch and pull request, and the wanted files as they stand at one moment.

    Raises DigestError, also for a repository without any commit.
    """
    owner, _, name = repository.partition("/")
    branch = branch_of(edition)
    asked = Question(query("newsletter"), {"owner": owner, "name": name, "ref": f"refs/heads/{branch}"})
    found = github.ask(asked, repository).data["repository"]
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
        draft=_draft(github, found["nameWithOwner"], branch),
        open_drafts=_others(github, found["nameWithOwner"], branch),
    )
    return with_files(github, newsletter, wanted)


def with_files(github: GitHub, newsletter: Newsletter, wanted: Iterable[str]) -> Newsletter:
    """The newsletter with more of its files, read at the commit that was its branch's head before."""
    at = newsletter.head or newsletter.default_head
    ahead = "" if newsletter.head is None else _ahead(newsletter)
    names = list(dict.fromkeys(wanted))
    fields = [*_objects("there", at, names), *_objects("base", newsletter.default_head, names, "__typename")]
    asked = f"query Files {{\n  {repository_field(newsletter.repository)} {{\n{''.join(fields)}{ahead}  }}\n}}\n"
    found = github.ask(Question(asked), newsletter.repository).data["repository"]
    there = {name: found[f"there{place}"] for place, name in enumerate(names)}
    files = {name: _blob(github, newsletter.repository, one) for name, one in there.items() if one and "oid" in one}
    default = {name for place, name in enumerate(names) if found[f"base{place}"]}
    return replace(
        newsletter,
        files={**newsletter.files, **files},
        of_default=newsletter.of_default | default,
        own_commits=found["defaultBranchRef"]["compare"]["aheadBy"] if ahead else 0,
    )


def draft(github: GitHub, repository: str, number: int) -> Draft:
    """A pull request as it is now. Raises DigestError, also where its branch is in another repository."""
    about = f"pull request {number} of {repository}"
    found = github.get(f"/repos/{repository}/pulls/{number}", about).data
    if not same_name((found["head"]["repo"] or {}).get("full_name") or "", repository):
        raise DigestError(f"{about[0].upper()}{about[1:]} comes from another repository, so it is no draft of digest.")
    return _read(found)


def lacks_label(github: GitHub, repository: str, draft: Draft | None, label: str) -> bool:
    """Whether a pull request never had the label; one that a person took off again is not lacking."""
    if draft is None or not label or label.casefold() in map(str.casefold, draft.labels):
        return False
    about = f"pull request {draft.number} of {repository}"
    # What digest puts on, it puts on at the beginning.
    events = github.get(f"/repos/{repository}/issues/{draft.number}/events", about, per_page=PAGE).data
    names = (one["label"]["name"] for one in events if one["event"] == "labeled")
    return label.casefold() not in map(str.casefold, names)


def _draft(github: GitHub, repository: str, branch: str) -> Draft | None:
    owner = repository.partition("/")[0]
    about = f"the pull requests of {repository}"
    asked: Mapping[str, str | int] = {"head": f"{owner}:{branch}", "state": "all", "per_page": PAGE}
    found = [_read(one) for one in github.get(f"/repos/{repository}/pulls", about, **asked).data]
    return next((one for one in found if one.state == "open"), max(found, key=lambda one: one.number, default=None))


def _others(github: GitHub, repository: str, branch: str) -> tuple[Draft, ...]:
    """The open drafts of other editions, the last edition first."""
    found: list[Draft] = []
    for page in range(1, MOST_PAGES + 1):
        asked: Mapping[str, str | int] = {"state": "open", "per_page": PAGE, "page": page}
        pulls = github.get(f"/repos/{repository}/pulls", f"the pull requests of {repository}", **asked)
        ours = (one for one in pulls.data if ((one["head"]["repo"] or {}).get("full_name")) == repository)
        found += [one for one in map(_read, ours) if edition_of(one.branch) and one.branch != branch]
        if not pulls.has_next:
            break
    return tuple(sorted(found, key=lambda one: one.branch, reverse=True))


def _read(pull: Mapping[str, Any]) -> Draft:
    return Draft(
        number=pull["number"],
        url=pull["html_url"],
        branch=pull["head"]["ref"],
        state="merged" if pull["merged_at"] else pull["state"],
        is_draft=pull["draft"],
        body=pull["body"] or "",
        labels=tuple(label["name"] for label in pull["labels"]),
    )


def _objects(alias: str, commit: str, names: Sequence[str], fields: str = FIELDS) -> list[str]:
    return [
        f"    {alias}{place}: object(expression: {json.dumps(f'{commit}:{name}')}) {{ {fields} }}\n"
        for place, name in enumerate(names)
    ]


def _ahead(newsletter: Newsletter) -> str:
    return f"    defaultBranchRef {{ compare(headRef: {json.dumps(newsletter.branch)}) {{ aheadBy }} }}\n"


def _blob(github: GitHub, repository: str, found: Mapping[str, Any]) -> Blob:
    if not found["isTruncated"] or found["isBinary"]:
        return Blob(found["oid"], found["text"])
    # GraphQL cuts long texts, such as the facts of a busy month.
    whole = github.get(f"/repos/{repository}/git/blobs/{found['oid']}", f"the files of {repository}").data
    return Blob(found["oid"], base64.b64decode(whole["content"]).decode("utf-8", "replace"))
