"""Turns a reply of the REST API into a page or a fault, and reads its rate limits; pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Generic, TypeVar

from digest.github import faults
from digest.github.faults import Fault, Reply
from digest.github.rest_documents import OtherShapeError, read_document
from digest.github.treatments import TREATMENTS, WITHOUT_TOKEN

Value = TypeVar("Value")
CORE, SEARCH = "core", "search"
LAST_PAGE = re.compile(r'[?&]page=(\d{1,9})[^>]*>; rel="last"')


@dataclass(frozen=True)
class Page(Generic[Value]):
    """An answer's values, and whether there is another page.

    `last` is the number of the last page, None if it is this one or GitHub does not say it.
    """

    data: Value
    has_next: bool
    last: int | None = None


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


def read_page(
    reply: Reply,
    read: Callable[[Any], Value],
    about: str,
    now: datetime,
    token_advice: str | None,
) -> Page[Value] | Fault:
    """The page in a reply, or its fault.

    `read` turns the document into values and may raise OtherShapeError. `about` names the target in
    messages. `token_advice` is None if a token was sent.
    """
    limit = faults.read_limit(reply, now) if reply.is_good else None
    if reply.is_good and not limit:
        try:
            data = read_document(read, faults.load_json(reply.body))
        except OtherShapeError as error:
            return faults.other_shape(str(error), reply)
        except (ValueError, RecursionError):
            pass  # faults.py reports what it is instead
        else:
            link = reply.headers.get("link", "")
            last = LAST_PAGE.search(link)
            return Page(data, 'rel="next"' in link, int(last[1]) if last else None)
    return limit or _explained(faults.read_fault(reply, about, now), about, token_advice)


def read_limits(headers: Mapping[str, str]) -> dict[str, Limit]:
    """The limit in a reply's headers, by its resource; empty if there is no valid one."""
    values = [headers.get(f"x-ratelimit-{name}", "") for name in ("limit", "remaining", "reset")]
    if not all(value.isdecimal() for value in values):
        return {}
    try:
        allowed, remaining, reset = map(int, values)
        moment = datetime.fromtimestamp(reset, UTC)
    except (OverflowError, OSError, ValueError):
        return {}
    return {headers.get("x-ratelimit-resource", CORE): Limit(allowed, remaining, moment)}


def exhausted(
    limit: Limit | None, about: str, now: datetime, token_advice: str | None
) -> Fault | None:
    """The fault that the next request would meet; None if the limit allows it."""
    if limit is None or limit.remaining > 0 or limit.reset <= now:
        return None
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": f"{limit.reset.timestamp():.0f}"}
    reply = Reply(HTTPStatus.FORBIDDEN, headers, "")
    return _explained(faults.read_fault(reply, about, now), about, token_advice)


def _explained(fault: Fault, about: str, token_advice: str | None) -> Fault:
    """The fault with the advice to get a token, if none was sent."""
    if token_advice is None:
        return fault
    kind = next(kind for kind, treatment in TREATMENTS.items() if treatment == fault.treatment)
    other = WITHOUT_TOKEN.get(kind)
    if other is None:
        return fault
    treatment = replace(other, hint=other.hint.format(token_advice=token_advice))
    return replace(
        fault,
        treatment=treatment,
        message=other.message.format(about=about, message=fault.message, words=fault.words),
    )
