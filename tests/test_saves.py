"""A person or another run saves while digest works; no text and no decision is lost."""

import os
import random
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from unittest import mock

import pytest

from digest.editions import folder as folders
from digest.editions.folder import read_saved, retry_after_saves, update_edition
from digest.editions.request import Request
from digest.editions.update import EditionUpdate, update
from digest.errors import DigestError
from digest.files.replacement import ChangedFileError
from digest.model import EarlierCount, Person
from digest.model.edition_files import FACTS, MARKS, RENDERED, SECTION
from digest.windows import windows_before
from tests.builders import changed_file, pull, snapshot
from tests.kept_files import make_once
from tests.shipped import shipped
from tests.sweep import count

pytestmark = pytest.mark.slow

FACTS_OF_WEEK = snapshot(*(pull(number, additions=number * 10) for number in range(1, 9)))
INTERLEAVINGS = int(os.environ.get("INTERLEAVINGS", count(8, 200)))


def draft(output: Path) -> Path:
    make_once("saves", output, lambda: update_edition(FACTS_OF_WEEK, Request(), shipped(), output))
    return output / "2021-W19"


def mark(output: Path, number: int) -> None:
    edition = output / "2021-W19"

    def run() -> EditionUpdate:
        facts, held = read_saved(edition / FACTS)
        request = Request(stories=(str(number),))
        return update_edition(facts, request, shipped(), output, facts=held)

    retry_after_saves(run)


def edit(path: Path, words: str, *, by_renaming: bool) -> None:
    """Save as an editor does: in place, or by writing a new file and renaming it."""
    content = f"{path.read_text(encoding='utf-8')}{words}"
    if by_renaming:
        new = path.with_suffix(".tmp")
        new.write_text(content, encoding="utf-8")
        new.replace(path)
    else:
        path.write_text(content, encoding="utf-8")


def saving_during_runs(actions: list[Callable[[], None]]) -> AbstractContextManager[object]:
    """Run one action in each update, after the files were read and before they are written."""

    def with_action(*args: object, **words: object) -> EditionUpdate:
        new = update(*args, **words)  # type: ignore[arg-type]
        if actions:
            actions.pop(0)()
        return new

    return mock.patch.object(folders, "update", with_action)


@pytest.mark.parametrize("seed", range(INTERLEAVINGS))
def test_saves_by_others_at_any_moment_are_kept(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311 (a seed, not a secret)
    edition = draft(tmp_path)
    words = f"Words of mine {seed}."
    number, other = chance.sample(range(1, 6), 2)
    by_renaming = chance.random() < 0.5
    action = chance.choice(
        [
            lambda: edit(edition / SECTION, f"\n{words}\n", by_renaming=by_renaming),
            lambda: edit(edition / MARKS, f"\n# {words}\n", by_renaming=by_renaming),
            lambda: mark(tmp_path, other),
        ]
    )
    with saving_during_runs([action] * chance.randint(1, 2)):
        mark(tmp_path, number)
    texts = "".join((edition / name).read_text(encoding="utf-8") for name in (SECTION, MARKS))
    assert f"#{number}" in texts
    assert words in texts or f"backstage#{other}" in texts


def test_after_three_saves_nothing_is_written_and_the_run_can_be_repeated(tmp_path: Path) -> None:
    edition = draft(tmp_path)

    def save() -> None:
        edit(edition / SECTION, "\nMine.\n", by_renaming=False)

    with saving_during_runs([save] * 3), pytest.raises(ChangedFileError) as raised:
        mark(tmp_path, 1)
    assert raised.value.exit_code == 3
    assert "so nothing was written" in raised.value.message
    assert "#1" not in (edition / MARKS).read_text(encoding="utf-8")
    assert (edition / SECTION).read_text(encoding="utf-8").count("Mine.") == 3


def test_the_last_five_versions_of_an_edited_text_are_kept(tmp_path: Path) -> None:
    edition = draft(tmp_path)
    edit(edition / SECTION, "\nMine.\n", by_renaming=False)
    before = (edition / SECTION).read_text(encoding="utf-8")
    for number in (1, 2, 3, 4, 5, 1):
        mark(tmp_path, number)
    kept = sorted(path.name for path in (edition / ".history").iterdir())
    assert "section.1.md" in kept
    assert len([name for name in kept if name.startswith("section")]) <= 5
    oldest = max(name for name in kept if name.startswith("section"))
    assert (edition / ".history" / oldest).read_text(encoding="utf-8") == before


def test_a_run_that_was_killed_after_the_section_leaves_the_lead_to_digest(tmp_path: Path) -> None:
    edition = draft(tmp_path)
    rendered = (edition / RENDERED).read_text(encoding="utf-8")
    more = snapshot(*FACTS_OF_WEEK.pull_requests, pull(9, additions=5))
    update_edition(more, Request(), shipped(), tmp_path)
    # As it is on disk when the run is killed before it replaces rendered.md.
    (edition / ".rendered.md").write_text((edition / RENDERED).read_text("utf-8"), "utf-8")
    (edition / RENDERED).write_text(rendered, encoding="utf-8")
    most = snapshot(*more.pull_requests, pull(10, additions=4))
    new = update_edition(most, Request(), shipped(), tmp_path)
    assert "10 pull requests were merged" in new.section
    assert not (edition / ".rendered.md").exists()


def test_a_killed_run_that_is_repeated_leaves_the_text_to_digest(tmp_path: Path) -> None:
    """The repeated run renders the same text, and must write it as the merge base all the same."""
    edition = draft(tmp_path)
    rendered = (edition / RENDERED).read_bytes()
    more = snapshot(*FACTS_OF_WEEK.pull_requests, pull(9, additions=5))
    update_edition(more, Request(), shipped(), tmp_path)
    new = (edition / RENDERED).read_bytes()
    (edition / ".rendered.md").write_bytes(new)
    (edition / RENDERED).write_bytes(rendered)
    update_edition(more, Request(), shipped(), tmp_path)
    assert (edition / RENDERED).read_bytes() == new
    assert not (edition / ".rendered.md").exists()


def test_drafts_of_a_killed_run_are_removed_by_the_next_one(tmp_path: Path) -> None:
    edition = draft(tmp_path)
    (edition / ".section.md.abc.new").write_text("half", encoding="utf-8")
    mark(tmp_path, 1)
    assert not list(edition.glob(".*.new"))


def test_drafts_of_pictures_and_of_the_history_are_removed_too(tmp_path: Path) -> None:
    edition = draft(tmp_path)
    (edition / ".history").mkdir()
    names = [".doors-1.png.abcd_123.new", ".history/.section.1.md.abcd_123.new"]
    for name in (*names, ".mine.new"):
        (edition / name).write_text("half", encoding="utf-8")
    mark(tmp_path, 1)
    assert [path.name for path in edition.rglob(".*.new")] == [".mine.new"]


def contents(edition: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in edition.iterdir() if path.is_file()}


def test_ctrl_c_while_files_are_prepared_changes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = draft(tmp_path)
    before = contents(edition)
    drafts: list[int] = []

    def interrupted(handle: int) -> None:
        drafts.append(handle)
        if len(drafts) == 2:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        mark(tmp_path, 1)
    assert contents(edition) == before


def test_ctrl_c_while_files_are_replaced_waits_until_all_are_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition, other = draft(tmp_path / "a"), draft(tmp_path / "b")
    mark(tmp_path / "b", 1)
    replace = Path.replace

    def interrupted(self: Path, target: Path) -> Path:
        if target.name in {SECTION, MARKS}:
            signal.raise_signal(signal.SIGINT)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt, match="after all files were written"):
        mark(tmp_path / "a", 1)
    assert contents(edition) == contents(other)


def test_a_file_that_cannot_be_replaced_midway_is_named_with_those_that_are_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition, other = draft(tmp_path / "a"), draft(tmp_path / "b")
    mark(tmp_path / "b", 1)
    before, replace = contents(edition), Path.replace

    def refused(self: Path, target: Path) -> Path:
        if target.name == SECTION:
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    with mock.patch.object(Path, "replace", refused), pytest.raises(DigestError) as raised:
        mark(tmp_path / "a", 1)
    assert raised.value.message == (
        f"{edition / SECTION} cannot be replaced: Permission denied. Replaced: .rendered.md, marks.toml. "
        "Not replaced: section.md, rendered.md, worksheet.md."
    )
    after = contents(edition)
    assert {name for name in after if after[name] != before.get(name)} == {".rendered.md", MARKS}
    mark(tmp_path / "a", 1)
    assert contents(edition) == contents(other)


@pytest.mark.unix
def test_permissions_and_a_byte_order_mark_stay(tmp_path: Path) -> None:
    edition = draft(tmp_path)
    section = edition / SECTION
    section.write_bytes(b"\xef\xbb\xbf" + section.read_bytes())
    section.chmod(0o640)
    mark(tmp_path, 1)
    assert section.read_bytes().startswith(b"\xef\xbb\xbf#")
    assert section.stat().st_mode & 0o777 == 0o640


def test_a_read_only_file_stays_and_nothing_is_written(tmp_path: Path) -> None:
    edition = draft(tmp_path)
    before = (edition / MARKS).read_bytes()
    (edition / SECTION).chmod(0o444)
    with pytest.raises(DigestError, match="is read-only, so nothing was written"):
        mark(tmp_path, 1)
    assert (edition / MARKS).read_bytes() == before


@pytest.mark.unix
def test_a_link_out_of_the_editions_is_neither_read_nor_written(tmp_path: Path) -> None:
    edition = draft(tmp_path / "editions")
    secret = tmp_path / "secret.md"
    secret.write_text("A secret.\n", encoding="utf-8")
    (edition / SECTION).unlink()
    (edition / SECTION).symlink_to(secret)
    with pytest.raises(DigestError, match="is a symbolic link to a file outside"):
        mark(tmp_path / "editions", 1)
    assert secret.read_text(encoding="utf-8") == "A secret.\n"


@pytest.mark.unix
@pytest.mark.parametrize("name", ["2021-W19", "2021-W19/.history"])
def test_a_folder_that_is_a_link_out_of_the_editions_is_not_written(
    tmp_path: Path, name: str
) -> None:
    editions, elsewhere = tmp_path / "editions", tmp_path / "elsewhere"
    edition = draft(editions)
    (edition / ".history").mkdir(exist_ok=True)
    (editions / name).rename(elsewhere)
    (editions / name).symlink_to(elsewhere)
    before = {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()}
    with pytest.raises(DigestError) as raised:
        mark(editions, 1)
    assert raised.value.message == (
        f"{editions / name} is a symbolic link to a folder outside {editions}, "
        "so digest does not use it."
    )
    assert {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()} == before
    assert "#1" not in (edition / MARKS).read_text(encoding="utf-8")


@pytest.mark.unix
def test_a_link_inside_the_editions_is_followed_and_stays(tmp_path: Path) -> None:
    edition = draft(tmp_path / "editions")
    target = tmp_path / "editions" / "text.md"
    (edition / SECTION).rename(target)
    (edition / SECTION).symlink_to(target)
    mark(tmp_path / "editions", 1)
    assert (edition / SECTION).is_symlink()
    assert "#1" in target.read_text(encoding="utf-8")


def test_a_run_that_knows_less_keeps_what_was_known(tmp_path: Path) -> None:
    """Without a token, counts of earlier windows and first contributions are unknown."""
    counts = tuple(
        EarlierCount(start=one.start, end=one.end, count=number)
        for number, one in enumerate(windows_before(FACTS_OF_WEEK.window), start=40)
    )
    known = {"earlier_counts": counts, "first_contributions": ("backstage/backstage#3",)}
    update_edition(FACTS_OF_WEEK.model_copy(update=known), Request(), shipped(), tmp_path)
    unknown = tuple(one.model_copy(update={"count": None}) for one in counts)
    for less in (None, unknown):
        facts = FACTS_OF_WEEK.model_copy(update={"earlier_counts": less})
        new = update_edition(facts, Request(), shipped(), tmp_path)
        assert new.snapshot.earlier_counts == counts
        assert new.snapshot.first_contributions == ("backstage/backstage#3",)
        assert new.digest.earlier_counts == counts


def test_a_run_that_knows_less_of_a_pull_request_keeps_its_facts(tmp_path: Path) -> None:
    known = [
        pull(
            number,
            title="Add the doors plugin",
            author=Person(login="ada", name="Ada Lovelace", company="Engines"),
            body="Doors.",
            files=(changed_file("plugins/doors/package.json", "added", 900),),
        )
        for number in (1, 2)
    ]
    before = update_edition(snapshot(*known), Request(), shipped(), tmp_path)
    unknown = {"author": Person(login="ada"), "body": None, "files": None, "additions": None}
    less = [one.model_copy(update=unknown) for one in known]
    renamed = known[1].model_copy(update={"author": Person(login="grace"), "title": "New title"})
    new = update_edition(snapshot(less[0], renamed), Request(), shipped(), tmp_path)
    assert new.snapshot.pull_requests == (known[0], renamed)
    assert update_edition(snapshot(*less), Request(), shipped(), tmp_path).snapshot == (
        snapshot(known[0], known[1].model_copy(update={"author": Person(login="ada")}))
    )
    assert "Ada Lovelace" in before.section
    assert "Ada Lovelace" in (tmp_path / "2021-W19" / SECTION).read_text(encoding="utf-8")


def test_first_contributions_are_unknown_after_a_run_without_them_adds_a_pull_request(
    tmp_path: Path,
) -> None:
    facts = FACTS_OF_WEEK.model_copy(update={"first_contributions": ()})
    update_edition(facts, Request(), shipped(), tmp_path)
    more = snapshot(*FACTS_OF_WEEK.pull_requests, pull(9))
    assert update_edition(more, Request(), shipped(), tmp_path).snapshot.first_contributions is None
