"""`digest render`: render a saved edition again, offline."""

from typing import Annotated

import typer

from digest.cli import options

EXAMPLES = """
Examples:

  digest render

  digest render -e 2021-W19 --template list
"""


def render(
    edition: options.Edition = None,
    template: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Print with another template, such as list or your own file.",
        ),
    ] = None,
    output: options.Output = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> options.Job:
    """Render an edition again from its saved facts, offline.

    Use it after you change the settings. Your edits in section.md are kept.
    """
    return options.job("revise", "render_edition", locals())
