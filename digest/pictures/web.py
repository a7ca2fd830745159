"""Follows untrusted links safely: only public addresses are asked, and only those that were checked.

A link is read once, strictly, and the request is built from what was read. A name is looked up
once, and the request goes to one of the addresses that were checked, so a name that is changed in
between gains nothing. requests does neither, and sends along what ~/.netrc holds; so this is
urllib3 alone, with the proxies and certificates of requests.
"""

import os
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from requests import utils
from urllib3 import (
    BaseHTTPResponse,
    HTTPConnectionPool,
    HTTPSConnectionPool,
    ProxyManager,
    Timeout,
    make_headers,
)
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProxyError,
    SSLError,
)

from digest import text
from digest.github.connection import USER_AGENT

HTTPS = 443
LONGEST = 8000
LONGEST_HOST = 253
WIDTH = 60
# White space and controls, which some parsers leave out, and the backslash, which some take for a
# slash.
STEERS = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
# No user, no other port, no letters but ASCII in a host, no path that looks like a host. What
# follows a # stays here.
PLAIN = re.compile(
    r"https://(?P<host>\[[0-9a-f:.]+\]|(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?)(?::443)?"
    r"(?P<path>/(?!/)[^?#]*)?(?P<query>\?[^#]*)?(?:#.*)?",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
# The resolver takes 127.1, 0x7f.1 and 2130706433 for addresses too; a name never ends in a number.
NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.ASCII)

UNICAST = ip_network("2000::/3")
TRANSLATED = ip_network("64:ff9b::/96")  # NAT64: an IPv4 address in the last 32 bits
# What Python calls global, or did in some version, though it is not: protocols', relays',
# documentation.
NOT_GLOBAL = tuple(
    map(
        ip_network,
        "192.0.0.0/24 192.88.99.0/24 2001::/23 2001:db8::/32 2002::/16 3fff::/20".split(),
    )
)


class UnavailableError(Exception):
    """Why something could not be fetched, as a clause.

    `of_host`: its host is not worth asking again.
    """

    def __init__(self, reason: str, *, of_host: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.of_host = of_host


@dataclass(frozen=True)
class Link:
    """A link that was read: its host in small letters (an IP address without brackets), and what is asked of it."""

    host: str
    target: str

    @property
    def is_address(self) -> bool:
        """Whether the host is an IP address."""
        return ":" in self.host or self.host.rpartition(".")[2].isdigit()

    @property
    def authority(self) -> str:
        """The host as a URL and the Host header write it."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def shown_host(self) -> str:
        """The host as a sentence may hold it."""
        return text.cut(text.plain(self.host), WIDTH)


def parse_link(written: str, base: Link | None = None) -> Link | None:
    """The link that is written, which may be relative to another.

    None unless it is plain https to port 443.
    """
    if len(written) > LONGEST or STEERS.search(written):
        return None
    try:
        url = urljoin(f"https://{base.authority}{base.target}", written) if base else written
        found = PLAIN.fullmatch(url)
        host = _host(found["host"].lower().removesuffix(".")) if found else ""
    except ValueError:
        return None
    return Link(host, (found["path"] or "/") + (found["query"] or "")) if found and host else None


def _host(written: str) -> str:
    """A host in the one form that is checked and connected to.

    Empty for a wrong one, or a ValueError.
    """
    if written.startswith("["):
        return str(IPv6Address(written[1:-1]))
    if NUMBER.fullmatch(written.rpartition(".")[2]):
        return str(IPv4Address(written))
    return written if len(written) <= LONGEST_HOST else ""


def look_up(host: str) -> Sequence[str]:
    """The addresses of a host, the best one first; OSError when there is none."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, HTTPS, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether everybody on the internet reaches the same machine by an address: no private, local or shared one."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        if ip in TRANSLATED:
            return is_public(str(IPv4Address(int(ip) & 0xFFFFFFFF)))
        # The IPv4 addresses that others hold, ::ffff:… among them, are outside of this.
        if ip not in UNICAST:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in NOT_GLOBAL)


@dataclass(frozen=True)
class Web:
    """How the network is reached, so that a test can put a stand-in there.

    `ca` is a file or folder of trusted certificates; None: those that requests, and so the API's
    client, would take.
    """

    resolve: Callable[[str], Sequence[str]] = look_up
    is_public: Callable[[str], bool] = is_public
    port: int = HTTPS
    ca: str | None = None

    @contextmanager
    def ask(self, link: Link, deadline: float) -> Iterator[BaseHTTPResponse]:
        """The answer of a link, still to be read, whatever its status.

        It says of us only what program this is.
        Raises UnavailableError when nobody answers, also while it is read. The deadline (of
        time.monotonic) holds for the steps up to the answer one by one; a server that sends byte
        after byte is beyond it.
        """
        unreached = f"{link.shown_host} could not be reached"
        try:
            proxy = _proxy(link)
            unreached += " through the proxy" if proxy else ""
            pools = [self._through(proxy, link)] if proxy else self._straight(link)
        # ValueError: what libraries say of a proxy that is none.
        except (HTTPError, OSError, ValueError) as error:
            raise UnavailableError(unreached, of_host=True) from error
        with ExitStack() as stack:
            try:
                for pool in pools:
                    stack.enter_context(pool)
                answer = _first_answer(pools, link, deadline)
                stack.callback(answer.close)
                yield answer
            except (NewConnectionError, ConnectTimeoutError, ProxyError, SSLError) as error:
                untrusted = f"the certificate of {link.shown_host} is not trusted"
                raise UnavailableError(
                    untrusted if _is_distrust(error) else unreached, of_host=True
                ) from error
            # What somebody makes of one link, such as an answer that is no HTTP, costs the others
            # of its host nothing.
            except (HTTPError, HTTPException, OSError, ValueError) as error:
                raise UnavailableError(f"the connection to {link.shown_host} broke off") from error

    def _straight(self, link: Link) -> Sequence[HTTPConnectionPool]:
        """One pool for each address of a link; none for a link of which any address is private."""
        addresses = [link.host] if link.is_address else list(dict.fromkeys(self.resolve(link.host)))
        self._hold_to_public(link, addresses)
        trusted = self._trusted()
        return [
            HTTPSConnectionPool(one, self.port, server_hostname=link.host, **trusted)
            for one in addresses
        ]

    def _through(self, proxy: str, link: Link) -> HTTPConnectionPool:
        """A pool behind a proxy, which looks names up itself, so that only a bare address can be checked."""
        self._hold_to_public(link, [link.host] if link.is_address else [])
        proxy = proxy if "://" in proxy else f"http://{proxy}"
        user, password = utils.get_auth_from_url(proxy)
        headers = make_headers(proxy_basic_auth=f"{user}:{password}") if user else None
        manager = ProxyManager(proxy, proxy_headers=headers, **self._trusted())
        return manager.connection_from_host(link.authority, self.port, "https")

    def _hold_to_public(self, link: Link, addresses: Sequence[str]) -> None:
        if not all(map(self.is_public, addresses)):
            raise UnavailableError(f"{link.shown_host} is at a private address", of_host=True)

    def _trusted(self) -> dict[str, Any]:
        named = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        bundle = self.ca or named or utils.DEFAULT_CA_BUNDLE_PATH
        return {
            "cert_reqs": "CERT_REQUIRED",
            "ca_cert_dir" if Path(bundle).is_dir() else "ca_certs": bundle,
        }


def _proxy(link: Link) -> str | None:
    url = f"https://{link.authority}/"
    return utils.select_proxy(url, utils.get_environ_proxies(url)) or None


def _first_answer(
    pools: Sequence[HTTPConnectionPool], link: Link, deadline: float
) -> BaseHTTPResponse:
    """The answer by the first of these pools that has a connection.

    Each has its share of the time to get one.
    """
    failed: HTTPError = ConnectTimeoutError("no address")
    for others, pool in zip(reversed(range(len(pools))), pools, strict=True):
        left = deadline - time.monotonic()
        try:
            return pool.urlopen(
                "GET",
                link.target,
                headers={
                    "Host": link.authority,
                    "User-Agent": USER_AGENT,
                    "Accept-Encoding": "identity",
                },
                retries=False,
                redirect=False,
                timeout=Timeout(connect=left / (others + 1), read=left),
                preload_content=False,
                decode_content=False,
            )
        except (NewConnectionError, ConnectTimeoutError) as error:
            failed = error
    raise failed


def _is_distrust(error: BaseException | None) -> bool:
    while error and not isinstance(error, ProxyError):
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__context__
    return False
