"""The picker without its screen: decisions of keys, undo, filters, and marks that others changed."""

from functools import partial
from pathlib import Path

import pytest

from digest.compose import marks
from digest.model import Mark, Marks
from digest.picker import desk, keys, picking, rows
from digest.picker.history import Decision, History
from digest.picker.picking import Picking
from tests.builders import key, pull, snapshot
from tests.composing import compose
from tests.picking import PULLS, story_names
from tests.shipped import shipped


def story(*numbers: int, **said: object) -> Mark:
    return Mark.model_validate({"pull_requests": tuple(map(key, numbers)), **said})


def begun(*stories: Mark) -> Picking:
    digest = compose(snapshot(*PULLS), shipped(), None)
    return picking.start(rows.pull_request_rows(digest, shipped()), Marks(stories=stories))


def shown(at: Picking) -> list[str]:
    return [f"{row.kind} {row.number}" for row in at.rows]


def on(at: Picking, number: int) -> Picking:
    return at.with_cursor_on([key(number)])


def test_stories_are_first_in_their_order_and_bots_last() -> None:
    assert shown(begun(story(13), story(11, 12), Mark(heading="A meeting"))) == [
        "story #13",
        "story #11+#12",
        "story ",
        "candidate #14",
        "candidate #16",
        "candidate #15",
        "candidate #17",
        "bot #18",
    ]


def test_releases_and_reverted_changes_follow_the_candidates() -> None:
    pulls = (
        pull(1, title="Add x"),
        pull(2, title="Add y"),
        pull(3, title='Revert "Add y"'),
        pull(4, title="v1.2.3"),
    )
    digest = compose(snapshot(*pulls), shipped(), None)
    at = picking.start(rows.pull_request_rows(digest, shipped()), Marks())
    assert shown(at) == ["candidate #1", "other #2", "other #3", "other #4"]


def test_marking_moves_on_to_the_next_candidate() -> None:
    after = on(begun(story(11)), 12).mark().mark()
    assert story_names(after.history.marks) == ["11", "12", "13"]
    assert (after.message, after.row and after.row.number) == ("#13 is now story 3.", "#14")


def test_marking_a_story_removes_it_and_marking_again_restores_it_with_its_words() -> None:
    out = on(begun(story(11, heading="Ding")), 11).mark()
    assert story_names(out.history.marks) == []
    assert [row.removed for row in out.rows if row.names == (key(11),)] == [True]
    back = on(out, 11).mark().history.marks
    assert [(mark.heading, mark.removed) for mark in back.stories] == [("Ding", False)]


def test_a_story_without_a_pull_request_is_moved_and_removed_by_its_heading() -> None:
    at = begun(story(11), Mark(heading="A meeting"), Mark(heading="A talk")).with_cursor_on(
        ["A talk"]
    )
    assert story_names(at.move(-1).history.marks) == ["11", "A talk", "A meeting"]
    assert story_names(at.move(-1).move(1).history.marks) == ["11", "A meeting", "A talk"]
    assert story_names(at.mark().history.marks) == ["11", "A meeting"]
    assert at.join().message == "Stories without a pull request cannot be joined."


def test_joining_uses_the_story_above_or_for_a_candidate_the_last_one() -> None:
    at = begun(story(11), story(12), story(13))
    assert story_names(on(at, 12).join().history.marks) == ["11+12", "13"]
    joined = on(at, 14).join()
    assert story_names(joined.history.marks) == ["11", "12", "13+14"]
    assert joined.row
    assert joined.row.number == "#13+#14"
    assert on(at, 11).join().message == "There is no story above to join with."


def test_stories_move_one_place_at_a_time_up_to_the_ends() -> None:
    at = on(begun(story(11), story(12), story(13)), 13)
    up = at.move(-1)
    assert story_names(up.history.marks) == ["11", "13", "12"]
    assert up.row
    assert up.row.number == "#13"
    assert story_names(up.move(-1).history.marks) == ["13", "11", "12"]
    assert up.move(-1).move(-1).message == "This is already the first story."
    assert at.move(1).message == "This is already the last story."
    assert (
        on(at, 14).move(1).message
        == "You can move only stories. Press Space to make this one a story."
    )


def test_undo_goes_back_step_by_step_and_reports_each_step() -> None:
    at = on(begun(story(11)), 12).mark().join()
    assert story_names(at.history.marks) == ["11", "12+13"]
    back = at.undo()
    assert (story_names(back.history.marks), back.message) == (
        ["11", "12"],
        "Undone: #12 is now story 2.",
    )
    assert story_names(back.undo().history.marks) == ["11"]
    assert back.undo().undo().message == "There is nothing to undo."


def test_a_filter_finds_all_its_words_anywhere_in_a_row() -> None:
    at = begun(story(11, 12))
    assert shown(at.with_filter("CACHE storage")) == ["story #11+#12"]
    assert shown(at.with_filter("dependabot")) == ["bot #18"]
    assert shown(at.with_filter("grace navy")) == ["story #11+#12", "candidate #13"]
    assert shown(at.with_filter("nothing like this")) == []


@pytest.mark.parametrize("step", ["mark", "join", "undo"])
def test_no_key_acts_on_an_empty_list(step: str) -> None:
    nothing = begun(story(11)).with_filter("nothing like this")
    after = getattr(nothing, step)()
    assert after.history is nothing.history
    assert nothing.move(1).history is nothing.reword("x", None).history is nothing.history
    assert (nothing.row, nothing.selected_story, nothing.question_before("join")) == (
        None,
        None,
        None,
    )


def test_the_filter_stays_and_the_cursor_returns_to_its_row_without_it() -> None:
    at = begun().with_filter("enterprise").mark()
    assert at.filter_text == "enterprise"
    found = at.with_filter("").row
    assert found
    assert found.number == "#13"


def test_only_a_loss_of_a_persons_words_needs_a_question() -> None:
    at = begun(story(11, heading="Ding"), story(12), story(13, text="Mine.", heading="Dong"))
    assert on(at, 12).question_before("mark") is on(at, 12).question_before("join") is None
    assert on(at, 14).question_before("mark") is on(at, 14).question_before("join") is None
    asked = on(at, 13).question_before("mark")
    assert asked
    assert asked.startswith("You wrote the heading and the text. Remove the story?")
    assert on(at, 13).question_before("join") is None
    both = begun(story(11, heading="Ding"), story(13, text="Mine."))
    assert on(both, 13).question_before("join") == (
        "You wrote text for both stories. Join them? The section would lose the text of this one."
    )


def test_words_from_an_editor_become_marks_and_unchanged_ones_stay_drafted() -> None:
    at = on(begun(story(11, by="digest")), 11)
    drafted = "### Doorbell plugin\n\nGrace added it.\n"
    assert desk.parse_edited_story(drafted.replace("\n", "\r\n"), drafted) == (None, None)
    assert desk.parse_edited_story("### Ding\n\nGrace added it.\n", drafted) == ("Ding", None)
    assert desk.parse_edited_story("It rings.\n\nTwice.", drafted) == ("", "It rings.\n\nTwice.")
    assert desk.parse_edited_story("###\n", drafted) == ("", "")
    assert desk.parse_edited_story(" \n", drafted) == (None, None)
    after = at.reword(*desk.parse_edited_story("## Ding\n\nIt rings.\n", drafted))
    assert after.history.marks.stories == (
        story(11, heading="Ding", text="It rings.", by="person"),
    )
    assert after.message == "The heading of #11 is now “Ding”. The text of #11 is now yours."
    back = after.reword("", "")
    assert back.history.marks.stories == (story(11, by="person"),)
    assert at.reword(None, None).message == "Nothing was changed."


def test_a_story_from_another_week_has_a_row() -> None:
    at = begun(Mark(pull_requests=("other/place#7",)))
    assert (at.rows[0].number, at.rows[0].title) == ("other/place#7", "unknown pull request")


def test_the_page_for_editors_lists_every_key() -> None:
    page = (Path(__file__).parents[1] / "docs" / "picking.md").read_text("utf-8")
    rows = "".join(f"| `{one.name}` | {one.description} |\n" for one in keys.KEYS)
    assert f"| --- | --- |\n{rows}\n" in page


def test_the_help_line_has_the_keys_that_fit_and_the_one_that_shows_all() -> None:
    assert keys.help_line(30) == "Space mark  + join  ? keys"
    assert keys.help_line(5) == "? keys"
    assert keys.help_line(200).endswith("s save  o browser  ? keys")


def decided(*decisions: Decision) -> History:
    history = History(Marks(stories=(story(11), story(12))))
    for one in decisions:
        history, _ = history.with_decision(one)
    return history


def test_unchanged_marks_become_the_decisions() -> None:
    history = decided(partial(marks.add_story, keys=[key(13)], by="person"))
    assert history.apply_to(history.saved_marks) == marks.MarksChange(history.marks, "")
    assert (history.unsaved, history.without_last().unsaved) == (1, 0)


def test_marks_that_others_changed_keep_the_change_and_get_the_decisions() -> None:
    history = decided(
        partial(marks.add_story, keys=[key(13)], by="person"),
        partial(marks.add_story, keys=[key(14)], by="person", after=key(12)),
    )
    theirs = Marks(lead="Hello.", stories=(story(11, heading="Theirs"), story(15)))
    onto = history.apply_to(theirs)
    assert (onto.marks.lead, onto.marks.stories[0].heading) == ("Hello.", "Theirs")
    assert story_names(onto.marks) == ["11", "15", "13"]
    assert onto.message.splitlines() == [
        "The marks changed in the meantime. digest added your decisions to them.",
        f"Skipped: No other story covers {key(12)}, so this one cannot follow it.",
    ]


def test_the_same_story_written_by_two_people_loses_no_words() -> None:
    history = decided(
        partial(marks.reword_story, original=story(11), heading="Mine", text="My words.")
    )
    theirs = Marks(stories=(story(11, heading="Theirs"), story(12)))
    onto = history.apply_to(theirs)
    assert onto.marks == theirs
    assert onto.message.endswith(
        "#11 was changed in the meantime, and that change was kept. Your text, to copy:\n\n### Mine\n\nMy words.\n"
    )
    gone = history.apply_to(Marks(stories=(story(11, removed=True),)))
    assert "#11 is no longer a story. Your text, to copy:" in gone.message


def test_undo_works_after_a_save() -> None:
    history = decided(partial(marks.add_story, keys=[key(13)], by="person"))
    saved = history.after_saving(history.marks)
    assert (saved.unsaved, saved.apply_to(saved.marks).marks) == (0, history.marks)
    back = saved.without_last()
    assert (back.unsaved, story_names(back.apply_to(saved.saved_marks).marks)) == (1, ["11", "12"])


def test_undo_after_a_save_keeps_later_changes_by_others() -> None:
    history = decided(partial(marks.add_story, keys=[key(13)], by="person"))
    back = history.after_saving(history.marks).without_last()
    back, _ = back.with_decision(partial(marks.add_story, keys=[key(14)], by="person"))
    theirs = Marks(stories=(story(13), story(15)))
    assert story_names(back.apply_to(theirs).marks) == ["13", "15", "14"]
    assert (
        "Decisions that you saved and then undid are still in the file."
        in back.apply_to(theirs).message
    )
    anew = back.after_saving(theirs)
    assert (anew.marks, anew.steps) == (theirs, ())


def test_each_story_is_reported_once_after_any_number_of_moves() -> None:
    before = Marks(stories=(story(11), story(12), Mark(heading="A meeting"), story(18)))
    after = Marks(
        stories=(story(13, 14), story(12), story(11, heading="Ding"), story(18, removed=True))
    )
    assert marks.describe_changes(before, after) == (
        "#13 and #14 are now joined as story 1. The heading of #11 is now “Ding”. “A meeting” is no longer a story. "
        "#18 is no longer a story. The order is now: #13 and #14, #12, #11."
    )
    assert marks.describe_changes(before, before) == ""
    assert marks.describe_changes(
        after, Marks(stories=(story(11), story(12, text="x")))
    ).startswith("The heading of #11 is drafted again.")
