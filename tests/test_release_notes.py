"""CHANGELOG.md has a part for each release, and the notes of a release are that part."""

import re

import pytest

from digest import __version__
from scripts.release_notes import CHANGELOG, main, notes

TEXT = """# Changelog

## [Unreleased]

## [1.1.0] - 2027-01-02

### Added

- One.

## [1.0.10]

- Two.
"""


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.1.0", "### Added\n\n- One.\n"),
        ("1.0.10", "- Two.\n"),
        ("Unreleased", ""),
        ("1.0.1", ""),
        ("1.0", ""),
    ],
)
def test_the_notes_are_the_part_of_the_version(version: str, expected: str) -> None:
    assert notes(TEXT, version) == expected


def test_the_changelog_begins_with_what_is_unreleased_and_has_the_current_version() -> None:
    text = CHANGELOG.read_text("utf-8")
    parts = re.findall(r"^## \[(.*)\](?: - \d{4}-\d\d-\d\d)?$", text, re.MULTILINE)
    assert parts[:2] == ["Unreleased", __version__]
    assert len(parts) == len(re.findall(r"^## ", text, re.MULTILINE))


def test_a_tag_of_another_version_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([f"v{__version__}"]) == 0
    assert capsys.readouterr().out == notes(CHANGELOG.read_text("utf-8"), __version__)
    assert main(["v99.0.0"]) == (
        f"The tag is v99.0.0, and the version in digest/__init__.py is {__version__}."
    )
