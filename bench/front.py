"""A proxy on loopback that answers as api.github.com, with a temporary certificate.

It passes requests on to the fake GitHub of the tests, for programs that know only GitHub's address.
It connects to no other host. The
certificate authority is in a temporary folder. Only programs that get its file trust it.
"""

import contextlib
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "api.github.com"
CHUNK = 65536


class Front:
    """The proxy at `address` while the context lasts.

    `sent` and `received` count the bytes of the program before encryption.
    """

    def __init__(self, upstream: tuple[str, int], folder: Path) -> None:
        self.sent = self.received = 0
        self.authority = folder / "authority.pem"
        self._upstream = upstream
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(_certificate(folder, self.authority))
        self._server = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        """The value for HTTPS_PROXY."""
        return f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def __enter__(self) -> Self:
        """Start the proxy."""
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the proxy."""
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                threading.Thread(target=self._handle, args=(client,), daemon=True).start()

    def _handle(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            head = b""
            while b"\r\n\r\n" not in head and (more := client.recv(CHUNK)):
                head += more
            if not head.startswith(f"CONNECT {HOST}:443 ".encode()):
                client.sendall(b"HTTP/1.1 403 Only GitHub\r\nContent-Length: 0\r\n\r\n")
                return
            client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            with (
                self._tls.wrap_socket(client, server_side=True) as inner,
                socket.create_connection(self._upstream) as outer,
            ):
                back = threading.Thread(
                    target=self._pump, args=(outer, inner, "received"), daemon=True
                )
                back.start()
                self._pump(inner, outer, "sent")
                back.join()

    def _pump(self, source: socket.socket, sink: socket.socket, counter: str) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                with self._lock:
                    setattr(self, counter, getattr(self, counter) + len(data))
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


def _certificate(folder: Path, authority: Path) -> Path:
    """An authority and its certificate for HOST, valid for a day; the authority's key is not saved."""
    ours, theirs = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer, subject = _name("Temporary authority of a benchmark"), _name(HOST)
    root = _certificate_builder(issuer, issuer, ours).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    leaf = _certificate_builder(issuer, subject, theirs).add_extension(
        x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False
    )
    # Python 3.13 requires these two.
    key_id = x509.SubjectKeyIdentifier.from_public_key(ours.public_key())
    root = root.add_extension(key_id, critical=False)
    leaf = leaf.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_id), critical=False
    )
    pem = serialization.Encoding.PEM
    authority.write_bytes(root.sign(ours, hashes.SHA256()).public_bytes(pem))
    chain = folder / "api.pem"
    chain.write_bytes(
        leaf.sign(ours, hashes.SHA256()).public_bytes(pem)
        + theirs.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return chain


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _certificate_builder(
    issuer: x509.Name, subject: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
    )
