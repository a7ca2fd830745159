"""The fake GitHub of the benchmarks: slow answers, time-outs and the queries of other programs."""

import re
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from operator import attrgetter
from typing import Any

from digest.model import PullRequest
from tests.standin import Fault, Heavy, Repo, Request, StandIn, World, made_up, views

LATENCY = 0.1
UNLIMITED = 10**9
# Users report that GitHub answers for the files of 25 pull requests, and with 504 or 502 for 50 and
# for 100.
HEAVY = 50
# GitHub's own limit for one answer.
TIME_OUT = 10.0
API = "https://api.github.com"
ACTIVITY = re.compile(r'search\(first: (\d+), query: "(.*?)", type: ISSUE(?:, after: "(\d+)")?\)')
SPAN = re.compile(r"(created|closed):(\S+)\.\.(\S+)")


class SlowStandIn(StandIn):
    """A fake GitHub that front.py serves as api.github.com. Each answer takes LATENCY.

    `busy` has the seconds from each request to its answer.
    """

    @property
    def url(self) -> str:
        """The address that the programs use."""
        return API

    @property
    def upstream(self) -> tuple[str, int]:
        """The address that it listens on."""
        host, port = self._server.server_address[:2]
        return str(host), port

    def __init__(self, world: World) -> None:
        # `answer` measures the actual page, so the limits for the requested size are off.
        super().__init__(
            world,
            heavy=Heavy(files=UNLIMITED, pulls=UNLIMITED, searches=UNLIMITED),
            latency=LATENCY,
        )
        self.busy = 0.0
        self._begun = threading.local()

    def receive(self, method: str, path: str, body: bytes) -> tuple[Request, Fault]:
        """Record a request and the moment of its arrival."""
        self._begun.at = time.perf_counter()
        return super().receive(method, path, body)

    def answer(
        self, asked: Request, authorization: str | None, fault: Fault
    ) -> tuple[int, Any, Mapping[str, str]]:
        """The answer, and the seconds until it is there added to `busy`."""
        reply = self._answer_slowly(asked, authorization, fault)
        self.busy += time.perf_counter() - self._begun.at
        return reply

    def _answer_slowly(
        self, asked: Request, authorization: str | None, fault: Fault
    ) -> tuple[int, Any, Mapping[str, str]]:
        """The answer, after a delay. A page with too many files times out."""
        query = asked.body.get("query", "")
        if "thumbs_up" in query.lower():
            return (
                HTTPStatus.OK,
                {"data": {"search": _activity(self.world, query)}},
                self.rate_headers(),
            )
        reply = super().answer(_translate(asked), authorization, fault)
        if _pulls_with_files(reply[1]) >= HEAVY:
            time.sleep(TIME_OUT)
            return HTTPStatus.BAD_GATEWAY, {"message": "Bad Gateway"}, {}
        return reply


def _translate(asked: Request) -> Request:
    """The request as the fake GitHub of the tests reads it."""
    text = (asked.variables or {}).get("q")
    if not isinstance(text, str):
        return asked
    words = f"{text.replace('type:pr', 'is:pr')} sort:created-asc"
    return Request(
        asked.method,
        asked.path,
        asked.operation,
        {**(asked.variables or {}), "q": words},
        asked.query,
        {**asked.body, "variables": {**asked.body["variables"], "q": words}},
    )


def _pulls_with_files(answer: Any) -> int:
    if isinstance(answer, list):
        return sum(map(_pulls_with_files, answer))
    if not isinstance(answer, dict):
        return 0
    has_files = isinstance(answer.get("files"), dict)
    return has_files + sum(map(_pulls_with_files, answer.values()))


def _activity(world: World, query: str) -> dict[str, Any]:
    """The answer to github-activity's query, whose fields are not in our schema."""
    match = ACTIVITY.search(query)
    if match is None:
        raise AssertionError(query)
    first, start = int(match[1]), int(match[3] or 0)
    (repo,) = world.repos
    found = _found(repo, match[2])
    shown = found[:1000]
    last = min(start + first, len(shown))
    return {
        "issueCount": len(found),
        "pageInfo": {"endCursor": str(last), "hasNextPage": last < len(shown)},
        "nodes": [_node(repo, pull) for pull in shown[start:last]],
    }


def _found(repo: Repo, text: str) -> list[PullRequest]:
    span = SPAN.search(text)
    if span is None:
        raise AssertionError(text)
    start, end = (datetime.fromisoformat(moment).astimezone(UTC) for moment in span.groups()[1:])
    moment = made_up.opened_at if span[1] == "created" else attrgetter("merged_at")
    return [pull for pull in repo.pulls if start <= moment(pull) <= end]


def _node(repo: Repo, pull: PullRequest) -> dict[str, Any]:
    whole = views.pull_request(repo, pull)
    plain = {
        key: whole[key]
        for key in ("id", "title", "url", "number", "state", "createdAt", "updatedAt")
    }
    people = dict.fromkeys(("author", "mergedBy"), _account(whole["author"]))
    labels = [{"node": {"name": name}} for name in pull.labels or ()]
    reviews = [{"node": {"authorAssociation": "MEMBER", "author": people["mergedBy"]}}]
    comment = {
        "authorAssociation": "NONE",
        "createdAt": whole["mergedAt"],
        "updatedAt": whole["mergedAt"],
    }
    return {
        **plain,
        **people,
        "closedAt": whole["mergedAt"],
        "labels": {"edges": labels},
        "authorAssociation": "CONTRIBUTOR",
        "reactions": {"totalCount": pull.reactions},
        "mergeCommit": {"oid": pull.merge_commit},
        "baseRefName": pull.base,
        "comments": {
            "edges": [{"node": {**comment, "url": pull.url, "author": people["author"]}}]
            * (pull.comments or 0)
        },
        "commits": {"edges": []},
        "reviews": {"edges": reviews},
    }


def _account(account: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {"login": account["login"], "__typename": account["__typename"]} if account else None
