"""`digest pick`: choose stories on a full screen."""

import typer

from digest.cli import options

HELP = """Choose, join and reorder the stories of an edition on a full screen.

The screen lists everything that was merged and previews the section.
Press ? to see all keys, and q to save and leave.
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
    """The job of this command."""
    return options.job("pick", "pick_stories", locals())
