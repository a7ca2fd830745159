"""Links to a repository that was renamed: those with an old name mean the current one. Pure."""

import re

from digest.compose.keys import RepositoryNames


def with_present_names(text: str, names: RepositoryNames) -> str:
    """The text with the current name of each repository in links to pull requests and in keys."""
    old_names = [re.escape(old) for old in names.aliases if old.lower() in text.lower()]
    if not old_names:
        return text
    pattern = rf"(?<![\w.-])(?:{'|'.join(old_names)})(?=(?:/(?:pull|issues)/|#)[0-9])"
    return re.sub(pattern, lambda found: names.resolve(found[0]), text, flags=re.IGNORECASE)


def with_written_lines(text: str, names: RepositoryNames, *written: str | None) -> str:
    """The text with each line as it was written, if only the name of a repository differs.

    `written` are the texts that the lines are from.
    """
    lines = [line for source in written for line in (source or "").splitlines(keepends=True)]
    known = set(lines)
    originals = {with_present_names(line, names): line for line in lines}
    return "".join(
        line if line in known else originals.get(line, line)
        for line in text.splitlines(keepends=True)
    )
