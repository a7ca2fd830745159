"""Pictures of a draft pull request: those of its stories come from the disk or the web, and a person's stay.

All descriptions here are made up for tests.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.model import Picture, Snapshot
from digest.pictures.downloads import Missing
from tests.builders import changed_file, pull, repository, snapshot, week
from tests.cli import run
from tests.publishing import (
    BRANCH,
    CACHE,
    PAGE,
    RELEASES,
    SHORTCUTS,
    TO,
    draft,
    operation,
    publish,
    published,
)
from tests.standin import Newsletter
from tests.web import PNG, FakeWeb, web

ASSETS = "https://github.com/user-attachments/assets"
ONE, TWO, CACHED = f"{ASSETS}/one", f"{ASSETS}/two", f"{ASSETS}/cached"
WEB = {url: PNG + url.encode() for url in (ONE, TWO, CACHED)}
FILE = "content/shortcuts-plugin-1.png"
FOLDER = Path("editions/2021-W19")


def shown(facts: Snapshot, **pictures: str) -> Snapshot:
    """The facts with pictures in these descriptions, by `n5392="…"`."""
    pulls = (
        one.model_copy(update={"body": f"Made up for tests.\n\n{pictures[f'n{one.number}']}"})
        if f"n{one.number}" in pictures
        else one
        for one in facts.pull_requests
    )
    return facts.model_copy(update={"pull_requests": tuple(pulls)})


WEEK = shown(
    snapshot(SHORTCUTS, RELEASES, CACHE),
    n5392=f"![A sidebar with shortcuts]({ONE}) ![More of them]({TWO})",
    n5551=f"![A cache]({CACHED})",
)
SAVED = WEEK.model_copy(
    update={
        "pictures": tuple(
            Picture(pull_request=SHORTCUTS.key, url=url, file=f"shortcuts-plugin-{place}.png")
            for place, url in enumerate((ONE, TWO), start=1)
        )
    }
)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[Newsletter, FakeWeb]]:
    """An empty newsletter, and a web with pictures."""
    with published(monkeypatch, tmp_path) as (_, there), web(WEB) as pictures:
        yield there, pictures


def on_disk(facts: Snapshot = SAVED) -> None:
    """Draft an edition whose pictures are on the disk."""
    FOLDER.mkdir(parents=True)
    for one in SAVED.pictures:
        (FOLDER / str(one.file)).write_bytes(WEB[one.url])
    (FOLDER / "pull_requests.json").write_text(facts.model_dump_json(), encoding="utf-8")
    assert run("render").code == 0


def pictures(there: Newsletter) -> dict[str, bytes]:
    return {path: content for path, content in there.files(BRANCH).items() if path.endswith(".png")}


def test_what_is_shown_comes_from_the_disk_and_what_is_not_stays_there(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    there, asked = place
    on_disk()
    assert operation(publish()) == "created"
    assert asked.asked == []
    assert pictures(there) == {FILE: WEB[ONE]}
    assert "![A sidebar with shortcuts](./shortcuts-plugin-1.png)" in there.text(BRANCH, PAGE)
    worksheet = there.text(BRANCH, ".digest/2021-W19/worksheet.md")
    assert f"in `marks.toml`: [a picture that is not saved]({TWO})" in worksheet
    assert operation(publish()) == "unchanged"


def test_a_picture_that_was_never_saved_comes_from_the_web(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    there, asked = place
    draft(WEEK)
    assert operation(publish()) == "created"
    assert asked.asked == [ONE]
    assert pictures(there) == {FILE: WEB[ONE]}
    # What stands on the branch is known there, whatever the next machine has on its disk.
    assert operation(publish()) == "unchanged"
    assert asked.asked == [ONE]


def test_a_ticked_story_gets_its_picture(place: tuple[Newsletter, FakeWeb]) -> None:
    there, asked = place
    on_disk()
    publish()
    there.tick(1, "backstage/backstage#5551")
    assert operation(run("publish", "--to", TO, "--ticks-only", "--pull", "1")) == "updated"
    assert asked.asked == [CACHED]
    assert pictures(there) == {FILE: WEB[ONE], "content/cache-1.png": WEB[CACHED]}
    assert "![A cache](./cache-1.png)" in there.text(BRANCH, PAGE)
    # The scheduled run, which knows the picture of neither disk nor tick, changes nothing of it.
    before = pictures(there)
    publish()
    assert pictures(there) == before
    assert asked.asked == [CACHED]


def test_a_picture_that_a_person_changed_on_the_branch_stays(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    there, _ = place
    on_disk()
    publish()
    there.edit(BRANCH, FILE, b"\x89PNG\0 cut by a person")
    on_branch = pictures(there)
    seen = publish()
    assert operation(seen) == "unchanged"
    assert f"{FILE} is another picture there than on your disk; it stays." in seen.err
    assert pictures(there) == on_branch


def test_a_picture_that_a_person_took_away_stays_away(place: tuple[Newsletter, FakeWeb]) -> None:
    there, _ = place
    on_disk()
    publish()
    text = there.text(BRANCH, PAGE)
    there.edit(
        BRANCH, PAGE, text.replace("\n\n![A sidebar with shortcuts](./shortcuts-plugin-1.png)", "")
    )
    there.remove(BRANCH, FILE)
    assert FILE not in there.files(BRANCH)
    assert "shortcuts-plugin-1" not in there.text(BRANCH, PAGE)
    publish()
    assert pictures(there) == {}
    assert "shortcuts-plugin-1" not in there.text(BRANCH, PAGE)


def test_a_picture_of_that_name_that_the_newsletter_has_already_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    newsletter = Newsletter({"content/cache-1.png": b"\x89PNG\0 another story's"}, name=TO)
    with published(monkeypatch, tmp_path, newsletter) as (_, there), web(WEB):
        draft(shown(snapshot(CACHE), n5551=f"![A cache]({CACHED})"))
        seen = publish()
        assert (
            "cache-1.png is there already and shows something else: it stays, and the new one is"
            in seen.err
        )
        assert pictures(there) == {
            "content/cache-1.png": b"\x89PNG\0 another story's",
            "content/cache-5551-1.png": WEB[CACHED],
        }
        assert "![A cache](./cache-5551-1.png)" in there.text(BRANCH, PAGE)
        assert operation(publish()) == "unchanged"


def test_what_cannot_be_had_is_a_link_and_no_reason_to_write_again(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    there, _ = place
    draft(WEEK)
    with web({ONE: Missing("github.com answers 502")}):
        assert operation(publish()) == "created"
    with web({}) as nothing:
        assert f"TODO: add [the picture]({ONE}) from `github.com`." in there.text(BRANCH, PAGE)
        assert operation(publish()) == "unchanged"
        assert nothing.asked == [ONE]
    assert operation(publish()) == "updated"
    assert "![A sidebar with shortcuts](./shortcuts-plugin-1.png)" in there.text(BRANCH, PAGE)
    assert pictures(there) == {FILE: WEB[ONE]}


def test_a_persons_choice_of_pictures_is_published(place: tuple[Newsletter, FakeWeb]) -> None:
    there, _ = place
    on_disk()
    publish()
    run("mark", "5392")
    marks = (FOLDER / "marks.toml").read_text("utf-8")
    key = 'pull_requests = ["backstage/backstage#5392"]\n'
    chosen = marks.replace(key, f'{key}pictures = ["shortcuts-plugin-2.png"]\n', 1)
    assert chosen != marks
    (FOLDER / "marks.toml").write_text(chosen, "utf-8")
    run("render")
    assert operation(publish()) == "updated"
    assert "![More of them](./shortcuts-plugin-2.png)" in there.text(BRANCH, PAGE)
    assert pictures(there)["content/shortcuts-plugin-2.png"] == WEB[TWO]
    assert 'pictures = ["shortcuts-plugin-2.png"]' in there.text(
        BRANCH, ".digest/2021-W19/marks.toml"
    )


def test_facts_on_the_branch_name_no_file_that_is_not_there(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    there, asked = place
    draft(WEEK)
    marks = (FOLDER / "marks.toml").read_text("utf-8")
    key = 'pull_requests = ["backstage/backstage#5392"]\n'
    (FOLDER / "marks.toml").write_text(
        marks.replace(key, f'{key}pictures = ["mine.png"]\n', 1), "utf-8"
    )
    (FOLDER / "mine.png").write_bytes(PNG)
    publish()
    assert (asked.asked, pictures(there)) == ([], {"content/mine.png": PNG})
    kept = there.text(BRANCH, ".digest/2021-W19/marks.toml")
    chosen = kept.replace('"mine.png"', '"shortcuts-plugin-2.png"')
    there.edit(BRANCH, ".digest/2021-W19/marks.toml", chosen)
    publish()
    assert "![More of them](./shortcuts-plugin-2.png)" in there.text(BRANCH, PAGE)
    assert pictures(there)["content/shortcuts-plugin-2.png"] == WEB[TWO]


def test_what_a_private_description_shows_is_published_nowhere_else(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    there, asked = place
    on_disk(SAVED.model_copy(update={"repositories": (repository(private=True),)}))
    assert "shortcuts-plugin-1.png" in (FOLDER / "section.md").read_text("utf-8")
    assert operation(publish()) == "created"
    assert asked.asked == []
    assert pictures(there) == {}
    for path, content in there.files(BRANCH).items():
        assert b"shortcuts-plugin-1" not in content, path
        assert b"user-attachments" not in content, path
        assert b"A sidebar with shortcuts" not in content, path
    body = there.pull(1).body
    assert not any(
        words in body for words in ("shortcuts-plugin-1", "user-attachments", "A sidebar with")
    )


def test_a_private_picture_in_a_persons_words_is_held_back_and_that_is_said(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    there, _ = place
    on_disk(SAVED.model_copy(update={"repositories": (repository(private=True),)}))
    text = (FOLDER / "section.md").read_text("utf-8")
    (FOLDER / "section.md").write_text(text.replace("Ada Lovelace added", "We have"), "utf-8")
    seen = publish()
    assert "shortcuts-plugin-1.png is of a private description, so it is not published." in seen.err
    assert pictures(there) == {}


def test_a_repository_that_became_private_takes_its_pictures_links_along(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    there, _ = place
    on_disk()
    publish()
    draft(SAVED.model_copy(update={"repositories": (repository(private=True),)}))
    publish()
    assert "user-attachments" not in there.text(BRANCH, ".digest/2021-W19/pull_requests.json")


@pytest.mark.parametrize(
    "alt", ["the `doors[0]` of [all] \\] doors", "![a](./b.png)", "(a) ](./x.png", "x"]
)
def test_whatever_a_picture_says_it_is_published(
    place: tuple[Newsletter, FakeWeb], alt: str
) -> None:
    there, _ = place
    with Path("digest.toml").open("a") as more:
        more.write('[digest.publish]\npictures_path = "static"\n')
    draft(shown(snapshot(SHORTCUTS), n5392=f'<img alt="{alt}" src="{ONE}">'))
    assert operation(publish()) == "created"
    assert pictures(there) == {"static/shortcuts-plugin-1.png": WEB[ONE]}
    assert "](../static/shortcuts-plugin-1.png)\n" in there.text(BRANCH, PAGE)


def test_a_file_of_a_persons_may_have_any_name(place: tuple[Newsletter, FakeWeb]) -> None:
    there, _ = place
    draft(snapshot(SHORTCUTS))
    (FOLDER / "My Doors (1).PNG").write_bytes(PNG)
    text = (FOLDER / "section.md").read_text("utf-8")
    mine = '![mine](./My%20Doors%20%281%29.PNG "All of them")\n'
    (FOLDER / "section.md").write_text(f"{text}\n{mine}", "utf-8")
    assert operation(publish()) == "created"
    assert pictures(there) == {}
    assert there.files(BRANCH)["content/My Doors (1).PNG"] == PNG
    assert mine in there.text(BRANCH, PAGE)


def test_both_weeks_in_one_draft_have_the_pictures_of_both(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    """Those of the week before stand on their own draft's branch, so they come once more."""
    there, asked = place
    before = pull(
        5001,
        title="Add search plugin",
        body=f"Made up for tests.\n\n![Search]({CACHED})",
        files=(changed_file("plugins/search/package.json", "added", 700),),
        merged_at=week("2021-W18").start,
    )
    draft(snapshot(before, window=week("2021-W18")))
    publish("-e", "2021-W18")
    draft(WEEK)
    publish("-e", "2021-W19")
    assert asked.asked == [CACHED, ONE]
    there.tick(2, "both=2021-W18")
    assert operation(publish("-e", "2021-W19")) == "updated"
    assert "![Search](./search-plugin-1.png)" in there.text(BRANCH, PAGE)
    assert pictures(there) == {FILE: WEB[ONE], "content/search-plugin-1.png": WEB[CACHED]}
