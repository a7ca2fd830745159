"""The edition's folder on disk: no loss, no half-written file, no needless write."""

import os
from pathlib import Path
from unittest import mock

import pytest

from digest.compose.keys import RepositoryNames
from digest.errors import DigestError, UsageError
from digest.files import editions
from digest.files.snapshots import summarize_facts
from digest.model import Snapshot, facts
from digest.model.edition_files import EditionTexts
from tests.builders import pull, repository, snapshot, week, window

ONE = snapshot(pull(1))
TWO = snapshot(pull(1), pull(2))
TEXTS = EditionTexts(
    marks="# marks\n", section="## Section\n", rendered="## Rendered\n", worksheet="# Worksheet\n"
)


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_bytes().decode() for path in sorted(folder.iterdir())}


def stamps(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def save(folder: Path, facts: Snapshot, texts: EditionTexts = TEXTS) -> None:
    there = editions.read_texts(folder, facts)
    held = summarize_facts(there.facts, RepositoryNames())
    editions.write_edition(folder, there, texts, {}, None if held and held.equals(facts) else facts)


def saved(folder: Path) -> Snapshot:
    return facts.parse_snapshot((folder / "pull_requests.json").read_bytes())


def test_an_edition_has_facts_marks_section_last_render_and_worksheet(
    tmp_path: Path,
) -> None:
    save(tmp_path / "2021-W19", ONE)
    assert files(tmp_path / "2021-W19") == {
        "marks.toml": "# marks\n",
        "pull_requests.json": ONE.model_dump_json(indent=2) + "\n",
        "rendered.md": "## Rendered\n",
        "section.md": "## Section\n",
        "worksheet.md": "# Worksheet\n",
    }


def test_written_texts_are_read_back(tmp_path: Path) -> None:
    save(tmp_path, ONE)
    there = editions.read_texts(tmp_path, ONE)
    assert (there.marks, there.section, there.rendered) == (
        TEXTS.marks,
        TEXTS.section,
        TEXTS.rendered,
    )
    assert saved(tmp_path) == ONE


def test_a_run_with_nothing_new_writes_no_file(tmp_path: Path) -> None:
    save(tmp_path, ONE)
    before = stamps(tmp_path)
    save(tmp_path, ONE.model_copy(update={"fetched_at": week("2021-W30").start}))
    assert stamps(tmp_path) == before


def test_new_facts_are_saved(tmp_path: Path) -> None:
    save(tmp_path, ONE)
    save(tmp_path, TWO)
    assert saved(tmp_path) == TWO


def test_broken_facts_are_replaced(tmp_path: Path) -> None:
    save(tmp_path, ONE)
    (tmp_path / "pull_requests.json").write_text("{}")
    save(tmp_path, ONE)
    assert saved(tmp_path) == ONE


def test_line_ends_survive_reading(tmp_path: Path) -> None:
    save(tmp_path, ONE)
    (tmp_path / "section.md").write_bytes(b"## Section\r\n")
    assert editions.read_texts(tmp_path, ONE).section == "## Section\r\n"


def test_a_folder_of_other_repositories_is_refused(tmp_path: Path) -> None:
    save(tmp_path, ONE)
    with pytest.raises(UsageError) as raised:
        editions.read_texts(tmp_path, snapshot(repositories=(repository("octo/cat"),)))
    assert (
        raised.value.message
        == f"{tmp_path} has the edition of backstage/backstage, not of octo/cat."
    )
    assert "--output" in raised.value.hint


def test_names_of_repositories_match_in_any_case(tmp_path: Path) -> None:
    other_case = [repository("Backstage/BackStage")]
    save(tmp_path / "2021-W19", ONE)
    assert (
        editions.read_texts(tmp_path / "2021-W19", snapshot(repositories=other_case)).section
        == "## Section\n"
    )
    after = editions.edition_before(
        editions.find_editions(tmp_path), snapshot(window=week("2021-W20"), repositories=other_case)
    )
    assert after
    assert after.folder.name == "2021-W19"


def test_a_full_disk_leaves_no_new_folder_behind(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with mock.patch.object(os, "fsync", full), pytest.raises(DigestError):
        save(tmp_path / "news" / "weekly" / "2021", ONE)
    assert [*tmp_path.rglob("*")] == [tmp_path / "news"]
    save(tmp_path / "news" / "weekly" / "2021", ONE)
    assert (tmp_path / "news" / "weekly" / "2021" / "section.md").is_file()


def test_a_full_disk_leaves_the_folder_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, ONE)
    before = files(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DigestError) as raised:
        save(
            tmp_path,
            TWO,
            EditionTexts(
                marks="# more\n", section="## New\n", rendered="## New\n", worksheet="# New\n"
            ),
        )
    assert (
        raised.value.message
        == f"{tmp_path} cannot be written: No space left on device. Nothing was changed."
    )
    assert files(tmp_path) == before


def test_the_last_render_is_replaced_after_the_section(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a crash in between, the next run takes the new section for untouched."""
    save(tmp_path, ONE)
    replaced: list[str] = []
    replace = Path.replace

    def note(self: Path, target: Path) -> Path:
        replaced.append(target.name)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", note)
    save(
        tmp_path,
        TWO,
        EditionTexts(
            marks="# more\n", section="## New\n", rendered="## New\n", worksheet="# New\n"
        ),
    )
    assert replaced.index("section.md") < replaced.index("rendered.md")


def test_a_file_in_place_of_a_folder_is_reported_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "editions").write_text("a file")
    with pytest.raises(DigestError) as raised:
        save(tmp_path / "editions" / "2021-W19", ONE)
    facts = tmp_path / "editions" / "2021-W19" / "pull_requests.json"
    assert raised.value.message == f"{facts} cannot be read: Not a directory."


def test_a_binary_file_is_reported_and_not_touched(tmp_path: Path) -> None:
    save(tmp_path, ONE)
    (tmp_path / "section.md").write_bytes(b"\xff\xfe")
    with pytest.raises(DigestError) as raised:
        save(tmp_path, ONE)
    assert (
        raised.value.message == f"{tmp_path / 'section.md'} cannot be read: it is not UTF-8 text."
    )
    assert (tmp_path / "section.md").read_bytes() == b"\xff\xfe"


def test_saved_editions_are_in_the_order_of_time_and_other_folders_are_ignored(
    tmp_path: Path,
) -> None:
    for name in ("2021-W19", "2021-W08", "2020-W53"):
        save(tmp_path / name, snapshot(window=week(name)))
    (tmp_path / "pictures").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "pull_requests.json").write_text("[]")
    found = editions.find_editions(tmp_path)
    assert [one.folder.name for one in found] == ["2020-W53", "2021-W08", "2021-W19"]
    assert found[0].repositories == ("backstage/backstage",)
    assert found[0].marks == "# marks\n"


def test_the_titles_of_an_edition_are_found(tmp_path: Path) -> None:
    save(tmp_path / "2021-W19", ONE)
    (edition,) = editions.find_editions(tmp_path)
    assert edition.titles == {"backstage/backstage#1": "Change number 1"}


def test_the_previous_edition_is_the_last_one_of_the_same_kind_and_repository(
    tmp_path: Path,
) -> None:
    save(tmp_path / "2021-W17", snapshot(window=week("2021-W17")))
    save(tmp_path / "2021-W20", snapshot(window=week("2021-W20")))
    save(tmp_path / "2021-04", snapshot(window=window("2021-04-01", "2021-05-01", kind="month")))
    save(
        tmp_path / "2021-W18",
        snapshot(window=week("2021-W18"), repositories=(repository("octo/cat"),)),
    )
    there = editions.find_editions(tmp_path)
    found = editions.edition_before(there, snapshot())
    assert found
    assert found.folder.name == "2021-W17"
    assert editions.edition_before(there, snapshot(window=week("2021-W17"))) is None
