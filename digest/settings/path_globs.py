"""Globs for the paths of changed files: * within a folder, ** across folders, {name} captures within a folder."""

import re
from collections.abc import Sequence
from functools import lru_cache

# The name that a glob gives to a captured folder: that of a group in a regular expression.
CAPTURED = r"[A-Za-z_]\w*"
PARTS = re.compile(rf"(\*\*/|\*\*|\*|\{{{CAPTURED}\}})")


def captured_names(globs: Sequence[str]) -> list[str]:
    """The names under which globs capture folders."""
    return [name for glob in globs for name in re.findall(rf"\{{({CAPTURED})\}}", glob)]


def match_path(glob: str, path: str) -> dict[str, str] | None:
    """What a glob captures of a path, by name; None when it does not match the whole path."""
    matched = _compiled(glob).fullmatch(path)
    return None if matched is None else matched.groupdict()


@lru_cache(maxsize=1024)
def _compiled(glob: str) -> re.Pattern[str]:
    known: set[str] = set()

    def as_regex(part: str) -> str:
        if part.startswith("{") and PARTS.fullmatch(part):
            name, is_again = part[1:-1], part in known
            known.add(part)
            return f"(?P={name})" if is_again else f"(?P<{name}>[^/]+)"
        return {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}.get(part, re.escape(part))

    return re.compile("".join(map(as_regex, PARTS.split(glob))), re.DOTALL)
