"""`digest week` and `digest month`: draft the section of a window."""

from typing import Annotated, Any

import typer

from digest.cli import options

WEEK_EXAMPLES = """
Examples:

  digest week --repo backstage/backstage

  digest week --week 2021-W19

  digest week --since 2021-05-03 --until 2021-05-12
"""
MONTH_EXAMPLES = """
Examples:

  digest month --repo backstage/backstage

  digest month --month 2021-02
"""
WEEK_OPTIONS = ("week", "weeks", "since", "until", "since_last")


def week(
    repositories: options.Repos = None,
    week: Annotated[
        str | None,
        typer.Option(
            metavar="WEEK", help="ISO week, such as 2021-W19, or a day in it, such as 2021-05-12."
        ),
    ] = None,
    weeks: Annotated[
        int | None,
        typer.Option(metavar="N", help="The last N complete weeks, or the N weeks up to --week."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="First day, such as 2021-05-03.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="Last day, included (default: yesterday).")
    ] = None,
    since_last: Annotated[
        bool, typer.Option("--since-last", help="Start where the last edition ended.")
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
    """Draft the section for last week, or for another window.

    digest prints the section, and saves it with its facts in the edition's
    folder. Later runs keep your edits in section.md.
    """
    values = locals()
    return _draft({name: values.pop(name) for name in WEEK_OPTIONS}, values)


def month(
    repositories: options.Repos = None,
    month: Annotated[
        str | None, typer.Option(metavar="MONTH", help="Month, such as 2021-02.")
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
    """Draft the section for last month, or for another month.

    Everything else works as in digest week.
    """
    values = locals()
    return _draft({"month": values.pop("month"), "monthly": True}, values)


def _draft(window: dict[str, Any], values: dict[str, Any]) -> options.Job:
    pictures = not values.pop("no_pictures")
    return options.job("week", "draft_week", {**values, "window": window, "pictures": pictures})
