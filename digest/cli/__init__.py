"""The command line: it parses options, runs a command and reports errors."""

import atexit
import gc
import sys
from typing import Annotated

import typer

from digest import __version__
from digest.cli import (
    check,
    config,
    init,
    list_editions,
    mark,
    options,
    pick,
    publish,
    render,
    week,
)
from digest.errors import DigestError
from digest.output import streams

# After this many new objects Python looks for garbage.
OBJECTS = 200_000

app = typer.Typer(
    name="digest",
    cls=options.Group,
    help='Draft the "Merged last week" section of a newsletter about a GitHub project.',
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
# The panel of the help screen, the command with its help as the docstring, and its examples.
COMMANDS = (
    ("Every week", week.week, week.WEEK_EXAMPLES),
    ("Every week", week.month, week.MONTH_EXAMPLES),
    ("Every week", mark.mark, mark.EXAMPLES),
    ("Every week", pick.pick, pick.EXAMPLES),
    ("Every week", render.render, render.EXAMPLES),
    ("Every week", check.check, check.EXAMPLES),
    ("Every week", list_editions.list_editions, list_editions.EXAMPLES),
    ("Settings", init.init, init.EXAMPLES),
    ("Settings", config.config, config.EXAMPLES),
    ("Publishing", publish.publish, publish.EXAMPLES),
)
for panel, command, examples in COMMANDS:
    # `list` would hide Python's own function.
    name = command.__name__.removesuffix("_editions")
    app.command(name, epilog=examples, rich_help_panel=panel, cls=options.Command)(
        options.with_loudness(command)
    )


def _version(is_given: bool) -> None:
    if is_given:
        typer.echo(f"digest {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[  # noqa: ARG001 (its callback prints it)
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    streams.set_loudness(is_quiet=quiet, is_verbose=verbose)


def main() -> None:
    """Run the command line and exit.

    The exit code is 0 for done, 1 for failed, 2 for wrong usage, 3 for try later, 4 for findings
    of `digest check` and 130 for interrupted.
    """
    code: int | str | None
    # A run is short and keeps most of its objects. Without this, Python would look through all of
    # them again at its end, which takes a quarter of the run.
    gc.set_threshold(OBJECTS)
    atexit.register(gc.freeze)
    try:
        code = _run()
    except BrokenPipeError:
        code = streams.discard_output()
    except SystemExit as end:
        # Rich raises this for a closed pipe, and shell completion raises it with its exit code.
        code = (
            streams.discard_output() if isinstance(end.__context__, BrokenPipeError) else end.code
        )
    sys.exit(code or 0)


def _run() -> int:
    try:
        streams.prepare()
        # A command returns its job, so that the errors of all jobs are caught here.
        job = app(prog_name="digest", standalone_mode=False)
        code: int = job() if callable(job) else job
        sys.stdout.flush()
    except DigestError as error:
        code = streams.print_error(error.message, error.hint, error.exit_code)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        hint = f"See: {context.command_path} --help" if context else ""
        message = streams.explain_usage_error(error)
        # `digest` alone prints its help and raises an error without a message.
        code = error.exit_code
        if message:
            streams.print_error(message, hint, code)
    except KeyboardInterrupt as stop:
        message = str(stop) or "Interrupted. No file was left half-written."
        code = streams.print_error(message, "", 130)
    except BrokenPipeError:
        raise
    except OSError as error:
        # Only a lookup of the working folder raises this without a file name.
        if isinstance(error, FileNotFoundError) and error.filename is None:
            message = "The current folder no longer exists."
        else:
            message = f"The output cannot be written: {error.strerror or error}."
        code = streams.print_error(message, "", 1)
    streams.print_total()
    return code
