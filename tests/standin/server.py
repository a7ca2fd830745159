"""The fake GitHub's HTTP server on loopback, which answers as api.github.com does."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.standin import faults, graphql
from tests.standin.faults import Fault
from tests.standin.newsletter import Newsletter
from tests.standin.rest import Rest
from tests.standin.search import NotUnderstoodError
from tests.standin.weight import Heavy
from tests.standin.world import World, facts

TOKEN = "made-up-token-for-tests"
GRAPHQL = ("/graphql", "/api/graphql")
SIGN_IN = "This endpoint requires you to be authenticated."
NEEDED = "Requires authentication"

Answer = tuple[int, Any]


@dataclass(frozen=True)
class Request:
    """A request. `operation`, `variables` and `query` are a GraphQL query's.

    The operation of any other request is its path without parameters, the rest is None.
    """

    method: str
    path: str
    operation: str | None = None
    variables: Mapping[str, Any] | None = None
    query: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def names(self) -> frozenset[str | None]:
        """The names by which a fault may hit it: operation, method and path, mutation."""
        called = graphql.mutation(self.body) if self.query else None
        return frozenset({self.operation, f"{self.method} {self.path.partition('?')[0]}", called})


class StandIn:
    """GitHub's API at `url` while the context lasts: `with StandIn() as github: ...`.

    `requests` records the requests, `connections` counts the connections that brought them, `faults`
    has the next faults, `heavy` the limits of size.
    `broken` has the answer instead of each GraphQL answer that contains a field of a pull request,
    or one of several, by its number. Every answer takes `latency` seconds. The context raises AssertionError at its
    end if the fake GitHub did not understand a request, so it ignores nothing.
    """

    def __init__(
        self,
        world: World | None = None,
        token: str = TOKEN,
        heavy: Heavy | None = None,
        latency: float = 0.0,
        newsletters: Sequence[Newsletter] = (),
    ) -> None:
        self.world = world or facts()
        if both := [one.name for one in newsletters if self.world.repo(one.name)]:
            raise ValueError(f"a newsletter's repository and one of the world: {both}")
        self.newsletters = newsletters
        self.token = token
        self.heavy = heavy or Heavy()
        self.latency = latency
        self.requests: list[Request] = []
        self.connections = 0
        self.faults: list[Fault] = []
        self.broken: dict[int, tuple[str, Answer]] = {}
        self.complaints: list[str] = []
        self.rest = Rest(self.world, newsletters)
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._server = _Server(self)

    @property
    def url(self) -> str:
        """The API's base URL, without a final slash."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        """Start the server."""
        threading.Thread(target=self._server.serve_forever, args=(0.002,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the server; raise AssertionError for requests that it did not understand."""
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        if self.complaints:
            raise AssertionError(
                "the fake GitHub did not understand: " + "; ".join(self.complaints)
            ) from error

    def receive(self, method: str, path: str, body: bytes) -> tuple[Request, Fault]:
        """Record a request, and return it with its fault, if any."""
        asked = _request(method, path, body)
        with self._lock:
            self.requests.append(asked)
            fault = faults.take(self.faults, asked.names) or self._too_heavy(asked) or Fault()
            if fault.touches is not None:
                self.world = self.world.touched(fault.touches)
            return asked, fault

    def answer(
        self, asked: Request, authorization: str | None, fault: Fault
    ) -> tuple[int, Any, Mapping[str, str]]:
        """Return GitHub's answer: a status, JSON and the limit's headers.

        A request that is not understood becomes a complaint.
        """
        try:
            with self._writing:
                if asked.query is None and asked.path not in GRAPHQL:
                    return self._rest(asked, authorization)
                return *(
                    self._refusal(authorization) or self._answer(asked, fault)
                ), self.rate_headers()
        except NotUnderstoodError as error:
            with self._lock:
                self.complaints.append(str(error))
            return (
                HTTPStatus.INTERNAL_SERVER_ERROR,
                {"message": f"The fake GitHub does not understand: {error}"},
                {},
            )

    def _rest(
        self, asked: Request, authorization: str | None
    ) -> tuple[int, Any, Mapping[str, str]]:
        """Answer REST: reads need no token but have a lower limit; a wrong token is refused."""
        is_open = asked.method == "GET" and authorization is None
        refused = None if is_open else self._refusal(authorization, NEEDED)
        if refused:
            return *refused, {}
        if asked.method == "GET":
            reply = self.rest.answer(self.url, asked.path, has_token=not is_open)
        else:
            reply = self.rest.write(self.url, asked.method, asked.path, asked.body)
        return reply.status, reply.body, reply.headers

    @property
    def points(self) -> int:
        """The points that GraphQL requests cost up to now: one for each."""
        return sum(request.path in GRAPHQL for request in self.requests)

    def rate_headers(self) -> dict[str, str]:
        """Return the primary limit's headers."""
        used = self.points
        return {
            "x-ratelimit-limit": str(graphql.POINTS),
            "x-ratelimit-remaining": str(graphql.POINTS - used),
            "x-ratelimit-used": str(used),
            "x-ratelimit-reset": str(int(graphql.RESET.timestamp())),
            "x-ratelimit-resource": "graphql",
        }

    def _refusal(self, authorization: str | None, needed: str = SIGN_IN) -> Answer | None:
        if authorization is None:
            return HTTPStatus.UNAUTHORIZED, {"message": needed, "status": "401"}
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() not in ("token", "bearer") or token != self.token:
            return HTTPStatus.UNAUTHORIZED, {"message": "Bad credentials", "status": "401"}
        return None

    def _too_heavy(self, asked: Request) -> Fault | None:
        with contextlib.suppress(NotUnderstoodError):
            return self.heavy.fault(self.world, graphql.read(asked.body))
        return None

    def _answer(self, asked: Request, fault: Fault) -> Answer:
        if asked.method == "POST" and asked.path in GRAPHQL:
            world = self.world.blinded() if fault.blind else self.world
            world = world.lagging(fault.lags) if fault.lags else world
            if fault.renames_branch or fault.moves_branch:
                world = world.rebased("renamed", keeps_old=fault.moves_branch)
            world = world.renamed_back(fault.renames_back) if fault.renames_back else world
            world = world.transferred("new-owner") if fault.renames_repository else world
            query = graphql.read(asked.body)
            broken = {**self.broken}
            if fault.breaks:
                number, name = fault.breaks
                broken[number] = (name, (HTTPStatus.BAD_GATEWAY, {"message": "Server Error"}))
            fields = graphql.fields_read(world, query) if broken else ()
            for number, (names, end) in broken.items():
                if any((number, name) in fields for name in names.split()):
                    return end
            return HTTPStatus.OK, graphql.answer(world, query, self.points, self.newsletters)
        raise NotUnderstoodError(f"{asked.method} {asked.path}")


def _request(method: str, path: str, body: bytes) -> Request:
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        parsed = {}
    try:
        query = graphql.read(parsed)
    except NotUnderstoodError:
        return Request(method, path, path.partition("?")[0], body=parsed)
    return Request(method, path, query.operation, query.variables, parsed["query"], parsed)


class _Server(ThreadingHTTPServer):
    """Listen on loopback only, and close the open connections at the end."""

    def __init__(self, standin: StandIn) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.standin = standin
        self.connections: set[socket.socket] = set()

    def hang_up(self) -> None:
        for connection in tuple(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)
        self.server.standin.connections += 1

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        super().finish()

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815

    def _serve(self) -> None:
        standin = self.server.standin
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked, fault = standin.receive(self.command, self.path, body)
        time.sleep(standin.latency + fault.delay)
        fault.before()
        if fault.after:
            standin.answer(asked, self.headers.get("Authorization"), fault)
        if fault.drop:
            self._hang_up()
        elif fault.replaces_answer:
            self._send(
                fault.status or HTTPStatus.OK, fault.content(), standin.rate_headers(), fault
            )
        else:
            status, answer, limits = standin.answer(asked, self.headers.get("Authorization"), fault)
            content = json.dumps(fault.spoil(answer), ensure_ascii=False).encode("utf-8")
            self._send(status, content, limits, fault)

    def _send(self, status: int, content: bytes, limits: Mapping[str, str], fault: Fault) -> None:
        headers = {"Server": "digest stand-in", "Content-Type": "application/json; charset=utf-8"}
        headers |= {**limits, "Content-Length": str(len(content))}
        instead = {name.lower() for name in fault.headers}
        self.send_response_only(status)
        for name, value in [
            *(one for one in headers.items() if one[0].lower() not in instead),
            *fault.headers.items(),
        ]:
            self.send_header(name, value)
        # The client may have stopped waiting.
        with contextlib.suppress(ConnectionError):
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if fault.cut else content)
        if fault.cut:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Print nothing, because `requests` has it all."""
