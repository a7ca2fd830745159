"""The standard streams, which may be closed or broken."""

import logging
import os
import sys
from contextlib import suppress
from io import StringIO, TextIOWrapper
from typing import Any

import typer

from digest.errors import DigestError, explain_validation_error

_loudness = {"is_quiet": False, "is_verbose": False}


def set_loudness(*, is_quiet: bool, is_verbose: bool) -> None:
    """Print errors only, or also each request, until the next call."""
    _loudness.update(is_quiet=is_quiet, is_verbose=is_verbose)
    log = logging.getLogger("digest")
    log.handlers = [logging.StreamHandler()] if is_verbose else [logging.NullHandler()]
    log.setLevel(logging.DEBUG)
    log.propagate = False


def is_quiet() -> bool:
    """Whether a run prints errors only, by the option -q."""
    return _loudness["is_quiet"]


def is_verbose() -> bool:
    """Whether a run prints each request, by the option -v."""
    return _loudness["is_verbose"]


def prepare() -> None:
    """Make stdout and stderr write UTF-8 in any locale. Raises DigestError if stdout is closed."""
    if sys.stderr is None:
        sys.stderr = StringIO()
    if sys.stdout is None:
        raise DigestError(
            "Standard output is closed.", "To discard the output, send it to /dev/null."
        )
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=stream.errors)


def explain_usage_error(error: typer.TyperException) -> str:
    """The message of a wrong command line, with pydantic's errors in plain words."""
    details: list[Any] = getattr(error.__cause__, "errors", list)()
    if details and isinstance(error, typer.BadParameter):
        problem = explain_validation_error(details[0])
        is_sentence = details[0]["type"] == "value_error"
        error.message = problem if is_sentence else f"{details[0]['input']!r} {problem}."
    return error.format_message()


def print_error(message: str, hint: str, code: int) -> int:
    """Print an error as one line on stderr. Returns `code`."""
    # Imported late to keep --help fast.
    from digest import text

    # If stderr is closed or broken, the exit code still reports the error.
    with suppress(OSError):
        print(text.plain(f"digest: {message} {hint}"), file=sys.stderr)
    return code


def discard_output() -> int:
    """Discard all further output after a reader, such as `head`, closed the pipe. Returns 0."""
    # Python flushes the streams again at exit, and that must not fail.
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return 0
