"""`digest init`: write a first digest.toml, with rules learned from the repository."""

from typing import Annotated

import typer

from digest.cli import options

EXAMPLES = """
Examples:

  digest init --repo backstage/backstage

  digest init --repo backstage/backstage --zone Europe/Stockholm

  digest init --repo https://github.com/backstage/backstage --no-learn
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
    no_learn: Annotated[
        bool, typer.Option("--no-learn", help="Write a short file, without requests to GitHub.")
    ] = False,
) -> options.Job:
    """Write a digest.toml to the current folder.

    digest learns group rules from the newest pull requests and the labels of
    the repository. This needs a token. digest never overwrites an existing file.
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

        given = {key: value for key, value in values.items() if value is not None}
        return setup.init(repo or [], given, learns=not no_learn)

    return job
