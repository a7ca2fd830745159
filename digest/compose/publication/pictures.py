"""Pictures of a section that is published: where they stand, and how the text links to them."""

import posixpath
import re
from urllib.parse import unquote

# A picture's text may hold brackets, so it is known by what follows; a link to such a file goes along.
SHOWN = re.compile(
    r"(?P<before>\]\()\./(?P<name>[^()\s/]+\.(?:png|jpe?g|gif|webp))(?=\)|\s+[\"'(])", re.ASCII | re.IGNORECASE
)


def named(section: str) -> tuple[str, ...]:
    """The files beside the section that it shows, in their order."""
    return tuple(dict.fromkeys(unquote(shown["name"]) for shown in SHOWN.finditer(section)))


def folder(path: str, page: str) -> str:
    """The folder of the pictures: as the settings say, beside the page by default."""
    return path.strip("/") or posixpath.dirname(page)


def link(wanted: str, path: str, page: str) -> str:
    """What a page's links to its pictures begin with: as the settings say, a relative path by default."""
    if wanted:
        return wanted.rstrip("/")
    relative = posixpath.relpath(folder(path, page) or ".", posixpath.dirname(page) or ".")
    return relative if relative.startswith(".") else f"./{relative}"


def relinked(section: str, begins: str) -> str:
    """The section with links to the place where its pictures are published."""
    return SHOWN.sub(lambda shown: f"{shown['before']}{begins}/{shown['name']}", section)
