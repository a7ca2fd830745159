"""The conditions of rules.

Each is one row of `Condition`: its key, its type, its test, and what follows from it.
A fact may be unknown (`None`), so a condition holds, fails, or stays open for lack of facts.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from digest.model import STATUS, ChangedFile, PullRequest
from digest.settings.path_globs import captured_names, match_path
from digest.settings.values import Patterns, Regex, Table
from digest.text import descriptions, matches_glob


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a condition is tested on: a pull request, and what is known of its author.

    `is_first`: the author had nothing merged before; None: unknown.
    """

    pull_request: PullRequest
    is_bot: bool = False
    is_first: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Match:
    """What a condition or a rule rests on, in words, and the texts that it captured, by name."""

    words: str
    captures: Mapping[str, str] = field(default_factory=dict)


# Held, failed (None), or open: then the names of the facts that are unknown.
Outcome = Match | frozenset[str] | None


@dataclass(frozen=True)
class ConditionKind:
    """How a condition is tested, and what else follows from its kind.

    `test` takes the value in the settings, the subject, and the values of the keys `narrowed_by`.
    `about`: reasons about the reception come last. `volatile`: the facts of a pull request that it
    reads and that change every day without any merge. `captures`: the names of what a match
    captures, which the words of a rule may hold as {name}.
    """

    test: Callable[..., Outcome]
    about: Literal["content", "reception"] = "content"
    narrowed_by: tuple[str, ...] = ()
    volatile: tuple[str, ...] = ()
    captures: Callable[[Any], Iterable[str]] = lambda _: ()


def _is_bot(wanted: bool, of: Subject) -> Outcome:  # noqa: FBT001 (a value of the settings)
    if of.is_bot is not wanted:
        return None
    return Match(words="by a bot" if wanted else "by a person")


def _title(pattern: str, of: Subject) -> Outcome:
    found = re.search(pattern, of.pull_request.title)
    return Match(words=f"title “{found.group().strip(' :]') or pattern}”") if found else None


def _any_value(
    key: str, values_of: Callable[[PullRequest], Sequence[str] | None], *, plural: str | None = None
) -> ConditionKind:
    """Holds when one of the pull request's values matches one of the globs."""

    def test(globs: Sequence[str], of: Subject) -> Outcome:
        values = values_of(of.pull_request)
        if values is None:
            return frozenset({plural or key})
        found = _first_match(globs, values)
        return None if found is None else Match(words=f"{key} {found}")

    return ConditionKind(test)


def _at_least(key: str) -> ConditionKind:
    """Holds when a count of the pull request is so high; the words of a rule may say how high."""

    def test(wanted: int, of: Subject) -> Outcome:
        count: int | None = getattr(of.pull_request, key)
        if count is None:
            return frozenset({key})
        words = f"{count:,}"
        return Match(words=f"{words} {key}", captures={key: words}) if count >= wanted else None

    return ConditionKind(test, about="reception", volatile=(key,), captures=lambda _: (key,))


def _path(globs: Sequence[str], of: Subject, status: STATUS | None) -> Outcome:
    """Whether a file matches.

    Of several captures that with the most changed lines wins, then the alphabet.
    """
    pull = of.pull_request
    if pull.files is None:
        return frozenset({"files"})
    lines: Counter[tuple[tuple[str, str], ...]] = Counter()
    glob_of: dict[tuple[tuple[str, str], ...], str] = {}
    for file in pull.files:
        if found := _file_match(globs, status, file):
            glob, captures = found
            lines[captures] += file.additions + file.deletions
            glob_of.setdefault(captures, glob)
    if not lines:
        return frozenset({"files"}) if _lacks_files(pull) else None
    captures = min(lines, key=lambda each: (-lines[each], each))
    return Match(words=_with_status(f"path {glob_of[captures]}", status), captures=dict(captures))


def _only(globs: Sequence[str], of: Subject, status: STATUS | None) -> Outcome:
    """Whether every file matches, and there is one."""
    pull = of.pull_request
    if pull.files is None:
        return frozenset({"files"})
    found = [_file_match(globs, status, file) for file in pull.files]
    if not all(found):
        return None
    if _lacks_files(pull):
        return frozenset({"files"})
    used = dict.fromkeys(one[0] for one in found if one)
    return Match(words=_with_status(f"only {' or '.join(used)}", status)) if used else None


def _of_files(test: Callable[[Sequence[str], Subject, STATUS | None], Outcome]) -> ConditionKind:
    return ConditionKind(test, narrowed_by=("status",), captures=captured_names)


def _changeset(globs: Sequence[str], of: Subject) -> Outcome:
    """Whether a changeset that it adds bumps a package so; without such a file it has none."""
    pull = of.pull_request
    if pull.changesets is None:
        has_none = pull.files is not None and not any(
            file.path.startswith(".changeset/") for file in pull.files
        )
        return None if has_none else frozenset({"changesets"})
    found = _first_match(globs, [bump for one in pull.changesets for bump in one.bumps.values()])
    return (
        None if found is None else Match(words=f"{found} changeset", captures={"changeset": found})
    )


def _is_first(_: Literal[True], of: Subject) -> Outcome:
    # Where it is unknown, a notice says so of the whole window, not of each pull request.
    return Match(words="first contribution") if of.is_first else None


def _shows_pictures(_: Literal[True], of: Subject) -> Outcome:
    if of.pull_request.body is None:
        return frozenset({"descriptions"})
    return (
        Match(words="a picture in the description")
        if descriptions.images(of.pull_request.body)
        else None
    )


def _milestone(pull: PullRequest) -> tuple[str, ...] | None:
    if pull.milestone is None:
        return None
    return (pull.milestone,) if pull.milestone else ()


def _author(pull: PullRequest) -> tuple[str] | None:
    known_as = pull.author and (pull.author.login or pull.author.name)
    return (known_as,) if known_as else None


class Condition(Table):
    """What a pull request must be like.

    All keys that are given must hold; a list of values means any of them.
    `path` holds when some changed file matches (and has the `status`, if given), `only` when every
    one does, `comments` and `reactions` from so many on, `pictures` when the description shows one,
    `changeset` when the pull request adds one that bumps a package so ("minor"),
    `first_contribution` when its author had nothing merged before.
    """

    bot: Annotated[bool | None, ConditionKind(_is_bot)] = None
    title: Annotated[Regex | None, ConditionKind(_title)] = None
    label: Annotated[
        Patterns | None, _any_value("label", lambda pull: pull.labels, plural="labels")
    ] = None
    milestone: Annotated[Patterns | None, _any_value("milestone", _milestone)] = None
    author: Annotated[Patterns | None, _any_value("author", _author)] = None
    base: Annotated[
        Patterns | None, _any_value("base", lambda pull: pull.base and (pull.base,))
    ] = None
    path: Annotated[Patterns | None, _of_files(_path)] = None
    status: STATUS | None = None
    only: Annotated[Patterns | None, _of_files(_only)] = None
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
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("needs at least one key")
        if self.status and not (self.path or self.only):
            raise ValueError("status needs path or only beside it")
        return self

    @cached_property
    def given(self) -> Mapping[str, ConditionKind]:
        """The kinds of the keys that are given, in the order of the table."""
        return {key: kind for key, kind in CONDITIONS.items() if getattr(self, key) is not None}

    def captured_names(self) -> Iterator[str]:
        """The names of what a match captures."""
        for key, kind in self.given.items():
            yield from kind.captures(getattr(self, key))

    def outcomes(self, subject: Subject) -> list[Outcome]:
        """What comes of each given key on a subject."""
        return [
            kind.test(
                getattr(self, key), subject, *(getattr(self, other) for other in kind.narrowed_by)
            )
            for key, kind in self.given.items()
        ]


CONDITIONS: Final[Mapping[str, ConditionKind]] = {
    key: kind
    for key, info in Condition.model_fields.items()
    for kind in info.metadata
    if isinstance(kind, ConditionKind)
}
VOLATILE: Final = tuple(fact for kind in CONDITIONS.values() for fact in kind.volatile)


def _first_match(globs: Sequence[str], values: Sequence[str]) -> str | None:
    return next((value for glob in globs for value in values if matches_glob(glob, value)), None)


def _file_match(
    globs: Sequence[str], status: STATUS | None, file: ChangedFile
) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """The first glob that matches the file's path, and what it captures."""
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
