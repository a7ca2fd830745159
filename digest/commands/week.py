"""`digest week`: the section of a week, of several, or of a span of days."""

from typing import Annotated

import typer

from digest.commands import options

HELP = """Draft the section of the last complete week, or of the window that you name.

The section goes to stdout and, with its facts, into the edition's folder.

What a person wrote there is never overwritten.
"""
EXAMPLES = """
Examples:

  digest week --repo backstage/backstage

  digest week --repo backstage/backstage --week 2021-W19
"""


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("week", help=HELP, epilog=EXAMPLES, rich_help_panel="Every week")(parse)


def parse(
    repo: options.Repos = None,
    week: Annotated[
        str | None, typer.Option(metavar="WEEK", help="An ISO week, 2021-W19, or a day in it, 2021-05-12.")
    ] = None,
    weeks: Annotated[
        int | None, typer.Option(metavar="N", help="The last N complete weeks, or N up to --week.")
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="DAY", help="The first day, such as 2021-05-03.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="The last day, included.")] = None,
    since_last: Annotated[bool, typer.Option("--since-last", help="From the end of the last edition.")] = False,
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
        from digest.commands import draft
        from digest.commands.wishes import Wish
        from digest.windows import Asked

        asked = Asked(week=week, weeks=weeks, since=since, until=until, since_last=since_last)
        wish = Wish(stories=highlight or (), section_heading=heading, section_lead=lead)
        repos, snapshots = tuple(repo or ()), tuple(snapshot or ())
        return draft.run(draft.Options(asked, wish, repos, snapshots, output, as_json, strict, config, not no_pictures))

    return job
