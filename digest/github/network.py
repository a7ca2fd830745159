"""The network below the API: limits the size of answers, and explains why a reply is missing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from digest import text
from digest.github.redaction import hide_credentials

if TYPE_CHECKING:
    from github.Requester import RequestsResponse

LARGEST = 64 * 10**6
# A small piece, because a compressed one may grow a thousandfold.
PIECE = 16 * 1024
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class OversizedError(Exception):
    """An answer is longer than LARGEST bytes when it is unpacked."""


@dataclass(frozen=True)
class Trouble:
    """The kind of a network fault, as the table of treatments names it, and its cause in words."""

    kind: str
    words: str = ""


@cache
def bound_answers() -> None:
    """Make PyGithub unpack answers piece by piece, and stop at LARGEST bytes."""
    from github.Requester import (
        HTTPRequestsConnectionClass,
        HTTPSRequestsConnectionClass,
        Requester,
        RequestsResponse,
    )

    class Response(RequestsResponse):
        def read(self) -> str:
            return b"".join(_bounded(self)).decode("utf-8", "replace")

    class Http(HTTPRequestsConnectionClass):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.session.stream = True

        def getresponse(self) -> RequestsResponse:
            return Response(super().getresponse().response)

    class Https(HTTPSRequestsConnectionClass):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.session.stream = True

        def getresponse(self) -> RequestsResponse:
            return Response(super().getresponse().response)

    Requester.injectConnectionClasses(Http, Https)
    # The line above also makes PyGithub connect again for each request.
    setattr(Requester, "_Requester__persist", True)  # noqa: B010 (the name is private)


def _bounded(response: "RequestsResponse") -> Iterator[bytes]:
    size = 0
    for piece in response.iter_content(PIECE):
        size += len(piece)
        if size > LARGEST:
            response.response.close()
            raise OversizedError(f"more than {LARGEST // 10**6} MB")
        yield piece


def explain(error: Exception, url: str, environ: Mapping[str, str]) -> Trouble:
    """The cause of a request to `url` without a reply, from the error and all errors inside it."""
    from requests import exceptions as outer
    from urllib3 import exceptions as inner

    chain = list(_chain(error))
    causes: Sequence[tuple[object, Callable[[], Trouble]]] = (
        (isinstance(error, OversizedError), lambda: Trouble("oversized", str(error))),
        (
            isinstance(error, (outer.InvalidSchema, outer.InvalidURL))
            or _first(chain, inner.LocationValueError),
            lambda: _bad_address(error, url),
        ),
        (
            isinstance(error, outer.ProxyError),
            lambda: Trouble("proxy", f"{_proxy_of(url)}: {_reason(chain)}"),
        ),
        (isinstance(error, outer.SSLError), lambda: _certificate(chain, environ)),
        (
            _first(chain, inner.NameResolutionError),
            lambda: Trouble("unknown name", _reason(chain)),
        ),
        (_first(chain, inner.NewConnectionError), lambda: Trouble("unreachable", _reason(chain))),
        (
            isinstance(error, outer.Timeout) or _first(chain, inner.TimeoutError),
            lambda: Trouble("time-out"),
        ),
        (
            isinstance(error, outer.ContentDecodingError),
            lambda: Trouble("unreadable answer", "it cannot be unpacked"),
        ),
        (
            # requests checks the file of certificates before it connects.
            isinstance(error, OSError) and not isinstance(error, outer.RequestException),
            lambda: Trouble("certificate file", _clean(str(error))),
        ),
    )
    return next((explain_it() for is_cause, explain_it in causes if is_cause), Trouble("dropped"))


def _bad_address(error: Exception, url: str) -> Trouble:
    proxy = _proxy_of(url)
    if "SOCKS" in str(error):
        return Trouble("proxy setting", f"{proxy} needs the Python package PySocks")
    if proxy:
        return Trouble("proxy setting", f"{proxy}: {_clean(str(error))}")
    return Trouble("bad address", _clean(str(error)))


def _certificate(chain: list[BaseException], environ: Mapping[str, str]) -> Trouble:
    import ssl

    name = next((name for name in CERTIFICATES if environ.get(name)), None)
    is_file = "NO_CERTIFICATE" in str(chain[0]) or "PEM" in str(chain[0])
    if name and is_file:
        return Trouble("certificate file", f"{environ[name]} has no certificates")
    refused = _first(chain, ssl.SSLCertVerificationError)
    words = getattr(refused, "verify_message", "") or getattr(
        _first(chain, ssl.SSLError), "reason", ""
    )
    words = str(words or "TLS failed").replace("_", " ").lower()
    shown = f"{words} ({name} is {environ[name]})" if name and refused else words
    return Trouble("certificate", shown)


def _reason(chain: list[BaseException]) -> str:
    """The words of the operating system or of a proxy."""
    inner = [error for error in chain if type(error).__module__ in {"builtins", "socket"}]
    for error in reversed(inner):
        if isinstance(error, OSError) and (error.strerror or error.args):
            words = error.strerror or str(error.args[0])
            return _clean(words[:1].lower() + words[1:])
    return "no connection"


def _proxy_of(url: str) -> str:
    """The proxy that the environment names for a URL, without its password; "" if there is none."""
    from requests.utils import get_environ_proxies, select_proxy

    proxy = select_proxy(url, get_environ_proxies(url))
    return hide_credentials(text.plain(proxy)) if proxy else ""


def _clean(words: str) -> str:
    return text.plain(words).rstrip(".")


def _first(chain: list[BaseException], kind: type[BaseException]) -> BaseException | None:
    return next((error for error in chain if isinstance(error, kind)), None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and the errors that it wraps, the outermost first."""
    waiting: list[object] = [error]
    seen: list[object] = []
    while waiting:
        found = waiting.pop(0)
        if not isinstance(found, BaseException) or any(found is one for one in seen):
            continue
        seen.append(found)
        yield found
        inside = (getattr(found, name, None) for name in ("reason", "__cause__", "__context__"))
        waiting += [*found.args, *inside]
