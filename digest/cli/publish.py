"""`digest publish`: open or update the draft pull request of an edition."""

from typing import Annotated

import typer

from digest.cli import options

EXAMPLES = """
Examples:

  digest publish --to acme/newsletter --dry-run

  digest publish --to acme/newsletter --path "content/{edition}.md"
"""

DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Print the planned changes with a diff; change nothing."),
]
Pull = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Number of the draft, for --ticks-only.",
        callback=options.require_number,
    ),
]


def publish(
    edition: options.Edition = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="OWNER/NAME",
            help="Newsletter repository (default: from the settings).",
            callback=options.require_text,
        ),
    ] = None,
    path: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help="File for the section (default: content/{edition}.md). "
            "{year}, {week}, {date} and {slug} work too.",
            callback=options.require_text,
        ),
    ] = None,
    dry_run: DryRun = False,
    ticks_only: Annotated[
        bool, typer.Option("--ticks-only", help="Only apply the ticks in the draft.")
    ] = False,
    pull: Pull = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON on standard output.")
    ] = False,
    output: options.Folder = None,
    config: options.Config = None,
) -> options.Job:
    """Open or update the draft pull request of an edition.

    The draft is in the newsletter's repository. digest keeps edits of the
    section, applies the ticks in the list, and never force-pushes.
    """

    def job() -> int:
        # Imported late to keep --help fast.
        from digest.publishing.publish import PublishRequest, publish

        options = (edition, to, path, dry_run, ticks_only, pull, output, config, as_json)
        return publish(PublishRequest(*options))

    return job
