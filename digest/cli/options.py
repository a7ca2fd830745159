"""The options that several commands share, the job of a command, and its help screen."""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from digest.output import streams

Job = Callable[[], int]
# Options that can be repeated.
LISTS = ("repositories", "snapshots", "stories")


def job(module: str, function: str, options: Mapping[str, Any], layer: str = "editions") -> Job:
    """A call of this function of a module in a layer with a Request.

    `options` are fields of the Request; `options["window"]` has the fields of its WindowRequest.
    """

    def run() -> int:
        # Imported late to keep --help fast.
        from digest.editions.request import Request
        from digest.windows import WindowRequest

        fields = dict(options)
        window = WindowRequest(**fields.pop("window", {}))
        lists = {name: tuple(value or ()) for name, value in fields.items() if name in LISTS}
        request = Request(**{**fields, **lists, "window": window})
        result: int = getattr(import_module(f"digest.{layer}.{module}"), function)(request)
        return result

    return run


def require_text(value: str | None) -> str | None:
    """The value of an option. Raises BadParameter for "", which an unset shell variable leaves."""
    if value == "":
        raise typer.BadParameter("it is empty.")
    return value


def require_texts(values: list[str] | None) -> list[str] | None:
    """The values of a repeated option. Raises BadParameter if one is empty."""
    for value in values or ():
        require_text(value)
    return values


def require_number(value: int | None) -> int | None:
    """The number of a pull request. Raises BadParameter below 1."""
    if value is not None and value < 1:
        raise typer.BadParameter("it must be 1 or more.")
    return value


def read_repositories(values: list[str] | None) -> list[str] | None:
    """The repositories as owner/name, each also from its URL. Raises BadParameter for ""."""
    if not values:
        return values
    # Imported late to keep --help fast.
    from digest.model import name_in_url

    return [name_in_url(value) for value in require_texts(values) or ()]


Repos = Annotated[
    list[str] | None,
    typer.Option(
        "--repo",
        metavar="OWNER/NAME",
        help="GitHub repository, or its URL. Repeat to combine several.",
        callback=read_repositories,
    ),
]
From = Annotated[
    list[str] | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="Read a saved snapshot instead of GitHub; - reads stdin. Repeat to combine several.",
        callback=require_texts,
    ),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        metavar="FOLDER",
        help="Folder of the editions (default: editions); - writes no files.",
        callback=require_text,
    ),
]
Folder = Annotated[
    str | None,
    typer.Option("--output", metavar="FOLDER", help="Folder of the editions (default: editions)."),
]
Highlight = Annotated[
    list[str] | None,
    typer.Option(
        "--highlight",
        metavar="N",
        help="Add a story, such as 5551 or 5086+5043. Repeat to add several.",
    ),
]
Heading = Annotated[
    str | None,
    typer.Option("--heading", metavar="TEXT", help="Heading of the section; later runs keep it."),
]
Lead = Annotated[
    str | None,
    typer.Option(
        "--lead",
        metavar="TEXT",
        help="Lead of the section, with {n} for the count; later runs keep it.",
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print the whole digest as JSON instead of the section.")
]
NoPictures = Annotated[
    bool, typer.Option("--no-pictures", help="Do not download the pictures of stories.")
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Exit with code 1 if pull requests may be missing.")
]
Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings file (default: digest.toml)."),
]
Edition = Annotated[
    str | None,
    typer.Option(
        "-e",
        "--edition",
        metavar="EDITION",
        help="Edition, such as 2021-W19 (default: the newest).",
    ),
]


Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Print no messages except errors.")]
Verbose = Annotated[
    bool, typer.Option("-v", "--verbose", help="Print each request with its time and cost.")
]


def with_loudness(command: Callable[..., Job]) -> Callable[..., Job]:
    """The command with the options -q and -v, which may also come before its name."""

    @wraps(command)
    def run(*, quiet: bool, verbose: bool, **options: Any) -> Job:
        if quiet or verbose:
            streams.set_loudness(is_quiet=quiet, is_verbose=verbose)
        return command(**options)

    own = inspect.signature(command)
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=kind)
        for name, kind in (("quiet", Quiet), ("verbose", Verbose))
    ]
    # Typer reads the options of a command here.
    run.__signature__ = own.replace(parameters=[*own.parameters.values(), *more])  # type: ignore[attr-defined]
    run.__annotations__ = {**command.__annotations__, "quiet": Quiet, "verbose": Verbose}
    return run


class Command(TyperCommand):
    """A command whose help shows no type for flags."""

    def get_params(self, ctx: Any) -> list[Any]:
        """All parameters, including --help."""
        return _without_types(super().get_params(ctx))


class Group(TyperGroup):
    """The `digest` command, whose help shows no type for flags either."""

    def get_params(self, ctx: Any) -> list[Any]:
        """All parameters, including those that Typer adds."""
        return _without_types(super().get_params(ctx))


def _without_types(params: list[Any]) -> list[Any]:
    for param in params:
        if getattr(param, "is_flag", False):
            # Typer 0.29 prints <bool> for an empty metavar of a flag.
            param.metavar = ""
    return params
