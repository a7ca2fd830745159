"""Turns a reply into an answer or a fault of the table in treatments.py; pure."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Generic

from pydantic import ValidationError

from digest import text
from digest.errors import DigestError, explain_validation_error
from digest.github import waits
from digest.github.graphql_answers import Selected
from digest.github.reasons import errors_of, is_list, message_of, reasons_of, shorten
from digest.github.redaction import hide_credentials
from digest.github.treatments import (
    GRAPHQL_TYPES,
    PARTIAL,
    PATIENTLY,
    TREATMENTS,
    TooHeavyError,
    Treatment,
)

# A limit that lasts longer than this many waits means that a clock is wrong.
LIMIT_WAITS = 3
# GitHub advises this wait for a secondary limit that names no time.
UNNAMED_WAIT = 60.0
# GitHub answers a page that is too heavy, or that contains a broken entry, with one of these.
GATEWAY = (
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.GATEWAY_TIMEOUT,
)
REFUSALS: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "bad token",
    HTTPStatus.NOT_FOUND: "not found",
    HTTPStatus.GONE: "gone",
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: "gone",
    HTTPStatus.UNPROCESSABLE_ENTITY: "invalid request",
}
REQUEST_ID = "x-github-request-id"
# GitHub's words for limits that are not the hourly one, and for permissions.
SECONDARY = re.compile(
    r"secondary rate limit|abuse detection|wait a few minutes before|submitted too quickly",
    re.IGNORECASE,
)
RIGHTS = re.compile(
    r"not accessible|saml|permission|must have|allow list|blocked|suspended", re.IGNORECASE
)
HALF = re.compile(r"\\u[dD][89a-fA-F]")
SIGN_IN = re.compile(r"credential|authenticat|token", re.IGNORECASE)
# The keys of a reply that contains only the reason why GitHub did nothing.
REFUSAL_KEYS = frozenset({"message", "documentation_url", "status", "data", "errors"})


@dataclass(frozen=True)
class Reply:
    """A reply from the network; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def is_good(self) -> bool:
        """Whether the status means success; some proxies change 200 to 203."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


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


@dataclass(frozen=True)
class Fault:
    """A fault that happened.

    `wait` is the number of seconds to wait, if GitHub reports it. `words` are GitHub's.
    `request_id` helps GitHub to find the request.
    """

    treatment: Treatment
    message: str
    wait: float | None = None
    words: str = ""
    request_id: str = ""

    @property
    def hint(self) -> str:
        """The next step, with the request's id for a report."""
        hint = self.treatment.hint
        is_useful = self.request_id and "report this" in hint
        return f"{hint} Its {REQUEST_ID} is {self.request_id}." if is_useful else hint

    def pause(self, tries: int) -> float | None:
        """Seconds to wait before the next try after `tries` failed ones; None without a next."""
        if self.wait is not None:
            # A limit that lasts although its end has passed needs some time too.
            pause = self.wait if self.wait >= 1 else PATIENTLY[tries - 1]
            return pause if tries <= LIMIT_WAITS else None
        return self.treatment.pauses[tries - 1] if tries <= len(self.treatment.pauses) else None


def read_answer(
    reply: Reply, shape: type[Selected], about: str, now: datetime, *, partial_ok: bool = False
) -> Answer[Selected] | Fault:
    """The answer in a reply to a GraphQL query, or its fault.

    `about` names the target in messages. `now` is compared with the reset time of a limit.
    `partial_ok`: a root field that GitHub withholds leaves the others valid.
    """
    body = parse_json(reply.body)
    if not reply.is_good:
        return _refusal(reply, body, about, now)
    if not isinstance(body, dict):
        return _unreadable_answer(reply)
    if limit := read_limit(reply, now, body):
        return limit
    errors = errors_of(body)
    data = body.get("data")
    if isinstance(data, dict) and all(
        _is_partial(error, partial_ok=partial_ok) for error in errors
    ):
        return _typed(shape, data, errors, reply)
    return _complaint(errors, reply, about, now) if errors else _without_data(body, reply)


def _typed(
    shape: type[Selected],
    data: Mapping[str, Any],
    errors: Sequence[Mapping[str, Any]],
    reply: Reply,
) -> Answer[Selected] | Fault:
    try:
        return Answer(shape.model_validate(data), tuple(map(_withheld, errors)))
    except ValidationError as error:
        return other_shape(_first_mistake(error), reply)


def read_fault(reply: Reply, about: str, now: datetime) -> Fault:
    """The fault of a reply that is not the expected JSON."""
    if reply.is_good:
        return _unreadable_answer(reply)
    return _refusal(reply, parse_json(reply.body), about, now)


def read_limit(reply: Reply, now: datetime, body: object = None) -> Fault | None:
    """The secondary limit in a reply with status 200; None if there is none.

    `body` is the JSON value of the reply, if known.
    """
    body = parse_json(reply.body) if body is None else body
    if not isinstance(body, dict) or not body.keys() <= REFUSAL_KEYS:
        return None
    words = [body.get("message"), *(error.get("message") for error in errors_of(body))]
    is_limit = any(isinstance(word, str) and SECONDARY.search(word) for word in words)
    return _limit("secondary limit", reply, now) if is_limit else None


def other_shape(words: str, reply: Reply | None = None) -> Fault:
    """The fault of an answer that does not have the documented fields."""
    return _fault("unexpected answer", reply, words=words)


def withheld_error(reason: Withheld | None, about: str) -> DigestError:
    """The error for something that is null for this reason, or without any reason."""
    if reason is None:
        return not_found(about)
    return error_of(_fault(reason.kind, None, about=about, words=reason.message))


def network_fault(kind: str, host: str, words: str = "") -> Fault:
    """The fault of a request without a reply; `kind` is one of the table's."""
    return _fault(kind, None, host=host, words=shorten(hide_credentials(text.plain(words))))


def header_fault() -> Fault:
    """The fault of a reply whose headers are not valid."""
    return _fault("unreadable answer", None, words="its headers are not valid")


def flaw_fault(kind: str) -> Fault:
    """The fault of an answer that GitHub reports as good; `kind` is one of the table's."""
    return _fault(kind, None)


def not_found(about: str) -> DigestError:
    """The error for something that GitHub does not find or does not show."""
    return error_of(_fault("not found", None, about=about))


def error_of(fault: Fault, tries: int = 1) -> DigestError:
    """The error that a fault ends in after `tries` tries."""
    tried = f" digest tried {tries} times." if tries > 1 else ""
    error = (fault.treatment.raises or DigestError)(fault.message + tried, fault.hint)
    if isinstance(error, TooHeavyError):
        error.tries = tries
    return error


def _refusal(reply: Reply, body: object, about: str, now: datetime) -> Fault:
    message = message_of(body) if isinstance(body, dict) and body.get("message") else ""
    kind = _refusal_kind(reply, body, message)
    if TREATMENTS[kind].waits_for_reset:
        return _limit(kind, reply, now)
    reason = ": ".join(filter(None, (message, reasons_of(body))))
    words = f"{reply.status} {reason}".strip()
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        words = f"it answered {words}"
    return _with_wait(_fault(kind, reply, about=about, words=words), reply, now)


def _refusal_kind(reply: Reply, body: object, message: str) -> str:
    """The kind of fault by status, headers and words together."""
    status = reply.status
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "server error" if status in GATEWAY else "unavailable"
    if status in {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS} and (
        limit := _limit_kind(reply, message)
    ):
        return limit
    if not _is_from_github(reply, body, message):
        return "gateway"
    if status == HTTPStatus.FORBIDDEN:
        return _forbidden(message) if message else "refusal without a reason"
    return REFUSALS.get(status, "refused")


def _limit_kind(reply: Reply, message: str) -> str | None:
    """The kind of limit behind a 403 or 429; None for a 403 that is about permissions."""
    if SECONDARY.search(message):
        return "secondary limit"
    if reply.status == HTTPStatus.FORBIDDEN and RIGHTS.search(message):
        return None
    if reply.headers.get("x-ratelimit-remaining") == "0":
        return "primary limit"
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS or "retry-after" in reply.headers:
        return "secondary limit"
    return "primary limit" if "rate limit" in message.lower() else None


def _is_from_github(reply: Reply, body: object, message: str) -> bool:
    """Whether GitHub sent a refusal, by its header or the wording. A proxy has neither."""
    if REQUEST_ID in reply.headers or (isinstance(body, dict) and "documentation_url" in body):
        return True
    if reply.status == HTTPStatus.UNAUTHORIZED:
        return bool(SIGN_IN.search(message))
    return bool(message) or body == {} or not reply.body.strip()


def _complaint(
    errors: Sequence[Mapping[str, Any]], reply: Reply, about: str, now: datetime
) -> Fault:
    types = [name for name in GRAPHQL_TYPES if any(error.get("type") == name for error in errors)]
    first = next((error for error in errors if types and error.get("type") == types[0]), errors[0])
    words = message_of(first)
    kind = GRAPHQL_TYPES[types[0]] if types else _untyped(first, words)
    if kind == "primary limit":
        # The hourly limit names its reset instead of a wait.
        is_secondary = SECONDARY.search(words) or (
            "retry-after" in reply.headers and reply.headers.get("x-ratelimit-remaining") != "0"
        )
        return _limit("secondary limit" if is_secondary else kind, reply, now)
    kind = _forbidden(words) if kind == "forbidden" else kind
    return _with_wait(_fault(kind, reply, about=about, words=words), reply, now)


def _without_data(body: Mapping[str, Any], reply: Reply) -> Fault:
    """The fault of an answer that has neither data nor errors of GitHub's form."""
    if "data" in body:
        # GitHub answers so when it has problems.
        return _fault("unreadable answer", reply, words="it has no data")
    said = [message_of(body) if body.get("message") else "", reasons_of(body)]
    return other_shape(": ".join(["it has no data", *filter(None, said)]), reply)


def _untyped(error: Mapping[str, Any], words: str) -> str:
    """The kind of an error whose type is missing or unknown; GitHub's own time-outs have none."""
    if "rate limit exceeded" in words.lower():
        return "primary limit"
    is_time_out = "type" not in error and "something went wrong" in words.lower()
    return "server error" if is_time_out else "refused"


def _with_wait(fault: Fault, reply: Reply, now: datetime) -> Fault:
    """The fault with the wait that the server requests, if a retry makes sense."""
    return (
        replace(fault, wait=waits.retry_after(reply.headers, now))
        if fault.treatment.pauses
        else fault
    )


def _limit(kind: str, reply: Reply, now: datetime) -> Fault:
    wait = waits.retry_after(reply.headers, now)
    reset = waits.seconds(reply.headers.get("x-ratelimit-reset"))
    if wait is None and kind == "primary limit":
        wait = None if reset is None else max(reset - now.timestamp(), 0.0) + 1
    elif wait is None:
        wait = UNNAMED_WAIT
    wait = None if wait is None else min(wait, waits.LONGEST_WAIT)
    until = (
        "for up to an hour"
        if wait is None
        else f"until {_time_of_day(now + timedelta(seconds=wait), now)} UTC"
    )
    return replace(_fault(kind, reply, until=until), wait=wait)


def _time_of_day(moment: datetime, now: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.date() == now.date() else f"{moment:%Y-%m-%d %H:%M:%S}"


def _fault(kind: str, reply: Reply | None, **words: str) -> Fault:
    treatment = TREATMENTS[kind]
    request_id = shorten(text.plain(reply.headers.get(REQUEST_ID, ""))) if reply else ""
    return Fault(
        treatment,
        treatment.message.format(**words),
        words=words.get("words", ""),
        request_id=request_id,
    )


def _is_partial(error: Mapping[str, Any], *, partial_ok: bool) -> bool:
    return error.get("type") in PARTIAL and len(_path(error)) > (0 if partial_ok else 1)


def _withheld(error: Mapping[str, Any]) -> Withheld:
    message = message_of(error)
    kind = GRAPHQL_TYPES[error["type"]]
    return Withheld(_path(error), message, _forbidden(message) if kind == "forbidden" else kind)


def _path(error: Mapping[str, Any]) -> tuple[str | int, ...]:
    path = error.get("path")
    return tuple(path) if is_list(path) else ()


def _first_mistake(error: ValidationError) -> str:
    detail = error.errors(include_url=False)[0]
    place = ".".join(map(str, detail["loc"]))
    return f"{place} {explain_validation_error(detail)}"


def _forbidden(words: str) -> str:
    return "single sign-on" if "saml" in words.lower() else "forbidden"


def _unreadable_answer(reply: Reply) -> Fault:
    if not reply.body.strip():
        return _fault("unreadable answer", reply, words="it is empty")
    if reply.body.lstrip().startswith("<"):
        return _fault("unreadable answer", reply, words="it is a web page")
    if reply.body.strip() == "null" or parse_json(reply.body) is not None:
        return other_shape("it is not an object", reply)
    return _fault("unreadable answer", reply, words="it is not valid JSON")


def parse_json(body: str) -> object:
    """The JSON value in a body; None if it is null or not valid."""
    try:
        parsed: object = load_json(body)
    except (ValueError, RecursionError):
        return None
    return parsed


def load_json(body: str) -> Any:
    """The JSON value in a body. Raises ValueError or RecursionError.

    Half of a character, as in a text that was cut inside an emoji, becomes U+FFFD, because no file
    can hold it.
    """
    parsed = json.loads(body)
    if HALF.search(body):
        whole = json.dumps(parsed, ensure_ascii=False).encode("utf-16", "surrogatepass")
        parsed = json.loads(whole.decode("utf-16", "replace"))
    return parsed
