"""Settings: TOML texts in, one frozen Settings out, with the place that each value comes from."""

from digest.settings.conditions import VOLATILE, Condition, Match, Outcome, Subject
from digest.settings.layers import Layer, Loaded, load, schema
from digest.settings.rules import GroupRule, ReasonRule, Rule
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
    "VOLATILE",
    "Calendar",
    "Condition",
    "GitHub",
    "GroupRule",
    "Layer",
    "Loaded",
    "Match",
    "OneRepository",
    "Outcome",
    "PersonWords",
    "Pictures",
    "Publish",
    "ReasonRule",
    "Rule",
    "Settings",
    "Subject",
    "WithoutToken",
    "Wording",
    "load",
    "repository_name",
    "schema",
]
