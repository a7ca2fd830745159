"""The command line: options in, `run` called, errors out.

The one place that catches DigestError.
"""

import sys
from typing import Annotated

import typer

from digest import __version__
from digest.cli import config, init, mark, pick, publish, render, screens, week
from digest.errors import DigestError
from digest.output import streams

app = typer.Typer(
    name="digest",
    cls=screens.Group,
    help='Draft the "Merged last week" section of a newsletter about a GitHub project.',
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (week, mark, pick, render, init, config, publish):
    module.register(app)
for command in app.registered_commands:
    command.cls = screens.Command


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"digest {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Show the version and leave."
        ),
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line and leave with its exit code: 0 done, 1 failed, 2 usage, 3 try later, 130 interrupted.

    Typer parses options into a job and no more, so that one place decides how every command ends.
    """
    code: int | str | None
    try:
        code = _run()
    except BrokenPipeError:
        code = streams.discard_output()
    except SystemExit as left:
        # Rich leaves like this when its reader has left, completion with a code of its own.
        code = (
            streams.discard_output() if isinstance(left.__context__, BrokenPipeError) else left.code
        )
    sys.exit(code or 0)


def _run() -> int:
    try:
        streams.prepare()
        job = app(prog_name="digest", standalone_mode=False)
        code: int = job() if callable(job) else job
        sys.stdout.flush()
    except DigestError as error:
        code = streams.print_error(error.message, error.hint, error.exit_code)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        hint = f"See: {context.command_path} --help" if context else ""
        # Without a message it is a bare `digest`, and the help is shown.
        code = (
            streams.print_error(words, hint, error.exit_code)
            if (words := streams.explain_usage_error(error))
            else error.exit_code
        )
    except KeyboardInterrupt:
        code = streams.print_error("Interrupted. Nothing is half-written.", "", 130)
    except BrokenPipeError:
        raise
    except OSError as error:
        # Only a question for the working folder fails without naming a file.
        gone = isinstance(error, FileNotFoundError) and error.filename is None
        says = "The folder that you are in" if gone else "The output"
        what = "is not there any more" if gone else f"cannot be written: {error.strerror or error}"
        code = streams.print_error(f"{says} {what}.", "", 1)
    return code
