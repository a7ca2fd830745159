"""`digest init`: write a first digest.toml."""

from typing import Annotated

import typer

from digest.cli import options

EXAMPLES = """
Examples:

  digest init --repo backstage/backstage

  digest init --repo backstage/backstage --zone Europe/Stockholm
"""


def init(
    repo: options.Repos = None,
    zone: Annotated[
        str | None,
        typer.Option(metavar="ZONE", help="Time zone, such as Europe/Stockholm (default: UTC)."),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            metavar="BRANCH",
            help="Base branch to count; * counts all (default: the repository's).",
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER",
            help="Folder of the editions (default: editions).",
            callback=options.require_text,
        ),
    ] = None,
    no_pictures: options.NoPictures = False,
) -> options.Job:
    """Write a short digest.toml to the current folder.

    An existing file is never overwritten.
    """
    values = {
        "zone": zone,
        "base": base,
        "output": output,
        "pictures": {"save": False} if no_pictures else None,
    }

    def job() -> int:
        # Imported late to keep --help fast.
        from digest.editions import setup

        return setup.init(
            repo or [], {key: value for key, value in values.items() if value is not None}
        )

    return job
