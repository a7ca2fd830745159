"""`digest publish` writes the joined text back, so that the folder and the draft have the same one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.editions.drafts import newer_draft_message
from digest.files import settings_files
from digest.github.newsletter import carry_out
from tests.builders import pull, repository, snapshot
from tests.cli import run
from tests.publishing import (
    BRANCH,
    MORE,
    PAGE,
    RELEASES,
    TO,
    Place,
    draft,
    operation,
    publish,
    published,
)

pytestmark = pytest.mark.slow

FOLDER = Path("editions/2021-W19")
PUBLISH = "digest publish -e 2021-W19"
TODO = "TODO: in one sentence, what can readers do with it?"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with published(monkeypatch, tmp_path) as found:
        draft()
        publish()
        yield found


def edit(place: Place, old: str, new: str) -> None:
    """Edit the page in the draft, as a co-editor."""
    place[1].edit(BRANCH, PAGE, place[1].text(BRANCH, PAGE).replace(old, new, 1))


def read(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def test_an_edit_in_the_draft_comes_to_the_folder(place: Place) -> None:
    edit(place, TODO, "Theirs.")
    result = publish()
    assert operation(result) == "updated"
    assert read("section.md") == place[1].text(BRANCH, PAGE)
    assert "Theirs." in read("section.md")
    assert "editions/2021-W19/section.md now has the text of the draft." in result.err
    assert read("published/section.md") == read("section.md")


def test_edits_of_both_sides_are_in_both_places(place: Place) -> None:
    edit(place, TODO, "Theirs.")
    mine = "Mine.".join(read("section.md").rsplit(TODO, 1))
    (FOLDER / "section.md").write_text(mine, "utf-8")
    publish()
    text = read("section.md")
    assert text == place[1].text(BRANCH, PAGE)
    assert "Theirs." in text
    assert "Mine." in text
    history = FOLDER / ".history" / "section.1.md"
    assert history.read_text("utf-8") == mine


def test_a_tick_comes_to_the_marks_of_the_folder_and_its_comments_stay(place: Place) -> None:
    marks = read("marks.toml").replace("\n[[stories]]", "\n# mine\n[[stories]]", 1)
    (FOLDER / "marks.toml").write_text(marks, "utf-8")
    place[1].tick(1, "backstage/backstage#5551")
    assert operation(publish()) == "updated"
    assert read("marks.toml").startswith(marks)
    assert "backstage/backstage#5551" in read("marks.toml")
    assert "[#5551]" in read("section.md")
    assert read("section.md") == place[1].text(BRANCH, PAGE)


def test_a_second_publish_changes_nothing_in_either_place(place: Place) -> None:
    edit(place, TODO, "Theirs.")
    publish()
    before = {path: path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}
    head = place[1].head(BRANCH)
    assert operation(publish()) == "unchanged"
    assert {path: path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()} == before
    assert place[1].head(BRANCH) == head


def test_the_next_week_run_keeps_the_words_of_the_draft(place: Place) -> None:
    edit(place, TODO, "Theirs.")
    publish()
    draft(MORE)
    assert "Theirs." in read("section.md")
    assert "5 pull requests were merged" in read("section.md")
    publish()
    assert read("section.md") == place[1].text(BRANCH, PAGE)
    assert "Theirs." in read("section.md")


def test_links_to_pictures_are_those_of_the_folder(place: Place) -> None:
    with Path("digest.toml").open("a", encoding="utf-8") as file:
        file.write('[digest.publish]\npictures_link = "/img/{edition}"\n')
    edit(place, TODO, "Theirs. ![a door](/img/2021-W19/door-1.png)")
    publish()
    assert "Theirs. ![a door](./door-1.png)" in read("section.md")
    assert "(/img/2021-W19/door-1.png)" in place[1].text(BRANCH, PAGE)


def test_a_dry_run_writes_nothing_back(place: Place) -> None:
    before = read("section.md")
    edit(place, TODO, "Theirs.")
    publish("--dry-run")
    assert read("section.md") == before


def test_a_file_that_is_saved_meanwhile_is_not_replaced(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(place, TODO, "Theirs.")

    def slowly(*parts: object) -> object:
        (FOLDER / "section.md").write_text("Saved meanwhile.\n", "utf-8")
        return carry_out(*parts)  # type: ignore[arg-type]

    monkeypatch.setattr("digest.publishing.publish.carry_out", slowly)
    result = publish()
    assert result.code == 0
    assert read("section.md") == "Saved meanwhile.\n"
    assert "changed during the run, so digest did not copy the draft's text there." in result.err


def test_the_text_of_a_private_repository_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = pull(
        5392, title="Add shortcuts plugin", files=RELEASES.files, body="This is the secret plan."
    )
    facts = snapshot(secret, repositories=(repository(private=True),))
    with published(monkeypatch, tmp_path) as place:
        draft(facts)
        publish()
        assert "secret" in read("section.md")
        edit(place, TODO, "Theirs.")
        result = publish()
        assert "digest did not change the folder" in result.err
        draft(facts)
        publish()
        assert "secret" in read("section.md")
        assert "secret" not in str(place[1].files(BRANCH))


def test_week_reports_a_draft_that_is_newer_than_the_folder(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("digest.toml").open("a", encoding="utf-8") as file:
        file.write(f'[digest.publish]\nto = "{TO}"\n')
    settings = settings_files.find(None, Path.cwd()).loaded.settings
    assert newer_draft_message(FOLDER, settings, PUBLISH) is None
    edit(place, TODO, "Theirs.")
    assert newer_draft_message(FOLDER, settings, PUBLISH) == (
        f"Draft #1 is newer than editions/2021-W19. To copy its edits here: {PUBLISH}"
    )
    place[1].merge(1)
    assert newer_draft_message(FOLDER, settings, PUBLISH) is None
    monkeypatch.delenv("GH_TOKEN")
    assert (newer_draft_message(FOLDER, settings, PUBLISH) or "").startswith(
        "digest could not compare the draft: "
    )
    assert run("week", "--from", "facts.json").code == 0
