"""Reads GitHub's answers to a write, with the table of faults in treatments.py. Pure.

A write is sent only once: after a lost answer, only reading again shows whether it was done.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from digest.errors import DigestError, TryLaterError
from digest.github import faults
from digest.github.faults import Answer, Fault, Reply
from digest.github.graphql_answers import Selected
from digest.github.treatments import TREATMENTS

DONE = (HTTPStatus.OK, HTTPStatus.CREATED)
REFUSED = tuple(
    TREATMENTS[kind] for kind in ("refused", "invalid request", "forbidden", "not found")
)
DENIED = tuple(TREATMENTS[kind] for kind in ("forbidden", "not found"))
# Faults before GitHub does anything. Limits and refusals are others.
NEVER_SENT = tuple(
    TREATMENTS[kind]
    for kind in (
        "bad token",
        "single sign-on",
        "gateway",
        "unreachable",
        "unknown name",
        "proxy",
        "proxy setting",
        "certificate",
        "certificate file",
        "bad address",
        "redirected",
    )
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
    """GitHub refused a write and gave a reason.

    `answer` has all texts of the answer, with the types of GraphQL's errors. `is_denied` if the
    token lacks a permission; GitHub may then answer that the repository is not found.
    """

    def __init__(self, message: str, hint: str, answer: str, *, is_denied: bool) -> None:
        super().__init__(message, hint)
        self.answer = answer
        self.is_denied = is_denied


class LostError(TryLaterError):
    """The answer to a write is missing, so it is unknown whether GitHub did it."""


class StaleError(TryLaterError):
    """The branch changed in the meantime, so nothing was written: read the newsletter again."""


def read_reply(reply: Reply | Fault, about: str, now: datetime) -> Any:
    """The document in REST's reply to a write, or its fault; `about` names the repository."""
    if isinstance(reply, Fault):
        return reply
    if limit := faults.read_limit(reply, now):
        return limit
    if reply.status in DONE and (body := faults.parse_json(reply.body)) is not None:
        is_document = isinstance(body, dict | list)
        return body if is_document else faults.other_shape("it is not an object", reply)
    return faults.read_fault(reply, about, now)


def read_data(
    reply: Reply | Fault, shape: type[Selected], about: str, now: datetime
) -> Selected | Fault:
    """The data in GraphQL's reply to a write, or its fault; `about` names the repository."""
    if isinstance(reply, Fault):
        return reply
    answer = faults.read_answer(reply, shape, about, now)
    return answer.data if isinstance(answer, Answer) else answer


def error_of(fault: Fault, reply: Reply | Fault, tries: int) -> DigestError:
    """The error for a fault of a write."""
    error = faults.error_of(fault, tries)
    if fault.treatment in REFUSED and isinstance(reply, Reply):
        texts = _error_texts(faults.parse_json(reply.body))
        return RefusedError(error.message, error.hint, texts, is_denied=fault.treatment in DENIED)
    if fault.treatment.waits_for_reset or fault.treatment in NEVER_SENT:
        return error
    return LostError(
        f"{error.message} digest does not know whether GitHub made the last change.",
        "Run the command again: it checks first.",
    )


def explain_refusal(error: RefusedError, repository: str, branch: str) -> DigestError:
    """The error with a next step for a refusal to write to a newsletter's branch."""
    if STALE.search(error.answer) or IS_OPEN.search(error.answer):
        return StaleError(
            "Another person or run changed the draft at the same time.",
            "Run the command again.",
        )
    if NO_DRAFTS.search(error.answer) or MAY_NOT_OPEN.search(error.answer):
        return error
    if PROTECTED.search(error.answer):
        return DigestError(
            f"The branch {branch} of {repository} is protected, so digest cannot write to it.",
            "Exclude digest/* from the repository's branch protection and rulesets.",
        )
    if error.is_denied:
        return DigestError(
            f"The token may not write to {repository}.",
            f"It needs {PERMISSIONS}. In a workflow, add them to the job's permissions.",
        )
    return error


def _error_texts(body: object) -> str:
    if not isinstance(body, Mapping):
        return ""
    listed = body.get("errors")
    errors = listed if isinstance(listed, list) else [listed]
    texts: list[object] = [error for error in errors if isinstance(error, str)]
    texts += [
        error.get(name)
        for error in errors
        if isinstance(error, Mapping)
        for name in ("type", "message", "field", "code")
    ]
    return " ".join(str(text) for text in (body.get("message"), *texts) if text)
