"""A page that a person moved or deleted on the branch never comes back at the old path."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.publishing import BRANCH, MORE, PAGE, Place, draft, operation, publish, published

pytestmark = pytest.mark.slow

MOVED = "posts/2021/week-19.md"
MINE = "Mine, on the branch."


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Place]:
    """A published draft with a person's words in its page."""
    with published(monkeypatch, tmp_path) as (github, newsletter):
        draft()
        assert operation(publish()) == "created"
        text = newsletter.text(BRANCH, PAGE)
        newsletter.edit(
            BRANCH,
            PAGE,
            text.replace("TODO: in one sentence, what can readers do with it?", MINE, 1),
        )
        yield github, newsletter


def test_a_renamed_page_is_followed_and_its_new_path_is_remembered(place: Place) -> None:
    _, newsletter = place
    newsletter.move(BRANCH, {PAGE: MOVED})
    draft(MORE)
    result = publish()
    assert operation(result) == "updated"
    assert f"The section is in {MOVED}." in result.err
    assert PAGE not in newsletter.files(BRANCH)
    assert "5 pull requests" in newsletter.text(BRANCH, MOVED)
    assert MINE in newsletter.text(BRANCH, MOVED)
    assert f'"page": "{MOVED}"' in newsletter.text(BRANCH, ".digest/2021-W19/boxes.json")
    assert f"/edit/digest/2021-W19/{MOVED}" in newsletter.pull(1).body
    assert operation(publish()) == "unchanged"
    assert PAGE not in newsletter.files(BRANCH)


def test_a_page_that_is_renamed_twice_is_followed(place: Place) -> None:
    _, newsletter = place
    newsletter.move(BRANCH, {PAGE: "a/b.md"})
    newsletter.move(BRANCH, {"a/b.md": MOVED})
    draft(MORE)
    assert operation(publish()) == "updated"
    newsletter.move(BRANCH, {MOVED: "c.md"})
    assert operation(publish()) == "updated"
    assert MINE in newsletter.text(BRANCH, "c.md")
    assert not {PAGE, "a/b.md", MOVED} & newsletter.files(BRANCH).keys()


def test_a_page_that_is_moved_back_is_followed(place: Place) -> None:
    _, newsletter = place
    newsletter.move(BRANCH, {PAGE: MOVED})
    publish()
    newsletter.move(BRANCH, {MOVED: PAGE})
    draft(MORE)
    assert operation(publish()) == "updated"
    assert "5 pull requests" in newsletter.text(BRANCH, PAGE)
    assert MOVED not in newsletter.files(BRANCH)


def test_a_folder_that_is_renamed_is_followed(place: Place) -> None:
    _, newsletter = place
    newsletter.edit(BRANCH, "content/other.md", "Another page.\n")
    newsletter.move(BRANCH, {PAGE: "letters/2021-W19.md", "content/other.md": "letters/other.md"})
    draft(MORE)
    assert operation(publish()) == "updated"
    assert MINE in newsletter.text(BRANCH, "letters/2021-W19.md")
    assert not any(path.startswith("content/") for path in newsletter.files(BRANCH))


def test_a_page_that_is_moved_with_a_small_edit_is_followed(place: Place) -> None:
    _, newsletter = place
    text = newsletter.text(BRANCH, PAGE)
    newsletter.move(BRANCH, {PAGE: MOVED}, {MOVED: f"{text}\nOne more line.\n"})
    draft(MORE)
    assert operation(publish()) == "updated"
    assert "One more line." in newsletter.text(BRANCH, MOVED)


def test_a_deleted_page_stays_deleted_and_the_body_has_one_line(place: Place) -> None:
    _, newsletter = place
    newsletter.remove(BRANCH, PAGE)
    files = newsletter.files(BRANCH)
    draft(MORE)
    for _ in range(2):
        result = publish()
        assert operation(result) == "page-missing"
        assert result.err.strip() == (
            f"{PAGE} is no longer on the branch {BRANCH}, so nothing was written. If you moved it, "
            "run: digest publish -e 2021-W19 --path NEW/PATH.md. Otherwise restore it, or close the pull request."
        )
        assert newsletter.files(BRANCH) == files
        assert newsletter.pull(1).body.count("is no longer on this branch") == 1
    assert newsletter.writes.count("change #1 body") == 1


def test_a_page_that_is_put_back_is_updated_and_the_line_goes(place: Place) -> None:
    _, newsletter = place
    text = newsletter.text(BRANCH, PAGE)
    newsletter.remove(BRANCH, PAGE)
    publish()
    newsletter.edit(BRANCH, PAGE, text)
    draft(MORE)
    assert operation(publish()) == "updated"
    assert MINE in newsletter.text(BRANCH, PAGE)
    assert "no longer on this branch" not in newsletter.pull(1).body


def test_a_page_that_is_moved_and_rewritten_needs_its_path_once(place: Place) -> None:
    _, newsletter = place
    newsletter.move(BRANCH, {PAGE: MOVED}, {MOVED: f"## News\n\n{MINE}\n"})
    files = newsletter.files(BRANCH)
    draft(MORE)
    result = publish()
    assert operation(result) == "page-missing"
    assert f"digest publish -e 2021-W19 --path {MOVED}" in result.err
    assert f"`digest publish -e 2021-W19 --path {MOVED}`" in newsletter.pull(1).body
    assert newsletter.files(BRANCH) == files
    assert operation(publish("--path", MOVED)) == "updated"
    assert operation(publish()) == "unchanged"
    assert MINE in newsletter.text(BRANCH, MOVED)
    assert PAGE not in newsletter.files(BRANCH)


def test_a_page_that_is_moved_to_a_forbidden_path_is_not_followed(place: Place) -> None:
    _, newsletter = place
    newsletter.move(BRANCH, {PAGE: ".github/workflows/a.md"})
    assert operation(publish()) == "page-missing"


def test_a_dry_run_shows_the_line_and_writes_nothing(place: Place) -> None:
    _, newsletter = place
    newsletter.remove(BRANCH, PAGE)
    result = publish("--dry-run")
    assert result.code == 0
    assert f"{PAGE} is no longer on the branch" in result.out
    assert "no longer on this branch" not in newsletter.pull(1).body


def test_ticks_of_a_draft_without_its_page_write_nothing(place: Place) -> None:
    _, newsletter = place
    newsletter.remove(BRANCH, PAGE)
    newsletter.tick(1, "backstage/backstage#5560")
    body = newsletter.pull(1).body
    assert operation(publish("--ticks-only", "--pull", "1")) == "page-missing"
    assert newsletter.pull(1).body == body


def test_a_merged_draft_is_merged_although_its_page_is_gone(place: Place) -> None:
    _, newsletter = place
    newsletter.remove(BRANCH, PAGE)
    newsletter.merge(1)
    assert operation(publish()) == "merged"


def test_a_moved_page_that_is_not_utf_8_stops_the_run(place: Place) -> None:
    _, newsletter = place
    newsletter.move(BRANCH, {PAGE: MOVED})
    publish()
    newsletter.edit(BRANCH, MOVED, newsletter.files(BRANCH)[MOVED] + "Zoë".encode("latin-1"))
    before = newsletter.files(BRANCH)
    result = publish()
    assert result.code == 1
    assert f"{MOVED} on the branch {BRANCH} cannot be read: it is not UTF-8 text." in result.err
    assert newsletter.files(BRANCH) == before


def test_the_folder_gets_working_picture_links_from_a_moved_page(place: Place) -> None:
    _, newsletter = place
    with Path("digest.toml").open("a") as settings:
        settings.write('[digest.publish]\npictures_path = "static/img"\n')
    newsletter.move(BRANCH, {PAGE: MOVED})
    publish()
    page = newsletter.text(BRANCH, MOVED)
    newsletter.edit(
        BRANCH, MOVED, page.replace(MINE, f"{MINE}\n\n![Mine](../../static/img/mine.png)", 1)
    )
    publish()
    assert "![Mine](./mine.png)" in Path("editions/2021-W19/section.md").read_text("utf-8")
