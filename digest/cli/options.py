"""The options that several commands share, and what becomes of the options of a command."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

Job = Callable[[], int]
# Options that may be repeated.
LISTS = ("repositories", "snapshots", "stories")


def job(module: str, function: str, options: Mapping[str, Any]) -> Job:
    """The work of a command: this function of `digest.editions`, called with a Request.

    `options` are the fields of the Request; those in `window` say which window is meant.
    """

    def run() -> int:
        # Imported here, so that --help stays quick.
        from digest.editions.request import Request
        from digest.windows import WindowRequest

        given = dict(options)
        window = WindowRequest(**given.pop("window", {}))
        lists = {name: tuple(value or ()) for name, value in given.items() if name in LISTS}
        request = Request(**{**given, **lists, "window": window})
        result: int = getattr(import_module(f"digest.editions.{module}"), function)(request)
        return result

    return run


def given(value: str | None) -> str | None:
    """The value of an option.

    An empty one, as an unset variable of a shell leaves it, is refused.
    """
    if value == "":
        raise typer.BadParameter("it is empty.")
    return value


def each_given(values: list[str] | None) -> list[str] | None:
    """The values of an option that may be repeated; none of them is empty."""
    for value in values or ():
        given(value)
    return values


Repos = Annotated[
    list[str] | None,
    typer.Option(
        "--repo",
        metavar="OWNER/NAME",
        help="The repository on GitHub; several, for one count of all.",
        callback=each_given,
    ),
]
From = Annotated[
    list[str] | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="A saved snapshot instead of GitHub; - is standard input.",
        callback=each_given,
    ),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        metavar="FOLDER",
        help="The folder of the editions; - writes no files.",
        callback=given,
    ),
]
Folder = Annotated[
    str | None, typer.Option("--output", metavar="FOLDER", help="The folder of the editions.")
]
Highlight = Annotated[
    list[str] | None,
    typer.Option(
        "--highlight", metavar="N", help="Mark this pull request as a story; 5086+5043 is one."
    ),
]
Heading = Annotated[
    str | None, typer.Option("--heading", metavar="TEXT", help="The section's heading, kept.")
]
Lead = Annotated[
    str | None,
    typer.Option(
        "--lead", metavar="TEXT", help="The sentence with the count, kept; {n} is the count."
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print the whole digest as JSON instead of the section.")
]
NoPictures = Annotated[
    bool, typer.Option("--no-pictures", help="Fetch no pictures for the stories.")
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Leave with exit code 1 when something may be missing.")
]
Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="The settings file, instead of digest.toml."),
]
Edition = Annotated[
    str | None,
    typer.Option(
        "-e", "--edition", metavar="EDITION", help="Such as 2021-W19; the newest by default."
    ),
]
