"""What GitHub answers to a write, which is sent once: where no answer came, only looking again tells what was done.

Pure, and as in faults.py the table in treatments.py says what a fault means.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from digest.errors import DigestError, TryLaterError
from digest.github import faults
from digest.github.faults import Answer, Fault, Reply
from digest.github.treatments import TREATMENTS

DONE = (HTTPStatus.OK, HTTPStatus.CREATED)
REFUSED = tuple(TREATMENTS[kind] for kind in ("refused", "forbidden", "not found"))
# Faults at which GitHub cannot have done anything, beside limits and refusals.
NEVER_SENT = tuple(
    TREATMENTS[kind] for kind in ("bad token", "single sign-on", "unreachable", "proxy", "certificate", "redirected")
)


class RefusedError(DigestError):
    """GitHub did not do it and says why: `says` has all its words, the types of GraphQL's errors too.

    `is_denied`: what was to be done is not for this token; what a token may not write, GitHub may also not know.
    """

    def __init__(self, message: str, hint: str, says: str, *, is_denied: bool) -> None:
        super().__init__(message, hint)
        self.says = says
        self.is_denied = is_denied


class LostError(TryLaterError):
    """The answer to a write never came, so nobody knows whether it was done."""


def read(reply: Reply | Fault, about: str, now: datetime) -> Any | Fault:
    """The JSON, or GraphQL's data, in the reply to a write, or its fault; `about` is what was to be done, in words."""
    if isinstance(reply, Fault):
        return reply
    if reply.status in DONE and (body := _parsed(reply.body)) is not None and not _is_graphql(body):
        return body
    answer = faults.read(reply, about, now)
    return answer.data if isinstance(answer, Answer) else answer


def error_of(fault: Fault, reply: Reply | Fault, tries: int) -> DigestError:
    """What a fault of a write raises."""
    error = faults.error_of(fault, tries)
    if fault.treatment in REFUSED and isinstance(reply, Reply):
        is_denied = fault.treatment != TREATMENTS["refused"]
        return RefusedError(error.message, error.hint, _says(_parsed(reply.body)), is_denied=is_denied)
    if fault.treatment.waits_for_reset or fault.treatment in NEVER_SENT:
        return error
    return LostError(
        f"{error.message} What was being written may be done or not.", "Run the same command again: it looks first."
    )


def _is_graphql(body: Any) -> bool:
    return isinstance(body, Mapping) and not {"data", "errors"}.isdisjoint(body)


def _says(body: Any) -> str:
    if not isinstance(body, Mapping):
        return ""
    errors = [one for one in body.get("errors") or () if isinstance(one, Mapping)]
    said = [body.get("message"), *(one.get(name) for one in errors for name in ("type", "message"))]
    return " ".join(str(one) for one in said if one)


def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
