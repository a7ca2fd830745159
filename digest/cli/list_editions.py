"""`digest list`: list the editions here."""

from typing import Annotated

import typer

from digest.cli import options

EXAMPLES = """
Examples:

  digest list

  digest list --json
"""


def list_editions(
    as_json: Annotated[bool, typer.Option("--json", help="Print the editions as JSON.")] = False,
    output: options.Folder = None,
    config: options.Config = None,
) -> options.Job:
    """List your editions, newest first.

    Each line shows the window, counts, stories, open points and draft pull
    request. digest reads the drafts from GitHub if the settings name the
    newsletter.
    """
    return options.job("listing", "list_editions", locals())
