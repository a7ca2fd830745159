"""Help screens that every version of Typer draws alike."""

from typing import Any

from typer.core import TyperCommand, TyperGroup


class Command(TyperCommand):
    """A command whose flags have no word for a value on the help screen."""

    def get_params(self, ctx: Any) -> list[Any]:
        """All parameters, with that of --help."""
        return _without_types(super().get_params(ctx))


class Group(TyperGroup):
    """The same of the command that has the others; --install-completion is one of its flags."""

    def get_params(self, ctx: Any) -> list[Any]:
        """All parameters, with those that Typer adds."""
        return _without_types(super().get_params(ctx))


def _without_types(params: list[Any]) -> list[Any]:
    for param in params:
        if getattr(param, "is_flag", False):
            # Typer 0.29 would write <bool> here.
            param.metavar = ""
    return params
