"""The options that several commands share, each said once, and what a command hands back."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

Job = Callable[[], int]


def given(value: str | None) -> str | None:
    """The value of an option; an empty one, as an unset variable of a shell leaves it, is refused."""
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
    typer.Option("--output", metavar="FOLDER", help="The folder of the editions; - writes no files.", callback=given),
]
Folder = Annotated[str | None, typer.Option("--output", metavar="FOLDER", help="The folder of the editions.")]
Highlight = Annotated[
    list[str] | None,
    typer.Option("--highlight", metavar="N", help="Mark this pull request as a story; 5086+5043 is one."),
]
Heading = Annotated[str | None, typer.Option("--heading", metavar="TEXT", help="The section's heading, kept.")]
Lead = Annotated[
    str | None, typer.Option("--lead", metavar="TEXT", help="The sentence with the count, kept; {n} is the count.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the whole digest as JSON instead of the section.")]
NoPictures = Annotated[bool, typer.Option("--no-pictures", help="Fetch no pictures for the stories.")]
Strict = Annotated[bool, typer.Option("--strict", help="Leave with exit code 1 when something may be missing.")]
Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="The settings file, instead of digest.toml.")
]
Edition = Annotated[
    str | None, typer.Option("-e", "--edition", metavar="EDITION", help="Such as 2021-W19; the newest by default.")
]
