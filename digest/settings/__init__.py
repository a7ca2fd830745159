"""Settings: TOML texts in, one frozen Settings out, with the place that each value comes from."""

from digest.settings.layers import Layer, Loaded, load, schema
from digest.settings.rules import CAPTURED, Condition, GroupRule, Patterns, ReasonRule, Rule
from digest.settings.tables import (
    Calendar,
    GitHub,
    OneRepository,
    PersonWords,
    Pictures,
    Publish,
    Settings,
    WithoutToken,
    Wording,
    repository_name,
)

__all__ = [
    "CAPTURED",
    "Calendar",
    "Condition",
    "GitHub",
    "GroupRule",
    "Layer",
    "Loaded",
    "OneRepository",
    "Patterns",
    "PersonWords",
    "Pictures",
    "Publish",
    "ReasonRule",
    "Rule",
    "Settings",
    "WithoutToken",
    "Wording",
    "load",
    "repository_name",
    "schema",
]
