"""The place where an edition is published, and the names of its files there."""

import posixpath
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from digest.model import Window
from digest.publishing import paths, picture_links
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.github.client import GitHub


@dataclass(frozen=True)
class At:
    """Where an edition is published: the newsletter's repository and the pattern of its path there.

    `folder` holds the editions on disk, `templates` the newsletter's own templates.
    """

    github: "GitHub"
    to: str
    pattern: str
    settings: Settings
    folder: Path
    templates: Path

    def path(self, window: Window) -> str:
        """The file that an edition's section goes to. Raises UsageError."""
        return paths.filled(self.pattern, self.settings, window)

    def picture(self, name: str, window: Window) -> str:
        """The file that a picture of an edition goes to. Raises UsageError."""
        pattern = self.settings.publish.pictures_path
        folder = paths.filled(pattern, self.settings, window) if pattern else ""
        return posixpath.join(picture_links.folder(folder, self.path(window)), name)

    def link(self, window: Window) -> str:
        """What links to the pictures of an edition begin with. Raises UsageError."""
        wanted, there = (
            paths.words(one, self.settings, window)
            for one in (self.settings.publish.pictures_link, self.settings.publish.pictures_path)
        )
        return picture_links.link(wanted, there, self.path(window))

    def relinked(self, section: str, window: Window) -> str:
        """A section with links to where its pictures are published."""
        return picture_links.relinked(section, self.link(window))
