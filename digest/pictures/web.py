"""Follows untrusted links safely: public addresses only, resolved once.

A link is parsed once, strictly, and the request is built from the result. A name is looked up once,
and the request goes to one of the checked addresses, so a later change of the name has no effect.
requests does neither, and it would send passwords of ~/.netrc. So this uses urllib3, with the
proxies and certificates of requests.
"""

import logging
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

LOG = logging.getLogger(__name__)
HTTPS = 443
LONGEST = 8000
LONGEST_HOST = 253
WIDTH = 60
# Some parsers skip white space and controls, and some read a backslash as a slash.
STEERS = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
# Without a user, another port, non-ASCII letters in the host, or a path that looks like a host. The
# fragment is not sent.
PLAIN = re.compile(
    r"https://(?P<host>\[[0-9a-f:.]+\]|(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?)(?::443)?"
    r"(?P<path>/(?!/)[^?#]*)?(?P<query>\?[^#]*)?(?:#.*)?",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
# The resolver accepts 127.1, 0x7f.1 and 2130706433 as addresses. A name never ends in a number.
NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.ASCII)

UNICAST = ip_network("2000::/3")
TRANSLATED = ip_network("64:ff9b::/96")  # NAT64: an IPv4 address in the last 32 bits
# Ranges for protocols, relays and documentation, which some versions of Python call global.
NOT_GLOBAL = tuple(
    map(
        ip_network,
        "192.0.0.0/24 192.88.99.0/24 2001::/23 2001:db8::/32 2002::/16 3fff::/20".split(),
    )
)


class UnavailableError(Exception):
    """The reason why a link cannot be fetched, as a clause; `of_host`: its host does not work."""

    def __init__(self, reason: str, *, of_host: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.of_host = of_host


@dataclass(frozen=True)
class Link:
    """A parsed link: its host in lower case (an IP address without brackets) and its target."""

    host: str
    target: str

    @property
    def is_address(self) -> bool:
        """Whether the host is an IP address."""
        return ":" in self.host or self.host.rpartition(".")[2].isdigit()

    @property
    def authority(self) -> str:
        """The host in the form for a URL and the Host header."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def shown_host(self) -> str:
        """The host in a form that is safe to print."""
        return text.cut(text.plain(self.host), WIDTH)


def parse_link(written: str, base: Link | None = None) -> Link | None:
    """The parsed link, which may be relative to `base`; None if it is not https to port 443."""
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
    """A host in the form that is checked and used; empty, or a ValueError, if it is not valid."""
    if written.startswith("["):
        return str(IPv6Address(written[1:-1]))
    if NUMBER.fullmatch(written.rpartition(".")[2]):
        return str(IPv4Address(written))
    return written if len(written) <= LONGEST_HOST else ""


def look_up(host: str) -> Sequence[str]:
    """The addresses of a host, the best one first. Raises OSError if there is none."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, HTTPS, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether an address is public: not private, local or shared."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        if ip in TRANSLATED:
            return is_public(str(IPv4Address(int(ip) & 0xFFFFFFFF)))
        # This excludes IPv6 forms of IPv4 addresses, such as ::ffff:….
        if ip not in UNICAST:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in NOT_GLOBAL)


@dataclass(frozen=True)
class Web:
    """The access to the network, which a test can replace.

    `ca` is a file or folder of trusted certificates; None means those that requests uses.
    """

    resolve: Callable[[str], Sequence[str]] = look_up
    is_public: Callable[[str], bool] = is_public
    port: int = HTTPS
    ca: str | None = None

    @contextmanager
    def ask(self, link: Link, deadline: float) -> Iterator[BaseHTTPResponse]:
        """The answer to a request for a link, with any status, for the caller to read.

        The request contains nothing about the person. Raises UnavailableError without an answer, or
        if the connection fails while it is read. Each step before the answer ends at `deadline` (of
        time.monotonic); the reading does not.
        """
        unreachable = f"{link.shown_host} could not be reached"
        try:
            proxy = _proxy(link)
            unreachable += " through the proxy" if proxy else ""
            pools = [self._through(proxy, link)] if proxy else self._straight(link)
        # Libraries raise ValueError for an invalid proxy.
        except (HTTPError, OSError, ValueError) as error:
            raise UnavailableError(unreachable, of_host=True) from error
        with ExitStack() as stack:
            try:
                for pool in pools:
                    stack.enter_context(pool)
                began = time.monotonic()
                answer = _first_answer(pools, link, deadline)
                # The query of a signed link is a secret.
                where = text.plain(f"{link.authority}{link.target.partition('?')[0]}")
                seconds = time.monotonic() - began
                LOG.debug("GET https://%s: %d, %.1f s", where, answer.status, seconds)
                stack.callback(answer.close)
                yield answer
            except (NewConnectionError, ConnectTimeoutError, ProxyError, SSLError) as error:
                untrusted = f"the certificate of {link.shown_host} is not trusted"
                raise UnavailableError(
                    untrusted if _is_distrust(error) else unreachable, of_host=True
                ) from error
            # One bad link, such as an answer that is not HTTP, does not rule out its host.
            except (HTTPError, HTTPException, OSError, ValueError) as error:
                raise UnavailableError(f"the connection to {link.shown_host} was lost") from error

    def _straight(self, link: Link) -> Sequence[HTTPConnectionPool]:
        """One pool for each address of a link. Raises UnavailableError if one is private."""
        addresses = [link.host] if link.is_address else list(dict.fromkeys(self.resolve(link.host)))
        self._check_public(link, addresses)
        trusted = self._trusted()
        return [
            HTTPSConnectionPool(address, self.port, server_hostname=link.host, **trusted)
            for address in addresses
        ]

    def _through(self, proxy: str, link: Link) -> HTTPConnectionPool:
        """A pool behind a proxy. It looks names up itself, so only IP addresses can be checked."""
        self._check_public(link, [link.host] if link.is_address else [])
        proxy = proxy if "://" in proxy else f"http://{proxy}"
        user, password = utils.get_auth_from_url(proxy)
        headers = make_headers(proxy_basic_auth=f"{user}:{password}") if user else None
        manager = ProxyManager(proxy, proxy_headers=headers, **self._trusted())
        return manager.connection_from_host(link.authority, self.port, "https")

    def _check_public(self, link: Link, addresses: Sequence[str]) -> None:
        if not all(map(self.is_public, addresses)):
            raise UnavailableError(f"{link.shown_host} has a private address", of_host=True)

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
    """The answer from the first pool that connects; each has its share of the time for that."""
    last_error: HTTPError = ConnectTimeoutError("no address")
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
            last_error = error
    raise last_error


def _is_distrust(error: BaseException | None) -> bool:
    while error and not isinstance(error, ProxyError):
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__context__
    return False
