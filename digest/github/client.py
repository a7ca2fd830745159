"""The one client of GitHub: every request goes through it, and every fault ends here."""

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from digest.github import faults, rest_replies, writing
from digest.github.connection import (
    Address,
    address,
    connect,
    find_token,
    network_trouble,
    token_advice,
)
from digest.github.faults import Answer, Fault, Reply
from digest.github.redaction import hide_token, token_forms
from digest.github.rest_replies import Limit, Page
from digest.settings import GitHub as GitHubSettings

if TYPE_CHECKING:
    from github.Requester import Requester


READING = re.compile(r"(?m)^(query\b|\{)")
WRITING = re.compile(r"(?m)^(mutation|subscription)\b")


class Watch(Protocol):
    """Shows a person what happens while GitHub is read."""

    def begin(self, title: str) -> None:
        """The work on another repository begins."""

    def waiting(self, reason: str, seconds: float) -> None:
        """Nothing will happen for so many seconds; `reason` is a sentence."""

    def progress(self, done: int, total: int | None) -> None:
        """So many pull requests have come of `total`, None while nobody knows of how many."""


def _now() -> datetime:
    return datetime.now(UTC)


def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True)
class Question:
    """A GraphQL query that only reads.

    `smaller` gives the question to ask where this one is too heavy, None if there is none.
    `validate` names the fault, one of the table's, of an answer that looks well. `partial_ok`: its
    root fields have nothing to do with each other, so that one which GitHub withholds is null and
    leaves the others whole.
    """

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    smaller: Callable[[], "Question | None"] = _nothing
    validate: Callable[[Mapping[str, Any]], str | None] = _nothing
    partial_ok: bool = False

    def __post_init__(self) -> None:
        if not READING.search(self.query) or WRITING.search(self.query):
            raise ValueError(
                "A write must never be sent a second time unseen, so it is no Question."
            )


@dataclass(frozen=True)
class Clock:
    """The time of day, seconds that only grow, and a way to let them pass."""

    now: Callable[[], datetime] = _now
    seconds: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class GitHub:
    """Asks GitHub's APIs, again and again where that helps, within one budget of seconds.

    `requests` counts what was sent, further tries included; `limits` has what the REST API said of
    each limit last. `host` is where people sign in. `token_advice` say how to come by a token, where there
    is none.
    """

    def __init__(
        self,
        where: Address,
        token: str | None,
        settings: GitHubSettings,
        watch: Watch,
        clock: Clock | None = None,
    ) -> None:
        self.requests = 0
        self.limits: dict[str, Limit] = {}
        self.host = where.host
        self.token_advice = None if token else token_advice(where.host)
        self._address = where
        self._token_forms = token_forms(token) if token else ()
        self._clock = clock or Clock()
        self._began = self._clock.seconds()
        self._github = connect(where, token, settings.timeout)
        self._patience = float(settings.patience)
        self._pace, self._next_write = float(settings.between_writes), 0.0
        self._watch = watch

    @property
    def cost(self) -> str:
        """The requests and the time that this client took so far, in words: "8 requests, 4 s"."""
        seconds = self._clock.seconds() - self._began
        return f"{self.requests} request{'' if self.requests == 1 else 's'}, {seconds:.0f} s"

    def ask(self, question: Question, about: str) -> Answer:
        """The answer to a question, or to the smaller one that was asked in its place.

        `about` is for errors.
        An answer whose flaw stays is given as it is. Raises DigestError when asking again cannot
        help, TryLaterError when it may help later, of these TooHeavyError when something smaller
        may be answered.
        """
        tries = 0
        while True:
            began = self._clock.seconds()
            answer = self._send(question, about)
            fault = answer if isinstance(answer, Fault) else _flaw(answer, question)
            if fault:
                tries += 1
                self._patience -= self._clock.seconds() - began
                if following := self._after(question, fault, tries):
                    question = following
                    continue
            if isinstance(answer, Fault):
                raise faults.error_of(answer, tries)
            return answer

    def _after(self, question: Question, fault: Fault, tries: int) -> Question | None:
        """What to ask after a fault, once its pause is over; None where nothing helps."""
        if fault.treatment.retries_smaller and not fault.treatment.pauses:
            # It would be as heavy a minute later.
            return question.smaller()
        if not self.wait_to_retry(fault, tries):
            return None
        return (fault.treatment.retries_smaller and question.smaller()) or question

    def wait_to_retry(self, fault: Fault, tries: int) -> bool:
        """Whether there is another try after so many failed ones.

        Its pause, which is shown, is over then.
        """
        pause = fault.pause(tries)
        if pause is None or pause > self._patience:
            return False
        self._patience -= pause
        self._watch.waiting(fault.message, pause)
        self._clock.sleep(pause)
        return True

    def get(self, path: str, about: str, **parameters: str | int) -> Page:
        """A page of the REST API, with or without a token.

        Raises DigestError or TryLaterError as `ask` does.
        Where the limit is known to be used up nothing is sent. A redirection to another path of the
        API is followed.
        """
        tries = 0
        while True:
            began = self._clock.seconds()
            page = self._get(path, about, parameters)
            if isinstance(page, Page):
                return page
            tries += 1
            self._patience -= self._clock.seconds() - began
            if not self.wait_to_retry(page, tries):
                raise faults.error_of(page, tries)

    def write(self, verb: str, path: str | None, about: str, sent: Mapping[str, Any]) -> Any:
        """What GitHub answers to a write: of the REST API, or with `path` None the data of a GraphQL mutation.

        It is sent once; only a limit, at which GitHub does nothing, is waited for where it fits the
        patience. Raises writing.RefusedError with GitHub's words, writing.LostError where nobody
        knows whether it was done, else as `ask`.
        """
        tries = 0
        while True:
            self._clock.sleep(max(0.0, self._next_write - self._clock.seconds()))
            reply = self._exchange(
                lambda requester: requester.requestJson(
                    verb, path or requester.graphql_url, input=dict(sent)
                )
            )
            self._next_write = self._clock.seconds() + self._pace
            fault = writing.read_reply(reply, about, self._clock.now())
            if not isinstance(fault, Fault):
                return fault
            tries += 1
            if not (fault.treatment.waits_for_reset and self.wait_to_retry(fault, tries)):
                raise writing.error_of(fault, reply, tries)

    def _send(self, question: Question, about: str) -> Answer | Fault:
        asked = {"query": question.query, "variables": question.variables}
        # Not graphql_query: it turns every fault into the same exception, whatever the reply was.
        reply = self._exchange(
            lambda requester: requester.requestJson("POST", requester.graphql_url, input=asked)
        )
        if isinstance(reply, Fault):
            return reply
        return faults.read_answer(reply, about, self._clock.now(), partial_ok=question.partial_ok)

    def _get(self, path: str, about: str, parameters: Mapping[str, str | int]) -> Page | Fault:
        known = self.limits.get(rest_replies.resource_of(path))
        if fault := rest_replies.exhausted(known, about, self._clock.now(), self.token_advice):
            return fault
        reply = self._exchange(
            lambda requester: requester.requestJson("GET", path, parameters=dict(parameters))
        )
        if isinstance(reply, Fault):
            return reply
        self.limits |= rest_replies.read_limits(reply.headers)
        return rest_replies.read_page(reply, about, self._clock.now(), self.token_advice)

    def _exchange(
        self, send: Callable[["Requester"], tuple[int, dict[str, Any], str]]
    ) -> Reply | Fault:
        from requests import RequestException

        self.requests += 1
        try:
            status, headers, body = send(self._github.requester)
        except RequestException as error:
            return faults.network_fault(network_trouble(error), self._address.host)
        except ValueError:
            # PyGithub reads the rate headers as numbers, whatever a proxy may have made of them.
            return faults.header_fault()
        except RuntimeError:
            # PyGithub follows redirections on the same host and raises this for all others.
            return faults.network_fault("redirected", self._address.api)
        # A server or a proxy may echo the token. It is hidden here, before anything reads the body.
        return Reply(status, headers, hide_token(body, self._token_forms))


def client_with_token(settings: GitHubSettings, watch: Watch) -> GitHub | None:
    """The client of the API that the environment names, with the token that there is.

    None where there is none.
    """
    where = address(os.environ)
    token = find_token(os.environ, where.host)
    return GitHub(where, token, settings, watch) if token else None


def _flaw(answer: Answer, question: Question) -> Fault | None:
    # What GitHub withholds and says so, it withholds the next time too.
    kind = None if answer.errors else question.validate(answer.data)
    return faults.flaw_fault(kind) if kind else None
