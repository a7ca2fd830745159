"""Hosts of pictures on loopback, and a proxy in front of them; both record their requests."""

import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import responses
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

STORE = "github-production-user-asset-6210df.s3.amazonaws.com"
NAMES = ("github.com", "*.githubusercontent.com", STORE)


@dataclass(frozen=True)
class Asked:
    """A request; `name` is the host name in TLS (SNI), header names are in lower case."""

    name: str | None
    method: str
    target: str
    headers: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"https://{self.headers['host']}{self.target}"


@dataclass(frozen=True)
class Said:
    """An answer in pieces, with seconds between them."""

    pieces: Sequence[bytes]
    pause: float = 0.0


def said(status: int = 200, body: bytes = b"", **headers: str) -> Said:
    """Return an answer in one piece; `content_length="5"` sets a header, "" removes it."""
    shown = {"content-length": str(len(body))} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = [
        f"HTTP/1.1 {status} {responses.get(status, '')}",
        *(f"{k}: {v}" for k, v in shown.items() if v),
    ]
    return Said(["\r\n".join([*lines, "", ""]).encode("latin-1") + body])


def leads_to(location: str, status: int = 302) -> Said:
    return said(status, location=location)


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate, which a client has to trust."""

    trusted: Path
    with_key: Path

    @classmethod
    def made(cls, folder: Path, names: Sequence[str] = NAMES) -> Self:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made up for tests")])
        now = datetime.now(UTC)
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), critical=False
            )
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(identifier, critical=False)
            .sign(key, SHA256())
        )
        public = made.public_bytes(Encoding.PEM)
        (folder / "trusted.pem").write_bytes(public)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "with_key.pem").write_bytes(private + public)
        return cls(folder / "trusted.pem", folder / "with_key.pem")


class Listening(ThreadingTCPServer):
    """A server on 127.0.0.1 while the context lasts; `over` ends its handlers."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, handler: type[BaseRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.over = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()


class Hosts(Listening):
    """All hosts on one port: `answers` by URL without "https://", 404 for other URLs."""

    def __init__(self, certificate: Certificate) -> None:
        super().__init__(_Answering)
        self.answers: dict[str, Said] = {}
        self.asked: list[Asked] = []
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate.with_key)


def _head(connection: socket.socket) -> tuple[list[str], Mapping[str, str]]:
    """Return the words of the first line, and the headers; OSError if nothing arrives."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        if not (more := connection.recv(1)):
            raise ConnectionResetError
        head += more
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    return first.split(" "), {
        name.lower(): value for name, _, value in (line.partition(": ") for line in lines)
    }


class _Answering(BaseRequestHandler):
    server: Hosts

    def handle(self) -> None:
        names: list[str | None] = []
        self.server.tls.sni_callback = lambda _socket, name, _tls: names.append(name)
        try:
            with self.server.tls.wrap_socket(self.request, server_side=True) as connection:
                (method, target, _), headers = _head(connection)
                asked = Asked(names[-1], method, target, headers)
                self.server.asked.append(asked)
                answer = self.server.answers.get(asked.url.removeprefix("https://"), said(404))
                for piece in answer.pieces:
                    connection.sendall(piece)
                    if (
                        self.server.over.wait(answer.pause)
                        if answer.pause
                        else self.server.over.is_set()
                    ):
                        break
        except OSError:
            return


@dataclass
class Tunnels:
    """The requests to a proxy: hosts with ports, and credentials."""

    hosts: list[str] = field(default_factory=list)
    credentials: list[str | None] = field(default_factory=list)


class Proxy(Listening):
    """A proxy for CONNECT that connects every name to one port of loopback.

    `refuses` is a status with which it refuses instead.
    """

    def __init__(self, to: int, refuses: int | None = None) -> None:
        super().__init__(_Tunnelling)
        self.to = to
        self.refuses = refuses
        self.tunnels = Tunnels()


class _Tunnelling(BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        (_, host, _), headers = _head(self.request)
        self.server.tunnels.hosts.append(host)
        self.server.tunnels.credentials.append(headers.get("proxy-authorization"))
        if self.server.refuses:
            self.request.sendall(f"HTTP/1.1 {self.server.refuses} No\r\n\r\n".encode())
            return
        with socket.create_connection(("127.0.0.1", self.server.to)) as onward:
            self.request.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=_pump, args=(onward, self.request), daemon=True)
            back.start()
            _pump(self.request, onward)
            back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while some := source.recv(65536):
            target.sendall(some)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return
