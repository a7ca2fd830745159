"""Downloads the pictures that descriptions show, from nowhere but where the settings allow, and only so much.

Anybody can write such a link into a pull request, and it is followed on an editor's laptop inside a
company's network, or in a job of CI; so how it is followed stands in `web`, and nothing that comes
is trusted to be a picture.
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
# By the first bytes: what a server says of them is its own affair.
KINDS = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}
THE_WEB = Web()


@dataclass(frozen=True)
class Fetched:
    """A whole picture; `ending` is "png", "jpg", "gif" or "webp", by what the bytes are."""

    content: bytes
    ending: str


@dataclass(frozen=True)
class Missing:
    """Why there is no picture, as a clause that ends "…could not be saved: <reason>."."""

    reason: str


class Downloads:
    """The pictures of one run, one after the other; sizes and hosts are held to the rules.

    `timeout` is the seconds for one picture as a whole, from the look-up of its host to its last
    byte. A host that cannot be reached in that time is not asked again; one from which something
    came is, since that picture was large.
    """

    def __init__(self, rules: Pictures, timeout: float, web: Web = THE_WEB) -> None:
        self._rules = rules
        self._timeout = timeout
        self._web = web
        self._read = 0
        self._down: dict[str, str] = {}

    def fetch(self, url: str) -> Fetched | Missing:
        """The picture behind an untrusted link, or why there is none.

        Raises nothing that a link or network can cause.
        A reason names hosts, never what else an address holds: it may be signed.
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
        # No time-out of a socket holds against a server that sends byte after byte, and none ends a
        # look-up. So the work has a thread of its own, which is left behind; being a daemon, it
        # does not keep the program from its end.
        done: SimpleQueue[Fetched | BaseException] = SimpleQueue()
        Thread(target=download.run, args=(link, done.put), daemon=True).start()
        outcome: Fetched | BaseException | None = None
        with suppress(Empty):
            outcome = done.get(timeout=self._timeout)
        now_at, self._read = download.at, self._read + download.read
        if isinstance(outcome, Fetched):
            return outcome
        if outcome is None or (isinstance(outcome, UnavailableError) and monotonic() >= deadline):
            late = f"{now_at.shown_host} took longer than {self._timeout:g} s"
            outcome = UnavailableError(late, of_host=download.read == 0)
        if isinstance(outcome, UnavailableError) and outcome.of_host:
            self._down[now_at.host] = outcome.reason
        raise outcome


class _Download:
    """The download of one picture.

    `at` and `read` (bytes) say how far it came, also when it was given up.
    """

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
        """The link, or the one that the link before leads on to, if it may be followed.

        Else UnavailableError.
        """
        link = parse_link(url, before)
        if link is None:
            what = "no plain https address"
            raise UnavailableError(
                f"{before.shown_host} leads on to {what}" if before else f"it is {what}"
            )
        allowed = (*self._rules.hosts, *(self._rules.redirect_hosts if before else ()))
        if not any(text.matches_glob(one, link.host) for one in allowed):
            where = f"{before.shown_host} leads on to" if before else "it is at"
            raise UnavailableError(f"{where} {link.shown_host}, which the settings do not allow")
        if link.host in self._down:
            raise UnavailableError(self._down[link.host])
        if self._left <= 0:
            raise self._too_much()
        self.at = link
        return link

    def run(self, link: Link, tell: Callable[[Fetched | BaseException], None]) -> None:
        """Go all the way, and tell what came of it, a mistake of ours too."""
        try:
            tell(self._go(link))
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is told
            tell(error)

    def _go(self, link: Link) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            with self._web.ask(link, self._deadline) as answer:
                onward = answer.headers.get("Location") if answer.status in REDIRECTS else None
                if onward is None:
                    return self._picture(link, answer)
            link = self.allowed(onward, link)
        raise UnavailableError(f"it is behind more than {MOST_REDIRECTS} redirects")

    def _picture(self, link: Link, answer: BaseHTTPResponse) -> Fetched:
        if answer.status != HTTPStatus.OK:
            gone = (
                ": it is gone, or shown to members only"
                if answer.status == HTTPStatus.NOT_FOUND
                else ""
            )
            raise UnavailableError(f"{link.shown_host} answers {answer.status}{gone}")
        content = bytearray()
        self._hold_to_size(answer.length_remaining or 0)
        while chunk := answer.read(CHUNK):
            content += chunk
            self.read = len(content)
            self._hold_to_size(self.read)
            if monotonic() > self._deadline:
                raise TimeoutError
        ending = next((ending for ending, begins in KINDS.items() if begins.match(content)), None)
        if ending is None:
            raise UnavailableError("it is no PNG, JPEG, GIF or WebP")
        return Fetched(bytes(content), ending)

    def _hold_to_size(self, size: int) -> None:
        if size > self._rules.max_mb * MEGABYTE:
            raise UnavailableError(f"it is larger than {self._rules.max_mb} MB")
        if size > self._left:
            raise self._too_much()

    def _too_much(self) -> UnavailableError:
        return UnavailableError(
            f"one run fetches at most {self._rules.max_total_mb} MB; the next run goes on"
        )
