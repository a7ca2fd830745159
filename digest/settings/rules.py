"""Rules of the settings: conditions on pull requests, and what they make of one that matches."""

from typing import Self

from pydantic import Field, model_validator

from digest.settings.conditions import Condition
from digest.settings.values import PLACE, Table


class Rule(Table):
    """Conditions under `any` (one must hold) and `all` (every one must)."""

    any: tuple[Condition, ...] = ()
    all: tuple[Condition, ...] = ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions under `any` and `all`."""
        return (*self.any, *self.all)

    @property
    def is_about_reception(self) -> bool:
        """Whether it asks how a pull request was received."""
        return any(
            kind.about == "reception" for one in self.conditions for kind in one.given.values()
        )

    @model_validator(mode="after")
    def _has_conditions(self) -> Self:
        if not (self.any or self.all):
            raise ValueError("needs conditions under any or all")
        return self

    @model_validator(mode="after")
    def _captures_what_it_names(self) -> Self:
        captured = {name for one in self.conditions for name in one.captured_names()}
        if uncaught := [
            place
            for text in self._texts()
            for place in PLACE.findall(text)
            if place not in captured
        ]:
            raise ValueError(f"no path of it captures {{{uncaught[0]}}}")
        return self

    def _texts(self) -> tuple[str, ...]:
        return ()


class GroupRule(Rule):
    """The first rule that matches a pull request names its group.

    `{segment}` in `name` comes from the path.
    At most `at_most` groups are made from captured names; what is beyond them goes to `otherwise`.
    """

    name: str
    at_most: int | None = Field(default=None, ge=1)
    otherwise: str | None = None

    def _texts(self) -> tuple[str, ...]:
        return (self.name,)


class ReasonRule(Rule):
    """Words that say why a pull request may deserve a story.

    `draft` makes it one without asking.
    """

    words: str
    draft: bool = False

    def _texts(self) -> tuple[str, ...]:
        return (self.words,)
