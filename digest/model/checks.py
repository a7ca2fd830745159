"""The rules of `digest check` by name, and what they find."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

# Settings and marks switch rules off by these names, and docs/checking.md has a section for each.
RULES: Final[Mapping[str, str]] = {
    "todo": "a TODO that digest wrote is left",
    "link-label": "the label of a link names another pull request than the link",
    "unknown-link": "a link leads to a pull request that is not in the facts",
    "reverted-link": "a link leads to a pull request that was reverted",
    "unknown-number": "no pull request in the facts has a number such as #736",
    "unlinked-story": "a story has no link",
    "heading-twice": "the same heading is there twice",
    "numbers": "the count or another number differs from the facts",
    "missing-picture": "the file of a picture does not exist",
    "picture-text": "a picture has no description",
    "unclosed": "a code block, a link, emphasis or a comment does not close",
    "incomplete-facts": "pull requests may be missing in the facts",
    "old-facts": "the facts are older than a day",
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to correct: its line (None for the facts), the rule, the reason and the cure."""

    line: int | None
    rule: str
    reason: str
    cure: str


def as_rule_names(value: object) -> object:
    """A single name as a list; any other value unchanged."""
    return [value] if isinstance(value, str) else value


def check_rule_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names unchanged. Raises ValueError, which lists all rules, for an unknown one."""
    if unknown := [name for name in names if name not in RULES]:
        raise ValueError(f"names the unknown rule {unknown[0]!r}; the rules are {', '.join(RULES)}")
    return names
