"""Rules of the settings: conditions, and what follows for a pull request that matches them."""

from typing import Self

from pydantic import Field, model_validator

from digest.settings.conditions import Condition
from digest.settings.values import PLACEHOLDER, Table


class Rule(Table):
    """Conditions under `any` (one must hold) and `all` (each must hold)."""

    any: tuple[Condition, ...] = ()
    all: tuple[Condition, ...] = ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions under `any` and `all`."""
        return (*self.any, *self.all)

    @property
    def is_about_reception(self) -> bool:
        """Whether the rule tests how people received a pull request."""
        return any(
            kind.about == "reception"
            for condition in self.conditions
            for kind in condition.given.values()
        )

    @model_validator(mode="after")
    def _has_conditions(self) -> Self:
        if not (self.any or self.all):
            raise ValueError("needs conditions under any or all")
        return self

    @model_validator(mode="after")
    def _captures_its_placeholders(self) -> Self:
        captured = {name for condition in self.conditions for name in condition.captured_names()}
        for name in PLACEHOLDER.findall(self._text()):
            if name not in captured:
                raise ValueError(f"no condition of the rule captures {{{name}}}")
        return self

    def _text(self) -> str:
        return ""


class GroupRule(Rule):
    """A group, and which pull requests belong to it. The first rule that matches wins.

    `{segment}` in `name` is captured from a path. Then `max_names` limits how many groups the rule
    creates, and the other pull requests go to `overflow_group`.
    """

    name: str
    max_names: int | None = Field(default=None, ge=1)
    overflow_group: str | None = None

    def _text(self) -> str:
        return self.name


class ReasonRule(Rule):
    """Why a pull request may deserve a story. `draft` makes it a story of the first draft."""

    words: str
    draft: bool = False

    def _text(self) -> str:
        return self.words
