"""The standard streams, which may be closed or broken."""

import logging
import os
import shutil
import sys
from collections import Counter
from contextlib import suppress
from io import StringIO, TextIOWrapper
from textwrap import fill
from typing import Any

import typer

from digest.errors import DigestError, explain_validation_error

_loudness = {"is_quiet": False, "is_verbose": False}


def set_loudness(*, is_quiet: bool, is_verbose: bool) -> None:
    """Print errors only, or also each request, until the next call."""
    _loudness.update(is_quiet=is_quiet, is_verbose=is_verbose)
    log = logging.getLogger("digest")
    log.handlers = [RequestLog()] if is_verbose else [logging.NullHandler()]
    log.setLevel(logging.DEBUG)
    log.propagate = False


class RequestLog(logging.StreamHandler[Any]):
    """Prints the requests on stderr, and adds up their time and cost."""

    def __init__(self) -> None:
        super().__init__()
        self._seconds: list[float] = []
        self._points: Counter[str] = Counter()
        self._is_exact = True

    def emit(self, record: logging.LogRecord) -> None:
        """Print a line, and add its request to the total if it is one to GitHub's API."""
        super().emit(record)
        facts = vars(record)
        self._seconds += [facts["seconds"]] if "seconds" in facts else []
        if cost := facts.get("cost"):
            self._points[cost.resource] += cost.points
            self._is_exact &= not cost.at_least

    def print_total(self) -> None:
        """Print the total if there was a request: "Total: 9 requests, 1.2 s, cost 9 core"."""
        if number := len(self._seconds):
            cost = " and ".join(f"{count:,} {name}" for name, count in self._points.items())
            least = "" if self._is_exact else "at least "
            self.stream.write(
                f"Total: {number:,} request{'' if number == 1 else 's'}, {sum(self._seconds):.1f} s"
                f"{f', cost {least}{cost}' if cost else ''}\n"
            )


def print_total() -> None:
    """Print the total of the requests, in a run with the option -v."""
    for handler in logging.getLogger("digest").handlers:
        if isinstance(handler, RequestLog):
            with suppress(OSError):
                handler.print_total()


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
    """Print an error as one line on stderr, broken between words on a terminal. Returns `code`."""
    # Imported late to keep --help fast.
    from digest import text

    # If stderr is closed or broken, the exit code still reports the error.
    with suppress(OSError):
        line = text.plain(f"digest: {message} {hint}")
        if sys.stderr.isatty():
            width = shutil.get_terminal_size().columns
            line = fill(line, width, break_long_words=False, break_on_hyphens=False)
        print(line, file=sys.stderr)
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
