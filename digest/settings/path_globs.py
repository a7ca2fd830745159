"""Globs for the paths of changed files.

`*` matches within a folder, `**` across folders, and `{name}` captures the name of a folder.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

# A captured name is also the name of a group in a regular expression.
CAPTURED = r"[A-Za-z_]\w*"
PARTS = re.compile(rf"(\*\*/|\*\*|\*|\{{{CAPTURED}\}})")


def captured_names(globs: Sequence[str]) -> list[str]:
    """The names that globs capture."""
    return [name for glob in globs for name in re.findall(rf"\{{({CAPTURED})\}}", glob)]


def match_path(glob: str, path: str) -> dict[str, str] | None:
    """The texts that a glob captures from a path, by name; None unless it matches all of it."""
    matched = _compiled(glob).fullmatch(path)
    return None if matched is None else matched.groupdict()


@lru_cache(maxsize=1024)
def _compiled(glob: str) -> re.Pattern[str]:
    captured: set[str] = set()

    def as_regex(part: str) -> str:
        if part.startswith("{") and PARTS.fullmatch(part):
            name, is_repeated = part[1:-1], part in captured
            captured.add(part)
            return f"(?P={name})" if is_repeated else f"(?P<{name}>[^/]+)"
        return {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}.get(part, re.escape(part))

    return re.compile("".join(map(as_regex, PARTS.split(glob))), re.DOTALL)
