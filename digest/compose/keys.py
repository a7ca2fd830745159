"""Keys of pull requests, `owner/name#n`: read from what people write, and written as people read them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from digest import text
from digest.model import same_name

WRITTEN = re.compile(
    r"(?:(?P<repository>[\w.-]+/[\w.-]+))?#?(?P<number>[1-9]\d*)"
    r"|https?://[^/\s]+/(?P<linked>[\w.-]+/[\w.-]+)/pull/(?P<pull>[1-9]\d*)(?:[/?#]\S*)?",
    re.ASCII,
)


@dataclass(frozen=True)
class RepositoryNames:
    """The repositories of an edition, and the old or short names by which people still call them."""

    names: Sequence[str] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)

    def resolve(self, written: str) -> str:
        """The repository of a written name, spelled as the edition spells it.

        Case does not matter.
        """
        meant = next((new for old, new in self.aliases.items() if same_name(old, written)), written)
        return next((name for name in self.names if same_name(name, meant)), meant)


def parse_key(written: str | int, repositories: RepositoryNames) -> str:
    """The key that is meant by `owner/name#n`, by a URL, or in an edition of one repository by `#n` or `n` alone.

    Raises ValueError, whose words go on after what was written.
    """
    match = WRITTEN.fullmatch(str(written).strip())
    # Without the sign, "backstage/backstage5" would be a number of a repository.
    if match is None or (match["repository"] and "#" not in str(written)):
        raise ValueError("is no pull request: write owner/name#5299 or its URL")
    if match["linked"]:
        return f"{repositories.resolve(match['linked'])}#{match['pull']}"
    if match["repository"]:
        return f"{repositories.resolve(match['repository'])}#{match['number']}"
    if len(repositories.names) != 1:
        raise ValueError(f"does not say of which repository: write owner/name#{match['number']}")
    return f"{repositories.names[0]}#{match['number']}"


def repository_of(key: str) -> str:
    """The repository of a key: "backstage/backstage"."""
    return key.rpartition("#")[0]


def format_keys(keys: Sequence[str], others: Sequence[str] = ()) -> str:
    """Keys in a sentence, "#5086 and #5043".

    With their repository where these or `others` belong to several.
    """
    whole = len({repository_of(key) for key in (*keys, *others)}) > 1
    return text.listed([key if whole else f"#{key.rpartition('#')[2]}" for key in keys])
