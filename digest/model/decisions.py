"""Decisions of an editor's about an edition."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator

from digest.model.base import Frozen


def _sound(value: str) -> str:
    # The command line hands on bytes that are no UTF-8 as lone surrogates, which no file can hold.
    return value.encode("utf-8", "replace").decode("utf-8")


def _one_line(value: object) -> object:
    return " ".join(_sound(value).split()) or None if isinstance(value, str) else value


def _lines(value: object) -> object:
    r"""Without blank lines around it, and with `\n` at the end of every line, whatever editor wrote it."""
    if not isinstance(value, str):
        return value
    text = re.sub(r"\r\n?", "\n", _sound(value))
    return re.sub(r"\A(?:[ \t]*\n)+", "", text).rstrip() or None


def _files(value: object) -> object:
    """One file needs no brackets; an empty name is none."""
    several = [value] if isinstance(value, str) else value
    if several is None:
        return None
    if not isinstance(several, list | tuple) or not all(isinstance(one, str) for one in several):
        raise ValueError('must be a list of files, such as ["doors-2.png"]')
    return tuple(one.strip() for one in map(_sound, several) if one.strip())


Line = Annotated[str | None, BeforeValidator(_one_line)]
Lines = Annotated[str | None, BeforeValidator(_lines)]
Files = Annotated[tuple[str, ...] | None, BeforeValidator(_files)]


class Mark(Frozen):
    """A decision about a story: of which pull requests, by whom, and the words that a person gave it.

    `pull_requests` are keys and may be empty; `removed` keeps a story out of the section for ever.
    `heading` is plain text, `text` the Markdown that stands in place of the drafted paragraphs,
    `pictures` the files or URLs to show; None: as drafted.
    """

    pull_requests: tuple[str, ...] = ()
    by: Literal["digest", "person"] = "person"
    heading: Line = None
    text: Lines = None
    pictures: Files = None
    removed: bool = False


class Marks(Frozen):
    """All decisions about an edition: the words over the section and its first sentence, and the stories in order."""

    heading: Line = None
    lead: Lines = None
    stories: tuple[Mark, ...] = ()
