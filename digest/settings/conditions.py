"""The conditions of rules, one row of `Condition` each: key, type, and test.

A condition is true, false, or undecided because a fact is unknown (`None`).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    WithJsonSchema,
    model_validator,
)

from digest.model import STATUS, ChangedFile, Frozen, PullRequest
from digest.text import descriptions, matches_glob


def _as_list(value: object) -> object:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return value
    raise ValueError("must be a string or a list of strings")


def _regular_expression(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a valid regular expression: {error}") from None
    return value


TEXT_OR_LIST = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


# One pattern needs no brackets.
Patterns = Annotated[tuple[str, ...], BeforeValidator(_as_list), WithJsonSchema(TEXT_OR_LIST)]
Regex = Annotated[str, AfterValidator(_regular_expression)]


# A captured name is also the name of a group in a regular expression.
CAPTURED = r"[A-Za-z_]\w*"
PARTS = re.compile(rf"(\*\*/|\*\*|\*|\{{{CAPTURED}\}})")


# The name that `area` captures.
AREA = "area"


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


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A pull request that conditions are tested on, and facts about its author and project.

    `is_first`: this is the author's first merged pull request; None: unknown. `areas` are globs
    that capture the parts of the code.
    """

    pull_request: PullRequest
    is_bot: bool = False
    is_first: bool | None = None
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Match:
    """The reasons why a condition or rule is true, and the texts that it captured, by name."""

    words: str
    captures: Mapping[str, str] = field(default_factory=dict)


# True (Match), false (None), or undecided (the names of the unknown facts).
Outcome = Match | frozenset[str] | None


@dataclass(frozen=True)
class ConditionKind:
    """The test and the other properties of a kind of condition.

    `test` receives the value in the settings, the subject, and the values of the keys in
    `narrowed_by`. `about`: reasons about the reception come last. `volatile` are the facts that the
    test reads and that may change every day. `captures` returns the names that a match captures;
    the words of a rule may contain them as {name}.
    """

    test: Callable[..., Outcome]
    about: Literal["content", "reception"] = "content"
    narrowed_by: tuple[str, ...] = ()
    volatile: tuple[str, ...] = ()
    captures: Callable[[Any], Iterable[str]] = lambda _: ()


def _is_bot(value: bool, subject: Subject) -> Outcome:  # noqa: FBT001 (a value of the settings)
    if subject.is_bot is not value:
        return None
    return Match(words="by a bot" if value else "by a person")


def _title(pattern: str, subject: Subject) -> Outcome:
    match = re.search(pattern, subject.pull_request.title)
    if match is None:
        return None
    captures = {name: value for name, value in match.groupdict().items() if value}
    return Match(words=f"title “{match.group().strip(' :]') or pattern}”", captures=captures)


def _captured_groups(pattern: str) -> Iterable[str]:
    return re.compile(pattern).groupindex


def _any_value(
    key: str, values_of: Callable[[PullRequest], Sequence[str] | None], *, plural: str | None = None
) -> ConditionKind:
    """Whether one of the pull request's values matches one of the globs."""

    def test(globs: Sequence[str], subject: Subject) -> Outcome:
        values = values_of(subject.pull_request)
        if values is None:
            return frozenset({plural or key})
        return _first_match(key, globs, values)

    return ConditionKind(test, captures=captured_names)


def _at_least(key: str) -> ConditionKind:
    """Whether a count of the pull request reaches a minimum; captures the count."""

    def test(minimum: int, subject: Subject) -> Outcome:
        count: int | None = getattr(subject.pull_request, key)
        if count is None:
            return frozenset({key})
        number = f"{count:,}"
        return Match(words=f"{number} {key}", captures={key: number}) if count >= minimum else None

    return ConditionKind(test, about="reception", volatile=(key,), captures=lambda _: (key,))


def _path(globs: Sequence[str], subject: Subject, status: STATUS | None) -> Outcome:
    """Whether at least one file matches.

    If files capture different names, the names with the most changed lines win; a tie is broken
    alphabetically.
    """
    pull = subject.pull_request
    if pull.files is None:
        return frozenset({"files"})
    lines: Counter[tuple[tuple[str, str], ...]] = Counter()
    glob_of: dict[tuple[tuple[str, str], ...], str] = {}
    for file in pull.files:
        if match := _file_match(globs, status, file):
            glob, captures = match
            lines[captures] += file.additions + file.deletions
            glob_of.setdefault(captures, glob)
    if not lines:
        return frozenset({"files"}) if _lacks_files(pull) else None
    captures = min(lines, key=lambda candidate: (-lines[candidate], candidate))
    return Match(words=_with_status(f"path {glob_of[captures]}", status), captures=dict(captures))


def _only(globs: Sequence[str], subject: Subject, status: STATUS | None) -> Outcome:
    """Whether there are files and every one matches."""
    pull = subject.pull_request
    if pull.files is None:
        return frozenset({"files"})
    matched_globs: dict[str, None] = {}
    for file in pull.files:
        match = _file_match(globs, status, file)
        if match is None:
            return None
        matched_globs[match[0]] = None
    if _lacks_files(pull):
        return frozenset({"files"})
    if not matched_globs:
        return None
    return Match(words=_with_status(f"only {' or '.join(matched_globs)}", status))


def _file_condition(
    test: Callable[[Sequence[str], Subject, STATUS | None], Outcome],
) -> ConditionKind:
    return ConditionKind(test, narrowed_by=("status",), captures=captured_names)


def _changeset(globs: Sequence[str], subject: Subject) -> Outcome:
    """Whether the pull request adds a changeset with one of these bumps."""
    pull = subject.pull_request
    if pull.changesets is None:
        has_none = pull.files is not None and not any(
            file.path.startswith(".changeset/") for file in pull.files
        )
        return None if has_none else frozenset({"changesets"})
    bumps = [bump for changeset in pull.changesets for bump in changeset.bumps.values()]
    bump = next((bump for glob in globs for bump in bumps if matches_glob(glob, bump)), None)
    return None if bump is None else Match(words=f"{bump} changeset", captures={"changeset": bump})


def _area(_: Literal[True], subject: Subject) -> Outcome:
    return _path(subject.areas, subject, None) if subject.areas else None


def _is_first(_: Literal[True], subject: Subject) -> Outcome:
    # One notice covers the whole window if this is unknown, so it is not reported here.
    return Match(words="first contribution") if subject.is_first else None


def _shows_pictures(_: Literal[True], subject: Subject) -> Outcome:
    body = subject.pull_request.body
    if body is None:
        return frozenset({"descriptions"})
    return Match(words="a picture in the description") if descriptions.images(body) else None


def _milestone(pull: PullRequest) -> tuple[str, ...] | None:
    if pull.milestone is None:
        return None
    return (pull.milestone,) if pull.milestone else ()


def _author(pull: PullRequest) -> tuple[str] | None:
    name = pull.author and (pull.author.login or pull.author.name)
    return (name,) if name else None


class Condition(Frozen):
    """A condition on a pull request. All keys must match; a list of values means any of them.

    `path`: at least one changed file matches, and has the `status` if there is one. `only`: every
    changed file matches. `comments`, `reactions`: at least this many. `pictures`: the description
    shows a picture. `changeset`: the pull request adds a changeset with this bump ("minor").
    `first_contribution`: it is the author's first merged pull request. `area`: a changed file is in
    a learned part of the code.
    """

    bot: Annotated[bool | None, ConditionKind(_is_bot)] = None
    title: Annotated[Regex | None, ConditionKind(_title, captures=_captured_groups)] = None
    label: Annotated[
        Patterns | None, _any_value("label", lambda pull: pull.labels, plural="labels")
    ] = None
    milestone: Annotated[Patterns | None, _any_value("milestone", _milestone)] = None
    author: Annotated[Patterns | None, _any_value("author", _author)] = None
    base: Annotated[
        Patterns | None, _any_value("base", lambda pull: pull.base and (pull.base,))
    ] = None
    path: Annotated[Patterns | None, _file_condition(_path)] = None
    status: STATUS | None = None
    area: Annotated[Literal[True] | None, ConditionKind(_area, captures=lambda _: (AREA,))] = None
    only: Annotated[Patterns | None, _file_condition(_only)] = None
    changeset: Annotated[
        Patterns | None, ConditionKind(_changeset, captures=lambda _: ("changeset",))
    ] = None
    first_contribution: Annotated[Literal[True] | None, ConditionKind(_is_first)] = None
    comments: Annotated[int | None, Field(ge=1), _at_least("comments")] = None
    reactions: Annotated[int | None, Field(ge=1), _at_least("reactions")] = None
    pictures: Annotated[Literal[True] | None, ConditionKind(_shows_pictures, about="reception")] = (
        None
    )

    @model_validator(mode="after")
    def _has_keys(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("needs at least one key")
        if self.status and not (self.path or self.only):
            raise ValueError("status needs path or only")
        return self

    @cached_property
    def given(self) -> Mapping[str, ConditionKind]:
        """The kinds of the keys that this condition has, in the order of the table."""
        return {key: kind for key, kind in CONDITIONS.items() if getattr(self, key) is not None}

    def captured_names(self) -> Iterator[str]:
        """The names that a match captures."""
        for key, kind in self.given.items():
            yield from kind.captures(getattr(self, key))

    def outcomes(self, subject: Subject) -> Iterator[Outcome]:
        """The outcome of each key for a subject."""
        for test, value, narrowing in self._tests:
            yield test(value, subject, *narrowing)

    @cached_property
    def _tests(self) -> Sequence[tuple[Callable[..., Outcome], Any, Sequence[Any]]]:
        """The tests of the given keys, with the values that they receive."""
        return [
            (kind.test, getattr(self, key), [getattr(self, other) for other in kind.narrowed_by])
            for key, kind in self.given.items()
        ]


CONDITIONS: Final[Mapping[str, ConditionKind]] = {
    key: kind
    for key, info in Condition.model_fields.items()
    for kind in info.metadata
    if isinstance(kind, ConditionKind)
}
VOLATILE: Final = tuple(fact for kind in CONDITIONS.values() for fact in kind.volatile)


def _first_match(key: str, globs: Sequence[str], values: Sequence[str]) -> Match | None:
    """The match of the first glob with a value, and the texts that it captures from it."""
    for glob in globs:
        for value in values:
            if (match := _value_regex(glob).fullmatch(value)) is not None:
                return Match(words=f"{key} {value}", captures=match.groupdict())
    return None


@lru_cache(maxsize=1024)
def _value_regex(glob: str) -> re.Pattern[str]:
    """The expression of a glob for values: `*` and {name} match any text, in any case."""
    captured: set[str] = set()

    def as_regex(part: str) -> str:
        if part == "*":
            return ".*"
        if not re.fullmatch(rf"\{{{CAPTURED}\}}", part):
            return re.escape(part)
        name, is_repeated = part[1:-1], part in captured
        captured.add(part)
        return f"(?P={name})" if is_repeated else f"(?P<{name}>.+)"

    parts = re.split(rf"(\*|\{{{CAPTURED}\}})", glob)
    return re.compile("".join(map(as_regex, parts)), re.IGNORECASE | re.DOTALL)


def _file_match(
    globs: Sequence[str], status: STATUS | None, file: ChangedFile
) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """The first glob that matches the file's path, and the names and texts that it captures."""
    if status is None or file.status == status:
        for glob in globs:
            captures = match_path(glob, file.path)
            if captures is not None:
                return glob, tuple(sorted(captures.items()))
    return None


def _lacks_files(pull: PullRequest) -> bool:
    return (
        pull.files is not None
        and pull.changed_files is not None
        and pull.changed_files > len(pull.files)
    )


def _with_status(words: str, status: STATUS | None) -> str:
    return f"{words} {status}" if status else words
