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
    """Hand back the job that the options describe."""

    def job() -> int:
        # Imported here, so that --help stays quick.
        from digest.editions.pick import pick_stories
        from digest.editions.request import Request

        return pick_stories(Request(edition=edition, output=output, config=config))

    return job
