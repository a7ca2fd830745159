"""The guard keeps every test from the network and the developer's accounts."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import requests

from tests.nonetwork.sitecustomize import NetworkReachedError

# Addresses for documentation (RFC 5737, RFC 3849, RFC 2606), which reach no server if a guard fails.
ADDRESS = ("192.0.2.1", 443)
NAME = "host.invalid"


def _by_asyncio() -> None:
    async def connect() -> None:
        await asyncio.open_connection(*ADDRESS)

    asyncio.run(connect())


def _by_datagram() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
        mouth.sendto(b"x", ADDRESS)


def _by_connect_ex() -> None:
    with socket.socket() as mouth:
        mouth.connect_ex(ADDRESS)


def _by_six() -> None:
    with socket.socket(socket.AF_INET6) as mouth:
        mouth.connect(("2001:db8::1", 443, 0, 0))


# The guard's error is not an Exception, so the libraries do not close their sockets.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize(
    "reach",
    [
        lambda: socket.create_connection(ADDRESS),
        lambda: socket.getaddrinfo(NAME, 443),
        lambda: socket.gethostbyname(NAME),
        lambda: requests.get("https://host.invalid", timeout=1),
        lambda: urllib.request.urlopen("https://host.invalid", timeout=1),
        _by_asyncio,
        _by_datagram,
        _by_connect_ex,
        _by_six,
    ],
)
def test_every_way_out_is_closed_and_names_the_test(reach: Callable[[], object]) -> None:
    with pytest.raises(
        NetworkReachedError, match="test_every_way_out_is_closed_and_names_the_test"
    ):
        reach()


def test_loopback_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
        socket.create_connection(("localhost", server.getsockname()[1])).close()


@pytest.mark.parametrize(
    "way", ["create_connection(('192.0.2.1', 443))", "getaddrinfo('host.invalid', 443)"]
)
def test_the_guard_also_protects_a_python_that_a_test_starts(way: str) -> None:
    code = (
        f"import socket\ntry:\n    socket.{way}\nexcept Exception: print('taken for a lost line')"
    )
    child = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (child.returncode, child.stdout) == (1, "")
    assert "test_the_guard_also_protects_a_python_that_a_test_starts" in child.stderr
    assert "tests must stay on loopback" in child.stderr


def test_a_child_cannot_be_started_without_the_guard() -> None:
    with pytest.raises(NetworkReachedError, match="a child without a guard"):
        subprocess.run([sys.executable, "-c", ""], env={}, check=True)


def test_git_reaches_no_other_machine() -> None:
    asked = ["git", "ls-remote", "https://host.invalid/a/b"]
    child = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert child.returncode == 128
    assert "transport 'https' not allowed" in child.stderr


def test_tests_do_not_see_the_developers_accounts() -> None:
    assert shutil.which("gh") is None
    assert not [name for name in os.environ if name.startswith(("GH_", "GITHUB_"))]


def test_now_is_the_monday_of_edition_26(now: datetime) -> None:
    assert now == datetime.fromisocalendar(2021, 20, 1).replace(hour=9, tzinfo=UTC)
