"""The edition's folder: nothing lost, nothing half-written, nothing touched for nothing."""

import os
from pathlib import Path

import pytest

from digest.deliver import editions
from digest.errors import DigestError, UsageError
from tests.builders import pull, repository, snapshot, week, window

SECTION = "## Merged last week\n\nOne pull request was merged last week.\n"
NEWER = "## Merged last week\n\n2 pull requests were merged last week.\n"


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_bytes().decode() for path in sorted(folder.iterdir())}


def stamps(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_an_edition_is_facts_section_and_what_was_rendered(tmp_path: Path) -> None:
    facts = snapshot(pull(1))
    written = editions.write(tmp_path / "2021-W19", facts, SECTION)
    assert files(tmp_path / "2021-W19") == {
        "pull_requests.json": facts.model_dump_json(indent=2) + "\n",
        "rendered.md": SECTION,
        "section.md": SECTION,
    }
    assert written == editions.Written(tmp_path / "2021-W19" / "section.md", SECTION, None, None)


def test_a_run_with_nothing_new_touches_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "2021-W19"
    editions.write(folder, snapshot(pull(1)), SECTION)
    before = stamps(folder)
    later = snapshot(pull(1)).model_copy(update={"fetched_at": week("2021-W30").start})
    editions.write(folder, later, SECTION)
    assert stamps(folder) == before


def test_new_facts_replace_a_section_that_nobody_edited(tmp_path: Path) -> None:
    folder = tmp_path / "2021-W19"
    editions.write(folder, snapshot(pull(1)), SECTION)
    written = editions.write(folder, snapshot(pull(1), pull(2)), NEWER)
    assert written.text == NEWER
    assert files(folder)["section.md"] == files(folder)["rendered.md"] == NEWER
    assert '"number": 2' in files(folder)["pull_requests.json"]


def test_an_edited_section_stays_and_the_new_text_goes_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "2021-W19"
    editions.write(folder, snapshot(pull(1)), SECTION)
    (folder / "section.md").write_text("My words.\n")
    written = editions.write(folder, snapshot(pull(1), pull(2)), NEWER)
    assert written == editions.Written(folder / "section.md", "My words.\n", folder / "section.new.md", None)
    kept = files(folder)
    assert (kept["section.md"], kept["rendered.md"], kept["section.new.md"]) == ("My words.\n", SECTION, NEWER)


def test_an_edited_section_gets_no_neighbour_when_there_is_no_new_text(tmp_path: Path) -> None:
    folder = tmp_path / "2021-W19"
    editions.write(folder, snapshot(pull(1)), SECTION)
    (folder / "section.md").write_text("My words.\n")
    before = stamps(folder)
    assert editions.write(folder, snapshot(pull(1)), SECTION).aside is None
    assert stamps(folder) == before


@pytest.mark.parametrize("same", [SECTION.replace("\n", "\r\n"), SECTION.replace("week\n", "week  \n")])
def test_line_ends_and_trailing_spaces_are_no_edits(tmp_path: Path, same: str) -> None:
    folder = tmp_path / "2021-W19"
    editions.write(folder, snapshot(pull(1)), SECTION)
    (folder / "section.md").write_bytes(same.encode())
    assert editions.write(folder, snapshot(pull(1), pull(2)), NEWER).text == NEWER


def test_without_what_was_rendered_every_word_is_a_persons(tmp_path: Path) -> None:
    folder = tmp_path / "2021-W19"
    editions.write(folder, snapshot(pull(1)), SECTION)
    (folder / "rendered.md").unlink()
    assert editions.write(folder, snapshot(pull(1), pull(2)), NEWER).text == SECTION


def test_another_window_of_the_same_name_replaces_the_facts_and_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "2021-W19"
    editions.write(folder, snapshot(pull(1)), SECTION)
    two_weeks = snapshot(pull(1), pull(2), window=window("2021-05-03", "2021-05-17"))
    assert editions.write(folder, two_weeks, NEWER).replaced == window()


def test_a_folder_of_other_repositories_is_refused_untouched(tmp_path: Path) -> None:
    folder = tmp_path / "2021-W19"
    editions.write(folder, snapshot(pull(1)), SECTION)
    before = stamps(folder)
    with pytest.raises(UsageError) as raised:
        editions.write(folder, snapshot(repositories=(repository("octo/cat"),)), NEWER)
    assert raised.value.message == f"{folder} holds the edition of backstage/backstage, not of octo/cat."
    assert "--output" in raised.value.hint
    assert stamps(folder) == before


def test_a_disk_that_is_full_leaves_the_folder_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "2021-W19"
    editions.write(folder, snapshot(pull(1)), SECTION)
    before = files(folder)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DigestError) as raised:
        editions.write(folder, snapshot(pull(1), pull(2)), NEWER)
    assert raised.value.message == f"{folder} cannot be written: No space left on device."
    assert files(folder) == before


def test_a_place_that_is_no_folder_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "editions").write_text("a file")
    with pytest.raises(DigestError) as raised:
        editions.write(tmp_path / "editions" / "2021-W19", snapshot(pull(1)), SECTION)
    facts = tmp_path / "editions" / "2021-W19" / "pull_requests.json"
    assert raised.value.message == f"{facts} cannot be read: Not a directory."


def test_a_section_that_is_no_text_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "2021-W19"
    editions.write(folder, snapshot(pull(1)), SECTION)
    (folder / "section.md").write_bytes(b"\xff\xfe")
    with pytest.raises(DigestError) as raised:
        editions.write(folder, snapshot(pull(1)), SECTION)
    assert raised.value.message == f"{folder / 'section.md'} cannot be read: it is not UTF-8 text."
    assert (folder / "section.md").read_bytes() == b"\xff\xfe"


def test_broken_facts_are_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "2021-W19"
    facts = snapshot(pull(1))
    editions.write(folder, facts, SECTION)
    (folder / "pull_requests.json").write_text("{}")
    editions.write(folder, facts, SECTION)
    assert files(folder)["pull_requests.json"] == facts.model_dump_json(indent=2) + "\n"


def test_saved_editions_come_in_the_order_of_time_and_other_folders_are_passed_over(tmp_path: Path) -> None:
    for name in ("2021-W19", "2021-W08", "2020-W53"):
        editions.write(tmp_path / name, snapshot(window=week(name)), SECTION)
    (tmp_path / "pictures").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "pull_requests.json").write_text("[]")
    found = editions.saved(tmp_path)
    assert [one.folder.name for one in found] == ["2020-W53", "2021-W08", "2021-W19"]
    assert found[0].repositories == ("backstage/backstage",)


def test_the_edition_before_is_the_last_one_of_the_same_kind_and_repository(tmp_path: Path) -> None:
    editions.write(tmp_path / "2021-W17", snapshot(window=week("2021-W17")), SECTION)
    editions.write(tmp_path / "2021-W20", snapshot(window=week("2021-W20")), SECTION)
    editions.write(tmp_path / "2021-04", snapshot(window=window("2021-04-01", "2021-05-01", kind="month")), SECTION)
    other = snapshot(window=week("2021-W18"), repositories=(repository("octo/cat"),))
    editions.write(tmp_path / "2021-W18", other, SECTION)
    there = editions.saved(tmp_path)
    found = editions.before(there, tmp_path / "2021-W19", snapshot())
    assert found
    assert found.folder.name == "2021-W17"
    assert editions.before(there, tmp_path / "2021-W17", snapshot(window=week("2021-W17"))) is None
