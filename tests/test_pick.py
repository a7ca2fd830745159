"""`digest pick` around its screen: its needs, its files and messages, and changes by others."""

import asyncio
import gc
import io
import os
import sys
import tempfile
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

import pytest

from digest import cli
from digest.editions import editor as editors
from digest.editions import pick as picks
from digest.editions.pick import EditionDesk
from digest.errors import DigestError, UsageError
from digest.files import settings_files
from digest.picker.app import Picker
from tests.builders import pull, snapshot, week
from tests.cli import Seen, run
from tests.kept_files import make_once
from tests.picking import PULLS, begun, desk, story_names
from tests.web import PNG, web

pytestmark = pytest.mark.slow

EDITION = Path("editions/2021-W19")
MARKS, SECTION = EDITION / "marks.toml", EDITION / "section.md"
PICTURE = "https://github.com/user-attachments/assets/bell"


@pytest.fixture(autouse=True)
def _edition_to_draft(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    Path("facts.json").write_text(snapshot(*PULLS).model_dump_json(), encoding="utf-8")


@pytest.fixture
def drafted() -> None:
    make_once("pick", Path.cwd(), lambda: run("week", "--from", "facts.json"))


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def pick(*keys: str, words: Sequence[str] = ()) -> Seen:
    """Run `digest pick` as on a terminal with these keys pressed."""

    def pressed(app: Picker) -> str | None:
        async def play() -> None:
            async with app.run_test() as pilot:
                await pilot.press(*keys)

        asyncio.run(play())
        return app.return_value

    with (
        mock.patch.object(Picker, "run", pressed),
        mock.patch.object(picks, "has_terminal", return_value=True),
    ):
        return run("pick", *words)


def opened() -> EditionDesk:
    return EditionDesk(
        EDITION / "pull_requests.json",
        settings_files.find(None, Path()).loaded.settings,
        Path("editions"),
    )


def test_without_a_terminal_one_line_names_digest_mark() -> None:
    assert run("pick") == Seen(
        2,
        "",
        "digest: digest pick needs a terminal. Without a terminal, use: digest mark 5299\n",
    )


@pytest.mark.parametrize("missing", ["nothing", "stdin", "stdout", "stderr", "TERM"])
def test_a_terminal_is_needed_on_every_side(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb" if missing == "TERM" else "xterm")
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.StringIO() if name == missing else Terminal())
    assert picks.has_terminal() is (missing == "nothing")


def test_without_an_edition_the_message_names_the_next_step() -> None:
    assert (
        pick("q").err
        == "digest: There is no edition in editions yet. Draft one with: digest week\n"
    )


@pytest.mark.usefixtures("drafted")
def test_a_missing_edition_is_named() -> None:
    seen = pick("q", words=["-e", "2021-W02"])
    assert (seen.code, seen.err) == (
        2,
        "digest: There is no edition 2021-W02 in editions. There are: 2021-W19.\n",
    )


@pytest.mark.usefixtures("drafted")
def test_a_decision_is_saved_delivered_and_reported_once() -> None:
    seen = pick("down", "down", "space", "s", "home", "space", "shift+down", "q")
    assert seen.code == 0
    assert seen.out == SECTION.read_text("utf-8")
    assert "#13" in seen.out
    assert "#11" not in seen.out
    said = [line for line in seen.err.splitlines() if line.startswith("#")]
    assert said == ["#13 is now story 1. #11 is no longer a story."]


@pytest.mark.usefixtures("drafted")
def test_leaving_without_a_decision_delivers_the_section_as_it_is() -> None:
    before = {path: path.read_bytes() for path in EDITION.iterdir()}
    seen = pick("q")
    assert (seen.code, seen.out) == (0, SECTION.read_text("utf-8"))
    assert {path: path.read_bytes() for path in EDITION.iterdir()} == before


def test_the_pictures_of_new_stories_come_when_the_screen_is_left() -> None:
    bell = pull(
        21, title="Add a bell", body=f"Made up for tests: ![a bell]({PICTURE})", additions=1
    )
    Path("facts.json").write_text(snapshot(*PULLS, bell).model_dump_json(), encoding="utf-8")
    run("week", "--from", "facts.json")
    with web({PICTURE: PNG}) as there:
        seen = pick("slash", *"21", "enter", "space", "q")
    assert there.asked == [PICTURE]
    assert "![a bell](./bell-1.png)" in seen.out
    assert "A picture was saved next to the section." in seen.err
    assert (EDITION / "bell-1.png").read_bytes() == PNG


@pytest.mark.usefixtures("drafted")
def test_leaving_without_saving_changes_nothing() -> None:
    before = MARKS.read_bytes()
    assert pick("space", "ctrl+c", "y") == Seen(
        130, "", "digest: Interrupted. No file was left half-written.\n"
    )
    assert MARKS.read_bytes() == before


@pytest.mark.usefixtures("drafted")
def test_decisions_saved_before_leaving_without_saving_are_delivered() -> None:
    seen = pick("space", "s", "space", "ctrl+c", "y")
    assert (seen.code, seen.out) == (0, SECTION.read_text("utf-8"))
    assert "#11 is no longer a story." in seen.err


@pytest.mark.usefixtures("drafted")
def test_no_full_garbage_collection_delays_a_key() -> None:
    """It takes a fifth of a second with 1,000 pull requests."""
    seen = []

    def exit_at_once(app: Picker) -> None:
        seen.append(gc.get_threshold())
        app.exit("abandoned")

    with mock.patch.object(Picker, "on_mount", exit_at_once):
        pick()
    assert seen == [(picks.FEW, 10, picks.NEVER)]
    assert gc.get_threshold()[0] == cli.OBJECTS


@pytest.mark.usefixtures("drafted")
def test_short_turns_of_threads_and_frames_delay_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEXTUAL_FPS", raising=False)
    seen = []

    def exit_at_once(app: Picker) -> None:
        seen.append((round(sys.getswitchinterval(), 6), os.environ["TEXTUAL_FPS"]))
        app.exit("abandoned")

    before = sys.getswitchinterval()
    with mock.patch.object(Picker, "on_mount", exit_at_once):
        pick()
    assert seen == [(picks.THREAD_TURN, picks.FRAMES_PER_SECOND)]
    assert sys.getswitchinterval() == before


@pytest.mark.usefixtures("drafted")
def test_a_broken_screen_fails() -> None:
    with mock.patch.object(Picker, "exit"):
        assert pick("q").code == 1


@pytest.mark.usefixtures("drafted")
def test_marks_and_words_that_others_write_meanwhile_are_kept() -> None:
    on = opened()
    at = begun(on).mark()
    run("mark", "13", "--heading", "Enterprise")
    SECTION.write_text(
        SECTION.read_text("utf-8").replace("Ada Lovelace from Engines", "We"), encoding="utf-8"
    )
    saved = on.save(at.history)
    assert story_names(saved.history.marks) == ["12", "13"]
    assert (
        "The marks changed in the meantime. digest added your decisions to them." in saved.message
    )
    assert "We added a storage-agnostic cache" in SECTION.read_text("utf-8")
    assert "### Enterprise" in SECTION.read_text("utf-8")
    assert 'heading = "Enterprise"' in MARKS.read_text("utf-8")


@pytest.mark.usefixtures("drafted")
def test_a_story_deleted_from_the_text_meanwhile_stays_deleted() -> None:
    on = opened()
    at = begun(on).step(2).mark()
    SECTION.write_text(SECTION.read_text("utf-8").partition("\n### Storage")[0], encoding="utf-8")
    saved = on.save(at.history)
    assert story_names(saved.history.marks) == ["11", "13"]
    assert "You deleted a story: #12 is no longer a story." in saved.message


@pytest.mark.usefixtures("drafted")
def test_undoing_after_saving_is_saved_too() -> None:
    assert "#11 is no story" not in pick("space", "s", "u", "q").err
    assert "\nremoved" not in MARKS.read_text("utf-8")


@pytest.mark.usefixtures("drafted")
def test_the_preview_shows_the_section_that_saving_writes() -> None:
    SECTION.write_text(
        SECTION.read_text("utf-8").replace("Ada Lovelace from Engines", "We"), encoding="utf-8"
    )
    on = opened()
    at = begun(on).step(2).mark().mark().move(-1).join()
    shown = on.preview(at.history.marks)
    on.save(at.history)
    assert shown.section == SECTION.read_text("utf-8")
    assert shown.edited == {"backstage/backstage#12"}


def test_an_edition_without_a_draft_shows_its_first_draft() -> None:
    run("week", "--from", "facts.json")
    MARKS.unlink()
    SECTION.unlink()
    seen = pick("down", "space", "q")
    assert seen.code == 0
    assert "#12" not in SECTION.read_text("utf-8")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", ""])
def test_only_web_pages_are_opened(url: str, tmp_path: Path) -> None:
    with (
        mock.patch.object(webbrowser, "open") as browser,
        pytest.raises(DigestError, match="is not a web address"),
    ):
        desk(tmp_path).browse(url)
    assert not browser.called


def test_without_a_browser_the_address_is_printed(tmp_path: Path) -> None:
    with (
        mock.patch.object(webbrowser, "open", return_value=False),
        pytest.raises(DigestError) as raised,
    ):
        desk(tmp_path).browse("https://example.com/")
    assert raised.value.hint == "Open this address: https://example.com/"


@pytest.fixture
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.delenv("VISUAL", raising=False)


def editor(script: str) -> str:
    """Return a value of EDITOR: a shell script that runs on its file."""
    Path("an editor.sh").write_text(script, encoding="utf-8")
    return "sh 'an editor.sh'"


@pytest.mark.unix
@pytest.mark.usefixtures("_own_place")
def test_the_editor_of_the_environment_changes_its_story_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script = r"""
        while read -r line; do echo "$line"; done < "$1" > seen.md
        printf '\357\273\277New\r\n' > "$1"
        printf %s "$1" > name
    """
    monkeypatch.setenv("EDITOR", editor(script))
    assert editors.edit("### Old\n") == "New\r\n"
    assert Path("seen.md").read_text("utf-8") == "### Old\n"
    assert not Path(Path("name").read_text("utf-8")).parent.exists()


@pytest.mark.unix
@pytest.mark.usefixtures("_own_place")
@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("", "No editor is set."),
        ("'", "No editor is set."),
        (
            "no-such-editor-there",
            "no-such-editor-there could not be started: No such file or directory.",
        ),
        ("FAILS", "sh 'an editor.sh' exited with code 3, so digest changed nothing."),
        ("BYTES", "The editor's text is not UTF-8."),
    ],
)
def test_a_broken_editor_is_reported(
    named: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = {"FAILS": 'echo half > "$1"; exit 3', "BYTES": 'printf "\\377" > "$1"'}
    monkeypatch.setenv("EDITOR", editor(scripts[named]) if named in scripts else named)
    with pytest.raises(UsageError) as raised:
        editors.edit("words")
    assert raised.value.message == says
    if named in scripts:
        left = Path(raised.value.hint.rpartition(" ")[2].rstrip("."))
        assert left.name == "story.md"


@pytest.mark.unix
@pytest.mark.usefixtures("_own_place")
def test_ctrl_c_belongs_to_the_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", editor('trap "" INT; kill -INT $PPID; echo "Still here." > "$1"'))
    assert editors.edit("words") == "Still here.\n"


def test_a_week_ends_with_the_command_that_opens_the_picker() -> None:
    def hint(*words: str) -> str:
        lines = run("week", "--from", "facts.json", *words).err.splitlines()
        return next((line for line in lines if "digest pick" in line), "").rpartition(": ")[2]

    assert hint() == "digest pick"
    assert hint("--output", "my news") == "digest pick --output 'my news'"
    assert hint("--output", "-") == ""
    Path("later.json").write_text(
        snapshot(window=week("2021-W20")).model_dump_json(), encoding="utf-8"
    )
    run("week", "--from", "later.json")
    assert hint() == "digest pick -e 2021-W19"
