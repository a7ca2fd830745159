"""Settings: the texts of TOML files become one frozen `Settings`, with each value's origin."""

from digest.settings.conditions import VOLATILE, Condition, Match, Outcome, Subject
from digest.settings.layers import Layer, Loaded, load, preset_name, schema
from digest.settings.rules import GroupRule, ReasonRule, Rule
from digest.settings.tables import (
    Calendar,
    Check,
    GitHub,
    PeopleStyle,
    PersonSettings,
    Pictures,
    Publish,
    RepositorySettings,
    Settings,
    WithoutToken,
    Wording,
    repository_name,
)

__all__ = [
    "VOLATILE",
    "Calendar",
    "Check",
    "Condition",
    "GitHub",
    "GroupRule",
    "Layer",
    "Loaded",
    "Match",
    "Outcome",
    "PeopleStyle",
    "PersonSettings",
    "Pictures",
    "Publish",
    "ReasonRule",
    "RepositorySettings",
    "Rule",
    "Settings",
    "Subject",
    "WithoutToken",
    "Wording",
    "load",
    "preset_name",
    "repository_name",
    "schema",
]
