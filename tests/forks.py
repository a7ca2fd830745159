"""Runs Python programs in forks of one process that has already imported digest.

A test that starts digest often spends most of its time on imports; here they happen once. Each run
is still a separate process, with its arguments, folder, variables and streams.
"""

import atexit
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

# Its argument is the address on which it listens. A message has a program with its arguments, a
# folder and variables; the streams come with it. The answers are the process id and the exit code.
SERVER = """
import contextlib, json, os, runpy, signal, socket, sys, threading
import filelock, github, jinja2, markdown_it, rich.console, tomlkit
from digest import cli
from digest.editions import draft, gather, week
from digest.picker import app
from digest.publishing import publish
from digest.sources import graphql

def run(connection):
    _, streams, *_ = socket.recv_fds(connection, 1, 3)
    message = connection.makefile().readline()
    connection.send(b"%d\\n" % os.getpid())
    # A fork ends with its client.
    threading.Thread(target=lambda: connection.recv(1) or os._exit(1), daemon=True).start()
    arguments, folder, variables = json.loads(message)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin, sys.stdout = open(0), open(1, "w")
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace")
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    sys.argv = arguments
    try:
        runpy.run_path(arguments[0], run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code or 0
    with contextlib.suppress(OSError):  # the terminal may be closed
        sys.stdout.flush()
        sys.stderr.flush()
    connection.send(b"%d\\n" % code)

listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listening.bind(sys.argv[1])
listening.listen()
print("ready", flush=True)
while True:
    # The system collects the ends of these children.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    connection, _ = listening.accept()
    if not os.fork():
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        try:
            run(connection)
        finally:
            os._exit(1)
    connection.close()
"""
# It exits like the program; with 1 if that ended without a code, after a traceback. The program gets
# its signals.
CLIENT = """
import json, os, signal, socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
    server.connect(sys.argv[1])
    socket.send_fds(server, [b"."], [0, 1, 2])
    message = json.dumps([sys.argv[2:], os.getcwd(), dict(os.environ)])
    server.sendall(f"{message}\\n".encode())
    answers = server.makefile()
    program = int(answers.readline())
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: os.kill(program, number))
    sys.exit(int(answers.readline() or 1))
"""


@cache
def client() -> tuple[str, str]:
    """The words before a program and its arguments, after the name of a Python, that run it so.

    The first call starts the server, which ends with this process.
    """
    folder = Path(tempfile.mkdtemp(prefix="forks-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    address, file = folder / "server", folder / "client.py"
    file.write_text(CLIENT, encoding="utf-8")
    server = subprocess.Popen([sys.executable, "-c", SERVER, address], stdout=subprocess.PIPE)
    atexit.register(server.kill)
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    return str(file), str(address)
