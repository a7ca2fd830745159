"""Settings: TOML texts in, one frozen Settings out, with the place that each value comes from."""

from digest.settings.layers import Layer, Loaded, load, schema
from digest.settings.tables import (
    CAPTURED,
    Calendar,
    Condition,
    GitHub,
    GroupRule,
    Patterns,
    PersonWords,
    ReasonRule,
    Rule,
    Settings,
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
    "Patterns",
    "PersonWords",
    "ReasonRule",
    "Rule",
    "Settings",
    "Wording",
    "load",
    "repository_name",
    "schema",
]
