"""The client for GitHub: every request goes through it, and it handles every fault."""

import logging
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from digest import text
from digest.github import faults, network, rest_documents, rest_replies, waits, writing
from digest.github.connection import Address, address, connect, find_token, token_advice
from digest.github.costs import Meter
from digest.github.faults import Answer, Fault, Reply
from digest.github.graphql_answers import Selected
from digest.github.redaction import hide_token, token_forms
from digest.github.rest_replies import Limit, Page
from digest.settings import GitHub as GitHubSettings

if TYPE_CHECKING:
    from github.Repository import Repository
    from github.Requester import Requester


LOG = logging.getLogger(__name__)
QUERY_NAME = re.compile(r"(?m)^(?:query|mutation) (\w+)")
Done = TypeVar("Done")
Send = Callable[["Requester"], tuple[int, dict[str, Any], str]]
READS = re.compile(r"(?m)^(query\b|\{)")
WRITES = re.compile(r"(?m)^(mutation|subscription)\b")


class Watch(Protocol):
    """Shows a person the progress of a run."""

    def begin(self, title: str) -> None:
        """The work on a repository begins; `title` begins with a verb."""

    def waiting(self, reason: str, seconds: float) -> None:
        """The run pauses for `seconds`; `reason` is a sentence."""

    def progress(self, done: int, total: int | None) -> None:
        """`done` steps of `total` are done; `total` is None while it is unknown."""


def _now() -> datetime:
    return datetime.now(UTC)


def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True)
class Question(Generic[Selected]):
    """A GraphQL query that only reads; `shape` is the type of its answer.

    `smaller` returns the question to ask when this one is too heavy, or None. `validate` returns
    the kind of fault in an answer that GitHub reports as good, or None. `partial_ok`: the root
    fields are independent, so one that GitHub withholds leaves the others valid. `is_probe`: a
    failure of GitHub is an answer too, so the question is not repeated after one.
    """

    query: str
    shape: type[Selected]
    variables: Mapping[str, Any] = field(default_factory=dict)
    smaller: Callable[[], "Question[Selected] | None"] = _nothing
    validate: Callable[[Selected], str | None] = _nothing
    partial_ok: bool = False
    is_probe: bool = False

    def __post_init__(self) -> None:
        if not READS.search(self.query) or WRITES.search(self.query):
            raise ValueError("A Question may be sent again, so it must be a query that only reads.")


@dataclass(frozen=True)
class Clock:
    """The time of day, a monotonic count of seconds, and a way to wait."""

    now: Callable[[], datetime] = _now
    seconds: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass
class Tries:
    """The failed tries of one request.

    Those whose answer names a wait, such as limits, are counted apart from the others.
    """

    counts: Counter[bool] = field(default_factory=Counter)

    def add(self, fault: Fault) -> int:
        """Count a failed try; the number of tries of its kind."""
        self.counts[fault.wait is None] += 1
        return self.counts[fault.wait is None]

    @property
    def total(self) -> int:
        """The number of all failed tries."""
        return self.counts.total()


class GitHub:
    """Asks GitHub's APIs, and retries within one budget of seconds.

    `requests` counts all requests, retries included. `limits` has the REST API's last report on
    each rate limit. `host` is the host that people sign in to. `token_advice` explains how to get a
    token, and is None if there is one.
    """

    def __init__(
        self,
        api: Address,
        token: str | None,
        settings: GitHubSettings,
        watch: Watch,
        clock: Clock | None = None,
    ) -> None:
        self.requests = 0
        self.limits: dict[str, Limit] = {}
        self._meter = Meter()
        self.host = api.host
        self.token_advice = None if token else token_advice(api.host)
        self._address = api
        self._token_forms = token_forms(token) if token else ()
        self._clock = clock or Clock()
        self._began = self._clock.seconds()
        self._ahead = timedelta()
        self._github = connect(api, token, settings.timeout_seconds)
        self._patience = float(settings.max_wait_seconds)
        self._pace, self._next_write = float(settings.write_pause_seconds), 0.0
        self.watch = watch

    @property
    def cost(self) -> str:
        """The requests sent and the time taken up to now: "8 requests, 4 s"."""
        seconds = self._clock.seconds() - self._began
        return f"{self.requests} request{'' if self.requests == 1 else 's'}, {seconds:.0f} s"

    def ask(self, question: Question[Selected], about: str) -> Answer[Selected]:
        """The answer to a question, or to a smaller one if this one is too heavy.

        `about` names the target in errors. An answer that stays flawed is returned as it is. Raises
        DigestError if a retry cannot help, TryLaterError if it may help later, and TooHeavyError
        if a smaller question may be answered.
        """
        tries = Tries()
        while True:
            began = self._clock.seconds()
            answer = self._send(question, about)
            fault = answer if isinstance(answer, Fault) else _flaw(answer, question)
            if fault:
                self._patience -= self._clock.seconds() - began
                if next_question := self._next_question(question, fault, tries.add(fault)):
                    question = next_question
                    continue
            if isinstance(answer, Fault):
                raise faults.error_of(answer, tries.total)
            return answer

    def _next_question(
        self, question: Question[Selected], fault: Fault, tries: int
    ) -> Question[Selected] | None:
        """The question to ask after a fault, once its pause is over; None if nothing helps."""
        if question.is_probe and fault.treatment.retries_smaller:
            return None
        if fault.treatment.retries_smaller and not fault.treatment.pauses:
            # It would be just as heavy a minute later.
            return question.smaller()
        if not self.wait_to_retry(fault, tries):
            return None
        return (fault.treatment.retries_smaller and question.smaller()) or question

    def wait_to_retry(self, fault: Fault, tries: int) -> bool:
        """Wait before another try, and show that; False if there is no other try.

        `tries` is the number of failed tries.
        """
        pause = fault.pause(tries)
        if pause is None or pause > self._patience:
            return False
        self._patience -= pause
        self.watch.waiting(fault.message, pause)
        self._clock.sleep(pause)
        return True

    def get(
        self, path: str, about: str, read: Callable[[Any], Done], **parameters: str | int
    ) -> Page[Done]:
        """A page of the REST API, with or without a token.

        `read` is a function of rest_documents.py that turns the document into values. Sends nothing
        if the rate limit is known to be used up. Follows redirects within the API. Raises
        DigestError or TryLaterError as `ask` does.
        """
        tries = Tries()
        while True:
            began = self._clock.seconds()
            page = self._get(path, about, read, parameters)
            if isinstance(page, Page):
                return page
            self._patience -= self._clock.seconds() - began
            if not self.wait_to_retry(page, tries.add(page)):
                raise faults.error_of(page, tries.total)

    def write(self, about: str, do: Callable[["Repository"], Done]) -> Done:
        """The result of `do`, which sends one write by a method of PyGithub's repository.

        A write is sent once. It is sent again only after a rate limit, because GitHub does nothing
        then. Raises writing.RefusedError with GitHub's message, writing.LostError if the result is
        unknown, and otherwise as `ask` does.
        """
        replies: list[Reply] = []

        def read(reply: Reply | Fault) -> Any:
            replies.extend([reply] if isinstance(reply, Reply) else [])
            return writing.read_reply(reply, about, self._now())

        def write(verb: str, path: str, content: Any) -> Any:
            def send(requester: "Requester") -> tuple[int, dict[str, Any], str]:
                return requester.requestJson(verb, path, input=content)

            return self._write(f"{verb} {path}", send, read)

        try:
            return rest_documents.write_to(about, write, do)
        except rest_documents.OtherShapeError as error:
            fault = faults.other_shape(str(error), replies[-1])
            raise writing.error_of(fault, replies[-1], len(replies)) from None

    def mutate(
        self, query: str, shape: type[Selected], about: str, variables: Mapping[str, Any]
    ) -> Selected:
        """GraphQL's answer to a mutation, sent and retried as `write` does."""
        content = {"query": query, "variables": dict(variables)}
        return self._write(
            _query_name(query),
            lambda requester: requester.requestJson("POST", requester.graphql_url, input=content),
            lambda reply: writing.read_data(reply, shape, about, self._now()),
        )

    def _write(self, name: str, send: Send, read: Callable[[Reply | Fault], Done | Fault]) -> Done:
        tries = 0
        while True:
            self._clock.sleep(max(0.0, self._next_write - self._clock.seconds()))
            reply = self._exchange(name, send)
            self._next_write = self._clock.seconds() + self._pace
            fault = read(reply)
            if not isinstance(fault, Fault):
                return fault
            tries += 1
            if not (fault.treatment.waits_for_reset and self.wait_to_retry(fault, tries)):
                raise writing.error_of(fault, reply, tries)

    def _send(self, question: Question[Selected], about: str) -> Answer[Selected] | Fault:
        content = {"query": question.query, "variables": question.variables}
        # PyGithub's graphql_query would turn every fault into the same exception.
        reply = self._exchange(
            _query_name(question.query),
            lambda requester: requester.requestJson("POST", requester.graphql_url, input=content),
        )
        if isinstance(reply, Fault):
            return reply
        return faults.read_answer(
            reply, question.shape, about, self._now(), partial_ok=question.partial_ok
        )

    def _get(
        self,
        path: str,
        about: str,
        read: Callable[[Any], Done],
        parameters: Mapping[str, str | int],
    ) -> Page[Done] | Fault:
        limit = self.limits.get(rest_replies.resource_of(path))
        if fault := rest_replies.exhausted(limit, about, self._now(), self.token_advice):
            return fault
        query = "&".join(f"{key}={value}" for key, value in parameters.items())
        reply = self._exchange(
            f"GET {path}{'?' if query else ''}{query}",
            lambda requester: requester.requestJson("GET", path, parameters=dict(parameters)),
        )
        if isinstance(reply, Fault):
            return reply
        self.limits |= rest_replies.read_limits(reply.headers)
        return rest_replies.read_page(reply, read, about, self._now(), self.token_advice)

    def _exchange(self, name: str, send: Send) -> Reply | Fault:
        self.requests += 1
        began = time.monotonic()
        reply, cost = self._receive(send), None
        if isinstance(reply, Fault):
            result = reply.message
        else:
            cost = self._meter.read(reply.headers)
            result = f"{reply.status}, {cost}" if cost else f"{reply.status}"
        words = text.plain(hide_token(f"{name}: {result}", self._token_forms))
        seconds = time.monotonic() - began
        more = {"seconds": seconds, "cost": cost}
        LOG.debug("%d. %s, %.1f s", self.requests, words, seconds, extra=more)
        return reply

    def _receive(self, send: Send) -> Reply | Fault:
        from urllib3.exceptions import HTTPError

        try:
            status, headers, body = send(self._github.requester)
        except (OSError, HTTPError, network.OversizedError) as error:
            # requests' errors are OSErrors; urllib3's are not always wrapped.
            trouble = network.explain(error, self._address.api, os.environ)
            words = hide_token(trouble.words, self._token_forms)
            return faults.network_fault(trouble.kind, self._address.api_host, words)
        except ValueError:
            # PyGithub reads the rate headers as numbers, but a proxy may have changed them.
            return faults.header_fault()
        except RuntimeError:
            # PyGithub follows redirects on the same host and raises this for all others.
            return faults.network_fault("redirected", self._address.api)
        if date := waits.http_date(headers.get("date", "")):
            self._ahead = date - self._clock.now()
        # A server or a proxy may echo the token. It is hidden here, before anything reads the body.
        hidden = {
            name: hide_token(str(value), self._token_forms) for name, value in headers.items()
        }
        return Reply(status, hidden, hide_token(body, self._token_forms))

    def _now(self) -> datetime:
        """The time by GitHub's clock, which its limits are measured by."""
        return self._clock.now() + self._ahead


def _query_name(query: str) -> str:
    """A GraphQL request as a log names it: "POST graphql Survey"."""
    found = QUERY_NAME.search(query)
    return f"POST graphql {found[1] if found else 'query'}"


def client_with_token(settings: GitHubSettings, watch: Watch) -> GitHub | None:
    """The client for the API that the environment names, with its token; None without a token."""
    api = address(os.environ)
    token = find_token(os.environ, api.host)
    return GitHub(api, token, settings, watch) if token else None


def _flaw(answer: Answer[Selected], question: Question[Selected]) -> Fault | None:
    # GitHub would withhold the same part again.
    kind = None if answer.withheld else question.validate(answer.data)
    return faults.flaw_fault(kind) if kind else None
