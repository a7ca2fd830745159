"""Pictures of a draft pull request: stories get theirs from disk or web, and a person's stay.

All descriptions here are invented for tests.
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

pytestmark = pytest.mark.slow

ASSETS = "https://github.com/user-attachments/assets"
ONE, TWO, CACHED = f"{ASSETS}/one", f"{ASSETS}/two", f"{ASSETS}/cached"
WEB = {url: PNG + url.encode() for url in (ONE, TWO, CACHED)}
FILE = "content/shortcuts-plugin-1.png"
FOLDER = Path("editions/2021-W19")


def shown(facts: Snapshot, **pictures: str) -> Snapshot:
    """Return the facts with pictures in these descriptions, by `n5392="…"`."""
    pulls = (
        pull.model_copy(update={"body": f"Made up for tests.\n\n{pictures[f'n{pull.number}']}"})
        if f"n{pull.number}" in pictures
        else pull
        for pull in facts.pull_requests
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
    with published(monkeypatch, tmp_path) as (_, newsletter), web(WEB) as pictures:
        yield newsletter, pictures


def on_disk(facts: Snapshot = SAVED) -> None:
    """Draft an edition with its pictures on disk."""
    FOLDER.mkdir(parents=True)
    for picture in SAVED.pictures:
        (FOLDER / str(picture.file)).write_bytes(WEB[picture.url])
    (FOLDER / "pull_requests.json").write_text(facts.model_dump_json(), encoding="utf-8")
    assert run("render").code == 0


def pictures(newsletter: Newsletter) -> dict[str, bytes]:
    return {
        path: content for path, content in newsletter.files(BRANCH).items() if path.endswith(".png")
    }


def test_only_pictures_that_a_story_shows_are_published_from_disk(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    newsletter, fake_web = place
    on_disk()
    assert operation(publish()) == "created"
    assert fake_web.asked == []
    assert pictures(newsletter) == {FILE: WEB[ONE]}
    assert "![A sidebar with shortcuts](./shortcuts-plugin-1.png)" in newsletter.text(BRANCH, PAGE)
    worksheet = newsletter.text(BRANCH, ".digest/2021-W19/worksheet.md")
    assert f"in `marks.toml`:\n\n   - [a picture that is not saved]({TWO})\n" in worksheet
    assert operation(publish()) == "unchanged"


def test_a_picture_that_is_not_on_disk_comes_from_the_web(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    newsletter, fake_web = place
    draft(WEEK)
    assert operation(publish()) == "created"
    assert fake_web.asked == [ONE]
    assert pictures(newsletter) == {FILE: WEB[ONE]}
    # The branch has the picture, so the next machine needs no copy on its disk.
    assert operation(publish()) == "unchanged"
    assert fake_web.asked == [ONE]


def test_a_ticked_story_gets_its_picture(place: tuple[Newsletter, FakeWeb]) -> None:
    newsletter, fake_web = place
    on_disk()
    publish()
    newsletter.tick(1, "backstage/backstage#5551")
    assert (
        operation(run("publish", "--to", TO, "--json", "--ticks-only", "--pull", "1")) == "updated"
    )
    assert fake_web.asked == [CACHED]
    assert pictures(newsletter) == {FILE: WEB[ONE], "content/cache-1.png": WEB[CACHED]}
    assert "![A cache](./cache-1.png)" in newsletter.text(BRANCH, PAGE)
    # The scheduled run has no copy of the picture on disk, and leaves it unchanged.
    before = pictures(newsletter)
    publish()
    assert pictures(newsletter) == before
    assert fake_web.asked == [CACHED]


def test_a_picture_changed_on_the_branch_stays(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    newsletter, _ = place
    on_disk()
    publish()
    newsletter.edit(BRANCH, FILE, b"\x89PNG\0 cut by a person")
    on_branch = pictures(newsletter)
    result = publish()
    assert operation(result) == "unchanged"
    assert f"{FILE} on the branch differs from the picture on your disk" in result.err
    assert pictures(newsletter) == on_branch


def test_a_picture_deleted_on_the_branch_stays_deleted(place: tuple[Newsletter, FakeWeb]) -> None:
    newsletter, _ = place
    on_disk()
    publish()
    text = newsletter.text(BRANCH, PAGE)
    newsletter.edit(
        BRANCH, PAGE, text.replace("\n\n![A sidebar with shortcuts](./shortcuts-plugin-1.png)", "")
    )
    newsletter.remove(BRANCH, FILE)
    assert FILE not in newsletter.files(BRANCH)
    assert "shortcuts-plugin-1" not in newsletter.text(BRANCH, PAGE)
    publish()
    assert pictures(newsletter) == {}
    assert "shortcuts-plugin-1" not in newsletter.text(BRANCH, PAGE)


def test_a_picture_does_not_replace_one_of_the_same_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    newsletter = Newsletter({"content/cache-1.png": b"\x89PNG\0 another story's"}, name=TO)
    with published(monkeypatch, tmp_path, newsletter) as (_, newsletter), web(WEB):
        draft(shown(snapshot(CACHE), n5551=f"![A cache]({CACHED})"))
        result = publish()
        assert (
            "cache-1.png exists and shows something else, so it is kept. The new picture is"
            in result.err
        )
        assert pictures(newsletter) == {
            "content/cache-1.png": b"\x89PNG\0 another story's",
            "content/cache-5551-1.png": WEB[CACHED],
        }
        assert "![A cache](./cache-5551-1.png)" in newsletter.text(BRANCH, PAGE)
        assert operation(publish()) == "unchanged"


def test_a_picture_that_fails_to_download_is_a_link_and_causes_no_second_commit(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    newsletter, _ = place
    draft(WEEK)
    with web({ONE: Missing("github.com answers 502")}):
        assert operation(publish()) == "created"
    with web({}) as nothing:
        assert f"TODO: add [the picture]({ONE}) from `github.com`." in newsletter.text(BRANCH, PAGE)
        assert operation(publish()) == "unchanged"
        assert nothing.asked == [ONE]
    assert operation(publish()) == "updated"
    assert "![A sidebar with shortcuts](./shortcuts-plugin-1.png)" in newsletter.text(BRANCH, PAGE)
    assert pictures(newsletter) == {FILE: WEB[ONE]}


def test_a_persons_choice_of_pictures_is_published(place: tuple[Newsletter, FakeWeb]) -> None:
    newsletter, _ = place
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
    assert "![More of them](./shortcuts-plugin-2.png)" in newsletter.text(BRANCH, PAGE)
    assert pictures(newsletter)["content/shortcuts-plugin-2.png"] == WEB[TWO]
    assert 'pictures = ["shortcuts-plugin-2.png"]' in newsletter.text(
        BRANCH, ".digest/2021-W19/marks.toml"
    )


def test_facts_on_the_branch_name_only_files_on_the_branch(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    newsletter, fake_web = place
    draft(WEEK)
    marks = (FOLDER / "marks.toml").read_text("utf-8")
    key = 'pull_requests = ["backstage/backstage#5392"]\n'
    (FOLDER / "marks.toml").write_text(
        marks.replace(key, f'{key}pictures = ["mine.png"]\n', 1), "utf-8"
    )
    (FOLDER / "mine.png").write_bytes(PNG)
    publish()
    assert (fake_web.asked, pictures(newsletter)) == ([], {"content/mine.png": PNG})
    kept = newsletter.text(BRANCH, ".digest/2021-W19/marks.toml")
    chosen = kept.replace('"mine.png"', '"shortcuts-plugin-2.png"')
    newsletter.edit(BRANCH, ".digest/2021-W19/marks.toml", chosen)
    publish()
    assert "![More of them](./shortcuts-plugin-2.png)" in newsletter.text(BRANCH, PAGE)
    assert pictures(newsletter)["content/shortcuts-plugin-2.png"] == WEB[TWO]


def test_pictures_of_a_private_description_are_not_published(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    newsletter, fake_web = place
    on_disk(SAVED.model_copy(update={"repositories": (repository(private=True),)}))
    assert "shortcuts-plugin-1.png" in (FOLDER / "section.md").read_text("utf-8")
    assert operation(publish()) == "created"
    assert fake_web.asked == []
    assert pictures(newsletter) == {}
    for path, content in newsletter.files(BRANCH).items():
        assert b"shortcuts-plugin-1" not in content, path
        assert b"user-attachments" not in content, path
        assert b"A sidebar with shortcuts" not in content, path
    body = newsletter.pull(1).body
    assert not any(
        words in body for words in ("shortcuts-plugin-1", "user-attachments", "A sidebar with")
    )


def test_a_private_picture_in_a_persons_words_is_not_published_but_reported(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    newsletter, _ = place
    on_disk(SAVED.model_copy(update={"repositories": (repository(private=True),)}))
    text = (FOLDER / "section.md").read_text("utf-8")
    (FOLDER / "section.md").write_text(text.replace("Ada Lovelace added", "We have"), "utf-8")
    result = publish()
    assert "plugin-1.png comes from a private description, so it is not published." in result.err
    assert pictures(newsletter) == {}


def test_links_to_pictures_disappear_when_a_repository_becomes_private(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    newsletter, _ = place
    on_disk()
    publish()
    draft(SAVED.model_copy(update={"repositories": (repository(private=True),)}))
    publish()
    assert "user-attachments" not in newsletter.text(BRANCH, ".digest/2021-W19/pull_requests.json")


@pytest.mark.sample(every=4)
@pytest.mark.parametrize(
    "alt", ["the `doors[0]` of [all] \\] doors", "![a](./b.png)", "(a) ](./x.png", "x"]
)
def test_a_picture_is_published_with_any_description(
    place: tuple[Newsletter, FakeWeb], alt: str
) -> None:
    newsletter, _ = place
    with Path("digest.toml").open("a") as more:
        more.write('[digest.publish]\npictures_path = "static"\n')
    draft(shown(snapshot(SHORTCUTS), n5392=f'<img alt="{alt}" src="{ONE}">'))
    assert operation(publish()) == "created"
    assert pictures(newsletter) == {"static/shortcuts-plugin-1.png": WEB[ONE]}
    assert "](../static/shortcuts-plugin-1.png)\n" in newsletter.text(BRANCH, PAGE)


def test_a_persons_file_may_have_any_name(place: tuple[Newsletter, FakeWeb]) -> None:
    newsletter, _ = place
    draft(snapshot(SHORTCUTS))
    (FOLDER / "My Doors (1).PNG").write_bytes(PNG)
    text = (FOLDER / "section.md").read_text("utf-8")
    mine = '![mine](./My%20Doors%20%281%29.PNG "All of them")\n'
    (FOLDER / "section.md").write_text(f"{text}\n{mine}", "utf-8")
    assert operation(publish()) == "created"
    assert pictures(newsletter) == {}
    assert newsletter.files(BRANCH)["content/My Doors (1).PNG"] == PNG
    assert mine in newsletter.text(BRANCH, PAGE)


def test_no_pictures_on_disk_holds_for_the_draft_until_the_line_is_deleted(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    newsletter, fake_web = place
    draft(snapshot(CACHE))
    marks = FOLDER / "marks.toml"
    before = marks.read_text("utf-8")
    marks.write_text(f"pictures = false\n\n{before}", encoding="utf-8")
    publish()
    draft(WEEK)
    assert operation(publish()) == "updated"
    assert (fake_web.asked, pictures(newsletter)) == ([], {})
    on_branch = newsletter.text(BRANCH, ".digest/2021-W19/marks.toml")
    assert on_branch.startswith("pictures = false\n")
    current = marks.read_text("utf-8")
    marks.write_text(current.replace("pictures = false\n", ""), encoding="utf-8")
    assert operation(publish()) == "updated"
    assert fake_web.asked == [CACHED, ONE]
    assert "pictures = false" not in newsletter.text(BRANCH, ".digest/2021-W19/marks.toml")


NO_PICTURE = "is not a PNG, JPEG, GIF or WebP, so it is not published."


@pytest.mark.sample(every=6)
@pytest.mark.parametrize(
    "content",
    [b"", b"TOKEN=made-up\0", b"<svg/>", b"\x89PNG\n", b"x" + PNG, b"GIF86a", b"RIFF....WAVE"],
)
def test_a_file_with_the_name_but_not_the_content_of_a_picture_is_not_published(
    place: tuple[Newsletter, FakeWeb], content: bytes
) -> None:
    newsletter, _ = place
    draft(WEEK)
    (FOLDER / "mine.png").write_bytes(content)
    section = FOLDER / "section.md"
    section.write_text(section.read_text("utf-8") + "\n![x](./mine.png)\n", encoding="utf-8")
    result = publish()
    assert operation(result) == "created"
    assert f"mine.png {NO_PICTURE}" in result.err
    assert "content/mine.png" not in newsletter.files(BRANCH)


@pytest.mark.sample(every=4)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", PNG),
        ("a.jpg", b"\xff\xd8\xff\xe0"),
        ("a.gif", b"GIF89a"),
        ("a.webp", b"RIFF1234WEBP"),
    ],
)
def test_a_file_that_is_a_picture_is_published(
    place: tuple[Newsletter, FakeWeb], name: str, content: bytes
) -> None:
    newsletter, _ = place
    draft(WEEK)
    (FOLDER / name).write_bytes(content)
    section = FOLDER / "section.md"
    section.write_text(section.read_text("utf-8") + f"\n![x](./{name})\n", encoding="utf-8")
    publish()
    assert newsletter.files(BRANCH)[f"content/{name}"] == content


def test_a_saved_picture_that_is_overwritten_by_something_else_comes_from_the_web(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    newsletter, fake_web = place
    on_disk()
    (FOLDER / "shortcuts-plugin-1.png").write_bytes(b"TOKEN=made-up")
    publish()
    assert (fake_web.asked, pictures(newsletter)) == ([ONE], {FILE: WEB[ONE]})


@pytest.mark.sample(every=8)
@pytest.mark.parametrize(
    "name",
    [
        "digest.toml",
        *(
            f"editions/2021-W19{name}"
            for name in (
                "",
                "/pull_requests.json",
                "/marks.toml",
                "/section.md",
                "/rendered.md",
                "/worksheet.md",
                "/.rendered.md",
                "/published",
                "/published/marks.toml",
                "/published/section.md",
                "/shortcuts-plugin-1.png",
                "/unused.WEBP",
            )
        ),
        "editions",
        "editions/2021-W19/.history",
        "editions/2021-W19/published/head",
        "editions/2021-W18",
        "editions/2021-W18/pull_requests.json",
        "editions/2021-W18/marks.toml",
    ],
)
def test_publish_refuses_a_link_by_name_and_publishes_nothing(
    place: tuple[Newsletter, FakeWeb], name: str
) -> None:
    newsletter, _ = place
    on_disk()
    publish()
    earlier = Path("editions/2021-W18")
    earlier.mkdir()
    facts = SAVED.model_copy(update={"window": week("2021-W18")})
    (earlier / "pull_requests.json").write_text(facts.model_dump_json(), encoding="utf-8")
    before = newsletter.files(BRANCH)
    # Also a link that stays within the editions.
    path, target = Path(name), Path(name).parent / f"target{len(name)}"
    if path.exists():
        path.rename(target)
    else:
        target.write_bytes(PNG)
    path.symlink_to(target.resolve())
    for more in ((), ("--dry-run",)):
        result = publish(*more)
        assert (result.code, result.out) == (1, "")
        assert (
            f"{name} is a symbolic link. digest does not publish links, so it published nothing."
            in result.err
        )
        assert newsletter.files(BRANCH) == before


def test_a_draft_of_two_weeks_has_the_pictures_of_both(
    place: tuple[Newsletter, FakeWeb],
) -> None:
    """The pictures of the week before are on the branch of their own draft, and are loaded again."""
    newsletter, fake_web = place
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
    assert fake_web.asked == [CACHED, ONE]
    newsletter.tick(2, "both=2021-W18")
    assert operation(publish("-e", "2021-W19")) == "updated"
    assert "![Search](./search-plugin-1.png)" in newsletter.text(BRANCH, PAGE)
    assert pictures(newsletter) == {FILE: WEB[ONE], "content/search-plugin-1.png": WEB[CACHED]}
