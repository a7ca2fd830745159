"""`digest render`: the section once more from the saved facts, without GitHub."""

from typing import Annotated

import typer

from digest.cli import options

HELP = """Render an edition once more from its saved facts, with the settings of now. No network.

Useful after a change of the settings. What a person wrote in section.md is never overwritten.
"""
EXAMPLES = """
Examples:

  digest render

  digest render -e 2021-W19
"""


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("render", help=HELP, epilog=EXAMPLES, rich_help_panel="Every week")(parse)


def parse(
    edition: options.Edition = None,
    template: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Print it by another template: list, or a file of your own."
        ),
    ] = None,
    output: options.Output = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> options.Job:
    """Render the edition again."""
    return options.job("revise", "render_edition", locals())
