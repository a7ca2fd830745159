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
    """List the editions here, the newest first.

    Each has its window, counts, stories, open points and draft pull request.
    digest asks GitHub for the drafts if the settings name the newsletter.
    """
    return options.job("listing", "list_editions", locals())
