"""`digest config`: print the settings."""

from typing import Annotated, Literal

import typer

from digest.cli import options

EXAMPLES = """
Examples:

  digest config

  digest config --schema digest
"""


def config(
    schema: Annotated[
        Literal["settings", "digest", "snapshot"] | None,
        typer.Option(metavar="NAME", help="Print a JSON Schema: settings, digest or snapshot."),
    ] = None,
    config: options.Config = None,
) -> options.Job:
    """Print the current settings as TOML, with the source of each value.

    With --schema, print the JSON Schema of a settings file (settings),
    of the output of --json (digest) or of a saved snapshot (snapshot).
    """

    def job() -> int:
        # Imported late to keep --help fast.
        from digest.editions import setup

        return setup.print_schema(schema) if schema else setup.show(config)

    return job
