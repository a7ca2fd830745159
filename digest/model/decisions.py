"""Marks: an editor's decisions about an edition, and the rules that they can switch off."""

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

# Settings and marks switch rules off by these names, and docs/checking.md has a section for each.
RULES: Final[Mapping[str, str]] = {
    "todo": "a TODO that digest wrote is still in the text",
    "link-label": "the label of a link names another pull request than the link",
    "unknown-link": "a link leads to a pull request that is not in the facts",
    "reverted-link": "a link leads to a pull request that was reverted",
    "unknown-number": "no pull request in the facts has a number such as #736",
    "unlinked-story": "a story has no link",
    "heading-twice": "the same heading appears twice",
    "numbers": "the count or another number differs from the facts",
    "missing-picture": "the file of a picture does not exist",
    "picture-text": "a picture has no description",
    "unclosed": "a code block, a link, emphasis or a comment is not closed",
    "incomplete-facts": "pull requests may be missing from the facts",
    "old-facts": "the facts are older than a day",
}


def as_rule_names(value: object) -> object:
    """A single name as a list; any other value unchanged."""
    return [value] if isinstance(value, str) else value


def check_rule_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names unchanged. Raises ValueError, which lists all rules, for an unknown one."""
    if unknown := [name for name in names if name not in RULES]:
        raise ValueError(f"names the unknown rule {unknown[0]!r}; the rules are {', '.join(RULES)}")
    return names


# "stories": heading, lead and stories. "list": heading, lead and everything merged, by group.
Layout = Literal["stories", "list", "stories-and-list"]


def _replace_surrogates(value: str) -> str:
    # Python turns invalid UTF-8 on the command line into lone surrogates, which files cannot
    # contain.
    return value.encode("utf-8", "replace").decode("utf-8")


def _one_line(value: object) -> object:
    return " ".join(_replace_surrogates(value).split()) or None if isinstance(value, str) else value


def _lines(value: object) -> object:
    r"""The text without blank lines around it, and with `\n` as the only line break."""
    if not isinstance(value, str):
        return value
    text = re.sub(r"\r\n?", "\n", _replace_surrogates(value))
    return re.sub(r"\A(?:[ \t]*\n)+", "", text).rstrip() or None


def _files(value: object) -> object:
    """The names as a tuple, without empty ones. A single name needs no brackets."""
    names = [value] if isinstance(value, str) else value
    if names is None:
        return None
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise ValueError('must be a list of files, such as ["doors-2.png"]')
    return tuple(name.strip() for name in map(_replace_surrogates, names) if name.strip())


Line = Annotated[str | None, BeforeValidator(_one_line)]
Lines = Annotated[str | None, BeforeValidator(_lines)]
Files = Annotated[tuple[str, ...] | None, BeforeValidator(_files)]
RuleNames = Annotated[
    tuple[str, ...], BeforeValidator(as_rule_names), AfterValidator(check_rule_names)
]


class Frozen(BaseModel):
    """Parsed data that does not change. Unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Mark(Frozen):
    """A decision about one story, or about one item of a list, by digest or by a person.

    `pull_requests` are keys and may be empty. A `removed` story is not in the section, and digest
    does not draft it again. `heading` is plain text, `text` is Markdown that replaces the drafted
    paragraphs, and `pictures` are files or URLs to show; None keeps the draft. An item that is not
    `listed` is left out. `group` is the name of its group, and `place` its place in there.
    """

    pull_requests: tuple[str, ...] = ()
    by: Literal["digest", "person"] = "person"
    heading: Line = None
    text: Lines = None
    pictures: Files = None
    removed: bool = False
    listed: bool = True
    group: Line = None
    place: Annotated[int, Field(ge=1)] | None = None

    def is_story(self, layout: Layout) -> bool:
        """Whether the section has a story about it in this layout; without one it is an item."""
        return layout != "list" and not self.removed


class Marks(Frozen):
    """All decisions about an edition: heading, lead, and the stories in order.

    `pictures` is False for an edition that downloads no pictures. `layout` is the layout of the
    edition; None means the layout in the settings. `ignore` are the rules of `digest check` that do
    not apply to it.
    """

    heading: Line = None
    lead: Lines = None
    layout: Layout | None = None
    pictures: bool = True
    ignore: RuleNames = ()
    stories: tuple[Mark, ...] = ()

    def stories_in(self, layout: Layout) -> tuple[Mark, ...]:
        """The marks of the section's stories in this layout."""
        return tuple(mark for mark in self.stories if mark.is_story(layout))

    @property
    def left_out_keys(self) -> tuple[str, ...]:
        """The pull requests that are left out of lists, in the order of the marks."""
        return tuple(key for mark in self.stories if not mark.listed for key in mark.pull_requests)
