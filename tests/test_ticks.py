"""The decisions of people in a draft: ticks, two weeks in one, and edits on an editor's disk."""

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
    drafted,
    operation,
    publish,
    published,
)
from tests.standin import Fault

pytestmark = pytest.mark.slow

MARKS = ".digest/2021-W19/marks.toml"


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Place]:
    """A newsletter with the draft of an edition."""
    with published(monkeypatch, tmp_path) as newsletter:
        drafted()
        assert operation(publish()) == "created"
        yield newsletter


def ticks(number: int = 1) -> str:
    return operation(
        run("publish", "--to", "acme/newsletter", "--json", "--ticks-only", "--pull", str(number))
    )


def test_a_ticked_box_becomes_a_story_and_the_body_stays(place: Place) -> None:
    _, newsletter = place
    newsletter.tick(1, key(5551))
    body, before = newsletter.pull(1).body, list(newsletter.writes)
    assert ticks() == "updated"
    assert "5551" in newsletter.text(BRANCH, PAGE)
    assert f'pull_requests = ["{key(5551)}"]' in newsletter.text(BRANCH, MARKS)
    assert newsletter.pull(1).body == body
    assert len(newsletter.writes) == len(before) + 1


def test_applied_ticks_cause_no_second_commit(place: Place) -> None:
    _, newsletter = place
    newsletter.tick(1, key(5551))
    ticks()
    before = list(newsletter.writes)
    assert ticks() == "unchanged"
    assert newsletter.writes == before


def test_an_unticked_story_is_removed(place: Place) -> None:
    _, newsletter = place
    newsletter.untick(1, key(5392))
    assert ticks() == "updated"
    assert "5392" not in newsletter.text(BRANCH, PAGE)


def test_an_unticked_story_keeps_a_persons_words_and_a_message_reports_it(place: Place) -> None:
    _, newsletter = place
    text = newsletter.text(BRANCH, PAGE)
    newsletter.edit(
        BRANCH,
        PAGE,
        text.replace("TODO: in one sentence, what can readers do with it?", "My words."),
    )
    newsletter.untick(1, key(5392))
    result = run("publish", "--to", "acme/newsletter", "--json", "--ticks-only", "--pull", "1")
    assert operation(result) == "updated"
    assert (
        "#5392 is no longer marked. Your text for it was kept. To remove it, delete the block in content/2021-W19.md."
        in result.err
    )
    assert newsletter.text(BRANCH, PAGE).count("My words.") == 2


def test_the_scheduled_run_applies_ticks_and_shows_them_in_the_new_list(place: Place) -> None:
    _, newsletter = place
    newsletter.tick(1, key(5551))
    draft(MORE)
    assert operation(publish()) == "updated"
    assert "5551" in newsletter.text(BRANCH, PAGE)
    assert f"- [x] <!-- digest:pr={key(5551)} -->" in newsletter.pull(1).body
    before = list(newsletter.writes)
    assert ticks() == "unchanged"
    assert operation(publish()) == "unchanged"
    assert newsletter.writes == before


def test_a_tick_during_a_run_is_kept_and_applied_by_the_next(place: Place) -> None:
    github, newsletter = place
    draft(MORE)
    github.faults.append(Fault(operation="Commit", before=lambda: newsletter.tick(1, key(5551))))
    assert operation(publish()) == "updated"
    assert "5551" not in newsletter.text(BRANCH, PAGE)
    assert f"- [x] <!-- digest:pr={key(5551)} -->" in newsletter.pull(1).body
    assert ticks() == "updated"
    assert "5551" in newsletter.text(BRANCH, PAGE)


def test_a_ticked_story_deleted_from_the_text_stays_deleted(place: Place) -> None:
    _, newsletter = place
    newsletter.tick(1, key(5551))
    ticks()
    text = newsletter.text(BRANCH, PAGE)
    newsletter.edit(BRANCH, PAGE, text[: text.index("### Cache")].rstrip() + "\n")
    draft(MORE)
    assert operation(publish()) == "updated"
    assert "5551" not in newsletter.text(BRANCH, PAGE)
    assert f"- [ ] <!-- digest:pr={key(5551)} -->" in newsletter.pull(1).body
    newsletter.tick(1, key(5551))
    assert ticks() == "updated"
    assert "5551" in newsletter.text(BRANCH, PAGE)


def test_a_box_of_a_pull_request_outside_the_edition_is_ignored(
    place: Place,
) -> None:
    _, newsletter = place
    forged = newsletter.pull(1).body.replace(key(5551), "evil/other#1")
    newsletter.edit_body(1, forged.replace("[ ] <!-- digest:pr=evil", "[x] <!-- digest:pr=evil"))
    ticks()
    assert "evil" not in newsletter.text(BRANCH, PAGE) + newsletter.text(BRANCH, MARKS)


def test_a_pull_request_that_digest_did_not_open_is_refused(place: Place) -> None:
    _, newsletter = place
    newsletter.create_branch("feature", {"x": "y"})
    number = newsletter.open_pull_request("feature")
    result = run(
        "publish", "--to", "acme/newsletter", "--json", "--ticks-only", "--pull", str(number)
    )
    assert result.code == 1
    assert f"Pull request {number} of acme/newsletter is not a draft of digest" in result.err


def test_ticks_of_a_closed_draft_are_ignored(place: Place) -> None:
    _, newsletter = place
    newsletter.tick(1, key(5551))
    newsletter.close(1)
    assert ticks() == "closed"
    assert "5551" not in newsletter.text(BRANCH, PAGE)


@pytest.mark.parametrize("words", [["--ticks-only"], ["--pull", "1"]])
def test_ticks_only_needs_the_number_of_the_draft(place: Place, words: list[str]) -> None:
    result = publish(*words)
    assert result.code == 2
    assert "Use --ticks-only and --pull together." in result.err


def test_words_around_the_list_in_the_body_stay(place: Place) -> None:
    _, newsletter = place
    newsletter.edit_body(1, f"Please review by noon.\n\n{newsletter.pull(1).body}\n\nThanks!")
    draft(MORE)
    assert operation(publish()) == "updated"
    body = newsletter.pull(1).body
    assert body.startswith("Please review by noon.")
    assert body.endswith("Thanks!")
    assert "5570" in body


def test_a_body_without_the_list_stays_unchanged(place: Place) -> None:
    _, newsletter = place
    newsletter.edit_body(1, "My own words.")
    draft(MORE)
    result = publish()
    assert operation(result) == "updated"
    assert "has no markers for the list, so digest did not change it." in result.err
    assert newsletter.pull(1).body == "My own words."


def test_an_empty_body_gets_the_list(place: Place) -> None:
    _, newsletter = place
    newsletter.edit_body(1, "")
    assert operation(publish()) == "updated"
    assert key(5551) in newsletter.pull(1).body


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
    """A newsletter with an open draft of the week before, which contains a person's words."""
    with published(monkeypatch, tmp_path) as newsletter:
        draft(EARLIER)
        assert operation(publish("-e", "2021-W18")) == "created"
        page = "content/2021-W18.md"
        text = newsletter[1].text("digest/2021-W18", page)
        newsletter[1].edit(
            "digest/2021-W18",
            page,
            text.replace("TODO: in one sentence, what can readers do with it?", "Find all."),
        )
        draft()
        assert operation(publish("-e", "2021-W19")) == "created"
        yield newsletter


def test_the_open_draft_of_the_previous_week_gets_a_box(two: Place) -> None:
    _, newsletter = two
    assert "- [ ] <!-- digest:both=2021-W18 -->" in newsletter.pull(2).body
    assert "both=" not in newsletter.pull(1).body


@pytest.mark.sample(every=2)
@pytest.mark.parametrize("scheduled", [True, False])
def test_a_draft_covers_both_weeks_after_the_tick(two: Place, *, scheduled: bool) -> None:
    _, newsletter = two
    newsletter.tick(2, "both=2021-W18")
    assert (operation(publish("-e", "2021-W19")) if scheduled else ticks(2)) == "updated"
    text = newsletter.text(BRANCH, PAGE)
    assert (
        "There was no edition last week, so this one covers two weeks: 6 pull requests were merged."
        in text
    )
    assert "Find all." in text
    assert text.count("5001") == 2
    draft(MORE)
    assert operation(publish("-e", "2021-W19")) == "updated"
    assert "covers two weeks: 7 pull requests" in newsletter.text(BRANCH, PAGE)
    assert "- [x] <!-- digest:both=2021-W18 -->" in newsletter.pull(2).body
    assert operation(publish("-e", "2021-W19")) == "unchanged"
    assert "Find all." in newsletter.text(BRANCH, PAGE)


@pytest.mark.sample(every=2)
@pytest.mark.parametrize("scheduled", [True, False])
def test_a_draft_covers_one_week_again_after_the_untick(two: Place, *, scheduled: bool) -> None:
    _, newsletter = two
    newsletter.tick(2, "both=2021-W18")
    ticks(2)
    newsletter.untick(2, "both=2021-W18")
    assert (operation(publish("-e", "2021-W19")) if scheduled else ticks(2)) == "updated"
    assert "4 pull requests were merged" in newsletter.text(BRANCH, PAGE)


def test_marks_and_words_on_disk_are_merged_into_the_draft(place: Place) -> None:
    _, newsletter = place
    assert run("mark", "5551", "--heading", "A cache of mine").code == 0
    assert operation(publish()) == "updated"
    assert "### A cache of mine" in newsletter.text(BRANCH, PAGE)
    section = Path("editions/2021-W19/section.md")
    section.write_text(
        section.read_text("utf-8").replace(
            "TODO: in one sentence, what can readers do with it?", "Mine.", 1
        ),
        "utf-8",
    )
    assert operation(publish()) == "updated"
    assert newsletter.text(BRANCH, PAGE).count("Mine.") == 1
    assert operation(publish()) == "unchanged"


def test_a_later_tick_wins_over_an_older_mark_on_disk(place: Place) -> None:
    _, newsletter = place
    run("mark", "5551")
    publish()
    newsletter.untick(1, key(5551))
    ticks()
    assert operation(publish()) in ("unchanged", "updated")
    assert "5551" not in newsletter.text(BRANCH, PAGE)
    run("mark", "5551", "--heading", "Now I want it")
    publish()
    assert "### Now I want it" in newsletter.text(BRANCH, PAGE)


def test_a_new_draft_on_another_disk_keeps_all_decisions(place: Place) -> None:
    _, newsletter = place
    newsletter.tick(1, key(5551))
    ticks()
    text = newsletter.text(BRANCH, PAGE)
    newsletter.edit(
        BRANCH,
        PAGE,
        text.replace("TODO: in one sentence, what can readers do with it?", "Mine.", 1),
    )
    before = newsletter.text(BRANCH, PAGE)
    for path in sorted(Path("editions").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    draft(WEEK)
    operation(publish())
    assert newsletter.text(BRANCH, PAGE) == before
