"""The merge of an edited list with a new render: each case on whole documents."""

import pytest

from digest.compose.merge import MergedSection, deleted_items, is_edited, merge_edits, merge_section
from digest.compose.versions import SectionFacts

URL = "https://github.com/backstage/backstage/pull"
MARK = "\n<!-- digest:layout=list -->\n"
LEAD = "## Merged last week\n\n4 pull requests were merged last week.\n"
KEY = "backstage/backstage#{}"


def item(number: int, title: str = "", marker: str = "-") -> str:
    return f"{marker} {title or f'Change {number}'} ([#{number}]({URL}/{number})) by Ada\n"


def group(name: str, *items: str) -> str:
    return f"\n### {name}\n\n{''.join(items)}"


FEATURES, FIXES = group("Features", item(1), item(2)), group("Fixes", item(3), item(4))
TEXT = LEAD + FEATURES + FIXES


def after(
    current: str,
    rendered: str = TEXT,
    base: str = TEXT,
    requested: frozenset[str] = frozenset(),
    moved: frozenset[str] = frozenset(),
) -> MergedSection:
    """Merge, and check that a second run with nothing new changes no byte."""
    facts = SectionFacts(moved=moved)
    merged = merge_section(current, rendered + MARK, base + MARK, requested, facts)
    again = merge_section(merged.text, rendered + MARK, merged.base)
    assert (again.text, again.base) == (merged.text, merged.base)
    return merged


def test_a_first_render_is_the_list_without_its_last_line() -> None:
    merged = merge_section(None, TEXT + MARK, None)
    assert (merged.text, merged.base) == (TEXT, TEXT + MARK)


def test_an_edited_item_stays_and_the_difference_is_reported_while_it_lasts() -> None:
    edited = TEXT.replace("Change 2", "My words")
    rendered = TEXT.replace("Change 2", "A new title")
    merged = after(edited, rendered)
    notice = f"Your text for #2 was kept. The new draft: A new title ([#2]({URL}/2)) by Ada"
    assert (merged.text, merged.notices) == (edited, (notice,))
    assert merged.edited == {KEY.format(2)}
    assert merge_section(edited, rendered + MARK, merged.base).notices == (notice,)


def test_an_untouched_item_is_renewed() -> None:
    rendered = TEXT.replace("Change 2", "A new title")
    assert after(TEXT, rendered) == MergedSection(rendered)


def test_a_deleted_item_stays_deleted() -> None:
    edited = TEXT.replace(item(2), "")
    assert deleted_items(edited, TEXT + MARK) == {KEY.format(2)}
    assert after(edited).text == edited
    assert after(edited, requested=frozenset({KEY.format(2)})).text == TEXT


def test_a_deleted_group_returns_only_for_new_items_at_its_old_position() -> None:
    edited = LEAD + FIXES
    rendered = LEAD + group("Features", item(1), item(2), item(5)) + FIXES
    assert deleted_items(edited, TEXT + MARK) == {KEY.format(1), KEY.format(2)}
    assert after(edited, rendered).text == LEAD + group("Features", item(5)) + FIXES


@pytest.mark.parametrize(
    "edited",
    [
        LEAD + group("Features", item(2), item(1)) + FIXES,
        LEAD + group("Features", item(1)) + group("Fixes", item(3), item(2), item(4)),
        LEAD + "\n" + item(2) + group("Features", item(1)) + FIXES,
        LEAD + group("Features", item(1)) + FIXES + group("Mine", item(2)),
    ],
    ids=["inside its group", "to another group", "out of the list", "to a group of a person"],
)
def test_a_moved_item_stays_where_it_is(edited: str) -> None:
    assert after(edited) == MergedSection(edited)


def test_two_joined_items_are_one_item() -> None:
    joined = f"- Both ([#1]({URL}/1), [#2]({URL}/2))\n"
    edited = LEAD + group("Features", joined) + FIXES
    merged = after(edited, TEXT.replace("Change 4", "New 4"))
    assert merged.text == edited.replace("Change 4", "New 4")
    assert merged.notices == ()


def test_a_persons_items_paragraphs_and_groups_are_kept() -> None:
    edited = (
        LEAD
        + group("Features", "Some words.\n\n", item(1), "- My item\n", item(2), "\nMore words.\n")
        + group("Community", "- We met.\n")
        + FIXES
    )
    rendered = LEAD + group("Features", item(1), item(2), item(5)) + FIXES
    assert after(edited, rendered).text == edited.replace(item(2), item(2) + item(5))


def test_further_lines_nested_lists_and_code_are_untouched() -> None:
    more = "  continued\n  - nested\n    - deeper\n\n  ```\n  - [#9](x) code\n  ```\n"
    edited = TEXT.replace(item(1), item(1) + more)
    rendered = LEAD + group("Features", item(1, "New title"), item(2), item(5)) + FIXES
    assert after(edited, rendered).text == edited.replace(item(2), item(2) + item(5))


@pytest.mark.parametrize(
    ("edited", "expected"),
    [
        (TEXT.replace("- ", "* "), item(5, marker="*")),
        (TEXT.replace("- ", "+ "), item(5, marker="+")),
        (TEXT.replace("- ", "-   "), item(5, marker="-  ")),
        (TEXT.replace("- ", " * "), item(5, marker=" *")),
        (TEXT.replace("- ", "1. "), item(5, marker="1.")),
        (
            LEAD + group("Features", item(1, marker="1."), item(2, marker="2.")) + FIXES,
            item(5, marker="3."),
        ),
        (
            LEAD + group("Features", item(1, marker="9)"), item(2, marker="10)")) + FIXES,
            item(5, marker="11)"),
        ),
        (LEAD + group("Features", item(1), "\n", item(2)) + FIXES, "\n" + item(5)),
    ],
    ids=["star", "plus", "spaces", "indent", "all one", "counted", "brackets", "loose"],
)
def test_a_new_item_has_the_marker_indent_and_spacing_of_its_neighbour(
    edited: str, expected: str
) -> None:
    rendered = LEAD + group("Features", item(1), item(2), item(5)) + FIXES
    assert after(edited, rendered).text == edited.replace("\n### Fixes", f"{expected}\n### Fixes")


def test_a_new_item_comes_last_even_if_the_render_has_it_first() -> None:
    rendered = LEAD + group("Features", item(5), item(1), item(2)) + FIXES
    expected = LEAD + group("Features", item(1), item(2), item(5)) + FIXES
    assert after(TEXT, rendered).text == expected


def test_a_file_from_windows_keeps_its_line_ends() -> None:
    edited = TEXT.replace("Change 1", "Mine").replace("\n", "\r\n")
    rendered = LEAD + group("Features", item(1), item(2), item(5)) + FIXES
    expected = LEAD + group("Features", item(1, "Mine"), item(2), item(5)) + FIXES
    assert after(edited, rendered).text == expected.replace("\n", "\r\n")


def test_a_renamed_group_is_recognised_by_its_items() -> None:
    edited = TEXT.replace("### Features", "### What is new")
    rendered = LEAD + group("Features", item(1, "New title"), item(2), item(5)) + FIXES
    expected = LEAD + group("What is new", item(1, "New title"), item(2), item(5)) + FIXES
    assert after(edited, rendered).text == expected


def test_new_items_follow_those_of_a_group_that_a_person_merged_into_another() -> None:
    merged_groups = LEAD + group("Fixes", item(3), item(1), item(2), item(4))
    rendered = LEAD + group("Features", item(1), item(2), item(5)) + FIXES
    assert after(merged_groups, rendered).text == merged_groups + item(5)


def test_a_new_group_is_inserted_in_the_order_of_the_render() -> None:
    rendered = LEAD + FEATURES + group("Docs", item(5)) + FIXES
    assert after(TEXT, rendered).text == rendered


def test_an_item_of_another_group_now_moves_unless_a_person_moved_it() -> None:
    rendered = LEAD + group("Features", item(1)) + group("Fixes", item(3), item(4), item(2))
    assert after(TEXT, rendered).text == rendered
    moved = LEAD + "\n" + item(2) + group("Features", item(1)) + FIXES
    assert after(moved, rendered).text == moved


def test_a_group_without_items_leaves_the_list() -> None:
    assert after(TEXT, LEAD + FIXES).text == LEAD + FIXES
    kept = TEXT.replace(item(1), "Words of mine.\n\n" + item(1))
    assert after(kept, LEAD + FIXES).text == LEAD + group("Features", "Words of mine.\n") + FIXES


def test_a_pull_request_that_is_linked_elsewhere_leaves_the_list_and_is_reported() -> None:
    words = f"\nSpecial thanks for [#2]({URL}/2).\n"
    merged = after(TEXT.replace(LEAD, LEAD + words))
    assert merged.text == LEAD + words + group("Features", item(1)) + FIXES
    assert merged.notices == ("Your text links #2 elsewhere, so it is no longer in the list.",)


def test_an_edited_item_that_is_linked_elsewhere_stays() -> None:
    words = f"\nSpecial thanks for [#2]({URL}/2).\n"
    edited = TEXT.replace(LEAD, LEAD + words).replace("Change 2", "My words")
    assert after(edited).text == edited


def test_a_new_pull_request_that_the_text_links_is_not_added() -> None:
    edited = TEXT.replace(LEAD, LEAD + f"\nSpecial thanks for [#5]({URL}/5).\n")
    merged = after(edited, LEAD + group("Features", item(1), item(2), item(5)) + FIXES)
    assert merged.text == edited
    assert merged.notices == ("The text already covers #5.",)


def test_an_edited_item_that_is_left_out_stays_and_is_reported() -> None:
    edited = TEXT.replace("Change 2", "My words")
    merged = after(edited, LEAD + group("Features", item(1)) + FIXES)
    assert merged.text == edited
    words = "Your text about it was kept. To remove it, edit section.md."
    assert merged.notices == (f"#2 is no longer in the list. {words}",)


def test_a_link_in_a_groups_heading_does_not_put_a_story_into_the_group() -> None:
    mark = MARK.replace("list", "stories-and-list")
    story = f"\n### A story\n\nAda made it in [#7]({URL}/7). Long words about it.\n"
    text = LEAD + story + FEATURES.replace("### Features", f"### Features, see [#7]({URL}/7)")
    rendered = LEAD + story.replace("Long", "New") + FEATURES
    merged = merge_section(text, rendered + mark, LEAD + story + FEATURES + mark)
    assert merged.text == text.replace("Long", "New")


def test_an_item_that_becomes_a_story_leaves_the_list() -> None:
    mark = MARK.replace("list", "stories-and-list")
    story = f"\n### A story\n\nAda made it in [#2]({URL}/2). Long words about it.\n"
    rendered = LEAD + story + group("Features", item(1)) + FIXES
    requested = frozenset({KEY.format(2)})
    assert merge_section(TEXT, rendered + mark, TEXT + mark, requested).text == rendered
    back = merge_section(rendered, TEXT + mark, rendered + mark, requested)
    assert back.text == TEXT


def test_marks_join_and_split_untouched_items() -> None:
    joined = f"- Both ([#1]({URL}/1), [#2]({URL}/2)) by Ada\n"
    rendered = LEAD + group("Features", joined) + FIXES
    assert after(TEXT, rendered).text == rendered
    assert after(rendered, TEXT, rendered).text == TEXT


def test_marks_do_not_join_an_item_that_a_person_edited() -> None:
    joined = f"- Both ([#1]({URL}/1), [#2]({URL}/2)) by Ada\n"
    edited = TEXT.replace("Change 2", "My words")
    merged = after(edited, LEAD + group("Features", joined) + FIXES)
    assert merged.text == edited


def test_a_moved_mark_moves_an_item_with_a_persons_words() -> None:
    edited = TEXT.replace("Change 2", "My words")
    rendered = LEAD + group("Features", item(1)) + group("Fixes", item(2), item(3), item(4))
    expected = rendered.replace("Change 2", "My words")
    assert after(edited, rendered, moved=frozenset({KEY.format(2)})).text == expected


def test_without_the_last_render_all_text_is_a_persons() -> None:
    rendered = LEAD + group("Features", item(1, "New title"), item(2), item(5)) + FIXES
    merged = merge_section(TEXT, rendered + MARK, None)
    assert merged.text == TEXT
    assert merged.notices == (
        "rendered.md is missing, so all text counts as yours. Not added: #5.",
    )


def test_a_number_without_its_link_is_not_deleted() -> None:
    edited = TEXT.replace(f"[#2]({URL}/2)", "#2")
    assert deleted_items(edited, TEXT + MARK) == frozenset()
    assert after(edited).text == edited


def test_spaces_and_line_ends_are_not_edits() -> None:
    assert not is_edited(TEXT.replace("\n", "  \r\n"), TEXT + MARK)
    assert is_edited(TEXT.replace("Change 1", "Mine"), TEXT + MARK)


def test_a_second_run_ignores_a_lead_in_a_comment_that_is_not_closed() -> None:
    current = f"<!-- see below\n\n{TEXT}"
    rendered = LEAD.replace("4", "5") + group("Docs", item(5))
    merged = after(current, rendered)
    assert merged.text == f"{group('Docs', item(5)).lstrip()}\n{current}"
    assert merged.notices == ()


def test_an_item_above_a_comment_that_is_not_closed_joins_the_new_group_above_it() -> None:
    current = f"{item(1)}\n<!-- see below\n\n{TEXT}"
    rendered = LEAD + group("Features", item(1, "New title"), item(5))
    expected = f"{group('Features', item(5)).lstrip()}\n{current}"
    assert after(current, rendered).text == expected.replace("Change 1", "New title", 1)


def test_two_people_edit_different_items_of_one_group() -> None:
    ours = TEXT.replace("Change 1", "Ours")
    theirs = TEXT.replace("Change 2", "Theirs").replace(item(3), "").replace("4 pull", "Four pull")
    expected = (
        ours.replace("Change 2", "Theirs").replace(item(3), "").replace("4 pull", "Four pull")
    )
    assert merge_edits(ours, theirs, TEXT + MARK) == expected


def test_the_words_of_another_person_around_untouched_items_are_taken() -> None:
    theirs = TEXT.replace(item(2), item(2) + "- Their item\n\nTheir words.\n")
    ours = TEXT.replace("Change 3", "Ours")
    assert merge_edits(ours, theirs, TEXT + MARK) == theirs.replace("Change 3", "Ours")
