"""The settings as they ship: what is in force where nobody has a file of their own."""

from functools import cache

from digest import settings
from digest.files import settings_files


@cache
def shipped() -> settings.Settings:
    """Every default of config.toml, and nothing else."""
    return settings.load(
        [settings.Layer("config.toml", settings_files.text("config.toml"))]
    ).settings
