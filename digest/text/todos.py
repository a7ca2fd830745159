"""TODO markers: the places in a section that digest leaves for the editor to write."""

import re

# digest writes a TODO at the start of a block, of a sentence or of a picture's description.
# Elsewhere "TODO" is a word of a title.
_MARKER = re.compile(r"(?:^[\s>#*+-]*|[.!?]\s+|!\[)(?P<todo>TODO)(?=:)", re.MULTILINE)


def find_todos(markdown: str) -> list[tuple[int, int]]:
    """The start and end of each TODO marker in a section or in one of its lines."""
    return [found.span("todo") for found in _MARKER.finditer(markdown)]
