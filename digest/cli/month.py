"""`digest month`: the section of a calendar month."""

from typing import Annotated

import typer

from digest.cli import options

HELP = """Draft the section of the last complete month, or of the one that you name.

All else is as in digest week.
"""
EXAMPLES = """
Examples:

  digest month --repo backstage/backstage

  digest month --repo backstage/backstage --month 2021-02
"""


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("month", help=HELP, epilog=EXAMPLES, rich_help_panel="Every week")(parse)


def parse(
    repo: options.Repos = None,
    month: Annotated[str | None, typer.Option(metavar="MONTH", help="A month, such as 2021-02.")] = None,
    snapshot: options.From = None,
    highlight: options.Highlight = None,
    heading: options.Heading = None,
    lead: options.Lead = None,
    no_pictures: options.NoPictures = False,
    output: options.Output = None,
    as_json: options.AsJson = False,
    strict: options.Strict = False,
    config: options.Config = None,
) -> options.Job:
    """Hand back the job that the options describe."""

    def job() -> int:
        # Imported here, so that --help stays quick.
        from digest.editions import draft
        from digest.editions.wishes import Wish
        from digest.windows import WindowRequest

        asked = WindowRequest(month=month, monthly=True)
        wish = Wish(stories=highlight or (), section_heading=heading, section_lead=lead)
        repos, snapshots = tuple(repo or ()), tuple(snapshot or ())
        return draft.run(draft.Options(asked, wish, repos, snapshots, output, as_json, strict, config, not no_pictures))

    return job
