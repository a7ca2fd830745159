"""Parses and formats keys of pull requests, `owner/name#n`, also those with an old name."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from digest import text
from digest.model import Repository, same_name

WRITTEN = re.compile(
    r"(?:(?P<repository>[\w.-]+/[\w.-]+))?#?(?P<number>[1-9]\d{0,8})"
    r"|https?://[^/\s]+/(?P<linked>[\w.-]+/[\w.-]+)/pull/(?P<pull>[1-9]\d{0,8})(?:[/?#]\S*)?",
    re.ASCII,
)
MAX_NAMES = 10


@dataclass(frozen=True)
class RepositoryNames:
    """The repositories of an edition, and their old names, which people may still use.

    `ids` are their node ids by name, as far as they are known.
    """

    names: Sequence[str] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)

    def resolve(self, written: str) -> str:
        """The repository that is meant by a name in any case, spelled as in the edition."""
        current = next(
            (new for old, new in self.aliases.items() if same_name(old, written)), written
        )
        return next((name for name in self.names if same_name(name, current)), current)

    def present_key(self, key: str) -> str:
        """A key with the current name of its repository."""
        name, _, number = key.rpartition("#")
        return f"{self.resolve(name)}#{number}"

    def identify(self, name: str, node_id: str | None) -> str | None:
        """The repository with this id, or else with this name; None if the edition has neither."""
        by_id = {known: present for present, known in self.ids.items()}
        if node_id in by_id:
            return by_id[node_id]
        present = self.resolve(name)
        is_other = node_id is not None and present in self.ids
        return present if present in self.names and not is_other else None


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


def names_of(
    repositories: Sequence[Repository], aliases: Mapping[str, str] | None = None
) -> RepositoryNames:
    """The names of a snapshot's repositories, with `aliases` from the settings and old names."""
    former = {old: one.name for one in repositories for old in one.former_names}
    ids = {one.name: one.node_id for one in repositories if one.node_id}
    return RepositoryNames([one.name for one in repositories], {**(aliases or {}), **former}, ids)


def repository_of(key: str) -> str:
    """The repository of a key: "backstage/backstage"."""
    return key.rpartition("#")[0]


def format_keys(keys: Sequence[str], others: Sequence[str] = ()) -> str:
    """Keys for a sentence, "#5086 and #5043".

    They include the repository if these keys and `others` are from several.
    """
    whole = len({repository_of(key) for key in (*keys, *others)}) > 1
    return text.join_words([key if whole else f"#{key.rpartition('#')[2]}" for key in keys])


def describe_changes(before: Collection[str], after: Collection[str]) -> list[str]:
    """Lines such as "+1 merged: #5674" and "1 no longer counted: #5392"."""
    lines = []
    for changed, begin, end in (
        ([key for key in after if key not in before], "+", " merged"),
        ([key for key in before if key not in after], "", " no longer counted"),
    ):
        if changed:
            names = format_keys(changed[:MAX_NAMES], [*before, *after])
            more = ", …" if len(changed) > MAX_NAMES else ""
            lines.append(f"{begin}{len(changed):,}{end}: {names}{more}")
    return lines


def with_present_names(document: str, names: RepositoryNames) -> str:
    """The text with the current name of each repository in links to pull requests and in keys."""
    old_names = [re.escape(old) for old in names.aliases if old.lower() in document.lower()]
    if not old_names:
        return document
    pattern = rf"(?<![\w.-])(?:{'|'.join(old_names)})(?=(?:/(?:pull|issues)/|#)[0-9])"
    return re.sub(pattern, lambda found: names.resolve(found[0]), document, flags=re.IGNORECASE)


def with_written_lines(document: str, names: RepositoryNames, *written: str | None) -> str:
    """The text with each line as it was written, if only the name of a repository differs.

    `written` are the texts that the lines are from.
    """
    lines = [line for source in written for line in (source or "").splitlines(keepends=True)]
    known = set(lines)
    originals = {with_present_names(line, names): line for line in lines}
    return "".join(
        line if line in known else originals.get(line, line)
        for line in document.splitlines(keepends=True)
    )
