"""Facts for short tests: a test gives the facts it is about, the others have fixed values."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from digest.model import ChangedFile, Person, PullRequest, Repository, Snapshot, Window

REPOSITORY = "backstage/backstage"
FETCHED_AT = datetime(2021, 5, 17, 9, tzinfo=UTC)
ADA = Person(login="ada", name="Ada Lovelace")


def window(
    start: str = "2021-05-10",
    end: str = "2021-05-17",
    zone: str = "UTC",
    kind: Literal["weeks", "month", "days"] = "weeks",
) -> Window:
    """Return a window between the midnights of two days in `zone`, by default 2021-W19."""
    return Window(start=_midnight(start, zone), end=_midnight(end, zone), zone=zone, kind=kind)


def week(name: str) -> Window:
    """Return the window of an ISO week such as "2021-W19" in UTC."""
    monday = date.fromisoformat(name)
    return window(monday.isoformat(), (monday + timedelta(days=7)).isoformat())


def changed_file(
    path: str,
    status: Literal["added", "modified", "removed", "renamed", "copied", "changed"] = "modified",
    additions: int = 1,
    deletions: int = 0,
) -> ChangedFile:
    """Return a changed file, by default with one added line."""
    return ChangedFile(path=path, status=status, additions=additions, deletions=deletions)


def pull(number: int = 1, **facts: Any) -> PullRequest:
    """Return a pull request without unknown facts: by Ada Lovelace, merged in 2021-W19, empty."""
    name = facts.get("repository", REPOSITORY)
    files = tuple(facts.get("files", ()) or ())
    known: dict[str, Any] = {
        "repository": name,
        "number": number,
        "node_id": f"PR_{number}",
        "title": f"Change number {number}",
        "url": f"https://github.com/{name}/pull/{number}",
        "merged_at": datetime(2021, 5, 12, 12, tzinfo=UTC),
        "author": ADA,
        "base": "master",
        "head": f"change-{number}",
        "labels": (),
        "milestone": "",
        "additions": sum(file.additions for file in files),
        "deletions": sum(file.deletions for file in files),
        "changed_files": len(files),
        "files": (),
        "body": "",
        "comments": 0,
        "reactions": 0,
    }
    if unknown := facts.keys() - PullRequest.model_fields:
        raise TypeError(f"a pull request has no {unknown}")
    return PullRequest(**(known | facts))


def key(number: int) -> str:
    """Return the key of a pull request in the usual repository."""
    return f"{REPOSITORY}#{number}"


def repository(name: str = REPOSITORY, **facts: Any) -> Repository:
    """Return a repository whose default branch `master` counts, read as a list."""
    known: dict[str, Any] = {
        "name": name,
        "url": f"https://github.com/{name}",
        "default_branch": "master",
        "base": "master",
        "private": False,
        "listed_by": "list",
        "listing_reason": "the window is recent",
    }
    return Repository(**(known | facts))


def snapshot(*pulls: PullRequest, **facts: Any) -> Snapshot:
    """Return a complete snapshot of 2021-W19 with these pull requests and their repositories."""
    names = dict.fromkeys(one.repository for one in pulls) or {REPOSITORY: None}
    known: dict[str, Any] = {
        "repositories": tuple(repository(name) for name in names),
        "window": window(),
        "fetched_at": FETCHED_AT,
        "complete": True,
        "pull_requests": tuple(sorted(pulls, key=lambda one: (one.merged_at, one.number))),
    }
    return Snapshot(**(known | facts))


def _midnight(day: str, zone: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), ZoneInfo(zone))
