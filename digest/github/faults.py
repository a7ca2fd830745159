"""Turns a reply into an answer or a fault of the table in treatments.py; pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Generic, TypeGuard

from pydantic import ValidationError

from digest import text
from digest.errors import DigestError, explain_validation_error
from digest.github.graphql_answers import Selected
from digest.github.redaction import hide_credentials
from digest.github.treatments import GRAPHQL_TYPES, PARTIAL, TREATMENTS, Treatment

# A limit that lasts longer than this many waits means that a clock is wrong.
LIMIT_WAITS = 3
# GitHub advises this wait for a secondary limit that names no time.
UNNAMED_WAIT = 60.0
LONGEST_WAIT = 86400.0
LONGEST_MESSAGE = 200
LONGEST_NUMBER = 20
# GitHub answers a page that is too heavy with one of these.
GATEWAY = (HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)
REFUSALS: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "bad token",
    HTTPStatus.NOT_FOUND: "not found",
}


@dataclass(frozen=True)
class Reply:
    """A reply from the network; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True)
class Withheld:
    """A part of an answer that is null, GitHub's message, and the kind of fault behind it.

    `path` has the aliases and indexes that lead to the part.
    """

    path: tuple[str | int, ...]
    message: str
    kind: str


@dataclass(frozen=True)
class Answer(Generic[Selected]):
    """GraphQL's data, and the parts that GitHub withheld."""

    data: Selected
    withheld: tuple[Withheld, ...] = ()

    def reason_for(self, *path: str | int) -> Withheld | None:
        """The reason why the part at `path` is null, None if GitHub gives none.

        A null moves up to the next part that may be null, so the reason may be further down.
        """
        return next((part for part in self.withheld if part.path[: len(path)] == path), None)


@dataclass(frozen=True)
class Fault:
    """A fault that happened; `wait` is how many seconds a limit lasts, if GitHub reports that."""

    treatment: Treatment
    message: str
    wait: float | None = None

    def pause(self, tries: int) -> float | None:
        """Seconds to wait before the next try after `tries` failed ones; None without a next."""
        if self.wait is not None:
            return self.wait if tries <= LIMIT_WAITS else None
        return self.treatment.pauses[tries - 1] if tries <= len(self.treatment.pauses) else None


def read_answer(
    reply: Reply, shape: type[Selected], about: str, now: datetime, *, partial_ok: bool = False
) -> Answer[Selected] | Fault:
    """The answer in a reply to a GraphQL query, or its fault.

    `about` names the target in messages. `now` is compared with the reset time of a limit.
    `partial_ok`: a root field that GitHub withholds leaves the others valid.
    """
    body = _parsed(reply.body)
    if reply.status != HTTPStatus.OK:
        return _refusal(reply, body, about, now)
    if not isinstance(body, dict):
        return _garbled(reply.body)
    listed = body.get("errors")
    errors = [error for error in listed if isinstance(error, dict)] if _is_list(listed) else []
    data = body.get("data")
    if isinstance(data, dict) and all(
        _is_partial(error, partial_ok=partial_ok) for error in errors
    ):
        try:
            return Answer(shape.model_validate(data), tuple(map(_withheld, errors)))
        except ValidationError as error:
            return other_shape(_first_mistake(error))
    if errors:
        return _complaint(errors, reply, about, now)
    # GitHub answers so when it has problems; other programs answer without the word "data".
    return (
        _fault("garbled", words="it has no data")
        if "data" in body
        else other_shape("it has no data")
    )


def read_fault(reply: Reply, about: str, now: datetime) -> Fault:
    """The fault of a reply that is not the expected JSON."""
    if reply.status == HTTPStatus.OK:
        return _garbled(reply.body)
    return _refusal(reply, _parsed(reply.body), about, now)


def other_shape(words: str) -> Fault:
    """The fault of an answer that does not have the documented fields."""
    return _fault("another shape", words=words)


def withheld_error(reason: Withheld | None, about: str) -> DigestError:
    """The error for something that is null for this reason, or without any reason."""
    if reason is None:
        return not_found(about)
    return error_of(_fault(reason.kind, about=about, words=reason.message))


def network_fault(kind: str, host: str) -> Fault:
    """The fault of a request without a reply; `kind` is one of the table's."""
    return _fault(kind, host=host)


def header_fault() -> Fault:
    """The fault of a reply whose headers are not valid."""
    return _fault("garbled", words="its headers are not valid")


def flaw_fault(kind: str) -> Fault:
    """The fault of an answer that GitHub reports as good; `kind` is one of the table's."""
    return _fault(kind)


def not_found(about: str) -> DigestError:
    """The error for something that GitHub does not find or does not show."""
    return error_of(_fault("not found", about=about))


def error_of(fault: Fault, tries: int = 1) -> DigestError:
    """The error that a fault ends in after `tries` tries."""
    tried = f" digest tried {tries} times." if tries > 1 else ""
    return (fault.treatment.raises or DigestError)(fault.message + tried, fault.treatment.hint)


def _refusal(reply: Reply, body: object, about: str, now: datetime) -> Fault:
    message = _message(body) if isinstance(body, dict) and body.get("message") else ""
    words = f"{reply.status} {message}".strip()
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _fault(
            "gave up" if reply.status in GATEWAY else "trouble", words=f"it answered {words}"
        )
    if reply.status in (HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS):
        if reply.headers.get("x-ratelimit-remaining") == "0":
            return _limit("primary limit", reply, now)
        if (
            reply.status == HTTPStatus.TOO_MANY_REQUESTS
            or "retry-after" in reply.headers
            or _is_secondary(message)
        ):
            return _limit("secondary limit", reply, now)
        return _fault(_forbidden(message), about=about, words=words)
    return _fault(REFUSALS.get(reply.status, "refused"), about=about, words=words)


def _complaint(
    errors: Sequence[Mapping[str, Any]], reply: Reply, about: str, now: datetime
) -> Fault:
    types = [name for name in GRAPHQL_TYPES if any(error.get("type") == name for error in errors)]
    first = next((error for error in errors if types and error.get("type") == types[0]), errors[0])
    words = _message(first)
    # GitHub's own time-outs have no type.
    untyped = (
        "gave up" if "type" not in first and "something went wrong" in words.lower() else "refused"
    )
    kind = GRAPHQL_TYPES[types[0]] if types else untyped
    if kind == "primary limit":
        return _limit("secondary limit" if _is_secondary(words) else kind, reply, now)
    return _fault(_forbidden(words) if kind == "forbidden" else kind, about=about, words=words)


def _limit(kind: str, reply: Reply, now: datetime) -> Fault:
    wait = _seconds(reply.headers.get("retry-after"))
    reset = _seconds(reply.headers.get("x-ratelimit-reset"))
    if wait is None and kind == "primary limit":
        wait = None if reset is None else max(reset - now.timestamp(), 0.0) + 1
    elif wait is None:
        wait = UNNAMED_WAIT
    wait = None if wait is None else min(wait, LONGEST_WAIT)
    until = (
        "for up to an hour"
        if wait is None
        else f"until {_time_of_day(now + timedelta(seconds=wait), now)} UTC"
    )
    return _fault(kind, wait=wait, until=until)


def _time_of_day(moment: datetime, now: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.date() == now.date() else f"{moment:%Y-%m-%d %H:%M:%S}"


def _fault(kind: str, wait: float | None = None, **words: str) -> Fault:
    treatment = TREATMENTS[kind]
    return Fault(treatment, treatment.message.format(**words), wait)


def _is_partial(error: Mapping[str, Any], *, partial_ok: bool) -> bool:
    return error.get("type") in PARTIAL and len(_path(error)) > (0 if partial_ok else 1)


def _withheld(error: Mapping[str, Any]) -> Withheld:
    message = _message(error)
    kind = GRAPHQL_TYPES[error["type"]]
    return Withheld(_path(error), message, _forbidden(message) if kind == "forbidden" else kind)


def _path(error: Mapping[str, Any]) -> tuple[str | int, ...]:
    path = error.get("path")
    return tuple(path) if _is_list(path) else ()


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _first_mistake(error: ValidationError) -> str:
    detail = error.errors(include_url=False)[0]
    place = ".".join(map(str, detail["loc"]))
    return f"{place} {explain_validation_error(detail)}"


def _is_secondary(words: str) -> bool:
    return "secondary rate limit" in words.lower() or "abuse" in words.lower()


def _forbidden(words: str) -> str:
    return "single sign-on" if "saml" in words.lower() else "forbidden"


def _seconds(header: str | None) -> float | None:
    # Some servers write whole numbers as floats.
    whole = (header or "").partition(".")[0].strip()
    return float(whole) if whole.isdecimal() and len(whole) < LONGEST_NUMBER else None


def _message(body: Mapping[str, Any]) -> str:
    message = hide_credentials(text.plain(str(body.get("message") or "")))
    message = message.rstrip(".") or "no reason given"
    return message if len(message) <= LONGEST_MESSAGE else message[: LONGEST_MESSAGE - 1] + "…"


def _garbled(body: str) -> Fault:
    if not body.strip():
        return _fault("garbled", words="it is empty")
    if body.lstrip().startswith("<"):
        return _fault("garbled", words="it is a web page")
    if _is_json(body):
        return other_shape("it is not an object")
    return _fault("garbled", words="it is not valid JSON")


def _is_json(body: str) -> bool:
    return body.strip() == "null" or _parsed(body) is not None


def _parsed(body: str) -> object:
    try:
        parsed: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return parsed
