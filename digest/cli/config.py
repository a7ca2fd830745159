"""`digest config`: the settings in force, and where each comes from."""

from typing import Annotated, Literal

import typer

from digest.cli import options

HELP = """Print the settings in force as TOML, each with the file it comes from.

With --schema, print a JSON Schema instead: of a settings file, of what --json prints, or of a saved snapshot.
"""
EXAMPLES = """
Examples:

  digest config

  digest config --schema digest
"""


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("config", help=HELP, epilog=EXAMPLES, rich_help_panel="Now and then")(parse)


def parse(
    schema: Annotated[
        Literal["settings", "digest", "snapshot"] | None,
        typer.Option(metavar="NAME", help="The schema to print: settings, digest or snapshot."),
    ] = None,
    config: options.Config = None,
) -> options.Job:
    """Hand back the job that the options describe."""

    def job() -> int:
        # Imported here, so that --help stays quick.
        from digest.editions import setup

        return setup.print_schema(schema) if schema else setup.show(config)

    return job
