"""`digest pick`: mark on a full screen."""

import typer

from digest.cli import options

HELP = """Choose, join and reorder the stories of an edition on a full screen; ? there shows all keys.

It shows everything that was merged, and the section as it will be. Leaving with q saves.
"""
EXAMPLES = """
Examples:

  digest pick

  digest pick -e 2021-W19
"""


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("pick", help=HELP, epilog=EXAMPLES, rich_help_panel="Every week")(parse)


def parse(
    edition: options.Edition = None,
    output: options.Folder = None,
    config: options.Config = None,
) -> options.Job:
    """Open the edition on a full screen."""
    return options.job("pick", "pick_stories", locals())
