"""Finds and reads the settings and the packaged files: config.toml, presets and templates."""

import os
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from digest import settings
from digest.compose import workdays
from digest.errors import DigestError, UsageError

SHIPPED = "shipped"


@cache
def text(name: str) -> str:
    """The text of a packaged file, such as `config.toml` or `templates/section.md.j2`.

    Raises DigestError if the installation lacks it.
    """
    package = Path(__file__).parents[1]
    checkout = package.parent
    # A checkout counts only next to our own pyproject.toml: site-packages may have another folder
    # with templates.
    folders = [checkout, package] if _is_ours(checkout) else [package]
    for folder in folders:
        if (path := folder / name).is_file():
            return path.read_text(encoding="utf-8")
    raise DigestError(f"This installation lacks {name}.", "Install digest again.")


def _is_ours(folder: Path) -> bool:
    try:
        return 'name = "merged-last-week"' in (folder / "pyproject.toml").read_text(
            encoding="utf-8"
        )
    except OSError:
        return False


def relative(path: Path) -> Path:
    """The path relative to the working folder; unchanged if it is on another Windows drive."""
    try:
        return Path(os.path.relpath(path))
    except ValueError:
        return path


@dataclass(frozen=True)
class Found:
    """The current settings, and the person's settings file and its text; None without a file."""

    loaded: settings.Loaded
    file: Path | None
    layer: settings.Layer | None

    @property
    def output(self) -> Path:
        """The folder of the editions; a relative one starts from the settings file's folder."""
        folder = Path(self.loaded.settings.output).expanduser()
        if self.file is None or self.loaded.origins["output"] == SHIPPED:
            return folder
        return self.file.parent / folder


def find(config: Path | None, folder: Path) -> Found:
    """The settings of `config`, or of the file that belongs to `folder`, over the defaults.

    The file is digest.toml in the folder or a parent up to the repository's root, or else a
    config.toml in the folder, if it has a [digest] table. Raises UsageError when a file cannot be
    read or has mistakes.
    """
    file = config or _search(folder)
    layer = (
        settings.Layer(str(config or os.path.relpath(file, folder)), _read(file)) if file else None
    )
    loaded = load(layer)
    _check_countries(loaded)
    return Found(loaded, file, layer)


def _check_countries(loaded: settings.Loaded) -> None:
    try:
        workdays.find_countries(loaded.settings.calendar)
    except UsageError as error:
        origin = loaded.origins["calendar.country"]
        raise UsageError(f"{origin}: {error.message}", error.hint) from None


def load(layer: settings.Layer | None = None) -> settings.Loaded:
    """The settings of a person's file, if any, over its preset and the defaults.

    Raises UsageError that lists every mistake.
    """
    return settings.load([*defaults(layer), *([layer] if layer else [])])


def defaults(layer: settings.Layer | None = None) -> list[settings.Layer]:
    """The defaults: the packaged config.toml, and the preset that it or a person's file chooses."""
    config = shipped()
    name = settings.preset_name([config, *([layer] if layer else [])])
    return [config, settings.Layer(f"preset {name}", text(f"presets/{name}.toml"))]


def shipped() -> settings.Layer:
    """The packaged config.toml."""
    return settings.Layer(SHIPPED, text("config.toml"))


def _search(folder: Path) -> Path | None:
    for place in (folder, *folder.parents):
        if (place / "digest.toml").is_file():
            return place / "digest.toml"
        if (place / ".git").exists():
            break
    config = folder / "config.toml"
    return config if _has_digest_table(config) else None


def _has_digest_table(path: Path) -> bool:
    # Site builders use the name config.toml too, and in our own checkout it is the packaged file.
    try:
        text = path.read_text(encoding="utf-8-sig")
        return text != shipped().text and "digest" in tomllib.loads(text)
    except (OSError, ValueError):
        return False


def _read(path: Path) -> str:
    try:
        # Editors on Windows begin a file with a byte order mark.
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UsageError(
            f"There is no settings file {path}.", "Write one with: digest init --repo owner/name"
        ) from None
    except OSError as error:
        raise UsageError(f"The settings file {path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(
            f"The settings file {path} is not UTF-8 text.", "Save it as UTF-8."
        ) from None
