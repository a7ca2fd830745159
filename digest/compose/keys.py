"""Parses and formats keys of pull requests, `owner/name#n`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from digest import text
from digest.model import same_name

WRITTEN = re.compile(
    r"(?:(?P<repository>[\w.-]+/[\w.-]+))?#?(?P<number>[1-9]\d{0,8})"
    r"|https?://[^/\s]+/(?P<linked>[\w.-]+/[\w.-]+)/pull/(?P<pull>[1-9]\d{0,8})(?:[/?#]\S*)?",
    re.ASCII,
)


@dataclass(frozen=True)
class RepositoryNames:
    """The repositories of an edition, and their old names by which people may call them."""

    names: Sequence[str] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)

    def resolve(self, written: str) -> str:
        """The repository that is meant by a name in any case, spelled as in the edition."""
        current = next(
            (new for old, new in self.aliases.items() if same_name(old, written)), written
        )
        return next((name for name in self.names if same_name(name, current)), current)


def parse_key(written: str | int, repositories: RepositoryNames) -> str:
    """The key for `owner/name#n` or a URL; with one repository, `#n` or `n` is enough.

    Raises ValueError with a message that continues after the text as written.
    """
    match = WRITTEN.fullmatch(str(written).strip())
    # Without "#", "backstage/backstage5" would be read as number 5.
    if match is None or (match["repository"] and "#" not in str(written)):
        raise ValueError("is not a pull request; write owner/name#5299 or its URL")
    if match["linked"]:
        return f"{repositories.resolve(match['linked'])}#{match['pull']}"
    if match["repository"]:
        return f"{repositories.resolve(match['repository'])}#{match['number']}"
    if len(repositories.names) != 1:
        raise ValueError(f"needs a repository; write owner/name#{match['number']}")
    return f"{repositories.names[0]}#{match['number']}"


def repository_of(key: str) -> str:
    """The repository of a key: "backstage/backstage"."""
    return key.rpartition("#")[0]


def format_keys(keys: Sequence[str], others: Sequence[str] = ()) -> str:
    """Keys for a sentence, "#5086 and #5043".

    They include the repository if these keys and `others` are from several.
    """
    whole = len({repository_of(key) for key in (*keys, *others)}) > 1
    return text.join_words([key if whole else f"#{key.rpartition('#')[2]}" for key in keys])
