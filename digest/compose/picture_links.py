"""Pictures of a section that is published: where they stand, and how the text links to them."""

import posixpath
import re
from urllib.parse import unquote

BESIDE = "."
# A picture's text may hold brackets, so it is known by what follows; a link to such a file goes along.
FILE = r"/(?P<name>[^()\s/]+\.(?:png|jpe?g|gif|webp))(?=\)|\s+[\"'(])"


def named(section: str, begins: str = BESIDE) -> tuple[str, ...]:
    """The files that a section shows, in their order; `begins` is what its links to them begin with."""
    return tuple(dict.fromkeys(unquote(shown["name"]) for shown in _links(begins).finditer(section)))


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
    return _links(BESIDE).sub(lambda shown: f"]({begins}/{shown['name']}", section)


def _links(begins: str) -> re.Pattern[str]:
    return re.compile(rf"\]\({re.escape(begins)}{FILE}", re.ASCII | re.IGNORECASE)
