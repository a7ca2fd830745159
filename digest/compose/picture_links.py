"""Finds and changes the links of a section to its pictures. Pure."""

import re
from urllib.parse import unquote

LOCAL_LINK = "."
# A picture's text may contain brackets, so only its target is matched. Links to pictures match too.
FILE = r"/(?P<name>[^()\s/]+\.(?:png|jpe?g|gif|webp))(?=\)|\s+[\"'(])"


def linked_pictures(section: str, link: str = LOCAL_LINK) -> tuple[str, ...]:
    """The file names of the pictures in a section, in order, for links that begin with `link`."""
    return tuple(dict.fromkeys(unquote(found["name"]) for found in _links(link).finditer(section)))


def relink_pictures(section: str, link: str) -> str:
    """A section from disk whose links to pictures begin with `link`."""
    return _links(LOCAL_LINK).sub(lambda found: f"]({link}/{found['name']}", section)


def _links(link: str) -> re.Pattern[str]:
    return re.compile(rf"\]\({re.escape(link)}{FILE}", re.ASCII | re.IGNORECASE)
