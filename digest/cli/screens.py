"""Help screens that look the same in every version of Typer."""

from typing import Any

from typer.core import TyperCommand, TyperGroup


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
