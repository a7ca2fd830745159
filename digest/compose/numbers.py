"""Compares the numbers in a person's text with those that digest would write. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = ("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen").split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SPELLED = {
    **{word: number for number, word in enumerate((*ONES, *TEENS), start=1)},
    **{word: number for number, word in zip(range(20, 100, 10), TENS, strict=True)},
}
# Addresses and references such as #12 are not counts.
NO_COUNT = re.compile(r"\]\([^()]{0,500}\)|https?://\S+|(?<![\w./-])[\w./-]*#\d+")
WORD = re.compile(
    rf"(?:{'|'.join(TENS)})[ -](?:{'|'.join(ONES)})\b|\d+(?:,\d{{3}})*|[^\W\d_]+", re.IGNORECASE
)
LONGEST_NUMBER = 15  # characters
# The words after a count of merged pull requests, and the word before it.
COUNTED = re.compile(r"pulls?|prs?|merge[ds]?", re.IGNORECASE)
MERGED = re.compile(r"merged|merging", re.IGNORECASE)


@dataclass(frozen=True)
class StaleNumber:
    """A number in a person's text, and the one that digest would write."""

    written: str
    current: str


@dataclass(frozen=True)
class _Number:
    """A number with the word before it and the two words after it."""

    value: int
    written: str
    before: str
    after: tuple[str, ...]


def find_stale_numbers(
    text: str, drafts: Sequence[str], count: int | None = None
) -> tuple[StaleNumber, ...]:
    """The numbers in a text that differ from the last of these drafts, in the order of the text.

    `drafts` are versions of what digest writes, the newest last. `count` is the number of merged
    pull requests. A number is compared if an older draft has it, or if the words around it are
    those of a draft or of a count.
    """
    written = list(_find_numbers(text))
    versions = [list(_find_numbers(draft)) for draft in drafts]
    new = versions[-1] if versions else []
    replaced = _replaced_numbers(versions)
    present = {number.value for number in written}
    stale: dict[int, StaleNumber] = {}
    for number in written:
        current = replaced.get(number.value)
        if current is None and number.value not in {known.value for known in new}:
            current = _same_place(number, new, count)
        if current is not None and current.value not in present:
            stale.setdefault(number.value, StaleNumber(number.written, current.written))
    return tuple(stale.values())


def _replaced_numbers(versions: Sequence[Sequence[_Number]]) -> dict[int, _Number]:
    """The numbers of older drafts that the newest draft has replaced."""
    replaced: dict[int, _Number] = {}
    for older, new in pairwise(versions):
        if len(older) == len(new):
            pairs = zip(older, new, strict=True)
            replaced |= {old.value: now for old, now in pairs if old.value != now.value}
    return replaced


def _same_place(number: _Number, new: Sequence[_Number], count: int | None) -> _Number | None:
    """The number of the draft between the same words, or the count if a count is written."""
    for other in new:
        if number.after[:1] and number.after[:1] == other.after[:1]:
            return other
    is_count = any(map(COUNTED.fullmatch, number.after)) or MERGED.fullmatch(number.before)
    return _Number(count, f"{count:,}", "", ()) if is_count and count is not None else None


def _find_numbers(text: str) -> Iterator[_Number]:
    words = WORD.findall(NO_COUNT.sub(" ", text))
    for place, word in enumerate(words):
        value = _value(word)
        if value is not None:
            before = words[place - 1].casefold() if place else ""
            after = tuple(other.casefold() for other in words[place + 1 : place + 3])
            yield _Number(value, word, before, after)


def _value(word: str) -> int | None:
    if word[0].isdecimal():
        # Python refuses to convert thousands of digits.
        return int(word.replace(",", "")) if len(word) <= LONGEST_NUMBER else None
    parts = re.split("[ -]", word.casefold())
    if not all(part in SPELLED for part in parts):
        return None
    return sum(SPELLED[part] for part in parts)
