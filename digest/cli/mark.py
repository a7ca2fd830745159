"""`digest mark`: add, change or remove stories."""

from typing import Annotated

import typer

from digest.cli import options

EXAMPLES = """
Examples:

  digest mark 5551 --first

  digest mark 5086+5043 --heading "Search and scaffolder"

  digest mark 5299 --remove
"""


def mark(
    # Hidden, because Typer 0.29 prints <list[str]> for it. The help text explains the stories.
    stories: Annotated[
        list[str] | None,
        typer.Argument(hidden=True, help="Stories to add or change, such as 5551 or 5086+5043."),
    ] = None,
    edition: options.Edition = None,
    heading: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Heading of the story.")
    ] = None,
    text: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Text of the story, in Markdown.")
    ] = None,
    first: Annotated[
        bool, typer.Option("--first", help="Move the story to the first place.")
    ] = False,
    after: Annotated[
        str | None, typer.Option(metavar="N", help="Move the story after story N.")
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove the story; digest will not draft it again.")
    ] = False,
    output: options.Folder = None,
    config: options.Config = None,
) -> options.Job:
    """Add, change or remove stories in an edition, and update its section.

    A story is a pull request (5551), or several joined by + (5086+5043).
    Write one of another repository as owner/name#7 or as its URL.
    """
    return options.job("revise", "mark_edition", locals())
