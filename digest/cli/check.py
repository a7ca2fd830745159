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
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            hidden=True,
            help="Markdown file to check instead of an edition; - reads stdin.",
        ),
    ] = None,
    edition: options.Edition = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    output: options.Folder = None,
    config: options.Config = None,
) -> options.Job:
    """Report what is left to do and what is wrong in a section, offline.

    Each finding shows its line, the reason and the fix. The exit code is 4
    if there are findings. To check a file instead of an edition, give FILE,
    or - for stdin. This skips rules that need facts.
    """
    return options.job("check", "check_text", locals())
