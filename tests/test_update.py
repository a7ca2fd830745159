"""An edition over several runs: texts that digest renews, and a person's words, marks and deletions."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.model import PullRequest, Snapshot
from tests.builders import changed_file, pull, repository, snapshot, week, window
from tests.cli import Seen, run

pytestmark = pytest.mark.slow

FOLDER = Path("editions/2021-W19")
SECTION = FOLDER / "section.md"
MARKS = FOLDER / "marks.toml"


@pytest.fixture(autouse=True)
def _settings(empty_folder: Path) -> None:
    (empty_folder / "digest.toml").write_text('[digest]\nrepository = "backstage/backstage"\n')


def plugin(number: int, name: str, lines: int = 100) -> PullRequest:
    files = (changed_file(f"plugins/{name}/package.json", "added", lines),)
    return pull(number, title=f"Add the {name} plugin", files=files)


def change(number: int, lines: int = 10, title: str = "") -> PullRequest:
    files = (changed_file("plugins/catalog/src/index.ts", additions=lines),)
    return pull(number, title=title or f"Improve door {number}", files=files)


def week_of(*pulls: PullRequest, **facts: object) -> Snapshot:
    return snapshot(*pulls, **facts)


def draft(facts: Snapshot, *words: str) -> Seen:
    Path("facts.json").write_text(facts.model_dump_json())
    return run("week", "--from", "facts.json", *words)


def headings() -> list[str]:
    return [line[4:] for line in SECTION.read_text().splitlines() if line.startswith("### ")]


def everything() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path("editions").rglob("*") if path.is_file()}


def test_another_case_of_a_repository_is_the_same_repository() -> None:
    """A story that was drafted and deleted is not drafted again."""
    draft(week_of(plugin(1, "doors"), plugin(2, "bells", 50)))
    run("mark", "2", "--remove")
    seen = draft(
        week_of(
            *(
                one.model_copy(update={"repository": "Backstage/backstage"})
                for one in (plugin(1, "doors"), plugin(2, "bells", 50))
            )
        )
    )
    assert (seen.code, headings()) == (0, ["Doors plugin"])
    assert (
        json.loads((FOLDER / "pull_requests.json").read_text())["repositories"][0]["name"]
        == "Backstage/backstage"
    )


def test_another_window_of_the_same_name_replaces_the_facts_and_keeps_the_marks_with_a_notice() -> (
    None
):
    draft(week_of(plugin(1, "doors")))
    longer = window("2021-05-03", "2021-05-17", kind="weeks")
    seen = draft(week_of(plugin(1, "doors"), change(2), window=longer))
    says = f"{FOLDER} had the facts of 10–16 May 2021 (2021-W19, UTC). digest replaced the facts and kept the marks."
    assert says in seen.err
    assert (headings(), MARKS.read_text().count("\n[[stories]]")) == (["Doors plugin"], 1)


def test_the_first_run_marks_its_drafts() -> None:
    draft(week_of(plugin(1, "doors"), plugin(2, "bells", 50), change(3, 500)))
    assert headings() == ["Doors plugin", "Bells plugin"]
    assert MARKS.read_text().endswith(
        "\n[[stories]]\n"
        'pull_requests = ["backstage/backstage#1"]\n'
        'by = "digest"\n'
        "\n[[stories]]\n"
        'pull_requests = ["backstage/backstage#2"]\n'
        'by = "digest"\n'
    )


def test_a_run_with_nothing_new_changes_no_byte() -> None:
    facts = week_of(plugin(1, "doors"), change(3))
    draft(facts)
    SECTION.write_text(SECTION.read_text().replace("TODO: in one", "My words. In one"))
    draft(facts)
    before = everything()
    draft(facts)
    assert everything() == before


def test_a_later_run_renews_the_count_and_keeps_a_persons_words() -> None:
    draft(week_of(plugin(1, "doors"), change(3)))
    SECTION.write_text(
        SECTION.read_text().replace("Ada Lovelace added the doors plugin", "Ada opened all doors")
    )
    seen = draft(week_of(plugin(1, "doors"), change(3), change(4)))
    text = SECTION.read_text()
    assert "3 pull requests were merged last week." in text
    assert "Ada opened all doors in [#1]" in text
    assert seen.out == text


def test_an_edited_lead_stays_and_the_difference_is_reported() -> None:
    draft(week_of(change(1), change(2), change(3)))
    SECTION.write_text(
        SECTION.read_text().replace("3 pull requests were", "Only 3 pull requests were")
    )
    seen = draft(week_of(change(1), change(2), change(3), change(4)))
    assert "Only 3 pull requests were merged" in SECTION.read_text()
    assert "The text says 3, but the count is 4." in seen.err


def test_a_deleted_story_stays_deleted_with_a_mark() -> None:
    facts = week_of(plugin(1, "doors"), plugin(2, "bells", 50))
    draft(facts)
    text = SECTION.read_text()
    SECTION.write_text(text[: text.index("### Bells plugin")])
    seen = draft(facts)
    assert headings() == ["Doors plugin"]
    assert "You deleted a story: #2 is no longer a story." in seen.err
    assert (
        'pull_requests = ["backstage/backstage#2"]\nby = "person"\nremoved = true\n'
        in MARKS.read_text()
    )
    draft(week_of(plugin(1, "doors"), plugin(2, "bells", 50), change(3)))
    assert headings() == ["Doors plugin"]


def test_a_deleted_story_comes_back_when_it_is_marked_again() -> None:
    facts = week_of(plugin(1, "doors"), plugin(2, "bells", 50))
    draft(facts)
    text = SECTION.read_text()
    SECTION.write_text(text[: text.index("### Bells plugin")])
    draft(facts)
    run("mark", "2")
    assert headings() == ["Doors plugin", "Bells plugin"]


def test_marking_another_story_keeps_the_drafted_ones() -> None:
    draft(week_of(plugin(1, "doors"), plugin(2, "bells", 50), change(3)))
    seen = run("mark", "3")
    assert headings() == ["Doors plugin", "Bells plugin", "Improve door 3"]
    assert "#3 is now story 3." in seen.err
    assert seen.out.startswith("### Improve door 3\n")
    assert SECTION.read_text().endswith(seen.out)


def test_several_stories_are_placed_in_the_order_of_the_command() -> None:
    draft(week_of(plugin(1, "doors"), plugin(2, "bells", 50), change(3), change(4), change(5)))
    seen = run("mark", "4", "3", "--first")
    assert "#4 is now story 1. #3 is now story 2." in seen.err
    assert headings()[:2] == ["Improve door 4", "Improve door 3"]
    run("mark", "5", "2", "--after", "4")
    assert headings()[:4] == ["Improve door 4", "Improve door 5", "Bells plugin", "Improve door 3"]


def test_a_story_can_be_moved_joined_named_written_and_removed() -> None:
    draft(week_of(plugin(1, "doors"), plugin(2, "bells", 50), change(3), change(4)))
    run("mark", "3", "--first")
    assert headings() == ["Improve door 3", "Doors plugin", "Bells plugin"]
    run("mark", "4", "--after", "3", "--heading", "A better door", "--text", "It *opens*.")
    assert headings() == ["Improve door 3", "A better door", "Doors plugin", "Bells plugin"]
    assert "### A better door\n\nIt *opens*.\n\nMore in [#4](" in SECTION.read_text()
    run("mark", "1+2", "--heading", "Doors and bells")
    assert headings() == ["Improve door 3", "A better door", "Doors and bells"]
    run("mark", "3", "--remove")
    assert headings() == ["A better door", "Doors and bells"]


def test_removing_an_edited_story_keeps_its_words() -> None:
    draft(week_of(plugin(1, "doors"), plugin(2, "bells", 50)))
    SECTION.write_text(SECTION.read_text().replace("added the bells plugin", "rang all bells"))
    seen = run("mark", "2", "--remove")
    assert "rang all bells" in SECTION.read_text()
    assert (
        "#2 is no longer marked. Your text for it was kept. To remove it, delete the block in section.md."
        in seen.err
    )
    assert "no longer a story" not in seen.err


def test_words_for_an_edited_story_are_stored_and_offered_to_paste() -> None:
    draft(week_of(plugin(1, "doors"), plugin(2, "bells", 50)))
    SECTION.write_text(SECTION.read_text().replace("added the bells plugin", "rang all bells"))
    seen = run("mark", "2", "--text", "New words.")
    assert "rang all bells" in SECTION.read_text()
    assert 'text = "New words."' in MARKS.read_text()
    assert "Your text for #2 was kept. The new draft adds" in seen.err
    assert "New words.\n\nMore in [#2](" in seen.err


def test_heading_and_lead_are_lasting_decisions() -> None:
    facts = week_of(change(1), change(2))
    draft(facts, "--heading", "Merged into Backstage {when}", "--lead", "Look: {n} pull requests.")
    assert SECTION.read_text().startswith(
        "## Merged into Backstage last week\n\nLook: 2 pull requests.\n"
    )
    draft(week_of(change(1), change(2), change(3)))
    assert SECTION.read_text().startswith(
        "## Merged into Backstage last week\n\nLook: 3 pull requests.\n"
    )


def test_a_highlight_joins_the_drafted_stories() -> None:
    draft(
        week_of(plugin(1, "doors"), plugin(2, "bells", 50), change(3), change(4)),
        "--highlight",
        "3+4",
    )
    assert sorted(headings()) == ["Bells plugin", "Doors plugin", "Improve door 3"]


def test_unknown_numbers_change_nothing_and_the_nearest_are_named() -> None:
    draft(week_of(plugin(123, "doors"), change(130)))
    before = everything()
    seen = run("mark", "124")
    assert (seen.code, seen.out) == (2, "")
    assert seen.err == (
        "digest: backstage/backstage#124 was not merged in this window. Did you mean #123 (Add the doors plugin)?\n"
    )
    assert everything() == before


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["mark"], "No story was given."),
        (["mark", "nonsense"], "'nonsense' is not a pull request"),
        (["mark", "1", "--first", "--after", "2"], "--first and --after cannot be combined."),
        (["mark", "1", "--remove", "--first"], "--remove cannot be combined"),
        (
            ["mark", "1", "2", "--heading", "x"],
            "--heading and --text change one story, but you gave several.",
        ),
        (
            ["mark", "1", "--after", "2"],
            "No other story covers backstage/backstage#2, so this one cannot follow it.",
        ),
    ],
)
def test_a_refused_mark_is_one_line(words: list[str], line: str) -> None:
    draft(week_of(plugin(1, "doors"), *(change(number, 1) for number in range(2, 9))))
    run("mark", "2", "--remove")
    before = everything()
    seen = run(*words)
    assert (seen.code, seen.err.startswith(f"digest: {line}")) == (2, True), seen.err
    assert everything() == before


def test_a_broken_marks_file_is_named_with_its_line_and_stays() -> None:
    draft(week_of(plugin(1, "doors")))
    MARKS.write_text('[[stories]]\npull_requests = ["backstage/backstage#1"\n')
    before = everything()
    seen = draft(week_of(plugin(1, "doors")))
    assert seen.code == 2
    assert seen.err.startswith("digest: editions/2021-W19/marks.toml, line ")
    assert everything() == before


def test_a_comment_in_the_marks_survives_every_run() -> None:
    draft(week_of(plugin(1, "doors"), change(2)))
    MARKS.write_text(
        MARKS.read_text().replace("\n[[stories]]", "\n# The best one!\n[[stories]]", 1)
    )
    run("mark", "2", "--first")
    assert "# The best one!\n[[stories]]\npull_requests" in MARKS.read_text()


def test_a_mark_outside_the_window_is_kept_written_and_reported() -> None:
    draft(week_of(plugin(1, "doors"), change(2)))
    seen = draft(week_of(change(2)))
    assert 'pull_requests = ["backstage/backstage#1"]' in MARKS.read_text()
    assert (
        "backstage/backstage#1 is marked, but digest has no facts about it. Write its text yourself."
        in seen.err
    )


def test_a_marked_story_that_was_reverted_is_reported_on_the_first_line() -> None:
    draft(week_of(plugin(1, "doors"), change(2)))
    revert = change(9, title='Revert "Add the doors plugin"')
    seen = draft(week_of(plugin(1, "doors"), change(2), revert))
    assert seen.err.splitlines()[0] == "The section covers #1, which #9 reverted."
    assert "Doors plugin" in headings()


def test_a_story_of_an_earlier_edition_is_not_offered_again() -> None:
    draft(week_of(window=week("2021-W18")), "--highlight", "octo/cat#7")
    both = (repository(), repository("octo/cat"))
    facts = week_of(change(2), pull(7, repository="octo/cat", title="Sing"), repositories=both)
    Path("both.json").write_text(facts.model_dump_json())
    seen = run("week", "--from", "both.json", "--json")
    offered = [key for one in json.loads(seen.out)["candidates"] for key in one["pull_requests"]]
    assert offered == ["backstage/backstage#2"]


def test_without_the_last_render_every_word_is_a_persons() -> None:
    draft(week_of(plugin(1, "doors"), change(2)))
    (FOLDER / "rendered.md").unlink()
    SECTION.write_text("My own words.\n")
    draft(week_of(plugin(1, "doors"), change(2), change(3)))
    assert SECTION.read_text() == "My own words.\n"


def test_without_files_nothing_is_saved() -> None:
    draft(week_of(change(1), change(2)), "--output", "-", "--highlight", "2")
    assert not Path("editions").exists()


def test_a_month_over_weeks_has_a_separate_folder() -> None:
    draft(week_of(plugin(1, "doors")))
    whole = week_of(
        plugin(1, "doors"),
        change(2),
        window=window("2021-05-01", "2021-06-01", kind="month"),
        fetched_at=week("2021-W30").start,
    )
    Path("month.json").write_text(whole.model_dump_json())
    before = everything()
    run("month", "--from", "month.json")
    assert (Path("editions/2021-05/section.md").read_text()).startswith("## Merged in May\n")
    assert {path: text for path, text in everything().items() if "2021-W19" in path} == before


def test_saved_editions_give_the_earlier_counts_that_the_source_lacks() -> None:
    for name in ("2021-W15", "2021-W16", "2021-W17", "2021-W18"):
        pulls = [
            change(each).model_copy(update={"merged_at": week(name).start}) for each in range(1, 10)
        ]
        draft(week_of(*pulls, window=week(name)))
    seen = draft(week_of(change(21), change(22)))
    assert "Only 2 pull requests were merged last week; the 4 weeks before saw 9 each." in seen.out
    assert '"earlier_counts": null' in (FOLDER / "pull_requests.json").read_text()


def test_facts_that_cannot_be_read_are_replaced_with_a_message() -> None:
    draft(week_of(plugin(1, "doors")))
    before = everything()
    (FOLDER / "pull_requests.json").write_text('{"broken')
    seen = draft(week_of(plugin(1, "doors")))
    assert (
        f"{FOLDER / 'pull_requests.json'} could not be read. digest replaced it and kept the text and the marks."
        in seen.err
    )
    assert everything() == before


def test_an_earlier_edition_covers_what_its_text_links() -> None:
    """Not the marks: #1 was deleted from the text after the last run, and #2 was written by hand."""
    draft(week_of(plugin(1, "doors"), change(2), change(3)))
    lines = SECTION.read_text().splitlines(keepends=True)
    start = next(at for at, line in enumerate(lines) if line.startswith("### "))
    by_hand = "### By hand\n\nSee [#2](https://github.com/backstage/backstage/pull/2).\n"
    SECTION.write_text("".join(lines[:start]) + by_hand)
    both = week_of(
        plugin(1, "doors"), change(2), change(3), window=window("2021-05-10", "2021-05-24")
    )
    Path("later.json").write_text(both.model_dump_json())
    later = datetime(2021, 5, 24, 9, tzinfo=UTC)
    days = ("--since", "2021-05-11", "--until", "2021-05-23")
    seen = run("week", "--from", "later.json", *days, now=later)
    assert "#2 was covered in 2021-W19, so it is not a candidate." in seen.err
    assert "#1 was covered" not in seen.err


def test_an_earlier_list_covers_its_stories_and_not_its_items() -> None:
    """The list has every pull request; the setting is another one by the time of the next run."""
    settings = Path("digest.toml")
    before = settings.read_text()
    settings.write_text(f'{before}layout = "list"\n')
    draft(week_of(change(1), change(2)))
    settings.write_text(before)
    both = week_of(change(1), change(2), window=window("2021-05-10", "2021-05-24"))
    Path("later.json").write_text(both.model_dump_json())
    days = ("--since", "2021-05-11", "--until", "2021-05-23")
    seen = run("week", "--from", "later.json", *days, now=datetime(2021, 5, 24, 9, tzinfo=UTC))
    assert seen.code == 0
    assert "covered" not in seen.err


def test_the_hint_about_unreadable_facts_fetches_their_window_again() -> None:
    draft(week_of(change(1)))
    (FOLDER / "pull_requests.json").write_text("{")
    seen = run("check", "-e", "2021-W19", "--output", "editions")
    assert seen.code == 2
    assert "To fetch the week again: digest week --week 2021-W19 --output editions" in seen.err


def test_a_hint_does_not_repeat_that_no_files_are_written() -> None:
    seen = run("render", "--output", "-")
    assert seen.code == 2
    assert seen.err.rstrip().endswith("Draft one with: digest week")


def test_a_notice_about_drafts_is_printed_once() -> None:
    seen = draft(week_of(*(plugin(number, f"x{number}") for number in range(1, 8))))
    assert seen.err.count("Drafts have at most 5 stories. Not drafted: #6 and #7.") == 1
