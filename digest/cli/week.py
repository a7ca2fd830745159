"""`digest week` and `digest month`: the section of a week or weeks, of a span of days, of a month."""

from typing import Annotated, Any

import typer

from digest.cli import options

WEEK_HELP = """Draft the section of the last complete week, or of the window that you name.

The section goes to stdout and, with its facts, into the edition's folder.

What a person wrote there is never overwritten.
"""
WEEK_EXAMPLES = """
Examples:

  digest week --repo backstage/backstage

  digest week --repo backstage/backstage --week 2021-W19
"""
MONTH_HELP = """Draft the section of the last complete month, or of the one that you name.

All else is as in digest week.
"""
MONTH_EXAMPLES = """
Examples:

  digest month --repo backstage/backstage

  digest month --repo backstage/backstage --month 2021-02
"""
WEEK_OPTIONS = ("week", "weeks", "since", "until", "since_last")


def register(app: typer.Typer) -> None:
    """Add both commands to the app."""
    panel = "Every week"
    app.command("week", help=WEEK_HELP, epilog=WEEK_EXAMPLES, rich_help_panel=panel)(week)
    app.command("month", help=MONTH_HELP, epilog=MONTH_EXAMPLES, rich_help_panel=panel)(month)


def week(
    repositories: options.Repos = None,
    week: Annotated[
        str | None,
        typer.Option(metavar="WEEK", help="An ISO week, 2021-W19, or a day in it, 2021-05-12."),
    ] = None,
    weeks: Annotated[
        int | None, typer.Option(metavar="N", help="The last N complete weeks, or N up to --week.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="The first day, such as 2021-05-03.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="The last day, included.")
    ] = None,
    since_last: Annotated[
        bool, typer.Option("--since-last", help="From the end of the last edition.")
    ] = False,
    snapshots: options.From = None,
    stories: options.Highlight = None,
    section_heading: options.Heading = None,
    section_lead: options.Lead = None,
    no_pictures: options.NoPictures = False,
    output: options.Output = None,
    as_json: options.AsJson = False,
    strict: options.Strict = False,
    config: options.Config = None,
) -> options.Job:
    """Draft the section of the window that the options name."""
    given = locals()
    return _draft({name: given.pop(name) for name in WEEK_OPTIONS}, given)


def month(
    repositories: options.Repos = None,
    month: Annotated[
        str | None, typer.Option(metavar="MONTH", help="A month, such as 2021-02.")
    ] = None,
    snapshots: options.From = None,
    stories: options.Highlight = None,
    section_heading: options.Heading = None,
    section_lead: options.Lead = None,
    no_pictures: options.NoPictures = False,
    output: options.Output = None,
    as_json: options.AsJson = False,
    strict: options.Strict = False,
    config: options.Config = None,
) -> options.Job:
    """Draft the section of the month that the options name."""
    given = locals()
    return _draft({"month": given.pop("month"), "monthly": True}, given)


def _draft(window: dict[str, Any], given: dict[str, Any]) -> options.Job:
    pictures = not given.pop("no_pictures")
    return options.job("draft", "draft_edition", {**given, "window": window, "pictures": pictures})
