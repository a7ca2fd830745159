"""Turns a reply of the REST API into a page or a fault, and reads its rate limits; pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from digest.github import faults
from digest.github.faults import Fault, Reply
from digest.github.treatments import TREATMENTS, WITHOUT_TOKEN

CORE, SEARCH = "core", "search"


@dataclass(frozen=True)
class Page:
    """An answer's JSON, and whether there is another page."""

    data: Any
    has_next: bool


@dataclass(frozen=True)
class Limit:
    """A primary limit: requests allowed, requests remaining, and the time of its reset."""

    allowed: int
    remaining: int
    reset: datetime


def resource_of(path: str) -> str:
    """The limit that a request counts against: search has a separate one.

    https://docs.github.com/en/rest/search/search#rate-limit
    """
    return SEARCH if path.startswith("/search/") else CORE


def read_page(reply: Reply, about: str, now: datetime, token_advice: str | None) -> Page | Fault:
    """The page in a reply, or its fault.

    `about` names the target in messages. `token_advice` is None if a token was sent.
    """
    if reply.status == HTTPStatus.OK:
        try:
            return Page(json.loads(reply.body), 'rel="next"' in reply.headers.get("link", ""))
        except ValueError:
            pass  # faults.py reports what it is instead
    fault = faults.read_answer(reply, about, now)
    if not isinstance(fault, Fault):  # pragma: no cover - JSON was returned above
        raise TypeError(fault)
    return _without_token(fault, about, token_advice) if token_advice else fault


def read_limits(headers: Mapping[str, str]) -> dict[str, Limit]:
    """The limit in a reply's headers, by its resource; empty if the server has no limits."""
    values = [headers.get(f"x-ratelimit-{name}", "") for name in ("limit", "remaining", "reset")]
    if not all(value.isdecimal() for value in values):
        return {}
    allowed, remaining, reset = map(int, values)
    return {
        headers.get("x-ratelimit-resource", CORE): Limit(
            allowed, remaining, datetime.fromtimestamp(reset, UTC)
        )
    }


def describe_cost(headers: Mapping[str, str]) -> str:
    """The rest of the limit after a request, for a log: ", 4,990 of 5,000 core left"."""
    return "".join(
        f", {limit.remaining:,} of {limit.allowed:,} {resource} left"
        for resource, limit in read_limits(headers).items()
    )


def exhausted(
    limit: Limit | None, about: str, now: datetime, token_advice: str | None
) -> Fault | None:
    """The fault that the next request would meet; None if the limit allows it."""
    if limit is None or limit.remaining > 0 or limit.reset <= now:
        return None
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": f"{limit.reset.timestamp():.0f}"}
    fault = read_page(Reply(HTTPStatus.FORBIDDEN, headers, ""), about, now, token_advice)
    return fault if isinstance(fault, Fault) else None


def _without_token(fault: Fault, about: str, token_advice: str) -> Fault:
    kind = next(kind for kind, treatment in TREATMENTS.items() if treatment == fault.treatment)
    other = WITHOUT_TOKEN.get(kind)
    if other is None:
        return fault
    treatment = replace(other, hint=other.hint.format(token_advice=token_advice))
    return replace(
        fault, treatment=treatment, message=other.message.format(about=about, message=fault.message)
    )
