"""Every pattern for text from outside takes at most twice the work for twice the text."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator, Mapping

import pytest

import digest
from digest.compose.candidates import MENTION
from digest.github.redaction import hide_credentials
from digest.model.facts import LONGEST_TITLE
from digest.sources import story_facts

# Patterns for titles, names and short sentences, which are cut at LONGEST_TITLE characters or less.
from tests.sweep import sample

TITLES = (
    "digest.compose.titles._ digest.compose.candidates.PART digest.compose.candidates.RE "
    "digest.compose.candidates.CHORE digest.compose.candidates.D digest.compose.candidates.MANIFEST "
    "digest.compose.reverts.REVERT digest.compose.learning digest.compose.grouping digest.compose.verbs "
    "digest.text.descriptions.EMPTY_SENTENCE digest.text.descriptions.ASIDE"
).split()
# Patterns for digest's own texts, for a person's settings and for names of paths and hosts.
OWN = (
    "digest.output.render digest.settings digest.publishing.paths digest.publishing.body.HARMLESS "
    "digest.pictures.web digest.github.connection digest.github.client digest.compose.blocks.KEY "
    "digest.sources.story_facts.BUMP digest.compose.marks.parser.PIECE digest.compose.marks.parser.NOTHING "
    "digest.compose.marks.parser.KEY digest.compose.marks.writer "
    "digest.files.replacement digest.model.facts.URL digest.model.facts.LOCK_FILE"
).split()
UNITS = (
    "a a. . - _ / a/ 1 1. #1 : a: ' ` [ [] ]( ![ ( () < <!-- > > @ a@ * ~ , | {} "
    'http:// https://a/b/c/pull/1 mailto: www. /a/b/pull/ part~1 revert~"a" reverts~a/b describe~your'
).split()
LINES = (
    "\n",
    " \n",
    "---\n",
    "a: b\n",
    "<!-- digest:since -->\n",
    "<!-- digest:list=\n",
    "\t",
    " ",
    "\r\n",
    "- [ ] <!-- digest:pr=a/b#1 -->\n",
    "```\n",
    "> \n",
    "<!-- digest:begin -->\n",
    "{/*",
    "a \n\n",
)
# Patterns that are tried at one place only.
ANCHORED = (
    "digest.compose.keys.WRITTEN digest.compose.marks.parser. digest.compose.merge.KEY "
    "digest.compose.pictures.FILLER digest.text.descriptions.REFERENCE "
    "digest.compose.recognition.KEY digest.compose.differences.KEY digest.compose.list_items. "
    "digest.compose.checks.document.CLOSING_FENCE digest.compose.reverts.REFERENCE"
).split()
LENGTH = 1500
# Below this many seconds a pattern is quick, even if the ratio of two measurements is high.
FLOOR = 0.008


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns of all modules, by module and name."""
    for module in pkgutil.walk_packages(digest.__path__, "digest."):
        if module.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            values = value if isinstance(value, tuple | list) else (value,)
            for one in values:
                if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                    yield f"{module.name}.{name}", one


def outside() -> Mapping[str, re.Pattern[str]]:
    """The patterns that run on texts of any length, by name."""
    return {name: one for name, one in patterns() if not name.startswith((*TITLES, *OWN))}


def _seconds(pattern: re.Pattern[str], text: str, *, is_anchored: bool = False) -> float:
    began = time.process_time()
    if is_anchored:
        pattern.match(text)
        pattern.fullmatch(text)
    else:
        for _ in pattern.finditer(text):
            pass
    return time.process_time() - began


def _grows_too_fast(
    pattern: re.Pattern[str], unit: str, *, is_anchored: bool = False, length: int = LENGTH
) -> bool:
    """Whether twice the text takes more than 2.5 times as long, in the best of several tries."""

    def best(times: int) -> float:
        text = unit * (length // len(unit)) * times
        return min(_seconds(pattern, text, is_anchored=is_anchored) for _ in range(5))

    text = unit * (length // len(unit)) * 2
    if _seconds(pattern, text, is_anchored=is_anchored) < FLOOR:
        return False
    once, twice = best(1), best(2)
    return twice >= FLOOR and twice > 2.5 * once


@pytest.mark.slow
def test_every_pattern_for_texts_from_outside_is_linear() -> None:
    units = [unit.replace("~", " ") for unit in UNITS] + list(LINES)
    slow = [
        (name, unit)
        for name, pattern in outside().items()
        for unit in sample(units, 3)
        # On a busy machine one measurement can be wrong.
        if all(
            _grows_too_fast(pattern, unit, is_anchored=name.startswith(tuple(ANCHORED)))
            for _ in range(3)
        )
    ]
    assert slow == []


def _seconds_for_title(pattern: re.Pattern[str], unit: str) -> float:
    text = (unit * LONGEST_TITLE)[:LONGEST_TITLE]
    return min(_seconds(pattern, text) for _ in range(3))


def test_every_pattern_for_titles_is_quicker_than_a_cubic_one() -> None:
    """At the longest title; the simplest cubic pattern measures the speed of the machine."""
    cubic = _seconds_for_title(re.compile(r"\s*\s*\("), " ")
    for name, pattern in patterns():
        if name.startswith(tuple(TITLES)):
            for unit in ("a", ".", " ", "-", "#1", "a/", "release 1.1", "part 1", "("):
                assert _seconds_for_title(pattern, unit) < cubic, name


@pytest.mark.sweep
@pytest.mark.slow
def test_the_measure_finds_a_quadratic_pattern() -> None:
    """The text is long enough for a fast machine. On a busy one a measurement can be wrong."""
    pattern = re.compile(r"[\w.]+/")
    assert any(_grows_too_fast(pattern, "a.", length=2 * LENGTH) for _ in range(5))


def test_a_description_of_65000_characters_is_searched_once() -> None:
    assert _seconds(MENTION, "a." * 32500) < 0.5


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see a/b#12, c.d/e-f#3 and #4", ["a/b#12", "c.d/e-f#3", "#4"]),
        ("end.#12 and -#13", ["#12", "#13"]),
        ("https://github.com/a/b/pull/7.", ["/a/b/pull/7"]),
        (f"/a/b/pull/{'1' * 5000} #{'2' * 5000}", []),
    ],
)
def test_mentions_are_found_as_before(text: str, found: list[str]) -> None:
    assert [one[0] for one in MENTION.finditer(text)] == found


def test_long_changesets_and_addresses_are_read_once() -> None:
    began = time.process_time()
    story_facts.parse_changeset("a.md", "---" + "\n" * 60000 + "a: b" * 9000)
    hide_credentials("://" * 60000)
    assert time.process_time() - began < 0.5
