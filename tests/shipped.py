"""The settings as they ship, without a person's own file."""

from functools import cache

from digest import settings
from digest.files import settings_files


@cache
def shipped() -> settings.Settings:
    """Every default, and nothing else."""
    return settings_files.load().settings


@cache
def preset(name: str) -> settings.Settings:
    """The defaults with this preset."""
    return settings_files.load(settings.Layer("test", f'[digest]\npreset = "{name}"')).settings
