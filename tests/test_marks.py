"""Decisions about stories: the marks and the message after each change."""

import pytest

from digest.compose.marks import (
    MarksChange,
    add_story,
    keys_outside,
    remove_stories,
    set_heading_and_lead,
    with_drafts,
)
from digest.errors import UsageError
from digest.model import Mark, Marks

FIVE, SIX, SEVEN, EIGHT = (f"backstage/backstage#{number}" for number in (5, 6, 7, 8))
ELSEWHERE = "ada/engine#1"


def drafted(*keys: str, **facts: object) -> Mark:
    return Mark.model_validate({"pull_requests": keys, "by": "digest", **facts})


def marked(*keys: str, **facts: object) -> Mark:
    return Mark.model_validate({"pull_requests": keys, **facts})


def marks(*stories: Mark) -> Marks:
    return Marks(stories=stories)


TWO = marks(drafted(FIVE), drafted(SIX))


def test_a_new_story_is_last() -> None:
    assert add_story(TWO, [SEVEN], "person") == MarksChange(
        marks(drafted(FIVE), drafted(SIX), marked(SEVEN)), "#7 is now story 3."
    )


def test_a_story_may_be_first_or_after_another() -> None:
    first = add_story(TWO, [SEVEN], "person", first=True)
    assert first == MarksChange(
        marks(marked(SEVEN), drafted(FIVE), drafted(SIX)), "#7 is now story 1."
    )
    after = add_story(TWO, [SEVEN], "person", after=FIVE)
    assert after == MarksChange(
        marks(drafted(FIVE), marked(SEVEN), drafted(SIX)), "#7 is now story 2."
    )


@pytest.mark.parametrize("after", [SEVEN, FIVE, EIGHT])
def test_a_story_cannot_follow_itself_or_a_pull_request_without_a_story(after: str) -> None:
    with pytest.raises(
        UsageError, match=f"No other story covers {after}, so this one cannot follow it"
    ):
        add_story(marks(marked(SEVEN), marked(EIGHT, removed=True)), [SEVEN], "person", after=after)


def test_marking_a_story_settles_it_moves_it_and_sets_its_words() -> None:
    """A drafted story that a person marks becomes the person's."""
    assert add_story(TWO, [SIX], "person") == MarksChange(
        marks(drafted(FIVE), marked(SIX)), "#6 is now marked by you (story 2)."
    )
    assert add_story(TWO, [SIX], "person", first=True, heading="Doors") == MarksChange(
        marks(marked(SIX, heading="Doors"), drafted(FIVE)),
        "#6 is now story 1 (before: 2). Its heading is now “Doors”.",
    )
    worded = add_story(TWO, [FIVE], "person", text="They open.\n")
    assert worded == MarksChange(
        marks(marked(FIVE, text="They open."), drafted(SIX)), "Its text is now yours."
    )
    again = add_story(worded.marks, [FIVE], "person", text="")
    assert again == MarksChange(marks(marked(FIVE), drafted(SIX)), "Its text is drafted again.")
    assert add_story(again.marks, [FIVE], "digest") == MarksChange(
        again.marks, "#5 is already story 1."
    )


def test_any_pull_request_of_a_story_marks_it() -> None:
    joint = marks(drafted(FIVE, SIX), drafted(SEVEN))
    assert add_story(joint, [SIX], "person", heading="Doors") == MarksChange(
        marks(marked(FIVE, SIX, heading="Doors"), drafted(SEVEN)), "Its heading is now “Doors”."
    )


def test_several_keys_are_one_story_at_the_place_of_the_first() -> None:
    assert add_story(
        marks(drafted(FIVE), drafted(SIX), marked(SEVEN)), [SEVEN, FIVE], "person"
    ) == MarksChange(
        marks(marked(SEVEN, FIVE), drafted(SIX)), "#7 and #5 are now joined as story 1."
    )
    assert (
        add_story(TWO, [EIGHT, ELSEWHERE], "person").message
        == f"{EIGHT} and {ELSEWHERE} are now joined as story 3."
    )


def test_joining_takes_a_pull_request_out_of_its_story_which_stays() -> None:
    before = marks(marked(FIVE, SIX, heading="Doors"), drafted(SEVEN))
    assert add_story(before, [SIX, SEVEN], "person").marks == marks(
        marked(FIVE, heading="Doors"), marked(SIX, SEVEN)
    )


def test_joining_keeps_every_word() -> None:
    """The joint story has the words of the first story with any.

    The words of the others stay in the file.
    """
    before = marks(
        drafted(FIVE),
        marked(SIX, heading="Doors"),
        marked(SEVEN, text="Windows.", pictures=("door.png",)),
    )
    after = add_story(before, [FIVE, SIX, SEVEN], "person").marks
    assert after == marks(
        marked(FIVE, SIX, SEVEN, heading="Doors"),
        marked(text="Windows.", pictures=("door.png",), removed=True),
    )


def test_a_removed_story_stays_in_the_file_and_comes_back_when_it_is_marked() -> None:
    worded = marks(marked(FIVE, heading="Doors"), drafted(SIX))
    gone = remove_stories(worded, [FIVE])
    assert gone == MarksChange(
        marks(marked(FIVE, heading="Doors", removed=True), drafted(SIX)), "#5 is no longer a story."
    )
    assert remove_stories(gone.marks, [FIVE]) == MarksChange(gone.marks, "#5 was already removed.")
    assert add_story(gone.marks, [FIVE], "person") == MarksChange(worded, "#5 is story 1 again.")


def test_one_half_of_a_removed_pair_can_come_back() -> None:
    gone = marks(marked(FIVE, SIX, removed=True))
    assert add_story(gone, [SIX], "person").marks == marks(marked(FIVE, removed=True), marked(SIX))


def test_removing_one_pull_request_leaves_the_story_to_the_others() -> None:
    assert remove_stories(marks(drafted(FIVE, SIX)), [SIX]) == MarksChange(
        marks(drafted(FIVE), marked(SIX, removed=True)), "The story of #5 no longer covers #6."
    )


def test_removing_an_unmarked_pull_request_keeps_drafts_from_adding_it() -> None:
    gone = remove_stories(TWO, [SEVEN])
    assert gone == MarksChange(
        marks(*TWO.stories, marked(SEVEN, removed=True)),
        "#7 was not in the section. digest will not draft it.",
    )
    assert with_drafts(gone.marks, [(SEVEN,)]) == MarksChange(gone.marks, "")


def test_a_story_without_a_pull_request_is_known_by_its_heading() -> None:
    party = add_story(Marks(), [], "person", heading="A  party\n", text="On Friday.")
    assert party == MarksChange(
        marks(marked(heading="A party", text="On Friday.")),
        "“A party” is now story 1. Its heading is now “A party”. Its text is now yours.",
    )
    later = add_story(party.marks, [], "person", heading="A party", text="On Monday.").marks
    assert later == marks(marked(heading="A party", text="On Monday."))
    gone = remove_stories(later, [], heading="A party")
    assert gone == MarksChange(
        marks(marked(heading="A party", text="On Monday.", removed=True)),
        "“A party” is no longer a story.",
    )
    with pytest.raises(UsageError, match="no story 'A wake'"):
        remove_stories(later, [], heading="A wake")
    with pytest.raises(UsageError, match="needs a pull request or a heading"):
        add_story(later, [], "person", text="Of what?")


def test_the_sections_heading_and_lead_can_be_decided_and_reset() -> None:
    decided = set_heading_and_lead(TWO, heading="Merged", lead="All {n} of them.")
    assert decided == MarksChange(
        Marks(heading="Merged", lead="All {n} of them.", stories=TWO.stories),
        "“Merged” is now the heading. “All {n} of them.” is now the lead.",
    )
    assert set_heading_and_lead(decided.marks, heading="", lead="All {n} of them.") == MarksChange(
        Marks(lead="All {n} of them.", stories=TWO.stories),
        "The heading is drafted again. The lead was not changed.",
    )
    assert set_heading_and_lead(TWO) == MarksChange(TWO, "")


def test_a_draft_adds_only_stories_without_a_mark() -> None:
    before = marks(marked(FIVE, removed=True), marked(SIX, SEVEN))
    assert with_drafts(before, [(FIVE,), (SEVEN,), (EIGHT,)]) == MarksChange(
        marks(*before.stories, drafted(EIGHT)), "Drafted #8."
    )


def test_a_draft_adds_at_most_five_stories() -> None:
    many = marks(*(drafted(f"a/b#{number}") for number in range(1, 5)), marked("a/b#9"))
    assert with_drafts(many, [("a/b#5",), ("a/b#6",)]) == MarksChange(
        marks(*many.stories, drafted("a/b#5")),
        "Drafted #5.",
        ("Drafts have at most 5 stories. Not drafted: #6.",),
    )


def test_marks_outside_the_window_are_found_and_stay() -> None:
    some = marks(marked(FIVE, ELSEWHERE), marked(SIX, removed=True), marked(heading="A party"))
    assert keys_outside(some, {SIX, SEVEN}) == (FIVE, ELSEWHERE)
