"""What people decide in the draft itself: ticks, two weeks in one, and an editor's own disk beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import changed_file, key, pull, snapshot, week
from tests.cli import run
from tests.publishing import (
    BRANCH,
    MORE,
    PAGE,
    WEEK,
    Place,
    draft,
    operation,
    publish,
    published,
)
from tests.standin import Fault

MARKS = ".digest/2021-W19/marks.toml"


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Place]:
    """A newsletter with the draft of an edition."""
    with published(monkeypatch, tmp_path) as there:
        draft()
        assert operation(publish()) == "created"
        yield there


def ticks(number: int = 1) -> str:
    return operation(
        run("publish", "--to", "acme/newsletter", "--ticks-only", "--pull", str(number))
    )


def test_a_ticked_box_becomes_a_story_and_the_body_is_not_touched(place: Place) -> None:
    _, there = place
    there.tick(1, key(5551))
    body, before = there.pull(1).body, list(there.writes)
    assert ticks() == "updated"
    assert "5551" in there.text(BRANCH, PAGE)
    assert f'pull_requests = ["{key(5551)}"]' in there.text(BRANCH, MARKS)
    assert there.pull(1).body == body
    assert len(there.writes) == len(before) + 1


def test_ticks_that_were_taken_are_no_reason_to_write_again(place: Place) -> None:
    _, there = place
    there.tick(1, key(5551))
    ticks()
    before = list(there.writes)
    assert ticks() == "unchanged"
    assert there.writes == before


def test_an_unticked_story_is_taken_out(place: Place) -> None:
    _, there = place
    there.untick(1, key(5392))
    assert ticks() == "updated"
    assert "5392" not in there.text(BRANCH, PAGE)


def test_an_unticked_story_whose_words_are_a_persons_keeps_them_and_says_so(place: Place) -> None:
    _, there = place
    text = there.text(BRANCH, PAGE)
    there.edit(
        BRANCH,
        PAGE,
        text.replace("TODO: in one sentence, what can readers do with it?", "My words."),
    )
    there.untick(1, key(5392))
    seen = run("publish", "--to", "acme/newsletter", "--ticks-only", "--pull", "1")
    assert operation(seen) == "updated"
    assert "#5392 is no longer marked. Your text for it was kept." in seen.err
    assert there.text(BRANCH, PAGE).count("My words.") == 2


def test_the_scheduled_run_takes_ticks_and_carries_them_into_the_new_list(place: Place) -> None:
    _, there = place
    there.tick(1, key(5551))
    draft(MORE)
    assert operation(publish()) == "updated"
    assert "5551" in there.text(BRANCH, PAGE)
    assert f"- [x] <!-- digest:pr={key(5551)} -->" in there.pull(1).body
    before = list(there.writes)
    assert ticks() == "unchanged"
    assert operation(publish()) == "unchanged"
    assert there.writes == before


def test_a_tick_while_the_run_writes_is_carried_and_taken_by_the_next(place: Place) -> None:
    github, there = place
    draft(MORE)
    github.faults.append(Fault(operation="Commit", before=lambda: there.tick(1, key(5551))))
    assert operation(publish()) == "updated"
    assert "5551" not in there.text(BRANCH, PAGE)
    assert f"- [x] <!-- digest:pr={key(5551)} -->" in there.pull(1).body
    assert ticks() == "updated"
    assert "5551" in there.text(BRANCH, PAGE)


def test_a_story_that_was_ticked_and_then_deleted_from_the_text_stays_deleted(place: Place) -> None:
    _, there = place
    there.tick(1, key(5551))
    ticks()
    text = there.text(BRANCH, PAGE)
    there.edit(BRANCH, PAGE, text[: text.index("### Cache")].rstrip() + "\n")
    draft(MORE)
    assert operation(publish()) == "updated"
    assert "5551" not in there.text(BRANCH, PAGE)
    assert f"- [ ] <!-- digest:pr={key(5551)} -->" in there.pull(1).body
    there.tick(1, key(5551))
    assert ticks() == "updated"
    assert "5551" in there.text(BRANCH, PAGE)


def test_a_box_of_a_pull_request_that_is_not_of_the_edition_counts_for_nothing(
    place: Place,
) -> None:
    _, there = place
    forged = there.pull(1).body.replace(key(5551), "evil/other#1")
    there.edit_body(1, forged.replace("[ ] <!-- digest:pr=evil", "[x] <!-- digest:pr=evil"))
    ticks()
    assert "evil" not in there.text(BRANCH, PAGE) + there.text(BRANCH, MARKS)


def test_a_pull_request_that_is_no_draft_of_digests_is_refused(place: Place) -> None:
    _, there = place
    there.create_branch("feature", {"x": "y"})
    number = there.open_pull_request("feature")
    seen = run("publish", "--to", "acme/newsletter", "--ticks-only", "--pull", str(number))
    assert seen.code == 1
    assert "is no draft of digest" in seen.err


def test_ticks_of_a_closed_draft_count_for_nothing(place: Place) -> None:
    _, there = place
    there.tick(1, key(5551))
    there.close(1)
    assert ticks() == "closed"
    assert "5551" not in there.text(BRANCH, PAGE)


@pytest.mark.parametrize("words", [["--ticks-only"], ["--pull", "1"]])
def test_ticks_only_needs_the_number_of_the_draft(place: Place, words: list[str]) -> None:
    seen = publish(*words)
    assert seen.code == 2
    assert "--ticks-only and --pull go together" in seen.err


def test_words_around_the_list_in_the_body_stay(place: Place) -> None:
    _, there = place
    there.edit_body(1, f"Please review by noon.\n\n{there.pull(1).body}\n\nThanks!")
    draft(MORE)
    assert operation(publish()) == "updated"
    body = there.pull(1).body
    assert body.startswith("Please review by noon.")
    assert body.endswith("Thanks!")
    assert "5570" in body


def test_a_body_whose_list_a_person_took_out_is_theirs(place: Place) -> None:
    _, there = place
    there.edit_body(1, "My own words.")
    draft(MORE)
    seen = publish()
    assert operation(seen) == "updated"
    assert "The draft's description has no place for the list, so it stays as it is." in seen.err
    assert there.pull(1).body == "My own words."


def test_an_empty_body_gets_the_list(place: Place) -> None:
    _, there = place
    there.edit_body(1, "")
    assert operation(publish()) == "updated"
    assert key(5551) in there.pull(1).body


EARLIER = snapshot(
    pull(
        5001,
        title="Add search plugin",
        files=(changed_file("plugins/search/package.json", "added", 700),),
        merged_at=week("2021-W18").start,
    ),
    pull(5002, title="Fix another typo", merged_at=week("2021-W18").start),
    window=week("2021-W18"),
)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Place]:
    """A newsletter whose draft of the week before is still open, with a person's words in it."""
    with published(monkeypatch, tmp_path) as there:
        draft(EARLIER)
        assert operation(publish("-e", "2021-W18")) == "created"
        page = "content/2021-W18.md"
        text = there[1].text("digest/2021-W18", page)
        there[1].edit(
            "digest/2021-W18",
            page,
            text.replace("TODO: in one sentence, what can readers do with it?", "Find all."),
        )
        draft()
        assert operation(publish("-e", "2021-W19")) == "created"
        yield there


def test_an_earlier_open_draft_is_linked_with_a_box(two: Place) -> None:
    _, there = two
    assert "- [ ] <!-- digest:both=2021-W18 -->" in there.pull(2).body
    assert "both=" not in there.pull(1).body


@pytest.mark.parametrize("scheduled", [True, False])
def test_both_weeks_are_told_here_once_that_is_ticked(two: Place, *, scheduled: bool) -> None:
    _, there = two
    there.tick(2, "both=2021-W18")
    assert (operation(publish("-e", "2021-W19")) if scheduled else ticks(2)) == "updated"
    text = there.text(BRANCH, PAGE)
    assert (
        "There was no edition last week, so this one covers both: 6 pull requests were merged."
        in text
    )
    assert "Find all." in text
    assert text.count("5001") == 2
    draft(MORE)
    assert operation(publish("-e", "2021-W19")) == "updated"
    assert "covers both: 7 pull requests" in there.text(BRANCH, PAGE)
    assert "- [x] <!-- digest:both=2021-W18 -->" in there.pull(2).body
    assert operation(publish("-e", "2021-W19")) == "unchanged"
    assert "Find all." in there.text(BRANCH, PAGE)


@pytest.mark.parametrize("scheduled", [True, False])
def test_the_weeks_part_again_once_the_tick_is_taken_away(two: Place, *, scheduled: bool) -> None:
    _, there = two
    there.tick(2, "both=2021-W18")
    ticks(2)
    there.untick(2, "both=2021-W18")
    assert (operation(publish("-e", "2021-W19")) if scheduled else ticks(2)) == "updated"
    assert "4 pull requests were merged" in there.text(BRANCH, PAGE)


def test_what_an_editor_marks_and_writes_on_disk_comes_into_the_draft(place: Place) -> None:
    _, there = place
    assert run("mark", "5551", "--heading", "A cache of mine").code == 0
    assert operation(publish()) == "updated"
    assert "### A cache of mine" in there.text(BRANCH, PAGE)
    section = Path("editions/2021-W19/section.md")
    section.write_text(
        section.read_text("utf-8").replace(
            "TODO: in one sentence, what can readers do with it?", "Mine.", 1
        ),
        "utf-8",
    )
    assert operation(publish()) == "updated"
    assert there.text(BRANCH, PAGE).count("Mine.") == 1
    assert operation(publish()) == "unchanged"


def test_a_later_tick_wins_over_an_older_mark_on_disk(place: Place) -> None:
    _, there = place
    run("mark", "5551")
    publish()
    there.untick(1, key(5551))
    ticks()
    assert operation(publish()) in ("unchanged", "updated")
    assert "5551" not in there.text(BRANCH, PAGE)
    run("mark", "5551", "--heading", "Now I want it")
    publish()
    assert "### Now I want it" in there.text(BRANCH, PAGE)


def test_a_fresh_draft_on_another_disk_does_not_touch_what_was_decided(place: Place) -> None:
    _, there = place
    there.tick(1, key(5551))
    ticks()
    text = there.text(BRANCH, PAGE)
    there.edit(
        BRANCH,
        PAGE,
        text.replace("TODO: in one sentence, what can readers do with it?", "Mine.", 1),
    )
    before = there.text(BRANCH, PAGE)
    for path in sorted(Path("editions").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    draft(WEEK)
    operation(publish())
    assert there.text(BRANCH, PAGE) == before
