"""Pictures of stories through the commands: fetched, kept, reported, or not touched."""

from contextlib import AbstractContextManager
from pathlib import Path
from unittest import mock

import pytest

from digest.editions import gather
from digest.editions import pictures as edition_pictures
from digest.files import editions
from digest.model import Picture, PullRequest, Snapshot
from digest.pictures.downloads import Downloads
from digest.pictures.web import Web
from digest.sources.table import SavedSnapshots
from tests.builders import changed_file, pull, snapshot
from tests.cli import Seen, run
from tests.shipped import shipped
from tests.standin.pictures import STORE, Certificate, Hosts, leads_to, said
from tests.web import PNG, web

ASSETS = "https://github.com/user-attachments/assets"
ONE, TWO, BELL = f"{ASSETS}/one", f"{ASSETS}/two", f"{ASSETS}/bell"
WEB = {url: PNG + url.encode() for url in (ONE, TWO, BELL)}
EDITION = Path("editions/2021-W19")
SECTION, MARKS, FACTS, WORKSHEET = (
    EDITION / name for name in ("section.md", "marks.toml", "pull_requests.json", "worksheet.md")
)


def plugin(number: int, title: str, body: str, lines: int = 9) -> PullRequest:
    files = (changed_file(f"plugins/p{number}/package.json", "added", lines),)
    return pull(number, title=title, body=f"Made up for tests.\n\n{body}", files=files)


DOORS = plugin(7, "Add the doors plugin", f"![Two doors]({ONE}) ![]({TWO})", 90)
ROOF = plugin(8, "Add the roof plugin", "It has no picture.")
OTHER = pull(
    9,
    title="Add a bell",
    body=f"Made up for tests: ![a bell that rings]({BELL})",
    files=(changed_file("a.ts"),),
)
WEEK = snapshot(DOORS, ROOF, OTHER)


pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("empty_folder")]


def week(*words: str, facts: Snapshot = WEEK) -> Seen:
    """Run `digest week` as if GitHub gave these facts."""
    gathered = (facts, SavedSnapshots([facts], "made up for tests"))
    with mock.patch.object(gather, "gather_facts", return_value=gathered):
        return run("week", "--repo", "backstage/backstage", *words)


def no_proxies() -> AbstractContextManager[object]:
    """Remove the proxies that keep tests off the network."""
    return mock.patch.dict("os.environ", {"no_proxy": "*", "NO_PROXY": "*"})


def files() -> dict[str, bytes]:
    """Return the pictures of the edition."""
    return {path.name: path.read_bytes() for path in EDITION.glob("*.png")}


def test_pictures_of_stories_are_saved_next_to_the_section() -> None:
    with web(WEB) as there:
        seen = week()
    assert seen.code == 0
    assert there.asked == [ONE, TWO]
    assert files() == {"doors-plugin-1.png": WEB[ONE], "doors-plugin-2.png": WEB[TWO]}
    assert "\n\n![Two doors](./doors-plugin-1.png)\n" in seen.out
    assert "doors-plugin-2" not in seen.out
    assert "in `marks.toml`:\n\n   - `doors-plugin-2.png`\n" in WORKSHEET.read_text("utf-8")
    assert "2 pictures were saved next to the section." in seen.err


def test_a_picture_from_the_web_is_saved_unchanged(tmp_path: Path) -> None:
    """The request goes over TLS to hosts on loopback: GitHub redirects to its store of uploads."""
    certificate = Certificate.made(tmp_path)
    with Hosts(certificate) as hosts:
        hosts.answers |= {
            ONE.removeprefix("https://"): leads_to(f"https://{STORE}/1?secret=made-up"),
            f"{STORE}/1?secret=made-up": said(body=PNG, content_type="image/svg+xml"),
            TWO.removeprefix("https://"): said(body=b"<html>"),
        }
        there = Web(lambda _: ["127.0.0.1"], lambda _: True, hosts.port, str(certificate.trusted))
        source = Downloads(shipped().pictures, 5, there)
        with mock.patch.object(edition_pictures, "downloads", return_value=source), no_proxies():
            seen = week()
    assert "![Two doors](./doors-plugin-1.png)" in seen.out
    assert files() == {"doors-plugin-1.png": PNG}
    assert (
        "A picture of #7 could not be saved: it is not a PNG, JPEG, GIF or WebP. The link is"
        in seen.err
    )
    assert not any(b"secret" in path.read_bytes() for path in EDITION.iterdir())


def test_a_saved_picture_is_not_fetched_again_and_nothing_changes() -> None:
    with web(WEB) as there:
        week()
        before = {path: path.read_bytes() for path in EDITION.iterdir()}
        (EDITION / "doors-plugin-1.png").write_bytes(b"cut by its editor")
        seen = week()
    assert there.asked == [ONE, TWO]
    assert "saved beside" not in seen.err
    after = {path: path.read_bytes() for path in EDITION.iterdir()}
    assert after == before | {EDITION / "doors-plugin-1.png": b"cut by its editor"}


def test_a_missing_picture_is_a_link_and_a_notice_and_the_next_week_tries_again() -> None:
    with web({TWO: WEB[TWO]}) as there:
        seen = week()
        assert seen.code == 0
        link = f"TODO: add [the picture]({ONE}) from `github.com`."
        assert link in seen.out
        notice = (
            "A picture of #7 could not be saved: github.com could not be reached. "
            "The link is in the section or the worksheet."
        )
        assert notice in seen.err
        assert "- A picture of #7 could not be saved" in WORKSHEET.read_text("utf-8")
        assert files() == {"doors-plugin-2.png": WEB[TWO]}
        rendered = run("render")
        assert link in rendered.out
        assert notice in rendered.err
        assert run("mark", "8", "--first").code == 0
        assert there.asked == [ONE, TWO]
    with web(WEB) as there:
        again = week()
    assert there.asked == [ONE]
    assert "![Two doors](./doors-plugin-1.png)" in again.out
    assert "could not be saved" not in again.err


def test_a_marked_story_gets_its_pictures() -> None:
    with web(WEB) as there:
        week()
        seen = run("mark", "9")
    assert there.asked == [ONE, TWO, BELL]
    assert "![a bell that rings](./bell-1.png)" in seen.out
    assert files()["bell-1.png"] == WEB[BELL]


def test_a_deleted_picture_stays_away_until_the_next_week_fetches_it() -> None:
    with web(WEB) as there:
        week()
        (EDITION / "doors-plugin-1.png").unlink()
        assert f"TODO: add [the picture]({ONE})" in run("render").out
        week()
    assert there.asked == [ONE, TWO, ONE]
    assert files()["doors-plugin-1.png"] == WEB[ONE]


@pytest.mark.parametrize("how", ["option", "setting"])
def test_without_pictures_there_is_no_request(how: str) -> None:
    if how == "setting":
        Path("digest.toml").write_text("[digest.pictures]\nsave = false\n", encoding="utf-8")
    with web(WEB) as there:
        seen = week(*(["--no-pictures"] if how == "option" else []))
        if how == "setting":
            run("mark", "9")
    assert there.asked == []
    assert files() == {}
    assert ("digest init --repo backstage/backstage --no-pictures" in seen.err) == (how == "option")
    assert ASSETS not in seen.out
    assert ASSETS not in WORKSHEET.read_text("utf-8")


def test_init_saves_the_choice_of_no_pictures() -> None:
    assert run("init", "--repo", "backstage/backstage", "--no-pictures").code == 0
    assert "\n[digest.pictures]\nsave = false\n" in Path("digest.toml").read_text("utf-8")
    with web(WEB) as there:
        week()
    assert there.asked == []


def test_no_pictures_keeps_the_saved_ones() -> None:
    with web(WEB):
        week()
        before = SECTION.read_text("utf-8")
        assert week("--no-pictures").out == before


def test_saved_facts_and_render_need_no_network() -> None:
    Path("facts.json").write_text(WEEK.model_dump_json(), encoding="utf-8")
    with web(WEB) as there:
        seen = run("week", "--from", "facts.json")
        run("render")
        run("render", "--template", "list")
    assert there.asked == []
    assert f"TODO: add [the picture]({ONE})" in seen.out


def test_without_a_folder_nothing_is_fetched() -> None:
    with web(WEB) as there:
        seen = week("--output", "-")
    assert there.asked == []
    assert f"TODO: add [the picture]({ONE})" in seen.out
    assert not EDITION.exists()


def test_a_file_with_another_content_is_not_overwritten() -> None:
    EDITION.mkdir(parents=True)
    mine = {"doors-plugin-1.png": b"mine", "doors-plugin-2.png": WEB[TWO]}
    for name, content in mine.items():
        (EDITION / name).write_bytes(content)
    with web(WEB):
        seen = week()
    assert files() == mine | {"doors-plugin-7-1.png": WEB[ONE]}
    assert "![Two doors](./doors-plugin-7-1.png)" in seen.out
    assert (
        "doors-plugin-1.png exists and shows something else, so it is kept. The new picture is "
        "doors-plugin-7-1.png." in seen.err
    )


def test_a_folder_with_the_name_of_a_picture_causes_no_failure() -> None:
    (EDITION / "doors-plugin-1.png").mkdir(parents=True)
    with web(WEB):
        seen = week()
    assert seen.code == 0
    assert (EDITION / "doors-plugin-7-1.png").read_bytes() == WEB[ONE]
    assert run("render").out == seen.out


def test_a_restored_picture_is_shown_as_before() -> None:
    with web(WEB) as there:
        week()
        before = SECTION.read_text("utf-8")
        (EDITION / "doors-plugin-1.png").rename("away.png")
        run("render")
        Path("away.png").write_bytes(b"cut by its editor")
        Path("away.png").rename(EDITION / "doors-plugin-1.png")
        assert run("render").out == before
        assert week().out == before
    assert there.asked == [ONE, TWO]
    assert files()["doors-plugin-1.png"] == b"cut by its editor"


@pytest.mark.unix
def test_a_broken_link_is_not_overwritten() -> None:
    EDITION.mkdir(parents=True)
    (EDITION / "doors-plugin-1.png").symlink_to("nowhere")
    with web(WEB):
        assert week().code == 0
    assert (EDITION / "doors-plugin-1.png").is_symlink()
    assert (EDITION / "doors-plugin-7-1.png").read_bytes() == WEB[ONE]


def test_files_of_other_facts_do_not_count_here() -> None:
    EDITION.mkdir(parents=True)
    (EDITION / "doors-plugin-1.png").write_bytes(b"mine")
    record = Picture(pull_request=DOORS.key, url=ONE, file="doors-plugin-1.png")
    facts = WEEK.model_copy(update={"pictures": (record,)})
    Path("facts.json").write_text(facts.model_dump_json(), encoding="utf-8")
    assert f"TODO: add [the picture]({ONE})" in run("week", "--from", "facts.json").out


def test_marking_fetches_only_pictures_of_the_marked_story() -> None:
    with web({}):
        week()
    with web(WEB) as there:
        run("mark", "8", "--first")
        assert there.asked == []
        run("mark", "9")
    assert there.asked == [BELL]


def test_no_pictures_holds_for_all_later_runs_of_the_edition() -> None:
    with web(WEB) as there:
        seen = week("--no-pictures")
        section = SECTION.read_text("utf-8")
        head = MARKS.read_text("utf-8").partition("\n[[stories]]\n")[0]
        for later in (["mark", "9"], ["mark", "9", "--remove"], ["render"]):
            assert run(*later).code == 0
        again = week()
        assert week("--no-pictures").out == again.out == section
    assert there.asked == []
    assert head.endswith("\n\npictures = false\n")
    assert seen.err.count("This edition downloads no pictures.") == 1
    assert "This edition downloads no pictures." not in again.err
    assert ASSETS not in section + WORKSHEET.read_text("utf-8")


def test_pictures_come_again_when_the_line_is_deleted() -> None:
    with web(WEB) as there:
        week("--no-pictures")
        marks = MARKS.read_text("utf-8")
        MARKS.write_text(marks.replace("pictures = false\n", ""), encoding="utf-8")
        week()
    assert there.asked == [ONE, TWO]
    assert "![Two doors](./doors-plugin-1.png)" in SECTION.read_text("utf-8")


def test_without_files_no_pictures_prints_no_line_to_delete() -> None:
    with web(WEB) as there:
        seen = week("--no-pictures", "--output", "-")
    assert (there.asked, seen.code, "pictures = false" in seen.err) == ([], 0, False)


def test_restored_facts_find_their_pictures_again() -> None:
    with web(WEB):
        week()
        before = {path: path.read_bytes() for path in EDITION.iterdir()}
        FACTS.unlink()
        week()
    assert {path: path.read_bytes() for path in EDITION.iterdir()} == before


def test_the_link_stays_if_every_name_is_taken() -> None:
    with (
        web({ONE: WEB[ONE]}),
        mock.patch.object(editions, "read_picture", return_value=b"something else"),
    ):
        seen = week()
    assert f"TODO: add [the picture]({ONE})" in seen.out
    assert (
        "A picture of #7 could not be saved: doors-plugin-1.png and all names like it are taken."
        in seen.err
    )


def test_a_read_only_folder_keeps_everything_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with web(WEB), monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        seen = week()
    assert (seen.code, seen.out) == (1, "")
    assert not EDITION.exists()


def test_a_persons_words_in_the_story_stay_when_its_picture_arrives() -> None:
    with web({}):
        week()
    text = SECTION.read_text("utf-8").replace(
        "TODO: in one sentence, what can readers do with it?", "They open.", 1
    )
    SECTION.write_text(text, encoding="utf-8")
    with web(WEB):
        seen = week()
    assert "They open." in seen.out
    assert f"TODO: add [the picture]({ONE})" in seen.out
    assert "![Two doors](./doors-plugin-1.png)" in seen.err
