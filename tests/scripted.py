"""A server on loopback that sends scripted answers, even half of one, and a client with a fake clock."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from digest.errors import DigestError
from digest.github.client import Clock, GitHub, Question
from digest.github.connection import address
from digest.github.faults import Answer
from digest.github.graphql_answers import Shape
from digest.settings import GitHub as GitHubSettings

TOKEN = "made-up-token"
NINE = datetime(2021, 5, 17, 9, tzinfo=UTC)


def reply(status: int, body: object, **headers: str) -> bytes:
    """Return a whole answer.

    A body other than text is written as JSON. `_` in a header's name becomes `-`.
    """
    text = body if isinstance(body, str) else json.dumps(body)
    lines = [
        f"HTTP/1.1 {status} Said",
        f"Content-Length: {len(text.encode())}",
        "Connection: close",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", text]).encode()


def graphql(*errors: Mapping[str, object], data: object = None, **headers: str) -> bytes:
    return reply(200, {"data": data, "errors": list(errors)}, **headers)


class Script:
    """Answers in their order, the last one repeated; `None` never answers.

    `requests` has the bodies of the requests.
    """

    def __init__(self, answers: Sequence[bytes | None]) -> None:
        self.answers = list(answers)
        self.asked: list[Any] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""
        self.over = threading.Event()


@contextmanager
def scripted(*answers: bytes | None) -> Iterator[Script]:
    """Serve the answers on loopback."""
    script = Script(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            script.asked.append({"path": self.path, **json.loads(body)})
            script.headers.append({name.lower(): value for name, value in self.headers.items()})
            answer = script.answers[min(len(script.asked), len(script.answers)) - 1]
            if answer is None:
                script.over.wait()
            else:
                self.wfile.write(answer)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    script.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield script
    finally:
        script.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class FakeTime:
    """A clock that advances by the pauses, and by `each` seconds whenever it is read."""

    each: float = 0.0
    passed: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.passed += seconds

    def seconds(self) -> float:
        self.passed += self.each
        return self.passed

    def clock(self) -> Clock:
        return Clock(
            now=lambda: NINE + timedelta(seconds=self.passed),
            seconds=self.seconds,
            sleep=self.sleep,
        )


@dataclass
class FakeWatch:
    """Records the waits and steps that a person would see."""

    waits: list[tuple[str, float]] = field(default_factory=list)
    steps: list[tuple[int, int | None]] = field(default_factory=list)

    def waiting(self, reason: str, seconds: float) -> None:
        self.waits.append((reason, seconds))

    def begin(self, title: str) -> None:
        """Record nothing, because the titles repeat the request."""

    def progress(self, done: int, total: int | None) -> None:
        self.steps.append((done, total))


def client(
    url: str,
    time: FakeTime | None = None,
    watch: FakeWatch | None = None,
    timeout: int = 5,
    patience: int = 120,
) -> GitHub:
    """A client with a made-up token whose time is not the world's."""
    settings = GitHubSettings(
        timeout_seconds=timeout, max_wait_seconds=patience, max_listed=500, write_pause_seconds=0
    )
    where = address({"GITHUB_API_URL": url})
    return GitHub(where, TOKEN, settings, watch or FakeWatch(), (time or FakeTime()).clock())


class Hello(Shape):
    """The answer to a made-up query."""

    hello: str


WORLD = Answer(Hello(hello="world"))


def ask(github: GitHub) -> Answer[Hello]:
    return github.ask(Question("query { hello }", Hello, {"a": 1}), "backstage/backstage")


def fails(github: GitHub) -> DigestError:
    with pytest.raises(DigestError) as caught:
        ask(github)
    return caught.value
