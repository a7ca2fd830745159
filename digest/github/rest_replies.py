"""What GitHub's REST API answers: a page or a fault, and how many more requests it takes.

Pure, and as in faults.py the table in treatments.py says what a fault means; without a token some
mean another thing.
"""

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
    """An answer's JSON, and whether another page comes after it."""

    data: Any
    has_next: bool


@dataclass(frozen=True)
class Limit:
    """What GitHub says of a primary limit: how many requests it allows, how many are left, when it starts anew."""

    allowed: int
    remaining: int
    reset: datetime


def resource_of(path: str) -> str:
    """The limit that a request counts for: search has one of its own.

    https://docs.github.com/en/rest/search/search#rate-limit
    """
    return SEARCH if path.startswith("/search/") else CORE


def read_page(reply: Reply, about: str, now: datetime, token_advice: str | None) -> Page | Fault:
    """The page in a reply, or its fault.

    `about` is what was asked for, `token_advice` the ways to a token where none is.
    """
    if reply.status == HTTPStatus.OK:
        try:
            return Page(json.loads(reply.body), 'rel="next"' in reply.headers.get("link", ""))
        except ValueError:
            pass  # faults.py says what it is instead
    fault = faults.read_answer(reply, about, now)
    if not isinstance(fault, Fault):  # pragma: no cover - what is JSON was returned above
        raise TypeError(fault)
    return _without_token(fault, about, token_advice) if token_advice else fault


def read_limits(headers: Mapping[str, str]) -> dict[str, Limit]:
    """The limit that a reply tells of, by its resource; a server without limits tells none."""
    values = [headers.get(f"x-ratelimit-{name}", "") for name in ("limit", "remaining", "reset")]
    if not all(value.isdecimal() for value in values):
        return {}
    allowed, remaining, reset = map(int, values)
    return {
        headers.get("x-ratelimit-resource", CORE): Limit(
            allowed, remaining, datetime.fromtimestamp(reset, UTC)
        )
    }


def exhausted(
    known: Limit | None, about: str, now: datetime, token_advice: str | None
) -> Fault | None:
    """The fault that the next request would meet, so that it need not be sent.

    None where it may be sent.
    """
    if known is None or known.remaining > 0 or known.reset <= now:
        return None
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": f"{known.reset.timestamp():.0f}"}
    fault = read_page(Reply(HTTPStatus.FORBIDDEN, headers, ""), about, now, token_advice)
    return fault if isinstance(fault, Fault) else None


def _without_token(fault: Fault, about: str, token_advice: str) -> Fault:
    kind = next(kind for kind, treatment in TREATMENTS.items() if treatment == fault.treatment)
    other = WITHOUT_TOKEN.get(kind)
    if other is None:
        return fault
    treatment = replace(other, hint=other.hint.format(token_advice=token_advice))
    return replace(
        fault, treatment=treatment, message=other.message.format(about=about, said=fault.message)
    )
