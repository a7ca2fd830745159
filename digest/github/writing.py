"""GitHub's answers to a write, which is sent once: where no answer came, only another look tells what was done.

Pure. As in faults.py, the table in treatments.py says what a fault means.
"""

import json
import re
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
    TREATMENTS[kind]
    for kind in ("bad token", "single sign-on", "unreachable", "proxy", "certificate", "redirected")
)
PERMISSIONS = "contents: write and pull-requests: write"
STALE = re.compile(
    r"STALE_DATA|expected branch to point to|reference already exists", re.IGNORECASE
)
PROTECTED = re.compile(
    r"PROTECTION|protected branch|rule violations|reference update failed", re.IGNORECASE
)
NO_DRAFTS = re.compile(r"draft pull requests are not supported", re.IGNORECASE)
IS_OPEN = re.compile(r"a pull request already exists", re.IGNORECASE)
MAY_NOT_OPEN = re.compile(r"not permitted to create or approve pull requests", re.IGNORECASE)


class RefusedError(DigestError):
    """GitHub refused and gave a reason: `answer` has all its words, with the types of GraphQL's errors.

    `is_denied`: the token lacks a permission. GitHub may call what a token may not write unknown.
    """

    def __init__(self, message: str, hint: str, answer: str, *, is_denied: bool) -> None:
        super().__init__(message, hint)
        self.answer = answer
        self.is_denied = is_denied


class LostError(TryLaterError):
    """The answer to a write never came, so it may be done or not."""


class StaleError(TryLaterError):
    """Somebody else wrote meanwhile, so nothing was written: the newsletter must be read again."""


def read_reply(reply: Reply | Fault, about: str, now: datetime) -> Any | Fault:
    """The JSON, or GraphQL's data, in the reply to a write, or its fault.

    `about` is what was to be done, in words.
    """
    if isinstance(reply, Fault):
        return reply
    if reply.status in DONE and (body := _parsed(reply.body)) is not None and not _is_graphql(body):
        return body
    answer = faults.read_answer(reply, about, now)
    return answer.data if isinstance(answer, Answer) else answer


def error_of(fault: Fault, reply: Reply | Fault, tries: int) -> DigestError:
    """What a fault of a write raises."""
    error = faults.error_of(fault, tries)
    if fault.treatment in REFUSED and isinstance(reply, Reply):
        is_denied = fault.treatment != TREATMENTS["refused"]
        return RefusedError(
            error.message, error.hint, _words(_parsed(reply.body)), is_denied=is_denied
        )
    if fault.treatment.waits_for_reset or fault.treatment in NEVER_SENT:
        return error
    return LostError(
        f"{error.message} What was being written may be done or not.",
        "Run the same command again: it looks first.",
    )


def explained(error: RefusedError, repository: str, branch: str) -> DigestError:
    """What to raise instead of a refusal to write to a newsletter's branch, so that a person knows what to do."""
    if STALE.search(error.answer) or IS_OPEN.search(error.answer):
        return StaleError(
            "Somebody else wrote to the draft at the same time.", "Run the same command again."
        )
    if NO_DRAFTS.search(error.answer) or MAY_NOT_OPEN.search(error.answer):
        return error
    if PROTECTED.search(error.answer):
        return DigestError(
            f"The branch {branch} of {repository} is protected, so nothing can be written there.",
            "Leave branches that begin with digest/ out of the repository's branch protection and rulesets.",
        )
    if error.is_denied:
        return DigestError(
            f"The token may not write to {repository}.",
            f"It needs {PERMISSIONS} there. In a workflow, give them to the job under permissions.",
        )
    return error


def _is_graphql(body: Any) -> bool:
    return isinstance(body, Mapping) and not {"data", "errors"}.isdisjoint(body)


def _words(body: Any) -> str:
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
