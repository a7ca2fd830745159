"""`digest check`: report what is left to do and what is wrong in a section."""

from typing import Annotated

import typer

from digest.cli import options

EXAMPLES = """
Examples:

  digest check

  digest check -e 2021-W19 --json

  digest check newsletter.md
"""


def check(
    # Hidden, because Typer 0.29 prints <str> for it. The help text explains it.
    file: Annotated[str | None, typer.Argument(metavar="FILE", hidden=True)] = None,
    edition: options.Edition = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    output: options.Folder = None,
    config: options.Config = None,
) -> options.Job:
    """Report what is left to do and what is wrong in a section, offline.

    Each finding has its line, the reason and a cure. The exit code is 4 if there are any.
    FILE is a text instead of an edition, and - is stdin. Rules that need facts are skipped then.
    """
    return options.job("check", "check_text", locals())
