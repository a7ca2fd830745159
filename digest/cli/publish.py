"""`digest publish`: an edition as a draft pull request in the newsletter's own repository."""

from typing import Annotated

import typer

from digest.cli import options

HELP = """Open or update the draft pull request of an edition in the newsletter's own repository.

Nothing is pushed by force, and what a person wrote or ticked there stays.
"""
EXAMPLES = """
Examples:

  digest publish --to acme/newsletter --dry-run

  digest publish --to acme/newsletter --path "content/{edition}.md"
"""


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("publish", help=HELP, epilog=EXAMPLES, rich_help_panel="For the workflow")(parse)


def parse(
    edition: options.Edition = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="OWNER/NAME",
            help="The newsletter's repository.",
            callback=options.given,
        ),
    ] = None,
    path: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help="The file that the section goes to: {edition}, {year}, {week}, {date}, {slug}.",
            callback=options.given,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be written, with the diff.")
    ] = False,
    ticks_only: Annotated[
        bool, typer.Option("--ticks-only", help="Only take over what was ticked.")
    ] = False,
    pull: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="With --ticks-only: the draft pull request."),
    ] = None,
    output: options.Folder = None,
    config: options.Config = None,
) -> options.Job:
    """Hand back the job that the options describe."""

    def job() -> int:
        # Imported here, so that --help stays quick.
        from digest.publishing.publish import PublishRequest, publish

        return publish(PublishRequest(edition, to, path, dry_run, ticks_only, pull, output, config))

    return job
