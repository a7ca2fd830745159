"""The command line: options in, `run` called, errors out. The one place that catches DigestError."""

import os
import sys
from typing import Annotated

import typer

from digest import __version__
from digest.commands import config, init, month, render, week
from digest.errors import DigestError

app = typer.Typer(
    name="digest",
    help='Draft the "Merged last week" section of a newsletter about a GitHub project.',
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (week, month, render, init, config):
    module.register(app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"digest {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line and leave with its exit code: 0 done, 1 failed, 2 usage, 3 try later, 130 interrupted.

    Typer parses options into a job and no more, so that one place decides how every command ends.
    """
    try:
        job = app(prog_name="digest", standalone_mode=False)
        code = job() if callable(job) else job
        sys.stdout.flush()
    except DigestError as error:
        code = _complain(error.message, error.hint, error.exit_code)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        hint = f"See: {context.command_path} --help" if context else ""
        code = _complain(error.format_message(), hint, error.exit_code)
    except KeyboardInterrupt:
        code = _complain("Interrupted. Nothing was changed.", "", 130)
    except BrokenPipeError:
        code = _reader_left()
    except OSError as error:
        code = _complain(f"The output cannot be written: {error.strerror or error}.", "", 1)
    sys.exit(code or 0)


def _complain(message: str, hint: str, code: int) -> int:
    from digest import text

    print(text.plain(f"digest: {message} {hint}"), file=sys.stderr)
    return code


def _reader_left() -> int:
    # `| head` closes the pipe early. Python flushes stdout once more at exit, so it goes nowhere from here.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
