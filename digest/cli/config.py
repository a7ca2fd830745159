"""`digest config`: print the settings."""

from typing import Annotated, Literal

import typer

from digest.cli import options

EXAMPLES = """
Examples:

  digest config

  digest config --changed

  digest config --schema digest
"""


def config(
    schema: Annotated[
        Literal["settings", "digest", "snapshot"] | None,
        typer.Option(metavar="NAME", help="Print a JSON Schema: settings, digest or snapshot."),
    ] = None,
    changed: Annotated[
        bool,
        typer.Option("--changed", help="Print only your changes to the defaults."),
    ] = False,
    config: options.Config = None,
) -> options.Job:
    """Print the current settings as TOML, with the source of each value.

    With --schema, print a JSON Schema instead: of a settings file (settings),
    the output of --json (digest) or a saved snapshot (snapshot).
    """

    def job() -> int:
        # Imported late to keep --help fast.
        from digest.editions import setup

        if schema:
            return setup.print_schema(schema)
        return setup.show_changed(config) if changed else setup.show(config)

    return job
