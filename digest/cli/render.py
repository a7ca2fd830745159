"""`digest render`: render a saved edition again, offline."""

from typing import Annotated, Literal

import typer

from digest.cli import options

EXAMPLES = """
Examples:

  digest render

  digest render -e 2021-W19 --template list

  digest render --format html --copy
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
    format: Annotated[  # noqa: A002 (the name of the option)
        Literal["markdown", "html"] | None,
        typer.Option(metavar="FORMAT", help="Print the finished text as markdown or html."),
    ] = None,
    copy: Annotated[
        bool, typer.Option("--copy", help="Copy the output to the clipboard; works over ssh.")
    ] = False,
    output: options.Output = None,
    as_json: options.AsJson = False,
    config: options.Config = None,
) -> options.Job:
    """Render an edition again from its saved facts, offline.

    Use it after you change the settings. Your edits in section.md are kept.
    With --template, --format or --copy it writes no files.
    """
    values = locals()
    if not (template or format or copy):
        return options.job("revise", "render_edition", values)
    return options.job("outgoing", "send_out", values, layer="publishing")
