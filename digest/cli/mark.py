"""`digest mark`: make pull requests stories, change them, or take them out."""

from typing import Annotated

import typer

from digest.cli import options

HELP = """Mark pull requests as stories of an edition, and render it at once.

Each of the stories is a number, several of them (5086+5043), another repository's owner/name#n, or a URL.
"""
EXAMPLES = """
Examples:

  digest mark 5551 --first

  digest mark 5086+5043 --heading "Search and scaffolder"
"""


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("mark", help=HELP, epilog=EXAMPLES, rich_help_panel="Every week")(parse)


def parse(
    # Hidden, since Typer 0.29 would write <list[str]> there; the text above says what a story is.
    stories: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    edition: options.Edition = None,
    heading: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The story's heading.")
    ] = None,
    text: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The story's words, in Markdown.")
    ] = None,
    first: Annotated[bool, typer.Option("--first", help="Put it first.")] = False,
    after: Annotated[str | None, typer.Option(metavar="N", help="Put it after this one.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take it out, for ever.")] = False,
    output: options.Folder = None,
    config: options.Config = None,
) -> options.Job:
    """Change the stories that are named."""
    return options.job("revise", "mark_edition", locals())
