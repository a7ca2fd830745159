"""A difference between a person's text and the facts is reported while it lasts."""

import pytest

from digest.compose.merge import MergedSection, merge_section
from digest.compose.numbers import StaleNumber, find_stale_numbers
from digest.compose.versions import SectionFacts

URL = "https://github.com/backstage/backstage/pull"
DRAFT = "{} pull requests were merged last week. Here are the highlights."
QUIET = "Only {} pull requests were merged last week, fewer than in any of the 12 weeks before (58 to 99)."


def lead(count: int, more: str = "") -> str:
    return f"## Merged last week\n\n{DRAFT.format(count)}{more}\n"


def story(number: int, says: str) -> str:
    return f"### Story {number}\n\nAda made it in [#{number}]({URL}/{number}). {says}\n"


def runs(text: str, base: str, *renders: tuple[int, str]) -> list[MergedSection]:
    """Several runs in a row, each with the text and the base that the last one wrote."""
    results = []
    for count, rendered in renders:
        merged = merge_section(text, rendered, base, facts=SectionFacts(count))
        results.append(merged)
        text, base = merged.text, merged.base
    return results


def notices(text: str, base: str, *renders: tuple[int, str]) -> list[tuple[str, ...]]:
    return [merged.notices for merged in runs(text, base, *renders)]


def test_an_outdated_count_is_reported_on_every_run_until_it_is_corrected() -> None:
    new = (33, f"{lead(33)}\n{story(1, 'Old.')}")
    text = f"{lead(31, ' What a week!')}\n{story(1, 'Old.')}"
    base = f"{lead(31)}\n{story(1, 'Old.')}"
    says = ("The text says 31, but the count is 33.",)
    assert notices(text, base, new, new, new) == [says] * 3
    last = runs(text, base, new, new)[-1]
    corrected = last.text.replace("31 pull", "33 pull")
    assert notices(corrected, last.base, new, new) == [(), ()]


def test_a_number_that_was_wrong_from_the_start_is_reported() -> None:
    same = (33, lead(33))
    results = runs(lead(31, " Wow!"), lead(33), same, same)
    says = ("The text says 31, but the count is 33.",)
    assert [(merged.notices, merged.base) for merged in results] == [(says, lead(33))] * 2


def test_a_changed_story_is_reported_on_every_run_and_offered_once() -> None:
    new = (2, f"{lead(2)}\n{story(1, 'New.')}")
    text, base = f"{lead(2)}\n{story(1, 'Mine.')}", f"{lead(2)}\n{story(1, 'Old.')}"
    says = f"Your text for #1 was kept. The new draft adds: Ada made it in [#1]({URL}/1). New."
    results = runs(text, base, new, new, new)
    assert [merged.notices for merged in results] == [(says,)] * 3
    assert [len(merged.withheld) for merged in results] == [1, 0, 0]
    pasted = text.replace("Mine.", "New.")
    assert notices(pasted, results[-1].base, new) == [()]


def test_an_edited_story_without_a_new_draft_is_not_reported() -> None:
    same = (2, f"{lead(2)}\n{story(1, 'Old.')}")
    text = f"{lead(2)}\n{story(1, 'Mine.')}"
    assert notices(text, same[1], same, same) == [(), ()]


def test_words_of_a_story_that_is_no_longer_marked_are_reported_until_they_are_deleted() -> None:
    without = (2, lead(2))
    text, base = f"{lead(2)}\n{story(1, 'Mine.')}", f"{lead(2)}\n{story(1, 'Old.')}"
    says = (
        "#1 is no longer marked. Your text for it was kept. "
        "To remove it, delete the block in section.md."
    )
    assert notices(text, base, without, without, without) == [(says,)] * 3
    last = runs(text, base, without, without)[-1]
    assert notices(lead(2), last.base, without, without) == [(), ()]


@pytest.mark.parametrize(
    ("text", "stale"),
    [
        ("31 pull requests were merged.", [("31", "33")]),
        ("We merged 31 changes!", [("31", "33")]),
        ("31 great PRs last week", [("31", "33")]),
        ("Thirty-one pull requests were merged.", [("Thirty-one", "33")]),
        ("## 31 merged pull requests", [("31", "33")]),
        ("33 pull requests were merged, 31 pull requests the week before.", []),
        ("Thirty-three pull requests were merged.", []),
        ("A busy week: 5 speakers at the meetup, and 1,200 people.", []),
        ("A story about [#31](https://github.com/a/b/pull/31) and a fix in #12.", []),
        ("No number at all.", []),
        (
            "33 pull requests were merged last week, fewer than in the 11 weeks before.",
            [("11", "12")],
        ),
    ],
)
def test_only_numbers_about_the_same_thing_are_compared(
    text: str, stale: list[tuple[str, str]]
) -> None:
    assert find_stale_numbers(text, [QUIET.format(33)], 33) == tuple(
        StaleNumber(*pair) for pair in stale
    )


def test_large_counts_are_compared_with_and_without_their_comma() -> None:
    draft = DRAFT.format("1,033")
    assert find_stale_numbers("1033 pull requests were merged.", [draft], 1033) == ()
    assert find_stale_numbers("1031 pull requests were merged.", [draft], 1033) == (
        StaleNumber("1031", "1,033"),
    )


@pytest.mark.parametrize("number", ["²", "①", "1" * 5000])
def test_unusual_numerals_are_not_compared(number: str) -> None:
    text = f"{lead(31, f' See note {number}.')}\n{story(1, 'Old.')}"
    base = f"{lead(31)}\n{story(1, 'Old.')}"
    new = (31, base)
    assert runs(text, base, new)[0].text == text
