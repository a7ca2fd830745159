"""What every command prints on: the standard streams, whatever became of them."""

import os
import sys
from contextlib import suppress
from io import StringIO, TextIOWrapper
from typing import Any

import typer

from digest.errors import DigestError, explain_validation_error


def prepare() -> None:
    """Let stdout and stderr speak UTF-8, whatever the environment says.

    Raises DigestError where stdout is closed.
    """
    if sys.stderr is None:
        sys.stderr = StringIO()
    if sys.stdout is None:
        raise DigestError("Standard output is closed.", "To throw it away, send it to /dev/null.")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=stream.errors)


def explain_usage_error(error: typer.TyperException) -> str:
    """What is wrong with the command line; where Typer quotes pydantic, in plain words instead."""
    details: list[Any] = getattr(error.__cause__, "errors", list)()
    if details and isinstance(error, typer.BadParameter):
        says = explain_validation_error(details[0])
        error.message = (
            says if details[0]["type"] == "value_error" else f"{details[0]['input']!r} {says}."
        )
    return error.format_message()


def print_error(message: str, hint: str, code: int) -> int:
    """Say on stderr, in one line, what went wrong; returns `code`."""
    # Imported here, so that --help stays quick.
    from digest import text

    # Where nobody can read it, the exit code says it still.
    with suppress(OSError):
        print(text.plain(f"digest: {message} {hint}"), file=sys.stderr)
    return code


def discard_output() -> int:
    """Let what is left to print go nowhere.

    Returns the exit code of a run whose reader has left.
    """
    # `| head` closes the pipe early. Python flushes once more at exit, so what is left goes nowhere
    # from here.
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return 0
