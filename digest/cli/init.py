"""`digest init`: a short digest.toml to begin with."""

from typing import Annotated

import typer

from digest.cli import options

HELP = """Write a short digest.toml into this folder. A file that is there already is never overwritten."""
EXAMPLES = """
Examples:

  digest init --repo backstage/backstage

  digest init --repo backstage/backstage --zone Europe/Stockholm
"""


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("init", help=HELP, epilog=EXAMPLES, rich_help_panel="Now and then")(parse)


def parse(
    repo: options.Repos = None,
    zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Such as Europe/Stockholm.")
    ] = None,
    base: Annotated[
        str | None, typer.Option(metavar="BRANCH", help="The branch that counts; * is all.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="The folder of the editions.", callback=options.given),
    ] = None,
    no_pictures: options.NoPictures = False,
) -> options.Job:
    """Hand back the job that the options describe."""
    given = {
        "zone": zone,
        "base": base,
        "output": output,
        "pictures": {"save": False} if no_pictures else None,
    }

    def job() -> int:
        # Imported here, so that --help stays quick.
        from digest.editions import setup

        return setup.init(
            repo or [], {key: value for key, value in given.items() if value is not None}
        )

    return job
