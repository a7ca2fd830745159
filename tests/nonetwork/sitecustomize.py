"""Keeps a Python process, and every Python that it starts, off the network; loopback is free.

Python imports a file of this name by itself at its start when the folder is on PYTHONPATH, so the
same limits apply to the child processes of a test. The hook sees each connection, also those made
in C.
"""

import ipaddress
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = str(Path(__file__).resolve().parent)
# The proxy variables send other programs than Python here, where no server listens.
CLOSED_PORT = 9
CLOSED_PROXY = f"http://127.0.0.1:{CLOSED_PORT}"

_ADDRESS_AT = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}
_HOST_AT = {"socket.getaddrinfo": 0, "socket.gethostbyname": 0, "socket.gethostbyaddr": 0}


class NetworkReachedError(BaseException):
    """A test reached for the network.

    Not an Exception, so that no code under test takes it for a lost line.
    """


def hold(event: str, args: tuple[Any, ...]) -> None:
    """An audit hook: raises NetworkReachedError, with the test's name, before anything leaves this machine."""
    if event in _ADDRESS_AT:
        _hold_address(args[_ADDRESS_AT[event]])
    elif event in _HOST_AT:
        _hold_host(args[_HOST_AT[event]])
    elif event == "subprocess.Popen":
        _hold_child(args[3])


def _hold_address(address: object) -> None:
    # A path is a socket of this machine; None is a datagram to whom connect() has been asked about.
    if isinstance(address, tuple):
        host, port = address[:2]
        if port == CLOSED_PORT:
            raise _reached("the network through the proxy variables")
        _hold_host(host)


def _hold_host(host: object) -> None:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return
    try:
        stays = ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        stays = False
    if not stays:
        raise _reached(str(name))


def _hold_child(environment: Mapping[str, str] | None) -> None:
    # A test may change a child's environment, but must not let the child out of this file's sight.
    held = "PYTHONPATH" in os.environ and HERE in os.environ["PYTHONPATH"]
    if held and environment is not None and HERE not in environment.get("PYTHONPATH", ""):
        raise _reached("a child without a guard (begin its env with os.environ)")


def _reached(what: str) -> NetworkReachedError:
    # pytest sets this variable, and children inherit it.
    test = os.environ.get("PYTEST_CURRENT_TEST", "no test in particular").removesuffix(" (call)")
    return NetworkReachedError(f"{test} reached for {what}; tests must stay on loopback")


sys.addaudithook(hold)
