"""Downloads the pictures that descriptions link, within the hosts and sizes of the settings.

The links are untrusted: anyone can write one into a pull request, and digest follows it inside a
company's network. `web` follows it safely, and the content is checked here.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from urllib3 import BaseHTTPResponse

from digest import text
from digest.pictures.web import Link, UnavailableError, Web, parse_link
from digest.settings import Pictures

MEGABYTE = 10**6
CHUNK = 64 * 1024
REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 5
# By the first bytes, because the type that a server reports is not trusted.
KINDS = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}
THE_WEB = Web()


@dataclass(frozen=True)
class Fetched:
    """A whole picture; `ending` is "png", "jpg", "gif" or "webp", according to its bytes."""

    content: bytes
    ending: str


@dataclass(frozen=True)
class Missing:
    """The reason for a missing picture, a clause for "…could not be saved: <reason>."."""

    reason: str


def picture_ending(content: bytes | bytearray) -> str | None:
    """The ending of a picture's file name by its first bytes; None if it is not a picture."""
    return next((ending for ending, begins in KINDS.items() if begins.match(content)), None)


class Downloads:
    """The downloads of one run, one at a time, within the rules for sizes and hosts.

    `timeout` is the number of seconds for one picture, from the look-up of its host to its last
    byte. A host that sends nothing in that time is not tried again.
    """

    def __init__(self, rules: Pictures, timeout: float, web: Web = THE_WEB) -> None:
        self._rules = rules
        self._timeout = timeout
        self._web = web
        self._read = 0
        self._down: dict[str, str] = {}

    def fetch(self, url: str) -> Fetched | Missing:
        """The picture behind an untrusted link, or the reason why it is missing.

        No link and no network can make this raise an error. A reason names hosts and never a whole
        address, which may contain a signature.
        """
        try:
            return self._fetch(url)
        except UnavailableError as error:
            return Missing(error.reason)

    def _fetch(self, url: str) -> Fetched:
        deadline = monotonic() + self._timeout
        download = _Download(
            self._rules,
            self._web,
            self._down,
            deadline,
            self._rules.max_total_mb * MEGABYTE - self._read,
        )
        link = download.allowed(url)
        # A socket's time-out ends neither a look-up nor a server that sends single bytes. So a
        # daemon thread does the work, and is left behind if it takes too long.
        outcomes: SimpleQueue[Fetched | BaseException] = SimpleQueue()
        Thread(target=download.run, args=(link, outcomes.put), daemon=True).start()
        outcome: Fetched | BaseException | None = None
        with suppress(Empty):
            outcome = outcomes.get(timeout=self._timeout)
        last, self._read = download.at, self._read + download.read
        if isinstance(outcome, Fetched):
            return outcome
        if outcome is None or (isinstance(outcome, UnavailableError) and monotonic() >= deadline):
            late = f"{last.shown_host} took longer than {self._timeout:g} s"
            outcome = UnavailableError(late, of_host=download.read == 0)
        if isinstance(outcome, UnavailableError) and outcome.of_host:
            self._down[last.host] = outcome.reason
        raise outcome


class _Download:
    """The download of one picture; `at` is its last link, `read` the number of bytes read."""

    def __init__(
        self, rules: Pictures, web: Web, down: Mapping[str, str], deadline: float, left: int
    ) -> None:
        self.at = Link("", "")
        self.read = 0
        self._rules = rules
        self._web = web
        self._down = down
        self._deadline = deadline
        self._left = left

    def allowed(self, url: str, before: Link | None = None) -> Link:
        """The link at `url`, to which the link `before` may have redirected.

        Raises UnavailableError if the rules do not allow it.
        """
        link = parse_link(url, before)
        if link is None:
            raise UnavailableError(
                f"{before.shown_host} redirects to an address that is not plain https"
                if before
                else "its address is not plain https"
            )
        allowed = (*self._rules.hosts, *(self._rules.redirect_hosts if before else ()))
        if not any(text.matches_glob(host, link.host) for host in allowed):
            source = f"{before.shown_host} redirects to" if before else "it is on"
            raise UnavailableError(f"{source} {link.shown_host}, which the settings do not allow")
        if link.host in self._down:
            raise UnavailableError(self._down[link.host])
        if self._left <= 0:
            raise self._too_much()
        self.at = link
        return link

    def run(self, link: Link, report: Callable[[Fetched | BaseException], None]) -> None:
        """Download the picture, and report it or the error."""
        try:
            report(self._follow(link))
        except BaseException as error:  # noqa: BLE001 - the receiver raises it again
            report(error)

    def _follow(self, link: Link) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            with self._web.ask(link, self._deadline) as answer:
                target = answer.headers.get("Location") if answer.status in REDIRECTS else None
                if target is None:
                    return self._picture(link, answer)
            link = self.allowed(target, link)
        raise UnavailableError(f"it has more than {MOST_REDIRECTS} redirects")

    def _picture(self, link: Link, answer: BaseHTTPResponse) -> Fetched:
        if answer.status != HTTPStatus.OK:
            why = ": it was deleted or is private" if answer.status == HTTPStatus.NOT_FOUND else ""
            raise UnavailableError(f"{link.shown_host} answered {answer.status}{why}")
        content = bytearray()
        self._check_size(answer.length_remaining or 0)
        while chunk := answer.read(CHUNK):
            content += chunk
            self.read = len(content)
            self._check_size(self.read)
            if monotonic() > self._deadline:
                raise TimeoutError
        ending = picture_ending(content)
        if ending is None:
            raise UnavailableError("it is not a PNG, JPEG, GIF or WebP")
        return Fetched(bytes(content), ending)

    def _check_size(self, size: int) -> None:
        if size > self._rules.max_mb * MEGABYTE:
            raise UnavailableError(f"it is larger than {self._rules.max_mb} MB")
        if size > self._left:
            raise self._too_much()

    def _too_much(self) -> UnavailableError:
        return UnavailableError(
            f"a run downloads at most {self._rules.max_total_mb} MB; the next run continues"
        )
