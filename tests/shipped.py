"""The settings as they ship, without a person's own file."""

from functools import cache

from digest import settings
from digest.files import settings_files


@cache
def shipped() -> settings.Settings:
    """Every default of config.toml, and nothing else."""
    return settings.load(
        [settings.Layer("config.toml", settings_files.text("config.toml"))]
    ).settings
