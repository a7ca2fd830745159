"""Requests without a reply: the message names the cause and the host, and hopeless ones end at once."""

import gzip
import socket
from pathlib import Path

import pytest

from digest.errors import DigestError, UsageError
from digest.github import network
from digest.github.connection import address
from tests.scripted import FakeTime, client, fails, reply, scripted

PROXY_HINT = (
    "Check HTTPS_PROXY, ALL_PROXY and NO_PROXY. Write a proxy like http://proxy.example.com:3128."
)
FILE_HINT = "Set REQUESTS_CA_BUNDLE to a file with certificates in PEM format, or unset it."
ASKED = "https://github.example.com/api/v3"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", *network.CERTIFICATES):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize(
    ("proxy", "cause"),
    [
        (
            "socks5://me:secret@127.0.0.1:1",
            "socks5://[hidden]@127.0.0.1:1 needs the Python package PySocks",
        ),
        (
            "ftp://127.0.0.1:9",
            (
                "ftp://127.0.0.1:9: Proxy URL had unsupported scheme ftp, "
                "should use http:// or https://"
            ),
        ),
        (
            "http://127.0.0.1:abc",
            "http://127.0.0.1:abc: Failed to parse: '127.0.0.1:abc' is not a valid host or port",
        ),
        ("http://a..b:9", "http://a..b:9: Failed to parse: 'a..b', label empty or too long"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_named_at_once(
    proxy: str, cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    time = FakeTime()
    error = fails(client(ASKED, time))
    assert (error.exit_code, error.message, error.hint) == (
        1,
        f"The proxy for github.example.com cannot be used: {cause}.",
        PROXY_HINT,
    )
    assert time.pauses == []


def test_a_file_of_certificates_that_is_missing_is_named_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/made-up.pem")
    time = FakeTime()
    error = fails(client(ASKED, time))
    assert (error.exit_code, error.hint, time.pauses) == (1, FILE_HINT, [])
    assert "certificates for github.example.com could not be read" in error.message
    assert "/made-up.pem" in error.message


def test_a_file_without_certificates_is_named_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "made-up.pem"
    file.write_text("no certificates", encoding="utf-8")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    time = FakeTime()
    with scripted(reply(200, {})) as script:
        error = fails(client(script.url.replace("http:", "https:"), time))
    assert (error.exit_code, error.message, error.hint, time.pauses) == (
        1,
        f"The certificates for 127.0.0.1 could not be read: {file} has no certificates.",
        FILE_HINT,
        [],
    )


def test_a_failed_look_up_is_retried_within_the_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    time = FakeTime()
    error = fails(client("https://api.github.com", time))
    assert (error.exit_code, error.message) == (
        3,
        (
            "The address of api.github.com could not be looked up: "
            "temporary failure in name resolution. digest tried 7 times."
        ),
    )
    assert time.pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]


@pytest.mark.parametrize("host", ["a..b", ".a", "a.", f"{'a' * 64}.b"])
def test_a_host_name_with_wrong_dots_is_refused_before_anything_is_asked(host: str) -> None:
    with pytest.raises(UsageError, match="no valid host name"):
        address({"GITHUB_API_URL": f"https://{host}"})
    with pytest.raises(UsageError, match="GH_HOST is not a host name"):
        address({"GH_HOST": host})


def test_an_answer_that_grows_when_it_is_unpacked_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A few kilobytes of gzip become ten megabytes here."""
    monkeypatch.setattr(network, "LARGEST", 10**6)
    packed = gzip.compress(b" " * 10**7, mtime=0)
    head = f"HTTP/1.1 200 Said\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    time = FakeTime()
    with scripted(head.encode() + packed) as script:
        error = fails(client(script.url, time))
    assert (error.exit_code, error.message, time.pauses) == (
        3,
        "The answer of 127.0.0.1 is too large: more than 1 MB.",
        [],
    )


def test_an_answer_that_cannot_be_unpacked_is_garbled() -> None:
    head = "HTTP/1.1 200 Said\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"
    with scripted(head.encode()) as script:
        error = fails(client(script.url, patience=0))
    assert error.message == "GitHub's answer could not be read: it cannot be unpacked."
    assert isinstance(error, DigestError)
