"""`digest render`: render a saved edition again, offline."""

from typing import Annotated

import typer

from digest.cli import options

HELP = """Render an edition again from its saved facts, offline.

Use it after you change the settings. Your edits in section.md are kept.
"""
EXAMPLES = """
Examples:

  digest render

  digest render -e 2021-W19 --template list
"""


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("render", help=HELP, epilog=EXAMPLES, rich_help_panel="Every week")(parse)


def parse(
    edition: options.Edition = None,
    template: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Print with another template, such as list or your own file.",
        ),
    ] = None,
    output: options.Output = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> options.Job:
    """The job of this command."""
    return options.job("revise", "render_edition", locals())
