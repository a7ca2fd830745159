"""The merge of an edited section with a new render: each case on whole documents."""

from digest.compose.merge import MergedSection, deleted_stories, merge_section

URL = "https://github.com/backstage/backstage/pull"
LOST = None


def lead(count: int = 32, more: str = "Here are the highlights.") -> str:
    return (
        f"## Merged last week\n\n{count} pull requests were merged last week. {more}".rstrip()
        + "\n"
    )


def story(*numbers: int, says: str = "TODO: what can readers do with it?") -> str:
    links = " and ".join(f"[#{number}]({URL}/{number})" for number in numbers)
    return f"### Story {'+'.join(map(str, numbers))}\n\nAda Lovelace made it in {links}. {says}\n"


def section(*blocks: str) -> str:
    return "\n".join(blocks)


def names(*numbers: int) -> frozenset[str]:
    return frozenset(f"backstage/backstage#{number}" for number in numbers)


MINE = "Everybody loves it."
WITHOUT_LINKS = "### From the community\n\nCome and meet us in Stockholm.\n"
BASE = section(lead(32), story(1), story(2), story(3))
NEXT = section(
    lead(33), story(1, says="New words."), story(2, says="New words."), story(3, says="New words.")
)
WRITES = "The new draft adds: "


def after(
    current: str | None,
    rendered: str = NEXT,
    base: str | None = BASE,
    fresh: frozenset[str] = names(),
) -> MergedSection:
    """Merge, and check that a second run with nothing new changes no byte."""
    merged = merge_section(current, rendered, base, fresh)
    assert merge_section(merged.text, rendered, rendered).text == merged.text
    return merged


def test_a_first_render_is_the_section() -> None:
    assert after(None, base=None) == MergedSection(NEXT)


def test_an_untouched_section_becomes_the_new_render() -> None:
    assert after(BASE) == MergedSection(NEXT)


def test_an_edited_story_stays_and_the_difference_is_reported() -> None:
    assert after(section(lead(), story(1), story(2, says=MINE), story(3))) == MergedSection(
        section(
            lead(33), story(1, says="New words."), story(2, says=MINE), story(3, says="New words.")
        ),
        notices=(
            f"Your text for #2 was kept. {WRITES}Ada Lovelace made it in [#2]({URL}/2). New words.",
        ),
        withheld=(story(2, says="New words.").rstrip(),),
        edited=names(2),
    )


def test_an_edited_story_without_news_stays_without_a_notice() -> None:
    edited = section(lead(), story(1), story(2, says=MINE), story(3))
    assert after(edited, rendered=BASE) == MergedSection(edited, edited=names(2))


def test_an_edited_lead_stays_and_its_old_count_is_reported() -> None:
    edited = lead(more="What a week!")
    assert after(
        section(edited, story(1)), section(lead(33), story(1)), section(lead(32), story(1))
    ) == MergedSection(
        section(edited, story(1)),
        notices=("The text says 32, but the current number is 33.",),
    )


def test_a_lead_whose_other_words_change_too_is_reported_with_them() -> None:
    edited = lead(more="What a week!")
    assert after(
        section(edited), section(lead(33, "Here is one of them."), story(1)), section(lead(32, ""))
    ).notices == (
        f"The text says 32, but the current number is 33. {WRITES}33 pull requests were merged last week. Here is one of them.",
    )


def test_a_count_in_words_is_compared_too() -> None:
    edited = "## Merged last week\n\nThirty-two were merged.\n"
    assert after(
        section(edited, story(1)), section(lead(33), story(1)), section(lead(32), story(1))
    ).notices == ("The text says Thirty-two, but the current number is 33.",)


def test_a_count_that_a_person_updated_needs_no_notice() -> None:
    edited = section(lead(33, "What a week!"), story(1))
    assert after(edited, section(lead(33), story(1)), section(lead(32), story(1))) == MergedSection(
        edited
    )


def test_a_lead_with_a_spelled_out_count_stays_without_a_notice_if_nothing_is_new() -> None:
    edited = "## Merged last week\n\nThirty-two were merged.\n"
    assert after(
        section(edited, story(1)), section(lead(), story(1)), section(lead(), story(1))
    ) == MergedSection(section(edited, story(1)))


def test_an_untouched_lead_gets_a_new_heading_too() -> None:
    other = NEXT.replace("## Merged last week", "## MergedSection into Backstage last week")
    assert after(BASE, other) == MergedSection(other)


def test_a_renamed_heading_still_belongs_to_its_lead() -> None:
    for heading in (
        "# News\n",
        "### What we merged\n",
        "MergedSection\n======\n",
        "No heading at all.",
    ):
        edited = lead().replace("## Merged last week\n", heading)
        assert after(section(edited, story(1), story(2), story(3))) == MergedSection(
            NEXT.replace(lead(33), edited),
            notices=("The text says 32, but the current number is 33.",),
        )


def test_a_persons_paragraph_under_the_lead_makes_the_lead_theirs() -> None:
    edited = lead() + "\nThanks to all who helped.\n"
    assert after(section(edited, story(1), story(2), story(3))) == MergedSection(
        NEXT.replace(lead(33), edited),
        notices=("The text says 32, but the current number is 33.",),
    )


def test_text_above_the_heading_belongs_to_the_person_and_the_lead_is_renewed() -> None:
    above = "---\ntitle: Weekly 26\n---\n\n# Weekly 26\n\nHello everybody!\n"
    assert after(section(above, BASE)) == MergedSection(section(above, NEXT))


def test_an_edited_lead_is_found_below_a_persons_words_and_titles() -> None:
    edited = lead(more="What a week!")
    for above in (
        f"# Weekly 26\n\nHello everybody!\n\n{edited}",
        f"Hello everybody!\n\n{edited.replace('last week', 'into Backstage', 1)}",
    ):
        assert after(above, section(lead(33), story(4)), lead()) == MergedSection(
            section(above, story(4)),
            notices=("The text says 32, but the current number is 33.",),
        )


def test_a_deleted_story_stays_deleted() -> None:
    edited = section(lead(), story(1), story(3))
    without_mark = section(lead(), story(1), story(3))
    assert after(edited, without_mark) == MergedSection(without_mark, deleted=(names(2),))
    assert deleted_stories(edited, BASE) == (names(2),)
    assert after(edited) == MergedSection(
        section(lead(33), story(1, says="New words."), story(3, says="New words.")),
        deleted=(names(2),),
    )


def test_no_story_counts_as_deleted_until_both_texts_exist() -> None:
    assert deleted_stories(None, BASE) == deleted_stories(BASE, None) == ()


def test_a_deleted_story_comes_back_on_request() -> None:
    edited = section(lead(), story(1), story(3))
    assert after(edited, rendered=BASE, fresh=frozenset({"Backstage/Backstage#2"})).text == BASE


def test_deleted_heading_and_lead_stay_deleted() -> None:
    stories = section(story(1), story(2), story(3))
    for above in ("", "\n", "\ufeff"):
        assert after(above + stories) == MergedSection(above + NEXT.removeprefix(lead(33) + "\n"))


def test_an_emptied_section_gets_only_new_stories() -> None:
    assert after("").text == ""
    assert after("", section(NEXT, story(4))).text == story(4)


def test_an_untouched_story_is_removed_with_its_mark() -> None:
    assert after(BASE, section(lead(), story(1), story(2))) == MergedSection(
        section(lead(), story(1), story(2))
    )
    assert after(BASE, lead(32, "")) == MergedSection(lead(32, ""))


def test_an_edited_story_stays_when_its_mark_is_removed_or_it_was_reverted() -> None:
    edited = section(lead(), story(1), story(2, says=MINE), story(3))
    assert after(edited, section(lead(), story(1), story(3))) == MergedSection(
        edited,
        notices=(
            "#2 is no longer marked. Your text for it was kept. To remove it, delete the block in section.md.",
        ),
        edited=names(2),
    )


def test_a_new_story_goes_after_the_last_one_and_before_a_persons_words() -> None:
    edited = section(lead(), story(1), story(2), story(3, says=MINE), WITHOUT_LINKS)
    assert after(edited, section(BASE, story(4))).text == section(
        lead(), story(1), story(2), story(3, says=MINE), story(4), WITHOUT_LINKS
    )


def test_a_new_story_goes_after_a_persons_story_but_not_into_another_section() -> None:
    other = "## Other news\n\nSee [a fix](https://github.com/backstage/techdocs/pull/9).\n"
    edited = section(BASE, story(77), other)
    assert after(edited, section(BASE, story(4))).text == section(BASE, story(77), story(4), other)


def test_the_first_story_goes_after_heading_and_lead() -> None:
    edited = lead(32, "What a week!")
    assert after(section(edited, WITHOUT_LINKS), section(lead(), story(4)), lead()).text == section(
        edited, story(4), WITHOUT_LINKS
    )


def test_a_new_story_goes_to_the_place_that_its_editor_chose() -> None:
    assert after(
        BASE, section(lead(), story(4), story(1), story(5), story(6), story(2), story(3))
    ).text == section(lead(), story(4), story(1), story(5), story(6), story(2), story(3))


def test_stories_follow_the_order_of_the_marks_and_a_persons_words_stay() -> None:
    edited = section(lead(), story(1), WITHOUT_LINKS, story(2, says=MINE), story(3))
    assert after(edited, section(lead(), story(3), story(1), story(2))).text == section(
        lead(), story(3), WITHOUT_LINKS, story(1), story(2, says=MINE)
    )


def test_a_persons_order_stays_and_a_new_story_goes_to_its_end() -> None:
    edited = section(story(3), lead(), story(1), story(2))
    assert after(
        edited, section(lead(33), story(4), story(2), story(1), story(3))
    ) == MergedSection(section(story(3), lead(33), story(1), story(2), story(4)))


def test_an_order_counts_as_a_persons_only_while_its_stories_are_in_the_section() -> None:
    edited = section(lead(), story(3), story(1), story(2))
    assert after(edited, section(lead(), story(2), story(1))).text == section(
        lead(), story(2), story(1)
    )


def test_a_mention_of_a_story_does_not_move_it() -> None:
    mention = f"### Do not miss\n\nSee [this]({URL}/2).\n"
    edited = section(lead(), mention, story(1), story(2))
    other_order = section(lead(), story(2), story(1))
    base = section(lead(), story(1), story(2))
    assert after(edited, other_order, base).text == section(lead(), mention, story(2), story(1))
    in_lead = f"{lead()}\nDo not miss [this]({URL}/2).\n"
    assert after(
        section(in_lead, story(1), story(2, says=MINE)), other_order, base
    ) == MergedSection(section(in_lead, story(2, says=MINE), story(1)), edited=names(2))


def test_two_stories_that_a_person_joined_stay_joined() -> None:
    joined = f"### Two of a kind\n\nSee [this]({URL}/1) and [that]({URL}/2/files#diff-1).\n"
    assert after(section(lead(), joined, story(3)), section(NEXT, story(4))) == MergedSection(
        section(lead(33), joined, story(3, says="New words."), story(4)),
        notices=tuple(
            f"Your text for #{number} was kept. {WRITES}Ada Lovelace made it in [#{number}]({URL}/{number}). New words."
            for number in (1, 2)
        ),
        withheld=(story(1, says="New words.").rstrip(), story(2, says="New words.").rstrip()),
        edited=names(1, 2),
    )


def test_a_story_that_a_person_split_stays_split() -> None:
    edited = section(lead(), story(1), story(2))
    assert after(
        edited, section(lead(), story(1, 2)), section(lead(), story(1, 2))
    ) == MergedSection(edited, edited=names(1, 2))


def test_two_untouched_stories_that_a_mark_joins_become_one() -> None:
    assert after(BASE, section(lead(), story(1, 3), story(2))) == MergedSection(
        section(lead(), story(1, 3), story(2))
    )


def test_an_untouched_story_that_marks_split_becomes_two() -> None:
    parted = section(lead(), story(1), story(3), story(2))
    assert (
        after(
            section(lead(), story(1, 2), story(3)), parted, section(lead(), story(1, 2), story(3))
        ).text
        == parted
    )


def test_a_joined_story_with_a_persons_words_is_offered_but_not_inserted() -> None:
    edited = section(lead(), story(1, says=MINE))
    joined = section(lead(), story(1, 4))
    assert after(edited, joined, section(lead(), story(1)), fresh=names(1, 4)) == MergedSection(
        edited,
        notices=(
            (
                f"Not added: #4, because you wrote or deleted #1. {WRITES}### Story 1+4 Ada Lovelace made it in "
                f"[#1]({URL}/1) and [#4]({URL}/4). TODO: what can readers do with it?"
            ),
        ),
        withheld=(story(1, 4).rstrip(),),
        edited=names(1),
    )


def test_a_joined_story_with_a_deleted_part_is_inserted_only_on_request() -> None:
    edited, joined = section(lead(), story(1)), section(lead(), story(1, 2))
    base = section(lead(), story(1), story(2))
    assert after(edited, joined, base) == MergedSection(edited, deleted=(names(2),))
    assert after(edited, joined, base, names(1, 2)) == MergedSection(joined, deleted=(names(2),))
    assert after(
        edited, section(lead(), story(1), story(2, 10, 9)), base, names(9, 10)
    ) == MergedSection(
        edited,
        notices=(
            (
                f"Not added: #9 and #10, because you wrote or deleted #2. {WRITES}### Story 2+10+9 "
                f"Ada Lovelace made it in [#2]({URL}/2) and [#10]({URL}/10) and…"
            ),
        ),
        withheld=(story(2, 10, 9).rstrip(),),
        deleted=(names(2),),
    )


def test_a_part_that_a_person_cut_from_a_story_stays_out() -> None:
    edited, base = section(lead(), story(1)), section(lead(), story(1, 2))
    assert after(edited, base, base) == MergedSection(edited, edited=names(1))
    assert after(edited, section(lead(), story(1, 2, says="New words.")), base).notices == (
        f"Your text for #1 and #2 was kept. {WRITES}Ada Lovelace made it in [#1]({URL}/1) and [#2]({URL}/2). New words.",
    )


def test_stories_that_marks_join_again_stay_if_a_person_wrote_one_of_them() -> None:
    edited = section(lead(), story(1), story(2, 3), story(4, says=MINE))
    base = section(lead(), story(1), story(2, 3), story(4))
    assert after(edited, section(lead(), story(1, 2), story(3, 4)), base).text == edited


def test_a_copied_story_is_renewed_twice_but_never_joined() -> None:
    edited = section(BASE, story(2))
    assert after(edited).text == section(NEXT, story(2, says="New words."))
    assert after(edited, section(lead(), story(1, 2), story(3))).text == edited


def test_an_untouched_story_stays_when_a_mark_joins_it_with_a_persons_story() -> None:
    edited = section(lead(), story(1, says=MINE), story(2), story(3))
    assert after(edited, section(lead(), story(1, 2, 3))).text == edited


def test_a_story_that_the_text_covers_in_other_words_is_not_added() -> None:
    for words in (
        "Beside it, <https://redirect.github.com/Backstage/backstage/pull/4>.\n",
        f"See [the fix][1].\n\n[1]: {URL}/4#issuecomment-1\n",
        f'<p><a href="{URL}/4">a fix</a></p>\n',
    ):
        edited = section(lead(), story(1), f"### More\n\n{words}", story(2), story(3))
        assert after(edited, section(BASE, story(4))) == MergedSection(
            edited,
            notices=("The text already covers #4.",),
            withheld=(story(4).rstrip(),),
            edited=names(4),
        )


def test_notices_about_several_repositories_name_them() -> None:
    elsewhere = "### Elsewhere\n\n[made-up/other#2](https://github.com/made-up/other/pull/2)\n"
    edited = section(lead(), story(1), story(2, says=MINE), elsewhere)
    merged = after(
        edited,
        section(lead(), story(1), story(2, says="New words."), elsewhere),
        section(lead(), story(1), story(2), elsewhere),
    )
    assert merged.notices == (
        f"Your text for backstage/backstage#2 was kept. {WRITES}Ada Lovelace made it in [#2]({URL}/2). New words.",
    )


def test_an_invisible_link_covers_nothing() -> None:
    hidden = f"### More\n\n`{URL}/4`\n\n<!-- {URL}/4 -->\n\n```\n### Not a heading: {URL}/4\n```\n"
    assert after(section(BASE, hidden), section(BASE, story(4))).text == section(
        BASE, story(4), hidden
    )


def test_a_story_that_a_person_wrote_twice_stays_and_is_reported() -> None:
    edited = section(BASE, story(2, says=MINE))
    assert after(edited) == MergedSection(
        section(NEXT, story(2, says=MINE)),
        notices=("#2 appears in more than one block.",),
        edited=names(),
    )


def test_a_mention_does_not_make_a_removed_story_an_edited_one() -> None:
    mention = f"### More\n\nSee [this]({URL}/2).\n"
    without = section(lead(), story(1), story(3))
    assert after(section(BASE, mention), without) == MergedSection(
        section(without, mention), edited=names(2)
    )


def test_words_that_digest_would_drop_are_reported_and_long_ones_cut() -> None:
    long = story(1, says="word " * 50)
    base, edited = section(lead(), story(1) + "\n> Retell.\n"), section(lead(), story(1, says=MINE))
    assert after(edited, section(lead(), story(1)), base).notices == (
        "Your text for #1 was kept. The new draft drops: > Retell.",
    )
    (notice,) = after(edited, section(lead(), long), base).notices
    assert notice.endswith((" word word…", " word word …"))
    assert len(notice) < 260


def test_a_story_without_a_pull_request_is_known_by_its_heading() -> None:
    new, old, mine = (
        f"### Roadie joins\n\n{words}\n" for words in ("New words.", "Old words.", MINE)
    )
    assert after(
        section(lead(), old, story(1)),
        section(lead(), new, story(1)),
        section(lead(), old, story(1)),
    ) == MergedSection(section(lead(), new, story(1)))
    assert after(
        section(lead(), mine), section(lead(), new), section(lead(), old)
    ) == MergedSection(
        section(lead(), mine),
        notices=(f'Your text for "Roadie joins" was kept. {WRITES}New words.',),
        withheld=(new.rstrip(),),
        edited=frozenset({"Roadie joins"}),
    )
    assert deleted_stories(lead(), section(lead(), old)) == (frozenset({"Roadie joins"}),)


def test_windows_line_ends_are_not_an_edit_and_new_stories_get_them() -> None:
    windows = section(NEXT, story(4)).replace("\n", "\r\n")
    assert after(BASE.replace("\n", "\r\n"), section(NEXT, story(4))) == MergedSection(windows)


def test_a_byte_order_mark_stays_and_hides_nothing() -> None:
    assert after("\ufeff" + BASE) == MergedSection("\ufeff" + NEXT)


def test_trailing_spaces_and_blank_lines_are_not_an_edit_and_stay_if_nothing_is_new() -> None:
    spaced = "\n" + BASE.replace(".\n", ".  \n\n").rstrip()
    assert after(spaced, rendered=BASE) == MergedSection(spaced)
    assert after(spaced).text.split() == NEXT.split()


def test_a_file_that_ends_without_a_line_end_or_with_several_keeps_its_end() -> None:
    for end in ("", "\n\n\n", "\r\n"):
        assert after(BASE.rstrip() + end, section(lead(), story(1), story(2))).text == (
            section(lead(), story(1), story(2)).rstrip() + end
        )
        assert (
            after(BASE.rstrip() + end, section(BASE, story(4))).text
            == section(BASE, story(4)).rstrip() + end
        )


def test_an_unclosed_block_swallows_no_new_story() -> None:
    for unended in ("### Code\n\n```\nyarn install\n", "### Notes\n\n<!-- for next week\n"):
        assert after(section(BASE, unended), section(NEXT, story(4))).text == section(
            NEXT, story(4), unended
        )
    edited = section(lead(), story(1), story(2) + "\n<!-- more\n")
    other_order = section(lead(), story(3), story(2), story(1))
    assert after(edited, other_order, section(lead(), story(1), story(2))).text == section(
        lead(), story(1), story(3), story(2) + "\n<!-- more\n"
    )


def test_without_the_last_render_every_word_is_a_persons() -> None:
    edited = section(lead(), story(1), story(2, says=MINE))
    assert after(edited, NEXT, LOST) == MergedSection(
        edited,
        notices=(
            "The text says 32, but the current number is 33.",
            "rendered.md is missing, so all text counts as yours. Not added: #3.",
        ),
        withheld=(story(3, says="New words.").rstrip(),),
        edited=names(1, 2),
    )


def test_without_the_last_render_only_requested_stories_are_inserted() -> None:
    edited = section(lead(), story(1))
    assert after(edited, NEXT, LOST, names(3)).text == section(
        lead(), story(1), story(3, says="New words.")
    )


def test_without_the_last_render_equal_words_need_no_notice() -> None:
    edited = section(lead(32, "What a week!"), story(1), story(2), story(3))
    assert after(edited, BASE, LOST) == MergedSection(edited)


def test_without_the_last_render_a_requested_story_in_the_text_is_reported() -> None:
    edited = section(lead(), story(1, says=MINE))
    assert after(edited, section(lead(), story(1)), LOST, names(1)).notices == (
        "The text already covers #1.",
    )
    assert after(edited, section(lead(), story(1, 4)), LOST, names(1, 4)).withheld == (
        story(1, 4).rstrip(),
    )
    assert (
        after(edited, section(lead(), story(1, 4)), LOST, names(1, 4))
        .notices[0]
        .startswith("Not added: #4, because")
    )


def test_after_a_crash_between_the_two_files_the_same_run_changes_nothing() -> None:
    edited = section(lead(), story(3, says=MINE), story(1), WITHOUT_LINKS)
    rendered = section(lead(33), story(4), story(1, 5), story(3))
    once = merge_section(edited, rendered, BASE)
    assert merge_section(once.text, rendered, BASE).text == once.text
